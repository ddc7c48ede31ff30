// Files as documents.
import { readFile, stat } from 'node:fs/promises';
import { ModeshiftError } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import type { FailedSource } from '../ingest/ingest.ts';
import { type LoadOptions, limitsOf, type RawSource, readSources, tooLarge } from './read-sources.ts';

/**
 * Reads files one after another: text of any usual encoding, Markdown, source code, CSV and TSV, JSON and JSON Lines, WebVTT and
 * SubRip, HTML (the main content), XLSX, PPTX, EPUB, OpenDocument, and with `mammoth`, `unpdf` or `postal-mime` installed DOCX, PDF
 * and e-mail messages. A file that is broken, protected, too large, too slow or of an unknown kind is given as failed with a reason,
 * and the next one is read. The id of a document is its path as given; its places name rows, slides, chapters, values or times.
 *
 * @throws ModeshiftError `invalid-input` for a limit that is none, `aborted`.
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { loadFiles } from '@modeshift/rag';
 *
 * writeFileSync('page.html', '<nav>菜单</nav><main><h1>退款</h1><p>七天内可以退款。</p></main>');
 * writeFileSync('broken.pdf', '这不是 PDF');
 * for await (const source of loadFiles(['page.html', 'broken.pdf'])) {
 *   console.log('error' in source ? source.error.reason.tag : source.text.split('\n'));
 * }
 * // [ '# 退款', '', '七天内可以退款。' ]
 * // invalid-input
 * ```
 */
export async function* loadFiles(
  paths: Iterable<string> | AsyncIterable<string>,
  options: LoadOptions = {},
): AsyncGenerator<SourceDocument | FailedSource> {
  const { maxBytes } = limitsOf(options);
  yield* readSources(rawFiles(paths, maxBytes), options);
}

async function* rawFiles(paths: Iterable<string> | AsyncIterable<string>, maxBytes: number): AsyncGenerator<RawSource> {
  for await (const id of paths) yield { id, content: async () => ({ bytes: await bytesOf(id, maxBytes) }) };
}

async function bytesOf(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw tooLarge(path, size, maxBytes);
    return await readFile(path);
  } catch (error) {
    if (ModeshiftError.is(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ModeshiftError({ tag: 'storage', path, ...(code && { code }) }, `"${path}" cannot be read: ${message}`, {
      cause: error,
    });
  }
}
