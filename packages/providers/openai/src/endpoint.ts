// From options and environment to an endpoint that is known to be complete, before any I/O.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { EndpointOptions } from './options.ts';

const defaultBaseURL = 'https://api.openai.com/v1';
const defaultTimeoutMs = 300_000;

/** A checked endpoint. It holds the key: it is kept in private fields only and never printed. */
export interface Endpoint {
  readonly baseURL: string;
  /** Host with port, for messages. */
  readonly host: string;
  readonly apiKey: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Served by OpenAI itself or by Azure, which speak the wire's newest words. */
  readonly isOpenAI: boolean;
  /** The endpoint came from the environment or is the default: the environment's key and organisation belong to it. */
  readonly isFromEnvironment: boolean;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly fetch: typeof globalThis.fetch;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Checks the options. Throws `authentication` for a missing key, `invalid-input` for anything else that is wrong. */
export function resolveEndpoint(options: EndpointOptions, environment: Environment = processEnvironment()): Endpoint {
  const isFromEnvironment = options.baseURL === undefined;
  const baseURL = (options.baseURL ?? nonEmpty(environment.OPENAI_BASE_URL) ?? defaultBaseURL).replace(/\/+$/, '');
  const url = URL.parse(baseURL);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalidInput('The base URL is not an http(s) URL. Write it as https://host/v1.');
  }
  if (url.username || url.password) {
    throw invalidInput('The base URL holds a user name or a password. Pass the key as apiKey instead.');
  }
  const apiKey = options.apiKey ?? (isFromEnvironment ? nonEmpty(environment.OPENAI_API_KEY) : undefined);
  const isOpenAI = /(^|\.)openai\.com$|\.openai\.azure\.com$|\.services\.ai\.azure\.com$/.test(url.hostname);
  if (apiKey === undefined && isOpenAI) {
    throw new ModeshiftError(
      { tag: 'authentication' },
      `${url.host} needs a key. Set the environment variable OPENAI_API_KEY or pass apiKey; for a local server set OPENAI_BASE_URL.`,
    );
  }
  // A character that HTTP forbids would make fetch print the whole header.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw invalidInput('The API key is empty or holds a space, a line break or another character that no key has.');
  }
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  if (!(timeoutMs > 0)) throw invalidInput('timeoutMs must be more than 0 milliseconds.');
  const maxRetries = options.maxRetries ?? 2;
  if (!Number.isInteger(maxRetries) || maxRetries < 0) throw invalidInput('maxRetries must be 0 or a whole number.');
  return {
    baseURL,
    host: url.host,
    apiKey,
    headers: options.headers ?? {},
    isOpenAI,
    isFromEnvironment,
    timeoutMs: Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1),
    maxRetries,
    fetch: options.fetch ?? globalThis.fetch,
  };
}

function processEnvironment(): Environment {
  return (globalThis as { process?: { env?: Environment } }).process?.env ?? {};
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
