// Delimited text as a table: header, rows of the header's width, everything else counted.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { countOf, type DataWarning, dataWarning, shownLines } from './data-warning.ts';
import { detectDelimiter, toldDelimiter } from './detect-delimiter.ts';
import { nameColumns } from './name-columns.ts';
import { type DelimitedRecord, readRecords } from './read-records.ts';
import { type SettingNames, writeSetting } from './setting-names.ts';
import type { TableRow } from './table.ts';

/** Options of {@link parseDelimited}. */
export interface ParseDelimitedOptions {
  /** The file's name, for messages. */
  readonly name: string;
  /** Left out: detected. */
  readonly delimiter?: string;
  /** Fail when a larger share of the rows is ragged: then delimiter or quotes are wrong. Left out: 0.1. */
  readonly maxRaggedShare?: number;
  readonly settingNames?: SettingNames;
}

/** What {@link parseDelimited} gives. */
export interface ParsedDelimited {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  readonly delimiter: string;
  readonly warnings: readonly DataWarning[];
}

/** Reads delimited text with a header. Blank rows are skipped, ragged ones skipped and counted. */
export function parseDelimited(text: string, options: ParseDelimitedOptions): ParsedDelimited {
  const told = toldDelimiter(text);
  const delimiter = options.delimiter ?? detectDelimiter(text);
  const body = told ? text.slice(told.start) : text;
  const read = (quotes: boolean): ParsedDelimited =>
    readTableRows(readRecords(body, { delimiter, quotes }), delimiter, told ? 1 : 0, options);
  try {
    return read(true);
  } catch (error) {
    if (delimiter !== '\t' || !ModeshiftError.is(error, 'invalid-input')) throw located(error, options.name);
    // Tab-separated files are often written without any quoting: then quotes are characters like others.
    try {
      const plain = read(false);
      const warning = dataWarning({ code: 'quotes-literal', count: 1, source: options.name });
      return { ...plain, warnings: [...plain.warnings, warning] };
    } catch {
      throw located(error, options.name);
    }
  }
}

function readTableRows(
  records: Iterable<DelimitedRecord>,
  delimiter: string,
  skippedLines: number,
  options: ParseDelimitedOptions,
): ParsedDelimited {
  const { name: source, maxRaggedShare = 0.1 } = options;
  let columns: string[] | undefined;
  const warnings: DataWarning[] = [];
  const rows: TableRow[] = [];
  const ragged = { count: 0, lines: [] as number[], firstWidth: 0 };
  const stray = { count: 0, lines: [] as number[] };
  for (const record of records) {
    const { fields } = record;
    if (fields.every(field => field === '')) {
      if (fields.length !== 1 || columns?.length !== 1) continue;
    }
    const line = record.line + skippedLines;
    if (record.strayQuote) {
      stray.count++;
      if (stray.lines.length < shownLines) stray.lines.push(line);
    }
    if (columns === undefined) {
      const named = nameColumns(dropEmptyEnd(fields));
      columns = named.columns;
      warnings.push(...named.warnings.map(warning => dataWarning({ ...warning, source })));
      continue;
    }
    const width = columns.length;
    if (fields.length < width || hasTextBeyond(fields, width)) {
      ragged.firstWidth ||= fields.length;
      ragged.count++;
      if (ragged.lines.length < shownLines) ragged.lines.push(line);
      continue;
    }
    const values: Record<string, string> = {};
    for (let i = 0; i < width; i++) values[columns[i]!] = fields[i]!;
    rows.push({ line, values });
  }
  if (columns === undefined) throw invalidInput('is empty. Give a header line such as text,label and rows below it.');
  const total = rows.length + ragged.count;
  if (ragged.count > total * maxRaggedShare) {
    throw tooRagged(ragged, total, columns.length, delimiter, options.settingNames);
  }
  if (ragged.count > 0) {
    warnings.push(dataWarning({ code: 'ragged-rows', count: ragged.count, lines: ragged.lines, source }));
  }
  if (stray.count > 0) {
    warnings.push(dataWarning({ code: 'stray-quotes', count: stray.count, lines: stray.lines, source }));
  }
  return { columns, rows, delimiter, warnings };
}

/** A header may end in delimiters without names, as spreadsheets write them; the rows' cells there are empty too. */
function dropEmptyEnd(header: readonly string[]): readonly string[] {
  let end = header.length;
  while (end > 1 && header[end - 1]!.trim() === '') end--;
  return header.slice(0, end);
}

function hasTextBeyond(fields: readonly string[], width: number): boolean {
  for (let i = width; i < fields.length; i++) if (fields[i]!.trim() !== '') return true;
  return false;
}

function tooRagged(
  ragged: { readonly count: number; readonly lines: readonly number[]; readonly firstWidth: number },
  total: number,
  width: number,
  delimiter: string,
  names: SettingNames | undefined,
): Error {
  const shown = delimiter === '\t' ? 'tab' : JSON.stringify(delimiter);
  const more = ragged.count > ragged.lines.length ? ', …' : '';
  return invalidInput(
    `has ${countOf(ragged.count, 'row')} of ${total.toLocaleString('en-US')} without the header's ${countOf(width, 'field')} ` +
      `(lines ${ragged.lines.join(', ')}${more}; line ${ragged.lines[0]} has ${ragged.firstWidth}). ` +
      `Quote fields that contain the delimiter ${shown}, or set another with ${writeSetting(names, 'delimiter')}.`,
  );
}

/** Puts the file's name in front of an error about its content. */
function located(error: unknown, name: string): unknown {
  if (!ModeshiftError.is(error, 'invalid-input')) return error;
  const separator = /^(is|has) /.test(error.message) ? ' ' : ': ';
  return new ModeshiftError(error.reason, `${name}${separator}${error.message}`, { cause: error });
}
