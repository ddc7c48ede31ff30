// The bytes of a file as a document: by its kind, with the libraries of that kind.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { parse } from 'csv-parse/sync';
import type { SourceDocument } from '../chunk/document.ts';
import { markdownDocument } from '../chunk/markdown-blocks.ts';
import { plainBlocks } from '../chunk/plain-blocks.ts';
import { decodeText } from './decode-text.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { markdownTable } from './markdown-table.ts';

/** What a file is, by the end of its name. */
const kinds: Readonly<Record<string, 'text' | 'markdown' | 'table' | 'html' | 'docx' | 'pdf'>> = {
  txt: 'text',
  text: 'text',
  log: 'text',
  md: 'markdown',
  markdown: 'markdown',
  csv: 'table',
  tsv: 'table',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  docx: 'docx',
  pdf: 'pdf',
};

/** Whether a file of this name can be read. */
export const canRead = (name: string): boolean => endOf(name) in kinds;

const endOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** The document in the bytes of a file; errors say what is wrong with it. */
export async function readSource(id: string, bytes: Uint8Array): Promise<SourceDocument> {
  const kind = kinds[endOf(id)];
  switch (kind) {
    case 'text': {
      const text = decodeText(bytes).toWellFormed();
      return { id, text, blocks: plainBlocks(text) };
    }
    case 'markdown':
      return markdownDocument(id, decodeText(bytes).toWellFormed());
    case 'table':
      return markdownDocument(id, tableText(decodeText(bytes)).toWellFormed());
    case 'html':
      return fromHtml(id, decodeText(bytes));
    case 'docx':
      return fromHtml(id, await docxToHtml(bytes));
    case 'pdf':
      return fromPdf(id, bytes);
    default:
      throw new ModeshiftError(
        { tag: 'unsupported', feature: `files of the kind "${endOf(id)}"` },
        `"${id}" is of a kind that cannot be read. Known kinds: ${Object.keys(kinds).join(', ')}.`,
      );
  }
}

function fromHtml(id: string, html: string): SourceDocument {
  const { text, title } = htmlToMarkdown(html);
  return markdownDocument(id, text.toWellFormed(), title === undefined ? {} : { title });
}

function tableText(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1);
  const delimiter = [',', ';', '\t', '|'].reduce((a, b) => (line.split(b).length > line.split(a).length ? b : a));
  try {
    const rows = parse(text, { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
    return markdownTable(rows);
  } catch (error) {
    throw new ModeshiftError({ tag: 'invalid-input' }, `The table cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function docxToHtml(bytes: Uint8Array): Promise<string> {
  const { default: mammoth } = await optional('mammoth', () => import('mammoth'));
  const images = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  try {
    return (await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage: images })).value;
  } catch (error) {
    throw broken('Word document', error);
  }
}

async function fromPdf(id: string, bytes: Uint8Array): Promise<SourceDocument> {
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

const broken = (what: string, error: unknown): ModeshiftError =>
  new ModeshiftError(
    { tag: 'invalid-input' },
    `The ${what} is damaged or of another kind: ${(error as Error).message}`,
    {
      cause: error,
    },
  );

async function optional<Library>(name: string, load: () => Promise<Library>): Promise<Library> {
  try {
    return await load();
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ModeshiftError(
      { tag: 'unsupported', feature: name },
      `Reading this needs "${name}": npm install ${name}.`,
      { cause: error },
    );
  }
}
