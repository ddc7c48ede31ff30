// From options and environment to an endpoint that is known to be complete, before any I/O.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { EndpointOptions } from './options.ts';

const defaultTimeoutMs = 300_000;

/** Who serves the wire: where it is, and which environment variables belong to it. */
export interface Service {
  /** The provider's name on models and errors. */
  readonly provider: string;
  readonly baseURL?: string;
  /** Environment variable of the base URL. */
  readonly urlVariable?: string;
  /** Environment variable of the key. */
  readonly keyVariable?: string;
  /** Hosts to which the key of the environment may go; `*.` at the start stands for any subdomain. */
  readonly hosts?: readonly string[];
}

const openaiService: Service = {
  provider: 'openai',
  baseURL: 'https://api.openai.com/v1',
  urlVariable: 'OPENAI_BASE_URL',
  keyVariable: 'OPENAI_API_KEY',
};

/** A checked endpoint. It holds the key: it is kept in private fields only and never printed. */
export interface Endpoint {
  readonly provider: string;
  readonly urlVariable: string | undefined;
  readonly keyVariable: string | undefined;
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
export function resolveEndpoint(
  options: EndpointOptions,
  environment: Environment = processEnvironment(),
  service: Service = openaiService,
): Endpoint {
  const { provider, urlVariable, keyVariable } = service;
  const isFromEnvironment = options.baseURL === undefined;
  const baseURL = (
    options.baseURL ??
    (urlVariable && nonEmpty(environment[urlVariable])) ??
    service.baseURL ??
    ''
  ).replace(/\/+$/, '');
  const url = URL.parse(baseURL);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalidInput('The base URL is not an http(s) URL. Write it as https://host/v1.');
  }
  if (url.username || url.password) {
    throw invalidInput('The base URL holds a user name or a password. Pass the key as apiKey instead.');
  }
  const isKeyHost = isFromEnvironment || (service.hosts ?? []).some(host => matchesHost(url.hostname, host));
  const isEncrypted = url.protocol === 'https:' || isFromEnvironment;
  const apiKey =
    options.apiKey ?? (keyVariable && isKeyHost && isEncrypted ? nonEmpty(environment[keyVariable]) : undefined);
  const isOpenAI = /(^|\.)openai\.com$|\.openai\.azure\.com$|\.services\.ai\.azure\.com$/.test(url.hostname);
  const isKeyNeeded = isOpenAI || (provider !== 'openai' && keyVariable !== undefined && isKeyHost);
  if (apiKey === undefined && isKeyNeeded && !isEncrypted) {
    throw invalidInput(`${url.host} needs a key, and a key of the environment is sent over https only.`);
  }
  if (apiKey === undefined && isKeyNeeded) {
    throw new ModeshiftError(
      { tag: 'authentication' },
      `${url.host} needs a key. Set the environment variable ${keyVariable} or pass apiKey${urlVariable ? `; for a local server set ${urlVariable}` : ''}.`,
    );
  }
  // A character that HTTP forbids would make fetch print the whole header.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw invalidInput('The API key is empty or holds a space, a line break or another character that no key has.');
  }
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  if (!(timeoutMs > 0)) throw invalidInput('timeoutMs must be more than 0 milliseconds.');
  if (options.pollMs !== undefined && !(options.pollMs > 0)) {
    throw invalidInput('pollMs must be more than 0 milliseconds.');
  }
  const maxRetries = options.maxRetries ?? 2;
  if (!Number.isInteger(maxRetries) || maxRetries < 0) throw invalidInput('maxRetries must be 0 or a whole number.');
  return {
    provider,
    urlVariable,
    keyVariable,
    baseURL,
    host: url.host,
    apiKey,
    headers: options.headers ?? {},
    isOpenAI,
    isFromEnvironment: isFromEnvironment && provider === 'openai',
    timeoutMs: Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1),
    maxRetries,
    fetch: options.fetch ?? globalThis.fetch,
  };
}

function matchesHost(hostname: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}

function processEnvironment(): Environment {
  return (globalThis as { process?: { env?: Environment } }).process?.env ?? {};
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
