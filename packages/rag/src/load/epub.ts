// EPUB books (EPUB 3.3) as Markdown: the chapters of the spine, each with the place of its file.
import { invalidInput } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import { broken } from './broken-file.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { PlacedText } from './placed-text.ts';
import { childrenOf, find, findAll, textOf, xmlTree } from './xml.ts';
import { resolvePart, ZipParts } from './zip-parts.ts';

const what = 'EPUB book';

/** The document in a book; its navigation and pictures are left out. */
export function readEpub(id: string, bytes: Uint8Array): SourceDocument {
  const parts = ZipParts.read(bytes, what, name => /\.(?:x?html?|xml|opf)$/i.test(name));
  const main = find(xmlTree(parts.need('META-INF/container.xml', what)), 'rootfile')?.attributes['full-path'] ?? '';
  const book = xmlTree(parts.need(main, what));
  const locked = new Set(
    findAll(xmlTree(parts.text('META-INF/encryption.xml') ?? ''), 'CipherReference').map(one =>
      decoded(one.attributes.URI),
    ),
  );
  const manifest = new Map(
    childrenOf(find(book, 'manifest'), 'item').map(one => [one.attributes.id ?? '', one.attributes]),
  );
  const text = new PlacedText();
  let chapters = 0;
  for (const { attributes } of childrenOf(find(book, 'spine'), 'itemref')) {
    const item = manifest.get(attributes.idref ?? '');
    if (!item?.href || item.properties?.split(/\s+/).includes('nav')) continue;
    const part = resolvePart(main, decoded(item.href));
    if (locked.has(part))
      throw invalidInput('The EPUB book is protected against copying. Ask its seller for one that is not.');
    const page = parts.text(part);
    if (page === undefined) continue;
    chapters++;
    text.place(part).block(htmlToMarkdown(page, { wholePage: true, xhtml: true }).text);
  }
  if (chapters === 0) throw broken(what, new Error('it has no chapters'));
  const metadata = find(book, 'metadata');
  const title = textOf(childrenOf(metadata, 'title')[0]).trim();
  const authors = childrenOf(metadata, 'creator')
    .map(one => textOf(one).trim())
    .filter(Boolean);
  return text.document(id, { ...(title && { title }), ...(authors.length > 0 && { metadata: { authors } }) });
}

function decoded(reference = ''): string {
  const path = reference.split('#', 1)[0]!;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
