// Batches of calls: what one is given, and what it gives.
import type { CallContext, LanguageCall, LanguageResult, ModeshiftError, Progress } from '@modeshift/core';

/** One call of a batch. */
export interface BatchRequest {
  /** Names its answer, because answers come in any order: 1 to 64 letters, digits, `_` and `-`, once in a batch. */
  readonly id: string;
  readonly call: LanguageCall;
}

/** How many calls of a batch are where. */
export interface BatchCounts {
  readonly processing: number;
  readonly succeeded: number;
  readonly errored: number;
  readonly canceled: number;
  readonly expired: number;
}

/** Where a batch stands. */
export interface BatchStatus {
  readonly id: string;
  /** `ended`: every call has its entry, and `results` can be read. */
  readonly state: 'in-progress' | 'canceling' | 'ended';
  readonly counts: BatchCounts;
  readonly createdAt: Date | undefined;
  /** When calls that are not answered by then are given up. */
  readonly expiresAt: Date | undefined;
}

/** What became of one call: an answer, whose `price` is that of batches, or an error. */
export type BatchEntry =
  | { readonly id: string; readonly ok: true; readonly result: LanguageResult }
  | { readonly id: string; readonly ok: false; readonly error: ModeshiftError };

/** A batch at the vendor. It lives there: keep its `id`, and open it again in another process. */
export interface MessageBatch {
  readonly id: string;
  status(context?: CallContext): Promise<BatchStatus>;
  /**
   * Asks again until the batch has ended, every `pollMs` (left out: 30,000) milliseconds. Cancelling the signal ends the wait,
   * not the batch.
   */
  wait(
    options?: CallContext & { readonly pollMs?: number; readonly onProgress?: (progress: Progress) => void },
  ): Promise<BatchStatus>;
  /** Stops what has not begun. The batch ends soon after; what was answered can be read. */
  cancel(context?: CallContext): Promise<BatchStatus>;
  /**
   * The entries as they are read, in the vendor's order, without holding all of them.
   *
   * @throws ModeshiftError `not-found` while the batch has not ended, and 29 days after it was made.
   */
  results(context?: CallContext): AsyncIterable<BatchEntry>;
}

/** Makes batches of calls to one model, and finds them again. */
export interface MessageBatches {
  /**
   * @throws ModeshiftError `invalid-input` for no calls, more than 100,000, or ids that are wrong or used twice; what a call
   * alone would throw for what the wire cannot say.
   */
  create(requests: readonly BatchRequest[], context?: CallContext): Promise<MessageBatch>;
  /**
   * A batch that was made before. Give the same requests where they ask for structured output: they say how an answer is read.
   */
  open(id: string, requests?: readonly BatchRequest[]): MessageBatch;
}
