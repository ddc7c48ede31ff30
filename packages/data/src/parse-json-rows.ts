// JSON Lines and JSON arrays as rows, each object with the line it starts on.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { TableRow } from './table.ts';

/**
 * Reads one JSON object per line; blank lines are skipped.
 *
 * @see https://jsonlines.org
 * @throws ModeshiftError `invalid-input` for the first line that is not a JSON object, with its number.
 */
export function parseJsonLines(text: string, name: string): TableRow[] {
  const rows: TableRow[] = [];
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const source = text.slice(start, end).trim();
    start = end + 1;
    if (source === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(source);
    } catch (error) {
      throw notJson(
        `${name}: line ${line} is not valid JSON: ${reasonOf(error)}. Give one JSON object per line.`,
        error,
      );
    }
    if (!isObject(value)) {
      throw invalidInput(
        `${name}: line ${line} is ${kindOf(value)}, not a JSON object. Give one object per line, e.g. {"text": "…", "label": "…"}.`,
      );
    }
    rows.push({ line, values: value });
  }
  return rows;
}

/**
 * Reads a JSON array of objects, or an object whose only list of objects are the rows (`{ "data": [ … ] }`).
 *
 * @throws ModeshiftError `invalid-input` for anything else, with the line where it is known.
 */
export function parseJsonArray(text: string, name: string): TableRow[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notJson(`${name} is not valid JSON: ${reasonOf(error)}.`, error);
  }
  let list: unknown = value;
  let opening = text.indexOf('[');
  if (isObject(value)) {
    const lists = Object.entries(value).filter(([, field]) => Array.isArray(field) && field.some(isObject));
    if (lists.length !== 1) {
      throw invalidInput(
        `${name} is one JSON object ${lists.length === 0 ? 'without a list of rows' : `with several lists (${lists.map(([key]) => key).join(', ')})`}. Give an array of objects or one object per line.`,
      );
    }
    list = lists[0]![1];
    opening = valuePosition(text, lists[0]![0]);
  }
  if (!Array.isArray(list)) throw invalidInput(`${name} holds ${kindOf(list)}. Give an array of objects.`);
  const lines = elementLines(text, opening);
  return list.map((item: unknown, index) => {
    const line = lines[index] ?? 1;
    if (!isObject(item)) {
      throw invalidInput(`${name}: item ${index + 1} (line ${line}) is ${kindOf(item)}, not an object. Give objects.`);
    }
    return { line, values: item };
  });
}

/** The lines on which the elements of the array at `opening` start. The text is valid JSON. */
function elementLines(text: string, opening: number): number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let awaits = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a) line++;
    if (i < opening || code <= 0x20) continue;
    if (awaits && depth === 1 && code !== 0x5d) {
      lines.push(line);
      awaits = false;
    }
    if (code === 0x22) {
      i = endOfString(text, i);
    } else if (code === 0x5b || code === 0x7b) {
      depth++;
      if (depth === 1) awaits = true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
      if (depth === 0) break;
    } else if (code === 0x2c && depth === 1) awaits = true;
  }
  return lines;
}

/** Where the value of a field of the outer object starts. The text is valid JSON. */
function valuePosition(text: string, key: string): number {
  let depth = 0;
  let position = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      const end = endOfString(text, i);
      if (depth === 1 && JSON.parse(text.slice(i, end + 1)) === key) {
        const after = /^\s*:\s*/.exec(text.slice(end + 1, end + 200));
        if (after) position = end + 1 + after[0].length;
      }
      i = end;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
  }
  return position;
}

function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/\.$/, '');
}

function notJson(message: string, cause: unknown): ModeshiftError {
  return new ModeshiftError({ tag: 'invalid-input' }, message, { cause });
}
