// What a caller may say about an OpenAI-compatible endpoint.
import type { HttpOptions } from '@modeshift/core/provider';

/** Where a model is served and how to reach it. */
export interface EndpointOptions extends HttpOptions {
  /**
   * The key. Left out: the environment variable `OPENAI_API_KEY`, but only for the endpoint that the environment names too: a
   * `baseURL` given in code gets no key from the environment, so that a key never travels to a server it was not made for.
   */
  readonly apiKey?: string;
  /** Left out: `OPENAI_BASE_URL`, and without it `https://api.openai.com/v1`. Most compatible servers end in `/v1`. */
  readonly baseURL?: string;
}

/** Options of `openai`. */
export interface OpenAIOptions extends EndpointOptions {
  /**
   * The wire. Left out: `responses` at OpenAI itself, `chat` (chat completions) everywhere else, because not every compatible
   * server has the other. The Responses API knows no `stop`, `seed`, penalties or sound; chat completions do not carry
   * reasoning from turn to turn.
   */
  readonly api?: 'responses' | 'chat';
  /** `responses` only: asks for a summary of the reasoning, to be read. Left out: none. */
  readonly reasoningSummary?: 'auto' | 'concise' | 'detailed';
  /**
   * `responses` only: makes the model keep to the schema of every tool whose schema allows it (closed objects whose properties
   * are all required). Left out: false.
   */
  readonly strictTools?: boolean;
  /**
   * `chat` only: the wire's name for the limit of tokens. Left out: `max_completion_tokens` for OpenAI and Azure, which refuse the other
   * name for reasoning models, and `max_tokens` elsewhere, because compatible servers know only that.
   */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** `chat` only: asks for usage in streams. Left out: true. Turn it off for a server that refuses `stream_options`. */
  readonly includeUsage?: boolean;
  /**
   * Sends the reasoning of earlier turns back. `responses`: as the encrypted item that came with the answer; left out: where
   * the model's name says that it reasons, because other models refuse the wish. `chat`: as `reasoning_content`; left out:
   * false, because most servers refuse it. Some need it inside a loop of tool calls.
   */
  readonly replayReasoning?: boolean;
}

/**
 * What `providerOptions.openai` takes. Every field goes into the request as it is, with the wire's own name, and wins over
 * ours; over responses `reasoning` and `text` are merged with ours, and `include` and `tools` added to them. Fields that are
 * not listed here are sent too.
 */
export interface OpenAICallOptions {
  readonly service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | null;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly safety_identifier?: string;
  readonly prompt_cache_retention?: 'in_memory' | '24h' | null;
  /** Over chat completions. */
  readonly verbosity?: 'low' | 'medium' | 'high';
  /** Over responses. */
  readonly text?: { readonly verbosity?: 'low' | 'medium' | 'high' };
  /** Over responses. */
  readonly reasoning?: Readonly<Record<string, unknown>>;
  /** Over responses, e.g. `['web_search_call.action.sources']`. */
  readonly include?: readonly string[];
  /** Tools that the server runs, over responses, e.g. `{ type: 'web_search' }`. */
  readonly tools?: readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}
