// What a worker and its owner say to each other.
import type { ErrorReason } from '@modeshift/core';

/** From the owner: start a call, end it early, or let everything go and end the thread. */
export type ToWorker =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'end' };

/** From the worker: a piece of a call's answer, its end, or its failure. */
export type FromWorker =
  | { readonly type: 'item'; readonly id: number; readonly value: unknown }
  | { readonly type: 'end'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorMessage };

/** An error as plain data: instances do not survive the way between threads. */
export interface ErrorMessage {
  readonly reason: ErrorReason;
  readonly message: string;
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number;
  readonly stack?: string;
}
