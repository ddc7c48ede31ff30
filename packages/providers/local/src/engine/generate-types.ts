// What a generator is asked and what it gives: token ids in, token ids out.
import type { GrammarMatcher } from '../grammar/index.ts';
import type { Sampling } from './sampling.ts';

/** An adapter to use, by the name it was attached under. */
export interface AdapterUse {
  readonly name: string;
  /** A factor on what it adds. Default 1. Soft prompts and prefixes have none. */
  readonly scale?: number;
}

/** A request to continue a sequence. */
export interface GenerateRequest {
  /** The prompt: at least one token, special tokens included. */
  readonly ids: readonly number[];
  /** The most tokens to generate. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Generation ends with one of these. It is given out as the last token. */
  readonly stopTokens: ReadonlySet<number>;
  /** Moved on by the generator, which is its only user while the request runs. */
  readonly grammar?: GrammarMatcher;
  /**
   * Natural logarithms of probabilities of the model's own distribution: before temperature, penalties and masks. `undefined`: none; 0:
   * of the chosen token; n: also of the n most probable ones.
   */
  readonly logprobs?: number;
  readonly adapters?: readonly AdapterUse[];
  readonly signal?: AbortSignal;
}

/** A token with its log-probability. */
export interface TokenLogprob {
  readonly id: number;
  readonly logprob: number;
}

/** A token that was generated. */
export interface GeneratedToken {
  readonly id: number;
  readonly logprob?: number;
  /** The most probable tokens, best first. */
  readonly top?: readonly TokenLogprob[];
}

/** How a generation ended. */
export interface GenerationSummary {
  /** `stop`: by a stop token, or the grammar was complete and left no more. `length`: `maxTokens` or the end of the context. */
  readonly finishReason: 'stop' | 'length';
  readonly promptTokens: number;
  /** Tokens of the prompt whose keys and values were there already. */
  readonly cachedPromptTokens: number;
  readonly generatedTokens: number;
}

/**
 * Tokens as they are generated. For one consumer: a loop that is left early frees the slot at once. `summary` is settled when the
 * generation ends; it rejects with the error that the loop throws.
 */
export interface Generation extends AsyncIterable<GeneratedToken> {
  readonly summary: Promise<GenerationSummary>;
}

/** A request to score given continuations. */
export interface ScoreRequest {
  /** At least one token: without one, begin with the token that texts of this model begin with. */
  readonly prompt: readonly number[];
  readonly continuations: readonly (readonly number[])[];
  readonly adapters?: readonly AdapterUse[];
  readonly signal?: AbortSignal;
}

/** The score of one continuation. */
export interface ScoredTokens {
  /** Natural logarithm of each token's probability after the prompt and the tokens before it. */
  readonly logprobs: readonly number[];
  /** Whether each token was the most probable one. */
  readonly topHit: readonly boolean[];
}

/** How a generator shares the processor and memory. */
export interface GeneratorOptions {
  /** Requests that are computed at once. Default 8. */
  readonly maxConcurrent?: number;
  /** Requests that may wait beside those; one more is refused with `rate-limit`. Default 256. */
  readonly maxWaiting?: number;
  /** Bytes of keys and values, of running requests and of kept prefixes. Default: 1 GiB, or what one whole context needs if that is more. */
  readonly cacheBytes?: number;
  /**
   * Tokens of a prompt in one pass while nobody else is decoding: what is computed of a call that was cancelled. Default: 512, and
   * fewer where a model has more than 67 million parameters, 64 at least.
   */
  readonly prefillTokens?: number;
  /** Tokens of a prompt in one pass while others are decoding: the longest they wait. Default 64. */
  readonly sharedPrefillTokens?: number;
  /**
   * While one request decodes alone, tokens that followed the same words earlier in it are guessed, and several are checked in one pass.
   * What is generated is the same but for rounding. Default true.
   */
  readonly guessAhead?: boolean;
}

/** What a generator has done since it was made. */
export interface GeneratorStatistics {
  /** Tokens that went through the network, of prompts and generated ones. */
  readonly computedTokens: number;
  readonly passes: number;
  readonly running: number;
  readonly waiting: number;
  /** Bytes of keys and values now held. */
  readonly cacheBytes: number;
}
