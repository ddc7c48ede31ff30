// The one error of the house: a tagged reason, whether to try again, and a message that says what to do.
import type { AssistantPart } from './message.ts';
import type { Usage } from './usage.ts';

/** Why something failed. `tag` tells the cases apart; the other fields depend on it. */
export type ErrorReason =
  /** The caller passed something wrong: a bad option, an empty data set, a value that its schema refuses. */
  | { readonly tag: 'invalid-input'; readonly issues?: readonly string[] }
  /** The model cannot do what was asked of it. */
  | { readonly tag: 'unsupported'; readonly feature: string }
  /** No key, a wrong key, or a key without the right. HTTP 401 and 403. */
  | { readonly tag: 'authentication'; readonly status?: number }
  /** The model or resource does not exist. HTTP 404. */
  | { readonly tag: 'not-found'; readonly status?: number }
  /** Too many requests: wait and try again. HTTP 429. */
  | { readonly tag: 'rate-limit'; readonly status?: number }
  /** The account's money or quota is used up: waiting does not help. */
  | { readonly tag: 'quota'; readonly status?: number }
  /** The prompt is longer than the model's context. */
  | { readonly tag: 'context-length'; readonly status?: number }
  /** The provider refused the content. */
  | { readonly tag: 'content-filter'; readonly status?: number }
  /** The provider refused the request for another reason. HTTP 4xx. */
  | { readonly tag: 'refused'; readonly status?: number }
  /** The provider failed. HTTP 5xx, 408, 409. */
  | { readonly tag: 'server'; readonly status?: number }
  /** The connection could not be made or broke before an answer began. */
  | { readonly tag: 'network'; readonly code?: string }
  /** The stream broke after it had begun. */
  | { readonly tag: 'interrupted' }
  /** A limit of time ran out. */
  | { readonly tag: 'timeout'; readonly limit: 'total' | 'first-chunk' | 'idle'; readonly ms: number }
  /** The caller cancelled through an `AbortSignal`. */
  | { readonly tag: 'aborted' }
  /** The answer could not be read, or breaks the schema that was asked for. */
  | { readonly tag: 'invalid-response'; readonly issues?: readonly string[] }
  /** A limit set by the caller (money, tokens) would be passed. */
  | { readonly tag: 'budget' }
  /** A file could not be read or written. */
  | { readonly tag: 'storage'; readonly code?: string; readonly path?: string }
  /** A defect of Modeshift or of a provider package. */
  | { readonly tag: 'internal' };

/** The short name of a reason, e.g. `'rate-limit'`. */
export type ErrorTag = ErrorReason['tag'];

/** What may be told about the request that failed: never a key, never the content. */
export interface RedactedRequest {
  readonly provider?: string;
  readonly modelId?: string;
  readonly method?: string;
  /** Without user name, password and query. */
  readonly url?: string;
}

/** What had been answered when a call failed or was cancelled. */
export interface PartialAnswer {
  readonly content: readonly AssistantPart[];
  /** The text parts of `content`, joined. */
  readonly text: string;
  /** `undefined` where the provider had not reported it yet. */
  readonly usage: Usage | undefined;
  /** Price in US dollars; `undefined` where the price or the usage is unknown. */
  readonly usd: number | undefined;
}

/** Options of {@link ModeshiftError}. */
export interface ModeshiftErrorOptions {
  readonly cause?: unknown;
  /** Whether the same call may succeed later. Left out: decided by the reason's tag. */
  readonly isRetryable?: boolean;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  readonly request?: RedactedRequest;
  readonly partial?: PartialAnswer;
}

const brand = Symbol.for('modeshift.error');
const retryableTags: ReadonlySet<ErrorTag> = new Set(['rate-limit', 'server', 'network', 'timeout']);

/**
 * The one error type that Modeshift throws. Read `reason.tag` to decide, show `message` to a person: it says what to do.
 *
 * @example
 * ```ts
 * import { ModeshiftError } from '@modeshift/core';
 *
 * const error = new ModeshiftError({ tag: 'rate-limit', status: 429 }, 'Wait 2 s and try again.', { retryAfterMs: 2000 });
 * if (ModeshiftError.is(error) && error.isRetryable) console.log(error.retryAfterMs); // 2000
 * ```
 */
export class ModeshiftError extends Error {
  override readonly name = 'ModeshiftError';
  readonly reason: ErrorReason;
  readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  readonly request: RedactedRequest | undefined;
  /** When the provider expects the next try, worked out from `retryAfterMs` when the error was made. */
  readonly retryAt: Date | undefined;
  /**
   * What had been answered before a stream failed or was cancelled. Not enumerable, so that a log of the error does not print
   * it. `undefined` where nothing was being answered.
   */
  declare readonly partial: PartialAnswer | undefined;

  constructor(reason: ErrorReason, message: string, options: ModeshiftErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.isRetryable = options.isRetryable ?? retryableTags.has(reason.tag);
    this.retryAfterMs = options.retryAfterMs;
    this.requestId = options.requestId;
    this.request = options.request;
    const retryAt = new Date(Date.now() + (options.retryAfterMs ?? Number.NaN));
    this.retryAt = Number.isNaN(retryAt.getTime()) ? undefined : retryAt;
    Object.defineProperty(this, 'partial', { value: options.partial, configurable: true });
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a `ModeshiftError`, also one of another copy of this package; with `tag`, of that reason. */
  static is(value: unknown, tag?: ErrorTag): value is ModeshiftError {
    if (typeof value !== 'object' || value === null || !(brand in value)) return false;
    return tag === undefined || (value as unknown as ModeshiftError).reason.tag === tag;
  }
}

/** The error of wrong use: thrown at construction, before any I/O. */
export function invalidInput(message: string, issues?: readonly string[]): ModeshiftError {
  return new ModeshiftError(issues ? { tag: 'invalid-input', issues } : { tag: 'invalid-input' }, message);
}

/** Throws the `aborted` error when a signal has fired. Long loops call it between steps. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

/** The error that an aborted signal stands for; a `ModeshiftError` given as the signal's reason is kept. */
export function abortedError(signal?: AbortSignal): ModeshiftError {
  const reason: unknown = signal?.reason;
  if (ModeshiftError.is(reason)) return reason;
  return new ModeshiftError({ tag: 'aborted' }, 'The work was cancelled.', { cause: reason });
}
