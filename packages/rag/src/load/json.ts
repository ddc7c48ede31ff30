// JSON and JSON Lines as readable lines, each with the path of its value (RFC 9535's normalized form, shortened).
import { invalidInput } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import { plainBlocks } from '../chunk/plain-blocks.ts';
import { tooMuch } from './broken-file.ts';
import { PlacedText } from './placed-text.ts';

const maxDepth = 200;

/** A line `name: value` for each value; the entries of a list of objects are paragraphs of their own. */
export function readJson(id: string, source: string): SourceDocument {
  const text = new PlacedText();
  write(text, parsed(source, 'The JSON'), '$', '', 0);
  return asDocument(id, text);
}

/** One value a line; blank lines count but say nothing. */
export function readJsonLines(id: string, source: string): SourceDocument {
  const text = new PlacedText();
  for (const [i, line] of source.split('\n').entries()) {
    if (line.trim() === '') continue;
    text.gap();
    write(text, parsed(line, `Line ${i + 1}`), `line ${i + 1}: $`, '', 0);
  }
  return asDocument(id, text);
}

function asDocument(id: string, written: PlacedText): SourceDocument {
  const { text, places } = written.document(id);
  return { id, text, blocks: plainBlocks(text), ...(places && { places }) };
}

/** Numbers that a double cannot hold keep all their digits. */
function parsed(source: string, what: string): unknown {
  const exact = /\d{16}/.test(source)
    ? (_: string, value: unknown, { source: digits }: { source?: string } = {}) =>
        typeof value === 'number' && digits !== undefined && /^-?\d{16,}$/.test(digits) ? new Digits(digits) : value
    : undefined;
  try {
    return JSON.parse(source, exact);
  } catch (error) {
    if (error instanceof RangeError) throw tooMuch('values too deep within each other');
    throw invalidInput(`${what} is not valid: ${(error as Error).message}`);
  }
}

class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function write(text: PlacedText, value: unknown, path: string, name: string, depth: number): void {
  if (depth > maxDepth) throw tooMuch(`more than ${maxDepth} values within each other`);
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isPlain)) {
      text.place(path).line(lineOf(name, value.map(plainText).join(', ')));
      return;
    }
    for (const [i, one] of value.entries()) {
      text.gap();
      write(text, one, `${path}[${i}]`, name, depth + 1);
      text.gap();
    }
  } else if (isPlain(value)) text.place(path).line(lineOf(name, plainText(value)));
  else
    for (const [key, one] of Object.entries(value as object)) {
      const inner = name === '' ? key : `${name}.${key}`;
      write(text, one, path + step(key), inner, depth + 1);
    }
}

const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object' || value instanceof Digits;
const plainText = (value: unknown): string => (value instanceof Digits ? value.text : String(value)).trim();
const lineOf = (name: string, value: string): string =>
  `${name === '' ? '' : `${name.replaceAll(/\s+/g, ' ')}: `}${value.replaceAll(/\n\s*\n/g, '\n')}`;
const step = (key: string): string => (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
