// Files in and out.
import type { Hono } from 'hono';
import { apiPrefix } from '../protocol/config.ts';
import { type FileStore, readStored, type StoredFile } from './file-store.ts';
import { isSafeToShow } from './media-type.ts';
import type { RouteContext, RouteEnv } from './request-facts.ts';
import { receiveUpload } from './upload.ts';

/** What the routes need. */
export interface FileRouteParts {
  /** The path of a request below the root. */
  readonly pathOf: (request: Request) => string;
  /** Counts an upload against its sender's rate; throws a refusal. */
  readonly pay: (c: RouteContext) => void;
}

/** Adds the routes. */
export function addFileRoutes(hono: Hono<RouteEnv>, store: FileStore, parts: FileRouteParts): void {
  const { pathOf, pay } = parts;
  hono.post(`${apiPrefix}/upload`, async c => {
    pay(c);
    const files = await receiveUpload(c.req.raw, store, c.var.user);
    return c.json(files.map(file => file.virtualPath));
  });

  hono.on(['GET', 'HEAD'], [`${apiPrefix}/file`, `${apiPrefix}/file/*`], c => {
    const asked = pathOf(c.req.raw).slice(apiPrefix.length + '/file='.length);
    const file = store.find(decoded(asked), c.var.user);
    return file ? fileResponse(c, file) : c.json({ detail: 'File not allowed' }, 403);
  });
}

function fileResponse(c: RouteContext, file: StoredFile): Response {
  const { size, mediaType, name } = file;
  const inline = isSafeToShow(mediaType);
  const headers = new Headers({
    'content-type': mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
    'content-disposition': `${inline ? 'inline' : 'attachment'}; filename="file"; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=3600',
    'content-security-policy': "sandbox; default-src 'none'",
  });
  const range = rangeOf(c.req.header('range'), size);
  if (range === 'none') return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } });
  const [start, end] = range ?? [0, size - 1];
  headers.set('content-length', String(end - start + 1));
  if (range) headers.set('content-range', `bytes ${start}-${end}/${size}`);
  const body = c.req.method === 'HEAD' ? null : readStored(file, start, end);
  return new Response(body, { status: range ? 206 : 200, headers });
}

/** One range of bytes; several, or another unit, are answered with the whole. */
export function rangeOf(
  header: string | undefined,
  size: number,
): readonly [start: number, end: number] | 'none' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start > end || start >= size ? 'none' : [start, end];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
