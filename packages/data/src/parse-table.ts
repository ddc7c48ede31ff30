// Bytes or text to a table: refuses what is no text, decodes, finds the format and reads it. Runs in browsers too.
import { invalidInput } from '@modeshift/core';
import type { DataWarning } from './data-warning.ts';
import { decodeText } from './decode-text.ts';
import { jsonColumns } from './json-columns.ts';
import { parseDelimited } from './parse-delimited.ts';
import { parseJsonArray, parseJsonLines } from './parse-json-rows.ts';
import { refuseBinary } from './refuse-binary.ts';
import type { SettingNames } from './setting-names.ts';
import type { Table, TableFormat, TableRow } from './table.ts';

/** Content of a table with the name of its file, which messages use. */
export interface TableSource {
  readonly name: string;
  /** The file's bytes, or its text where it is decoded already. */
  readonly bytes: Uint8Array | string;
}

/** How a table is read. */
export interface ReadTableOptions {
  /** Left out: by the file's ending and its first character. */
  readonly format?: TableFormat;
  /** Left out: comma, tab, semicolon or pipe, whichever fits. */
  readonly delimiter?: string;
  /** A label of the Encoding Standard, e.g. `'gbk'`. Left out: detected. */
  readonly encoding?: string;
  /** Fail when a larger share of the rows has a wrong number of fields. Left out: 0.1. */
  readonly maxRaggedShare?: number;
  /** How the caller's settings are called in messages. */
  readonly settingNames?: SettingNames;
}

/**
 * Reads a table from memory: CSV, TSV (comma, tab, semicolon or pipe), JSON Lines or a JSON array of objects.
 *
 * @throws ModeshiftError `invalid-input` with one sentence that says what to do: a binary file, an empty one, only a
 * header, a quote that is never closed, too many ragged rows, a line that is not JSON.
 * @example
 * ```ts
 * import { parseTable } from '@modeshift/data';
 *
 * const table = parseTable({ name: 'a.csv', bytes: 'text;label\n"很好;\n谢谢";good\nbad;bad\n' });
 * console.log(table.columns.join(), table.delimiter, table.rows.map(row => row.line).join()); // text,label ; 2,4
 * ```
 */
export function parseTable(source: TableSource, options: ReadTableOptions = {}): Table {
  const { name } = source;
  const warnings: DataWarning[] = [];
  let text: string;
  let encoding = 'utf-8';
  if (typeof source.bytes === 'string') {
    text = source.bytes.replace(/^\ufeff/, '');
  } else {
    refuseBinary(source.bytes, name);
    const decoded = decodeText(source.bytes, name, options.encoding);
    text = decoded.text;
    encoding = decoded.encoding;
    warnings.push(...decoded.warnings);
  }
  if (/^\s*$/.test(text)) throw invalidInput(`${name} is empty. Give a file with a header line and rows below it.`);
  const format = options.format ?? (options.delimiter === undefined ? detectFormat(name, text) : 'csv');
  const table =
    format === 'csv' || format === 'tsv'
      ? readDelimited(text, name, format, options)
      : readJson(text, name, format, options.format === undefined);
  if (table.rows.length === 0) {
    const columns = table.columns.length > 0 ? ` (${table.columns.join(', ')})` : '';
    throw invalidInput(`${name} has a header${columns} but no rows. Add rows below it.`);
  }
  return { name, encoding, ...table, warnings: [...warnings, ...table.warnings] };
}

type ReadContent = Omit<Table, 'name' | 'encoding'>;

function readDelimited(text: string, name: string, format: 'csv' | 'tsv', options: ReadTableOptions): ReadContent {
  const { maxRaggedShare, settingNames } = options;
  const delimiter = options.delimiter ?? (options.format === 'tsv' ? '\t' : undefined);
  const parsed = parseDelimited(text, {
    name,
    ...(delimiter !== undefined && { delimiter }),
    ...(maxRaggedShare !== undefined && { maxRaggedShare }),
    ...(settingNames && { settingNames }),
  });
  return { ...parsed, format: parsed.delimiter === '\t' ? 'tsv' : format === 'tsv' ? 'csv' : format };
}

function readJson(text: string, name: string, format: 'json' | 'jsonl', isDetected: boolean): ReadContent {
  // A file of JSON Lines is often named .json.
  const used = format === 'json' && isDetected && isJsonPerLine(text) ? 'jsonl' : format;
  const rows: TableRow[] = used === 'jsonl' ? parseJsonLines(text, name) : parseJsonArray(text, name);
  if (rows.length === 0) throw invalidInput(`${name} has no rows. Give at least two objects.`);
  return { columns: jsonColumns(rows), rows, format: used, delimiter: undefined, warnings: [] };
}

function detectFormat(name: string, text: string): TableFormat {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  const first = text.trimStart()[0];
  if (ending === 'csv' || ending === 'tsv' || ending === 'tab') return 'csv';
  if (ending === 'jsonl' || ending === 'ndjson') return first === '[' && !isJsonPerLine(text) ? 'json' : 'jsonl';
  if (ending === 'json' || first === '[') return 'json';
  return first === '{' ? 'json' : 'csv';
}

/** Whether the first line is a whole JSON value and others follow: then there is one value per line. */
function isJsonPerLine(text: string): boolean {
  const trimmed = text.trim();
  const line = /^[^\n]*/.exec(trimmed)![0].trim();
  if (line.length === trimmed.length) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
