// What every provider over HTTP may be told about the way to its server, checked before any I/O.
import { invalidInput } from '../errors.ts';
import type { Price } from '../usage.ts';

/** How to reach a server, whoever runs it. */
export interface HttpOptions {
  /** Extra HTTP headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the model costs. Left out: the package's price list for the vendor's own endpoint, unknown elsewhere. */
  readonly price?: Price;
  /**
   * Milliseconds that an attempt may take: to the end of an answer that is not streamed; to the first chunk, and between two
   * chunks, of one that is. Left out: 300,000, the most that Node's own fetch waits.
   */
  readonly timeoutMs?: number;
  /** How often a request is repeated after 408, 409, 429, 5xx or a lost connection, before any answer began. Left out: 2. */
  readonly maxRetries?: number;
  /** Milliseconds between two looks at a tuning job or a batch. Left out: 15,000. */
  readonly pollMs?: number;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Options with everything filled in. */
export type HttpSettings = Required<Omit<HttpOptions, 'price'>>;

/**
 * Fills in what was left out.
 *
 * @throws ModeshiftError `invalid-input` for a limit or number that makes no sense.
 * @example
 * ```ts
 * import { httpSettings } from '@modeshift/core/provider';
 *
 * console.log(httpSettings({ timeoutMs: 0.5 }).timeoutMs, httpSettings({}).maxRetries); // 1 2
 * ```
 */
export function httpSettings(options: HttpOptions): HttpSettings {
  const { timeoutMs = 300_000, maxRetries = 2, pollMs = 15_000 } = options;
  if (!(timeoutMs > 0)) throw invalidInput('timeoutMs must be more than 0 milliseconds.');
  if (!(pollMs > 0)) throw invalidInput('pollMs must be more than 0 milliseconds.');
  if (!Number.isInteger(maxRetries) || maxRetries < 0) throw invalidInput('maxRetries must be 0 or a whole number.');
  return {
    headers: options.headers ?? {},
    timeoutMs: Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1),
    maxRetries,
    pollMs: Math.min(pollMs, 2 ** 31 - 1),
    fetch: options.fetch ?? globalThis.fetch,
  };
}

/**
 * The address of a server.
 *
 * @param example how it is written, for the message.
 * @throws ModeshiftError `invalid-input` for another protocol, or an address that holds a user name or a password.
 * @example
 * ```ts
 * import { serverUrl } from '@modeshift/core/provider';
 *
 * console.log(serverUrl('http://127.0.0.1:8000/v1', 'https://host/v1').host); // 127.0.0.1:8000
 * ```
 */
export function serverUrl(text: string, example: string): URL {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalidInput(`The base URL is not an http(s) URL. Write it as ${example}.`);
  }
  if (url.username || url.password) {
    throw invalidInput('The base URL holds a user name or a password. Pass the key as apiKey instead.');
  }
  return url;
}

/**
 * Refuses a key that HTTP cannot carry: a character that it forbids would make fetch print the whole header.
 *
 * @throws ModeshiftError `invalid-input`, without the key.
 */
export function checkKey(name: string, key: string | undefined): void {
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return;
  throw invalidInput(`${name} is empty or holds a space, a line break or another character that no key has.`);
}

/** The environment's variables; none where there is no environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, where there is one. */
export function processEnvironment(): Environment {
  return (globalThis as { process?: { env?: Environment } }).process?.env ?? {};
}

/** A variable that says something: one that is empty counts as not set. */
export function variableIn(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}
