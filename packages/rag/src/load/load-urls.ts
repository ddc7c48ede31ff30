// Pages and files of servers as documents.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import type { FailedSource } from '../ingest/ingest.ts';
import { type Download, type DownloadRules, download } from './download.ts';
import { canRead } from './read-source.ts';
import { type LoadOptions, limitsOf, type RawSource, readSources, type SourceContent } from './read-sources.ts';
import { robotsGate } from './robots-gate.ts';

/** Options of {@link loadUrls}. */
export interface UrlOptions extends LoadOptions {
  /** The hosts that may be asked: `example.com` for itself, `*.example.com` for all below it. Redirects elsewhere are refused. */
  readonly allow: readonly string[];
  /** Whether hosts of this machine and of private networks may be asked. Default false. */
  readonly privateAddresses?: boolean;
  /** Sent to the host of the URL and not to where it redirects, e.g. `{ authorization: … }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Why `robots.txt` of the hosts need not be kept to, e.g. `'our own site'`. Left out: it is kept to. */
  readonly ignoreRobots?: string;
}

/** What a media type is, as the end of a file's name. */
const kinds: Readonly<Record<string, string>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'xhtml',
  'application/pdf': 'pdf',
  'text/markdown': 'md',
  'text/csv': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'jsonl',
  'text/vtt': 'vtt',
  'message/rfc822': 'eml',
  'application/epub+zip': 'epub',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
};

/**
 * Fetches URLs one after another and reads them as `loadFiles` does, by their media type. Only allowed hosts are asked, and only at
 * public addresses, which is checked for every answer of the name service when the connection is made, and anew for every redirect.
 * What cannot be fetched or read is given as failed, and the next one is fetched. The id of a document is its URL as given. Links are
 * not followed.
 *
 * The `robots.txt` of each host is asked once and kept to (RFC 9309, https://www.rfc-editor.org/rfc/rfc9309) as the crawler
 * `modeshift`, or the one that `headers` names as `user-agent`. A host that has none allows all; where it cannot be had, nothing is fetched.
 *
 * @throws ModeshiftError `invalid-input` for an empty `allow`, an empty reason or a limit that is none, `aborted`.
 * @example
 * ```ts
 * import { loadUrls } from '@modeshift/rag';
 *
 * const urls = ['http://169.254.169.254/latest/meta-data', 'https://elsewhere.example/a'];
 * for await (const source of loadUrls(urls, { allow: ['169.254.169.254', 'docs.example.com'] })) {
 *   console.log('error' in source && source.error.reason.tag);
 * }
 * // refused
 * // refused
 * ```
 */
export async function* loadUrls(
  urls: Iterable<string> | AsyncIterable<string>,
  options: UrlOptions,
): AsyncGenerator<SourceDocument | FailedSource> {
  const { allow, privateAddresses = false, headers = {}, ignoreRobots, signal } = options;
  const { maxBytes, timeoutMs } = limitsOf(options);
  if (ignoreRobots?.trim() === '') throw invalidInput('"ignoreRobots" is empty. Say why it need not be kept to.');
  const rules = { isAllowed: hostRule(allow), privateAddresses, headers, maxBytes, timeoutMs, signal };
  const mayAsk = ignoreRobots === undefined ? { mayAsk: robotsGate(rules) } : {};
  yield* readSources(rawUrls(urls, { ...rules, ...mayAsk }), options);
}

/** @throws ModeshiftError `invalid-input` for a list without a host, or something that is none. */
export function hostRule(allow: readonly string[] | undefined): (url: URL) => boolean {
  if (!allow || allow.length === 0) throw invalidInput('"allow" names no host. Give the hosts that may be asked.');
  const hosts = allow.map(one => {
    const isBelow = one.startsWith('*.');
    const host = isBelow ? one.slice(2) : one;
    const url = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : undefined;
    if (url?.pathname !== '/' || url.username !== '' || host.includes('*') || host.includes('/'))
      throw invalidInput(`"${one}" in "allow" is no host. Write "example.com" or "*.example.com".`);
    return { isBelow, name: url.hostname, port: /[^:]:(\d+)$/.exec(host)?.[1] ?? '' };
  });
  return url => {
    const asked = url.port || (url.protocol === 'https:' ? '443' : '80');
    return hosts.some(
      ({ isBelow, name, port }) =>
        (isBelow ? url.hostname.endsWith(`.${name}`) : url.hostname === name) && (port === '' || port === asked),
    );
  };
}

async function* rawUrls(
  urls: Iterable<string> | AsyncIterable<string>,
  rules: DownloadRules,
): AsyncGenerator<RawSource> {
  for await (const id of urls)
    yield {
      id,
      ...(URL.canParse(id) && { uri: id }),
      content: async () => {
        if (!URL.canParse(id)) throw invalidInput(`"${id}" is no URL. Write it whole, with https://.`);
        return contentOf(id, await download(new URL(id), rules));
      },
    };
}

function contentOf(id: string, { bytes, url, type, charset }: Download): SourceContent {
  const path = url.pathname;
  const encoding = charset === undefined ? {} : { encoding: charset };
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind) return { bytes, name: `page.${kind}`, ...encoding };
  // A general type says less than the name.
  if (
    ['', 'application/octet-stream', 'binary/octet-stream', 'application/zip'].includes(type) ||
    type.startsWith('text/')
  ) {
    if (canRead(path)) return { bytes, name: path, ...encoding };
    if (type === 'text/plain') return { bytes, name: 'page.txt', ...encoding };
  }
  throw new ModeshiftError(
    { tag: 'unsupported', feature: `pages of the type "${type}"` },
    `"${id}" is of the type "${type}", which cannot be read.`,
  );
}
