// The events of a streamed answer: the only thing that crosses the border between a provider and the SDK.
import type { FilePart, ReasoningPart, SourcePart } from './message.ts';
import type { CachedAnswer, Price, Usage } from './usage.ts';

/** Why a model stopped. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

/** The log-probability (natural logarithm) of a generated token, and of the alternatives if they were asked for. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top?: readonly { readonly token: string; readonly logprob: number }[];
}

/**
 * One event of an answer. A stream gives any number of deltas, at most one `usage` and exactly one `finish`, which is the
 * last. What goes wrong is thrown, not sent.
 */
export type LanguageEvent =
  /** What the provider says of its answer, before the first content. */
  | {
      readonly type: 'response';
      readonly id?: string;
      readonly modelId?: string;
      /** The price of the model that answers, where it is another than the one asked (a fallback). */
      readonly price?: Price;
      /** Present when the answer comes from a cache. */
      readonly cached?: CachedAnswer;
    }
  | { readonly type: 'text-delta'; readonly text: string; readonly logprobs?: readonly TokenLogprob[] }
  /** `replay` comes with the last delta of a reasoning part and ends that part; the text may then be empty. */
  | { readonly type: 'reasoning-delta'; readonly text: string; readonly replay?: ReasoningPart['replay'] }
  | { readonly type: 'tool-call-start'; readonly id: string; readonly name: string }
  | { readonly type: 'tool-call-delta'; readonly id: string; readonly argumentsDelta: string }
  /** A tool call that is complete; `arguments` is JSON text. */
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'source'; readonly source: SourcePart }
  | { readonly type: 'file'; readonly file: FilePart }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly rawReason?: string };
