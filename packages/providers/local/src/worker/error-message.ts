// Errors on their way between threads.
import { ModeshiftError } from '@modeshift/core';
import type { ErrorMessage } from './messages.ts';

/** An error as plain data. What is no `ModeshiftError` is a defect, or the runtime's own error. */
export function toErrorMessage(error: unknown): ErrorMessage {
  if (ModeshiftError.is(error)) {
    const { reason, message, isRetryable, retryAfterMs, stack } = error;
    return {
      reason,
      message,
      isRetryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(stack === undefined ? {} : { stack }),
    };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    reason: { tag: 'internal' },
    message: `The local engine failed: ${message}`,
    isRetryable: false,
    ...(stack === undefined ? {} : { stack }),
  };
}

/** The error that {@link toErrorMessage} wrote down; its cause is the one of the other thread. */
export function fromErrorMessage({ reason, message, isRetryable, retryAfterMs, stack }: ErrorMessage): ModeshiftError {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return new ModeshiftError(reason, message, {
    cause,
    isRetryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
