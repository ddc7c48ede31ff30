// The bytes of a file as a document: by its kind, with the libraries of that kind.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { codeLanguage } from '../chunk/code-languages.ts';
import type { SourceDocument } from '../chunk/document.ts';
import { markdownDocument } from '../chunk/markdown-blocks.ts';
import { plainBlocks } from '../chunk/plain-blocks.ts';
import { broken, optional } from './broken-file.ts';
import { declaredEncoding, decodeText } from './decode-text.ts';
import { readEmail } from './email.ts';
import { readEpub } from './epub.ts';
import { type HtmlOptions, htmlToMarkdown } from './html-to-markdown.ts';
import { readJson, readJsonLines } from './json.ts';
import { readOdf } from './odf.ts';
import { readPptx } from './pptx.ts';
import type { SourceContent } from './read-sources.ts';
import { readSubtitles } from './subtitles.ts';
import { readTable } from './table.ts';
import { readXlsx } from './xlsx.ts';

type Read = (id: string, bytes: Uint8Array, encoding?: string) => SourceDocument | Promise<SourceDocument>;

const fromText =
  (read: (id: string, text: string) => SourceDocument): Read =>
  (id, bytes, encoding) =>
    read(id, decodeText(bytes, encoding).toWellFormed());
const plain = fromText((id, text) => ({ id, text, blocks: plainBlocks(text) }));
const code = fromText((id, text) => ({ id, text, blocks: plainBlocks(text).map(one => ({ ...one, kind: 'code' })) }));
const markdown = fromText(markdownDocument);
const table = fromText(readTable);
const json = fromText(readJson);
const jsonLines = fromText(readJsonLines);
const subtitles = fromText(readSubtitles);
const page =
  (xhtml: boolean): Read =>
  (id, bytes, encoding) =>
    fromHtml(id, decodeText(bytes, encoding ?? declaredEncoding(bytes)), { xhtml });
const html = page(false);

/** Who reads a file, by the end of its name. */
const readers: Readonly<Record<string, Read>> = {
  ...{
    txt: plain,
    text: plain,
    log: plain,
    rst: plain,
    adoc: plain,
    tex: plain,
    md: markdown,
    markdown,
    mdx: markdown,
  },
  ...{ csv: table, tsv: table, json, jsonl: jsonLines, ndjson: jsonLines, vtt: subtitles, srt: subtitles },
  ...{ html, htm: html, xhtml: page(true), docx: readDocx, pdf: readPdf, xlsx: readXlsx, xlsm: readXlsx },
  ...{ pptx: readPptx, pptm: readPptx, epub: readEpub, odt: readOdf, ods: readOdf, odp: readOdf, eml: readEmail },
};

/** Binary kinds of old programs, and what to save them as. */
const replaced: Readonly<Record<string, string>> = {
  doc: 'docx',
  xls: 'xlsx',
  xlsb: 'xlsx',
  ppt: 'pptx',
  msg: 'eml',
  rtf: 'docx',
};

const endOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

function readerOf(name: string): Read | undefined {
  const end = endOf(name);
  if (Object.hasOwn(readers, end)) return readers[end];
  return codeLanguage(name) === undefined ? undefined : code;
}

/** Whether a file of this name can be read. */
export const canRead = (name: string): boolean => readerOf(name) !== undefined;

/** The document in the bytes of a file; errors say what is wrong with it. */
export async function readSource(id: string, { bytes, name = id, encoding }: SourceContent): Promise<SourceDocument> {
  const read = readerOf(name);
  if (read) return read(id, bytes, encoding);
  const end = endOf(name);
  const advice = Object.hasOwn(replaced, end)
    ? `Save it as .${replaced[end]} with the program that made it.`
    : `Known kinds: ${Object.keys(readers).join(', ')}, and source code.`;
  throw new ModeshiftError(
    { tag: 'unsupported', feature: `files of the kind "${end}"` },
    `"${id}" is of a kind that cannot be read. ${advice}`,
  );
}

function fromHtml(id: string, page: string, options: HtmlOptions): SourceDocument {
  const { text, title } = htmlToMarkdown(page, options);
  return markdownDocument(id, text.toWellFormed(), title === undefined ? {} : { title });
}

async function readDocx(id: string, bytes: Uint8Array): Promise<SourceDocument> {
  const { default: mammoth } = await optional('mammoth', () => import('mammoth'));
  const images = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  try {
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage: images });
    return fromHtml(id, value, { wholePage: true });
  } catch (error) {
    throw broken('Word document', error);
  }
}

async function readPdf(id: string, bytes: Uint8Array): Promise<SourceDocument> {
  const { extractText, getDocumentProxy } = await optional('unpdf', () => import('unpdf'));
  let parts: string[];
  try {
    parts = (await extractText(await getDocumentProxy(bytes, { verbosity: 0 }), { mergePages: false })).text;
  } catch (error) {
    if ((error as Error).name === 'PasswordException')
      throw invalidInput('The PDF is protected by a password. Save it without one.');
    throw broken('PDF', error);
  }
  const pages: number[] = [];
  let text = '';
  for (const part of parts) {
    if (text !== '') text += '\n\n';
    pages.push(text.length);
    text += part.trim().toWellFormed();
  }
  if (text.trim() === '')
    throw invalidInput('The PDF has no text, only pictures of it. Read it with an OCR program first.');
  return { id, text, blocks: plainBlocks(text), pages };
}
