// A table's two columns as labelled texts: rows without a text or a label are dropped and counted.
import { invalidInput } from '@modeshift/core';
import { type DataWarning, dataWarning, shownLines } from './data-warning.ts';
import { valueAt } from './json-columns.ts';
import { nearestName } from './nearest-name.ts';
import { type Setting, type SettingNames, writeSetting } from './setting-names.ts';
import type { Table } from './table.ts';

/** A text with its label and the line it stands on. */
export interface LabelledExample {
  /** As it stands in the file. */
  readonly text: string;
  /** Without spaces around it. */
  readonly label: string;
  /** 1-based. */
  readonly line: number;
}

/** What {@link readExamples} takes. */
export interface ReadExamplesOptions {
  readonly table: Table;
  /** The column of the texts; a dotted path in JSON rows. */
  readonly input: string;
  /** The column of the labels; a dotted path in JSON rows. */
  readonly label: string;
  /** How the caller's settings are called in messages. */
  readonly settingNames?: SettingNames;
}

/** Labelled texts, and what was odd about them. */
export interface ExamplesRead {
  readonly examples: readonly LabelledExample[];
  readonly warnings: readonly DataWarning[];
}

/**
 * Takes the labelled texts out of a table. Numbers and booleans become strings; an empty, missing or `null` value counts
 * as empty, and its row is dropped and counted.
 *
 * @throws ModeshiftError `invalid-input` for a column that does not exist (with those that do and the nearest name), for a
 * column that holds lists or objects, and when no row is left.
 * @example
 * ```ts
 * import { parseTable, readExamples } from '@modeshift/data';
 *
 * const table = parseTable({ name: 'a.csv', bytes: 'text,label\n你好, greeting \n,greeting\nbye,farewell\n' });
 * const { examples, warnings } = readExamples({ table, input: 'text', label: 'label' });
 * console.log(examples.length, examples[0]?.label); // 2 greeting
 * console.log(warnings[0]?.message); // a.csv: 1 row has no text and was dropped. Line 3.
 * ```
 */
export function readExamples(options: ReadExamplesOptions): ExamplesRead {
  const { table, input, label, settingNames } = options;
  requireColumn(table, input, 'input', settingNames);
  requireColumn(table, label, 'label', settingNames);
  if (input === label) {
    throw invalidInput(
      `${writeSetting(settingNames, 'input', input)} and ${writeSetting(settingNames, 'label', label)} are the same column. Columns of ${table.name}: ${table.columns.join(', ')}.`,
    );
  }
  const examples: LabelledExample[] = [];
  const withoutText = { count: 0, lines: [] as number[] };
  const withoutLabel = { count: 0, lines: [] as number[] };
  for (const { line, values } of table.rows) {
    const text = asText(valueAt(values, input), table, input, line);
    const name = asText(valueAt(values, label), table, label, line).trim();
    const missing = text.trim() === '' ? withoutText : name === '' ? withoutLabel : undefined;
    if (missing) {
      missing.count++;
      if (missing.lines.length < shownLines) missing.lines.push(line);
    } else examples.push({ text, label: name, line });
  }
  const source = table.name;
  const warnings: DataWarning[] = [];
  if (withoutText.count > 0) warnings.push(dataWarning({ code: 'empty-text', ...withoutText, source }));
  if (withoutLabel.count > 0) warnings.push(dataWarning({ code: 'empty-label', ...withoutLabel, source }));
  if (examples.length === 0) {
    const empty = withoutText.count >= withoutLabel.count ? input : label;
    throw invalidInput(
      `${table.name}: no row has both a text and a label; column "${empty}" is empty. Columns: ${table.columns.join(', ')}.`,
    );
  }
  return { examples, warnings };
}

function asText(value: unknown, table: Table, column: string, line: number): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const path = Array.isArray(value) ? `${column}.0` : `${column}.${Object.keys(value)[0] ?? 'field'}`;
  throw invalidInput(
    `${table.name}: column "${column}" holds ${Array.isArray(value) ? 'a list' : 'an object'} on line ${line}, not a text. Name one field in it, e.g. "${path}".`,
  );
}

function requireColumn(table: Table, column: string, setting: Setting, names: SettingNames | undefined): void {
  if (table.columns.includes(column)) return;
  if (table.rows.some(row => valueAt(row.values, column) !== undefined)) return;
  const shown = table.columns.slice(0, 30).map(name => (name.length > 40 ? `${name.slice(0, 39)}…` : name));
  const list = `Columns: ${shown.join(', ')}${table.columns.length > shown.length ? ', …' : ''}.`;
  const nearest = nearestName(column, table.columns);
  const advice = headerLooksLikeData(table)
    ? 'The first line looks like data: put a header line such as text,label above it.'
    : `Use ${nearest === undefined ? `one of them with ${writeSetting(names, setting)}` : writeSetting(names, setting, nearest)}.`;
  throw invalidInput(`There is no column "${column}" in ${table.name}. ${list} ${advice}`);
}

/** A column's name that is also a value below it, as a label in a file without a header is. */
function headerLooksLikeData(table: Table): boolean {
  if (table.delimiter === undefined) return false;
  const rows = table.rows.slice(0, 1000);
  return table.columns.some(column => {
    const bare = column.replace(/_\d+$/, '');
    return rows.some(row => row.values[column] === column || (bare !== column && row.values[column] === bare));
  });
}
