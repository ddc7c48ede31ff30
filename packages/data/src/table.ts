// A table as read from a file: columns, rows with their line numbers, and what was odd.
import type { DataWarning } from './data-warning.ts';

/** The formats that can be read. */
export type TableFormat = 'csv' | 'tsv' | 'jsonl' | 'json';

/** One row. */
export interface TableRow {
  /** The line on which the row starts, 1-based, as an editor shows it. */
  readonly line: number;
  /** The values by column: strings in CSV and TSV, any JSON value in JSONL and JSON. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** A table as read from a file. */
export interface Table {
  /** The file's name, for messages. */
  readonly name: string;
  /** The columns in order. In JSONL and JSON: every path that has a value, nested ones with dots (`message.text`). */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** Any delimiter but the tab counts as `'csv'`. */
  readonly format: TableFormat;
  /** The encoding as the Encoding Standard calls it, e.g. `'utf-8'`, `'gb18030'`. */
  readonly encoding: string;
  /** The delimiter of CSV and TSV. */
  readonly delimiter: string | undefined;
  readonly warnings: readonly DataWarning[];
}
