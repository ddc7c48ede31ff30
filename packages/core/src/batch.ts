// Many calls in one order, answered later for less: the same calls as one by one.
import type { CallContext } from './call-context.ts';
import type { ModeshiftError } from './errors.ts';
import type { LanguageCall, LanguageResult, Model } from './models.ts';
import type { Progress } from './progress.ts';

/** The answer to one call of a batch: a result, whose `price` is that of batches, or an error. */
export type BatchAnswer =
  | { readonly index: number; readonly result: LanguageResult; readonly error?: undefined }
  | { readonly index: number; readonly result?: undefined; readonly error: ModeshiftError };

/** A batch under way at the vendor. */
export interface BatchJob {
  /** With it, and the same calls, another process can go on: `batch(calls, { resume: id })`. */
  readonly id: Promise<string>;
  readonly progress: AsyncIterable<Progress>;
  /**
   * One answer for each call, in the order in which the vendor gives them, when the whole batch is done; `index` is the call's
   * place. Every reader gets them anew. Throws where the batch as a whole failed.
   */
  readonly answers: AsyncIterable<BatchAnswer>;
  /** Stops what has not begun; what was answered can still be read. */
  cancel(): Promise<void>;
}

/** What goes with a batch besides its calls. An aborted `signal` stops the batch at the vendor too. */
export interface BatchContext extends CallContext {
  /** The id of a batch that was submitted before with the same calls: nothing is sent again. */
  readonly resume?: string;
}

/** Answers many calls in one order. */
export interface BatchModel extends Model {
  /** @throws ModeshiftError `invalid-input` for no call or too many, and what a call alone would throw, before any I/O. */
  batch(calls: readonly LanguageCall[], ctx: BatchContext): BatchJob;
}
