// One page or file from a server, with every address checked when the connection is made.
import { lookup as resolve } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ModeshiftError, throwIfAborted } from '@modeshift/core';
import { isPublicAddress } from './address-rules.ts';
import { tooLarge } from './read-sources.ts';

/** What may be fetched, and how much. */
export interface DownloadRules {
  readonly isAllowed: (url: URL) => boolean;
  readonly privateAddresses: boolean;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Throws where a URL that is allowed is not to be asked all the same; asked anew for every redirect. */
  readonly mayAsk?: (url: URL) => Promise<void>;
  /** Gives the beginning of what is larger than `maxBytes`. Left out: that is an error. */
  readonly cut?: boolean;
}

/** What a server gave. */
export interface Download {
  readonly bytes: Uint8Array;
  /** Where it was found, after redirects. */
  readonly url: URL;
  /** The media type in small letters without parameters; empty where the server names none. */
  readonly type: string;
  readonly charset: string | undefined;
}

const maxRedirects = 5;

/** Fetches a URL; each redirect is held against the same rules. */
export async function download(url: URL, rules: DownloadRules): Promise<Download> {
  const late = AbortSignal.timeout(rules.timeoutMs);
  const signal = rules.signal ? AbortSignal.any([rules.signal, late]) : late;
  try {
    let at = url;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      check(at, rules);
      await rules.mayAsk?.(at);
      const response = await get(at, rules, signal, at.origin === url.origin ? rules.headers : {});
      const { statusCode: status = 0, headers } = response;
      if (status >= 300 && status < 400 && headers.location !== undefined) {
        response.destroy();
        at = target(headers.location, at);
        continue;
      }
      if (status !== 200) {
        response.destroy();
        throw failed(url, status);
      }
      const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';').map(one => one.trim());
      const charset = parameters
        .find(one => /^charset=/i.test(one))
        ?.slice(8)
        .replaceAll('"', '');
      return { bytes: await bodyOf(response, at, rules), url: at, type: type.toLowerCase(), charset };
    }
    throw refused(`"${url.href}" redirects more than ${maxRedirects} times.`);
  } catch (error) {
    throwIfAborted(rules.signal);
    if (late.aborted)
      throw new ModeshiftError(
        { tag: 'timeout', limit: 'total', ms: rules.timeoutMs },
        `"${url.href}" took more than ${rules.timeoutMs} ms. Raise "timeoutMs" or try again.`,
        { cause: error },
      );
    if (ModeshiftError.is(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ModeshiftError({ tag: 'network', ...(code && { code }) }, `"${url.href}" cannot be fetched: ${message}`, {
      cause: error,
    });
  }
}

const refused = (message: string): ModeshiftError => new ModeshiftError({ tag: 'refused' }, message);

function failed(url: URL, status: number): ModeshiftError {
  const message = `The server of "${url.href}" answered with status ${status}.`;
  if (status === 404 || status === 410) return new ModeshiftError({ tag: 'not-found', status }, message);
  if (status === 401 || status === 403) return new ModeshiftError({ tag: 'authentication', status }, message);
  if (status === 429) return new ModeshiftError({ tag: 'rate-limit', status }, message);
  return new ModeshiftError({ tag: status >= 500 ? 'server' : 'refused', status }, message);
}

function target(location: string, from: URL): URL {
  try {
    return new URL(location, from);
  } catch (error) {
    throw new ModeshiftError({ tag: 'refused' }, `"${from.href}" redirects to something that is no URL.`, {
      cause: error,
    });
  }
}

function check(url: URL, { isAllowed, privateAddresses }: DownloadRules): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused(`"${url.href}" is not fetched: only https: and http: are.`);
  if (url.username !== '' || url.password !== '')
    throw refused(`A URL of "${url.host}" holds a name or a password, which a citation would show. Use "headers".`);
  if (!isAllowed(url)) throw refused(`"${url.href}" is not fetched: add "${url.hostname}" to "allow" if it may be.`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) > 0 && !privateAddresses && !isPublicAddress(host)) throw privateAddress(url.hostname, host);
}

const privateAddress = (host: string, address: string): ModeshiftError =>
  refused(
    `"${host}" is not fetched: its address ${address} is not public. Set "privateAddresses" (--private-addresses) if it may be.`,
  );

/** Names are resolved here and nowhere else, so that what was checked is what is connected to. */
const publicLookup: LookupFunction = (host, options, done) => {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, []);
    const wrong = addresses.find(one => !isPublicAddress(one.address));
    if (wrong) return done(privateAddress(host, wrong.address), []);
    if (options.all) return done(null, addresses);
    return done(null, addresses[0]!.address, addresses[0]!.family);
  });
};

function get(
  url: URL,
  { privateAddresses }: DownloadRules,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const options = {
      agent: false,
      signal,
      headers: { 'user-agent': 'modeshift', accept: '*/*', 'accept-encoding': 'gzip, br', ...headers },
      ...(privateAddresses ? {} : { lookup: publicLookup }),
    } as const;
    request(url, options, done).on('error', fail).end();
  });
}

/** The body, unpacked, no further than the limit. */
async function bodyOf(response: IncomingMessage, url: URL, { maxBytes, cut }: DownloadRules): Promise<Uint8Array> {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const unpack = { gzip: createGunzip, 'x-gzip': createGunzip, br: createBrotliDecompress, deflate: createInflate }[
    coding
  ];
  if (!unpack && coding !== 'identity' && coding !== '') {
    response.destroy();
    throw refused(`"${url.href}" is sent as "${coding}", which cannot be unpacked.`);
  }
  let body: Readable = response;
  if (unpack) {
    const unpacked = unpack();
    response.on('error', error => unpacked.destroy(error)).pipe(unpacked);
    body = unpacked;
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of body) {
      parts.push(part as Uint8Array);
      size += (part as Uint8Array).byteLength;
      if (size <= maxBytes) continue;
      if (cut) break;
      throw tooLarge(url.href, size, maxBytes);
    }
  } finally {
    response.destroy();
  }
  return Buffer.concat(parts);
}
