// From text and files to blocks of content.
import { type FilePart, ModeshiftError, type PromptCacheHint, type TextPart } from '@modeshift/core';
import { toBase64 } from '@modeshift/core/provider';

/** A block of a request. */
export type Block = Record<string, unknown> & { readonly type: string; cache_control?: CacheControl };

/** Where the wire puts a cache point, and for how long. */
export interface CacheControl {
  readonly type: 'ephemeral';
  readonly ttl?: '1h';
}

/** A hint as the wire's cache control, which knows five minutes and one hour: the shortest that is long enough, at most an hour. */
export function cacheControl(hint: PromptCacheHint | undefined): { cache_control?: CacheControl } {
  if (!hint) return {};
  return { cache_control: { type: 'ephemeral', ...((hint.ttlSeconds ?? 0) > 300 && { ttl: '1h' as const }) } };
}

/** Text or a file as a block; `undefined` for empty text, which the wire refuses. */
export function toContent(part: TextPart | FilePart, citations: boolean): Block | undefined {
  if (part.type === 'file') return { ...fileBlock(part, citations), ...cacheControl(part.cache) };
  return part.text === '' ? undefined : { type: 'text', text: part.text, ...cacheControl(part.cache) };
}

function fileBlock(part: FilePart, citations: boolean): Block {
  const { mediaType } = part;
  const data = part.data instanceof URL && part.data.protocol === 'data:' ? bytesOf(part.data) : part.data;
  if (/^image\/(jpeg|png|gif|webp)$/.test(mediaType)) return { type: 'image', source: binary(data, mediaType) };
  const about = {
    ...(part.filename !== undefined && { title: part.filename }),
    ...(citations && { citations: { enabled: true } }),
  };
  if (mediaType === 'application/pdf') return { type: 'document', source: binary(data, mediaType), ...about };
  if (/^text\/|^application\/(json|xml|yaml|x-yaml|javascript)$|\+(json|xml)$/.test(mediaType)) {
    if (data instanceof URL) throw unsupported(`a URL of ${mediaType}: read the file and pass its bytes`);
    const text = new TextDecoder().decode(data);
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: text }, ...about };
  }
  throw unsupported(`${mediaType} as input`);
}

function binary(data: Uint8Array | URL, mediaType: string): Record<string, string> {
  return data instanceof URL
    ? { type: 'url', url: data.href }
    : { type: 'base64', media_type: mediaType, data: toBase64(data) };
}

function bytesOf(url: URL): Uint8Array {
  const [head = '', body = ''] = splitOnce(url.href, ',');
  const text = decodeURIComponent(body);
  return head.endsWith(';base64')
    ? Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    : new TextEncoder().encode(text);
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The error of what this wire cannot carry. */
export function unsupported(feature: string): ModeshiftError {
  return new ModeshiftError({ tag: 'unsupported', feature }, `The Messages API cannot carry ${feature}.`);
}
