// What a server may be told.
import { invalidInput } from '@modeshift/core';
import type { AuthOptions } from './auth.ts';
import type { FeedbackSink } from './feedback.ts';
import type { CallRate } from './rate-limit.ts';

/** Options of a server. */
export interface ServerOptions {
  /** Left out: nobody is asked who they are. */
  readonly auth?: AuthOptions;
  /** Calls and uploads of each user, or of each address where there are no users. Left out: no limit. */
  readonly rate?: CallRate;
  /** The path under which a proxy shows this server, e.g. `/demo`. Requests may come with it or without. Left out: none. */
  readonly rootPath?: string;
  /** The address of a page that lists this app beside others, seen from this app's, e.g. `../`: its page links there. Left out: none. */
  readonly home?: string;
  /** Host names that requests may be sent to, besides this machine's own. `['*']` allows all. Left out: on 127.0.0.1 none, elsewhere all. */
  readonly allowedHosts?: readonly string[];
  /** Other sites whose pages may call, e.g. `https://example.org`. `['*']` allows all, without cookies. Left out: none. */
  readonly allowedOrigins?: readonly string[];
  /** Whether `X-Forwarded-For` and `X-Forwarded-Host` come from a proxy of yours. Left out: `false`. */
  readonly trustProxy?: boolean;
  readonly limits?: Limits;
  /** Where uploads are kept while they are used. Left out: a folder among the temporary files. */
  readonly filesFolder?: string;
  /** Where it goes what visitors think of the answers of conversations. Left out: the page does not ask. */
  readonly feedback?: FeedbackSink;
  /** Who may read `/metrics`: a bearer token. Left out: whoever may call functions. `false`: nobody. */
  readonly metrics?: { readonly token: string } | false;
  /** Told of errors that visitors are not shown. Left out: printed with `console.error`. */
  readonly onError?: (error: unknown, facts: { readonly fn: string; readonly reference: string }) => void;
}

/** Limits of a server. */
export interface Limits {
  /** Of a request that is no upload, in bytes. Left out: 10 MB. */
  readonly maxBodyBytes?: number;
  /** Of one uploaded file, in bytes. Left out: 200 MB. */
  readonly maxFileBytes?: number;
  /** Of all files that are kept, in bytes. Left out: 10 GB. */
  readonly maxStoredBytes?: number;
  /** Files that nobody has used for so long are deleted. Left out: a day. */
  readonly fileIdleMs?: number;
  /** Sessions that are remembered. Left out: 10,000. */
  readonly maxSessions?: number;
  /** Sessions that nobody has used for so long are forgotten. Left out: an hour. */
  readonly sessionIdleMs?: number;
  /** Of the state of one session, in bytes. Left out: 1 MB. */
  readonly maxStateBytes?: number;
  /** Calls of one session that have not ended. Left out: 100. */
  readonly maxCallsPerSession?: number;
  /** How long calls go on when their reader is gone, for a network that comes back. Left out: 5 s. */
  readonly graceMs?: number;
  /** How often a silent stream is kept open. Left out: 15 s. */
  readonly heartbeatMs?: number;
}

/** Options with what was left out. */
export type FullLimits = Required<Limits>;

/** Checks limits and fills in what was left out. */
export function fullLimits(limits: Limits = {}): FullLimits {
  const full: FullLimits = {
    maxBodyBytes: 10e6,
    maxFileBytes: 200e6,
    maxStoredBytes: 10e9,
    fileIdleMs: 24 * 3600e3,
    maxSessions: 10_000,
    sessionIdleMs: 3600e3,
    maxStateBytes: 1e6,
    maxCallsPerSession: 100,
    graceMs: 5000,
    heartbeatMs: 15_000,
    ...limits,
  };
  for (const [name, value] of Object.entries(full))
    if (!(typeof value === 'number' && value >= (name === 'graceMs' ? 0 : 1)))
      throw invalidInput(`limits.${name} must be 1 or more, not ${value}.`);
  return full;
}

/** Checks a path under which a server stands: empty, or `/a/b` without a slash at the end. */
export function cleanRootPath(path = ''): string {
  const clean = path.replace(/\/+$/, '');
  if (clean && !/^(\/[\w.~-]+)+$/.test(clean)) throw invalidInput(`rootPath must look like "/demo", not "${path}".`);
  return clean;
}
