// What an author says about a provider so that the kit can test it.
import type { FinishReason, LanguageCall, Model, ScoreCall, Usage } from '@modeshift/core';

/** What a model does as a whole: one method each. */
export type ModelCapability = 'stream' | 'generate' | 'score' | 'embed' | 'rerank' | 'countTokens';

/** What a language model takes besides text. */
export type LanguageCapability =
  | 'tools'
  | 'json'
  | 'choice'
  | 'images'
  | 'logprobs'
  | 'reasoning'
  | 'stop'
  | 'seed'
  | 'topK'
  | 'penalties';

/** Everything that can be declared. */
export type Capability = ModelCapability | LanguageCapability;

/** An HTTP answer as the vendor's server gave it. */
export interface WireResponse {
  /** Left out: `text/event-stream` for streams, `application/json` otherwise. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The bytes as recorded, or a value that is sent as JSON. */
  readonly body: unknown;
}

/** What a request must hold. */
export interface ExpectedRequest {
  /** The path must end so. */
  readonly path?: string;
  /** Must be in the JSON body; further fields may be there too. */
  readonly body?: unknown;
}

/** What an answer must be; a field that is left out is not compared. */
export interface ExpectedAnswer {
  readonly text?: string;
  readonly reasoning?: string;
  /** In order; the arguments are compared as JSON. */
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finishReason?: FinishReason;
  /** The fields that are named are compared, `undefined` too: a number that the wire lacks must stay unknown. */
  readonly usage?: Partial<Usage>;
}

/** A call of a language model with its answer. */
export interface LanguageSample {
  readonly name: string;
  /** The capabilities that this sample proves: they are used in the call and seen in the answer. */
  readonly shows?: readonly LanguageCapability[];
  readonly call: LanguageCall;
  readonly expected: ExpectedAnswer;
  readonly request?: ExpectedRequest;
  /** The streamed answer on the wire. Left out for a model in this process. */
  readonly stream?: WireResponse;
  /** The answer on the wire when it is not streamed. Needed where the model has `generate`. */
  readonly whole?: WireResponse;
}

/** What every sample that is not of a language model has. */
interface SampleOnWire {
  readonly request?: ExpectedRequest;
  /** The answer on the wire. Left out for a model in this process. */
  readonly response?: WireResponse;
}

/** A score call with its answer. */
export interface ScoreSample extends SampleOnWire {
  readonly call: ScoreCall;
  /** log p of each continuation (natural logarithm). Left out: only the laws are tested. */
  readonly expected?: readonly number[];
}

/** Texts with their vectors. */
export interface EmbedSample extends SampleOnWire {
  readonly texts: readonly string[];
  readonly expected?: readonly (readonly number[])[];
}

/** Documents with their order. */
export interface RerankSample extends SampleOnWire {
  readonly query: string;
  readonly documents: readonly string[];
  /** Positions of the documents, the most relevant first. */
  readonly expected?: readonly number[];
}

/** A text or call with its number of tokens. */
export interface CountSample extends SampleOnWire {
  readonly call: string | LanguageCall;
  readonly expected?: number;
}

/** Where a model under test is to send its requests, and with which key. */
export interface ModelPlace {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  /** A key that must appear nowhere but in the request's headers. */
  readonly apiKey: string;
}

/** What {@link testProvider} takes. */
export interface ProviderUnderTest {
  /**
   * Makes the model, without retries of its own: the kit counts requests. It is called for every case; for a model in this
   * process (no sample has bytes of a wire) only once.
   */
  readonly create: (place: ModelPlace) => Model | Promise<Model>;
  /** What the model can do. Each must be shown by a method or a sample; what is not declared must be refused. */
  readonly capabilities: readonly Capability[];
  /** The first one is the plain one: text in, at least two pieces of text out. */
  readonly language?: readonly LanguageSample[];
  readonly score?: ScoreSample;
  readonly embed?: EmbedSample;
  readonly rerank?: RerankSample;
  readonly countTokens?: CountSample;
  /** The vendor's shape of an error. Left out: `{ error: { message } }`. */
  readonly errorBody?: (status: number, message: string) => unknown;
  /** How long anything may take, in milliseconds. Left out: 10 s. */
  readonly patienceMs?: number;
}
