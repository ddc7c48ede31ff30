// Makes a typed error of whatever a provider threw, and gives it what had been answered.
import { ModeshiftError, type PartialAnswer } from './errors.ts';

/** The error itself when it is typed; anything else becomes one, with the original as its cause. */
export function asModeshiftError(error: unknown, who: string, began: boolean): ModeshiftError {
  if (ModeshiftError.is(error)) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'AbortError') {
    return new ModeshiftError({ tag: 'aborted' }, 'The work was cancelled.', { cause: error });
  }
  return began
    ? new ModeshiftError({ tag: 'interrupted' }, `${who} broke off its answer: ${said}`, { cause: error })
    : new ModeshiftError({ tag: 'internal' }, `${who} failed without a reason that Modeshift knows: ${said}`, {
        cause: error,
      });
}

/** The same error once more, with nothing attached. */
export function copyOf(error: ModeshiftError): ModeshiftError {
  const { reason, message, isRetryable, retryAfterMs, requestId, request } = error;
  return new ModeshiftError(reason, message, {
    cause: error,
    isRetryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(requestId !== undefined && { requestId }),
    ...(request && { request }),
  });
}

/**
 * Gives an error what had been answered. The error stays the same object, except where it carries another answer already (a
 * provider that throws one object twice): then a copy carries this one.
 */
export function withPartial(error: ModeshiftError, partial: PartialAnswer): ModeshiftError {
  const isFree = error.partial === undefined || (isEmpty(error.partial) && isEmpty(partial));
  const own = isFree && Object.isExtensible(error) ? error : copyOf(error);
  Object.defineProperty(own, 'partial', { value: partial, configurable: true });
  return own;
}

function isEmpty({ content, usage }: PartialAnswer): boolean {
  return content.length === 0 && usage === undefined;
}
