// Chat completions as servers really send them: every field may be missing, whatever the specification says.

/** Content: text, or a list of parts (Mistral). */
export type WireContent = string | null | readonly WireContentPart[];

/** One part of listed content. */
export interface WireContentPart {
  readonly type?: string;
  readonly text?: string;
  readonly thinking?: string | readonly { readonly type?: string; readonly text?: string }[];
}

/** A tool call, whole or in part. */
export interface WireToolCall {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown } | null;
}

/** A message or the delta of one. */
export interface WireMessage {
  readonly content?: WireContent;
  readonly refusal?: string | null;
  /** DeepSeek, xAI, Qwen, GLM, Kimi, older vLLM. */
  readonly reasoning_content?: string | null;
  /** OpenRouter, Groq, Cerebras, Ollama, newer vLLM. */
  readonly reasoning?: string | null;
  /** OpenRouter: what must come back, signatures and encrypted thoughts included. */
  readonly reasoning_details?: readonly WireReasoningDetail[] | null;
  readonly tool_calls?: readonly WireToolCall[] | null;
  readonly annotations?: readonly WireAnnotation[] | null;
}

/** A piece of reasoning as OpenRouter keeps it. */
export interface WireReasoningDetail {
  readonly type?: string;
  readonly id?: string | null;
  readonly index?: number | null;
  readonly [field: string]: unknown;
}

/** A citation of OpenAI's or OpenRouter's web search. */
export interface WireAnnotation {
  readonly type?: string;
  readonly url_citation?: { readonly url?: string; readonly title?: string };
}

/** Token log-probabilities of a choice. */
export interface WireLogprobs {
  readonly content?: readonly WireLogprob[] | null;
  readonly refusal?: readonly WireLogprob[] | null;
}

/** One token's log-probability. */
export interface WireLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[] | null;
}

/** Usage. */
export interface WireUsage {
  readonly prompt_tokens?: number | null;
  readonly completion_tokens?: number | null;
  readonly total_tokens?: number | null;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number | null;
    readonly cache_write_tokens?: number | null;
  } | null;
  /** DeepSeek. */
  readonly prompt_cache_hit_tokens?: number | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number | null } | null;
}

/** What chunks and whole completions share. */
interface WireEnvelope {
  readonly id?: string | null;
  readonly model?: string | null;
  readonly usage?: WireUsage | null;
  /** Groq's older place for usage. */
  readonly x_groq?: { readonly usage?: WireUsage | null } | null;
  /** Perplexity. */
  readonly citations?: readonly unknown[] | null;
}

/** A whole completion. */
export interface WireCompletion extends WireEnvelope {
  readonly choices?:
    | readonly {
        readonly index?: number;
        readonly message?: WireMessage | null;
        readonly finish_reason?: string | null;
        readonly logprobs?: WireLogprobs | null;
      }[]
    | null;
}

/** One chunk of a stream. */
export interface WireChunk extends WireEnvelope {
  readonly choices?:
    | readonly {
        readonly index?: number;
        readonly delta?: WireMessage | null;
        readonly finish_reason?: string | null;
        readonly logprobs?: WireLogprobs | null;
      }[]
    | null;
}
