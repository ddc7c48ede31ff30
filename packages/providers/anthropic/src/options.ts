// What a caller may say about a model of the Messages API, and about one call to it.
import type { HttpOptions } from '@modeshift/core/provider';

/** Options of `anthropic`. */
export interface AnthropicOptions extends HttpOptions {
  /**
   * The key, sent as `x-api-key`. Left out: the environment variable `ANTHROPIC_API_KEY`, but only for the endpoint that the
   * environment names too: a `baseURL` given in code gets no key from the environment, so that a key never travels to a server
   * it was not made for.
   */
  readonly apiKey?: string;
  /** A token sent as `Authorization: Bearer`, for gateways. Left out: `ANTHROPIC_AUTH_TOKEN`, as for `apiKey`. */
  readonly authToken?: string;
  /** Left out: `ANTHROPIC_BASE_URL`, and without it `https://api.anthropic.com`. The path `/v1` is added by the client. */
  readonly baseURL?: string;
  /** The limit of generated tokens where a call gives none: the wire demands one. Left out: 16,384. */
  readonly maxTokens?: number;
  /**
   * How thinking is asked for: `adaptive` with an effort (Claude 4.6 and later), `budget` with a number of tokens (earlier ones,
   * and most compatible servers). Left out: by the model's name.
   */
  readonly thinking?: 'adaptive' | 'budget';
  /**
   * How structured output is asked for: `native` through the wire's own output format (Claude 4.5 and later), `tool` through a
   * tool that must be called. Left out: by the model's name.
   */
  readonly structuredOutput?: 'native' | 'tool';
  /** Asks for citations of every document of a call. Left out: false. */
  readonly citations?: boolean;
}

/**
 * What `providerOptions.anthropic` takes. Fields that are not listed here go into the request as they are, with the wire's own
 * names (`service_tier`, `metadata`, `context_management` …), and win over ours; `output_config` is merged with ours.
 */
export interface AnthropicCallOptions {
  /** Asks for citations of every document of this call. */
  readonly citations?: boolean;
  /** Beta features, sent as `anthropic-beta`. */
  readonly betas?: readonly string[];
  /** Tools that the server runs, such as `{ type: 'web_search_20260209', name: 'web_search' }`; added to those of the call. */
  readonly tools?: readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}
