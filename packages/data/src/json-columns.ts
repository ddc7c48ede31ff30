// The columns of JSON rows: every path to a value, nested objects with dots.
import type { TableRow } from './table.ts';

const maxColumns = 500;
const maxDepth = 5;

/** The paths that have a value in any row, in the order in which they first appear; at most 500, five levels deep. */
export function jsonColumns(rows: readonly TableRow[]): string[] {
  const paths = new Set<string>();
  const visit = (values: Readonly<Record<string, unknown>>, prefix: string, depth: number): void => {
    for (const key in values) {
      const value = values[key];
      const path = prefix + key;
      if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < maxDepth) {
        visit(value as Record<string, unknown>, `${path}.`, depth + 1);
      } else if (paths.size < maxColumns) paths.add(path);
    }
  };
  for (const row of rows) visit(row.values, '', 1);
  return [...paths];
}

/**
 * The value of a column: the field of that name, or else the one at the end of the dotted path; a whole number steps into
 * a list (`messages.0.content`).
 *
 * @example
 * ```ts
 * import { valueAt } from '@modeshift/data';
 *
 * console.log(valueAt({ messages: [{ content: '你好' }] }, 'messages.0.content')); // 你好
 * ```
 */
export function valueAt(values: Readonly<Record<string, unknown>>, column: string): unknown {
  if (Object.hasOwn(values, column)) return values[column];
  if (!column.includes('.')) return undefined;
  let value: unknown = values;
  for (const step of column.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
