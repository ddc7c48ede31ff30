// From options and environment to an endpoint that is known to be complete, before any I/O.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { AnthropicOptions } from './options.ts';

const defaultBaseURL = 'https://api.anthropic.com';
const defaultTimeoutMs = 300_000;

/** A checked endpoint. It holds the key: it is kept in private fields only and never printed. */
export interface Endpoint {
  /** Without `/v1`. */
  readonly baseURL: string;
  /** Host with port, for messages. */
  readonly host: string;
  readonly apiKey: string | undefined;
  readonly authToken: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Served by Anthropic itself. */
  readonly isAnthropic: boolean;
  /** The endpoint came from the environment or is the default: the environment's keys and headers belong to it. */
  readonly isFromEnvironment: boolean;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly fetch: typeof globalThis.fetch;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Checks the options. Throws `authentication` for a missing key, `invalid-input` for anything else that is wrong. */
export function resolveEndpoint(options: AnthropicOptions, environment: Environment = processEnvironment()): Endpoint {
  const isFromEnvironment = options.baseURL === undefined;
  const given = options.baseURL ?? nonEmpty(environment.ANTHROPIC_BASE_URL) ?? defaultBaseURL;
  const baseURL = given.replace(/\/+$/, '').replace(/\/v1$/, '');
  const url = URL.parse(baseURL);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalidInput('The base URL is not an http(s) URL. Write it as https://host.');
  }
  if (url.username || url.password) {
    throw invalidInput('The base URL holds a user name or a password. Pass the key as apiKey instead.');
  }
  if (options.apiKey !== undefined && options.authToken !== undefined) {
    throw invalidInput('Pass apiKey or authToken, not both: they are two ways to say who you are.');
  }
  const isOwn = options.apiKey !== undefined || options.authToken !== undefined;
  const inherits = isFromEnvironment && !isOwn;
  const apiKey = options.apiKey ?? (inherits ? nonEmpty(environment.ANTHROPIC_API_KEY) : undefined);
  const authToken =
    options.authToken ?? (inherits && apiKey === undefined ? nonEmpty(environment.ANTHROPIC_AUTH_TOKEN) : undefined);
  const isAnthropic = /(^|\.)anthropic\.com$/.test(url.hostname);
  if (apiKey === undefined && authToken === undefined && isAnthropic) {
    throw new ModeshiftError(
      { tag: 'authentication' },
      `${url.host} needs a key. Set the environment variable ANTHROPIC_API_KEY or pass apiKey; for another server set ANTHROPIC_BASE_URL.`,
    );
  }
  // A character that HTTP forbids would make fetch print the whole header.
  for (const [name, secret] of Object.entries({ apiKey, authToken })) {
    if (secret !== undefined && !/^[\x21-\x7e]+$/.test(secret)) {
      throw invalidInput(`${name} is empty or holds a space, a line break or another character that no key has.`);
    }
  }
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  if (!(timeoutMs > 0)) throw invalidInput('timeoutMs must be more than 0 milliseconds.');
  const maxRetries = options.maxRetries ?? 2;
  if (!Number.isInteger(maxRetries) || maxRetries < 0) throw invalidInput('maxRetries must be 0 or a whole number.');
  return {
    baseURL,
    host: url.host,
    apiKey,
    authToken,
    headers: options.headers ?? {},
    isAnthropic,
    isFromEnvironment,
    timeoutMs: Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1),
    maxRetries,
    fetch: options.fetch ?? globalThis.fetch,
  };
}

/** The environment, where there is one. */
export function processEnvironment(): Environment {
  return (globalThis as { process?: { env?: Environment } }).process?.env ?? {};
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
