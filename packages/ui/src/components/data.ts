// JSON and tables.
import { invalidInput } from '@modeshift/core';
import {
  facts,
  type Given,
  type InputComponent,
  type InputOptions,
  type OutputComponent,
  reader,
} from './component.ts';

/** Options of {@link json}. */
export interface JsonOptions extends InputOptions {
  readonly value?: unknown;
}

/** What a cell of a {@link table} holds. */
export type Cell = string | number | boolean | null;

/** The value of a {@link table}. */
export interface Table {
  readonly columns: readonly string[];
  /** As many cells in each as there are columns. */
  readonly rows: readonly (readonly Cell[])[];
}

/** Options of {@link table}. */
export interface TableOptions extends InputOptions {
  /** The columns that a person fills in. Left out: any. */
  readonly columns?: readonly string[];
  readonly value?: Table;
}

/**
 * Any JSON value.
 *
 * @example
 * ```ts
 * import { app, json } from '@modeshift/ui';
 *
 * app({ title: '回声' }).fn('echo', { input: { value: json() }, output: json() }, async ({ value }) => ({ 收到: value }));
 * ```
 */
export function json<const Options extends JsonOptions>(
  options: Options = {} as Options,
): InputComponent<unknown> & OutputComponent<unknown> {
  return {
    kind: 'json',
    ...facts(options),
    wire: {
      type: 'json',
      className: 'Json',
      schema: { type: {}, description: 'any valid json' },
      pythonType: 'str | float | bool | list | dict',
      example: { foo: 'bar' },
      props: { value: options.value ?? null },
    },
    read: wire => wire ?? undefined,
    write: written => written ?? null,
  };
}

/**
 * A table.
 *
 * @throws ModeshiftError `invalid-input` for repeated columns.
 * @example
 * ```ts
 * import { app, table } from '@modeshift/ui';
 *
 * app({ title: '表' }).fn('cities', { output: table() }, async () => ({
 *   columns: ['城市', '人口（百万）'],
 *   rows: [['成都', 21.4], ['上海', 24.9]],
 * }));
 * ```
 */
export function table<const Options extends TableOptions>(
  options: Options = {} as Options,
): InputComponent<Given<Table, Options>> & OutputComponent<Table> {
  const { columns } = options;
  if (columns && new Set(columns).size < columns.length) throw invalidInput('A column of the table is there twice.');
  const cell = { type: ['string', 'number', 'boolean', 'null'] };
  const rows = { type: 'array', items: { type: 'array', items: cell } };
  const schema = {
    type: 'object',
    properties: {
      headers: { type: 'array', items: { type: 'string' } },
      data: rows,
      metadata: { anyOf: [{ type: 'object' }, { type: 'null' }] },
    },
    required: ['headers', 'data'],
  };
  return {
    kind: 'table',
    ...facts({ ...options, ...(options.value && { value: onWire(options.value) }) }),
    wire: {
      type: 'dataframe',
      className: 'Dataframe',
      schema: { ...schema, title: 'DataframeData' },
      pythonType: 'dict(headers: list[Any], data: list[list[Any]], metadata: dict(str, list[Any] | None) | None)',
      example: { headers: ['a', 'b'], data: [['foo', 'bar']] },
      props: { headers: columns ?? null, value: options.value ? onWire(options.value) : null },
    },
    read: reader<Table, Options>({ anyOf: [schema, rows] }, options, wire => {
      const { headers, data } = Array.isArray(wire)
        ? { headers: columns ?? (wire[0] as Cell[] | undefined)?.map((_, i) => String(i + 1)) ?? [], data: wire }
        : (wire as { headers: string[]; data: Cell[][] });
      if (columns && headers.join('\0') !== columns.join('\0'))
        throw invalidInput(`The columns must be ${columns.join(', ')}.`);
      const ragged = data.findIndex(row => row.length !== headers.length);
      if (ragged >= 0)
        throw invalidInput(`Row ${ragged + 1} has ${data[ragged]!.length} cells instead of ${headers.length}.`);
      return { columns: headers, rows: data };
    }),
    write: onWire,
  };
}

function onWire({ columns, rows }: Table): { headers: readonly string[]; data: Table['rows']; metadata: null } {
  return { headers: columns, data: rows, metadata: null };
}
