// Makes a part of an image, a sound or a document, and finds out what it is.
import { invalidInput } from './errors.ts';
import type { FilePart } from './message.ts';

const signatures: readonly (readonly [mediaType: string, bytes: readonly number[], at?: number])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', [0x57, 0x45, 0x42, 0x50], 8],
  ['image/avif', [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66], 4],
  ['image/heic', [0x66, 0x74, 0x79, 0x70, 0x68, 0x65, 0x69, 0x63], 4],
  ['image/bmp', [0x42, 0x4d]],
  ['image/tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['image/tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['audio/wav', [0x57, 0x41, 0x56, 0x45], 8],
  ['audio/mpeg', [0x49, 0x44, 0x33]],
  ['audio/mpeg', [0xff, 0xfb]],
  ['audio/mpeg', [0xff, 0xf3]],
  ['audio/ogg', [0x4f, 0x67, 0x67, 0x53]],
  ['audio/flac', [0x66, 0x4c, 0x61, 0x43]],
  ['video/mp4', [0x66, 0x74, 0x79, 0x70], 4],
  ['video/webm', [0x1a, 0x45, 0xdf, 0xa3]],
  ['application/pdf', [0x25, 0x50, 0x44, 0x46]],
];

const extensions: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  webm: 'video/webm',
  pdf: 'application/pdf',
};

/**
 * A part for an image, a sound or a document. The media type is read from the first bytes, or from the end of the URL.
 *
 * @throws ModeshiftError `invalid-input` when the media type is not given and cannot be told.
 * @example
 * ```ts
 * import { filePart } from '@modeshift/core';
 *
 * const photo = filePart(new URL('https://example.com/成都.jpg'));
 * console.log(photo.mediaType); // image/jpeg
 * ```
 */
export function filePart(
  data: Uint8Array | URL,
  options: { readonly mediaType?: string; readonly filename?: string } = {},
): FilePart {
  const mediaType = options.mediaType ?? (data instanceof URL ? typeOfUrl(data) : typeOfBytes(data));
  if (mediaType === undefined) {
    throw invalidInput('The kind of this file cannot be told from its content. Give "mediaType", e.g. "text/csv".');
  }
  return { type: 'file', mediaType, data, ...(options.filename !== undefined && { filename: options.filename }) };
}

function typeOfBytes(bytes: Uint8Array): string | undefined {
  return signatures.find(([, wanted, at = 0]) => wanted.every((byte, i) => bytes[at + i] === byte))?.[0];
}

function typeOfUrl(url: URL): string | undefined {
  if (url.protocol === 'data:') return /^([\w.+-]+\/[\w.+-]+)/.exec(url.pathname)?.[1];
  return extensions[/\.(\w+)$/.exec(url.pathname)?.[1]?.toLowerCase() ?? ''];
}
