// What is used of LanceDB's official client and of Apache Arrow, and how they are found: both are optional, and 200 MB.
// https://lancedb.github.io/lancedb/js/
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';

/** A row, by column. */
export type Row = Record<string, unknown>;

/** A table of Arrow: only made and handed over. */
export type ArrowTable = object;

/** A query that is being built: each method but the last changes it and gives it back. */
interface AnyQuery {
  where(condition: string): this;
  select(columns: readonly string[]): this;
  limit(count: number): this;
  toArray(): Promise<Row[]>;
}

interface LanceQuery extends AnyQuery {
  orderBy(columns: readonly { readonly columnName: string }[]): this;
  fullTextSearch(query: object): this;
  nearestTo(vector: Float32Array): LanceVectorQuery;
}

interface LanceVectorQuery extends AnyQuery {
  column(name: string): this;
  distanceType(type: 'dot'): this;
  bypassVectorIndex(): this;
  nprobes(count: number): this;
  refineFactor(factor: number): this;
}

interface MergeInsert {
  whenMatchedUpdateAll(options?: { readonly where: string }): this;
  whenNotMatchedInsertAll(): this;
  whenNotMatchedBySourceDelete(options: { readonly where: string }): this;
  execute(rows: ArrowTable): Promise<{ readonly numUpdatedRows: number }>;
}

export interface LanceNativeTable {
  query(): LanceQuery;
  countRows(condition: string): Promise<number>;
  mergeInsert(on: string): MergeInsert;
  delete(condition: string): Promise<unknown>;
  schema(): Promise<{
    readonly fields: readonly { readonly name: string; readonly type: { readonly listSize?: number } }[];
    readonly metadata: ReadonlyMap<string, string>;
  }>;
  addColumns(field: object): Promise<unknown>;
  dropColumns(names: readonly string[]): Promise<unknown>;
  createIndex(column: string, options: { readonly config: object; readonly replace?: boolean }): Promise<void>;
  listIndices(): Promise<readonly { readonly name: string; readonly columns: readonly string[] }[]>;
  optimize(options: { readonly cleanupOlderThan: Date }): Promise<unknown>;
  stats(): Promise<{ readonly numRows: number; readonly fragmentStats: { readonly numFragments: number } }>;
  close(): void;
}

export interface LanceConnection {
  tableNames(): Promise<string[]>;
  openTable(name: string): Promise<LanceNativeTable>;
  createTable(name: string, rows: ArrowTable): Promise<LanceNativeTable>;
  dropTable(name: string): Promise<void>;
  close(): void;
}

interface Lance {
  connect(
    place: string,
    options: { readonly readConsistencyInterval: number; readonly storageOptions?: Readonly<Record<string, string>> },
  ): Promise<LanceConnection>;
  makeArrowTable(rows: readonly Row[], options: { readonly schema: object }): ArrowTable;
  readonly MatchQuery: new (query: string, column: string) => object;
  readonly Index: {
    btree(): object;
    fts(options: Readonly<Record<string, unknown>>): object;
    labelList(): object;
    ivfRq(options: Readonly<Record<string, unknown>>): object;
  };
}

type Make<Arguments extends unknown[] = []> = new (...given: Arguments) => object;

interface Arrow {
  readonly Schema: Make<[fields: readonly object[], metadata?: ReadonlyMap<string, string>]>;
  readonly Field: Make<[name: string, type: object, nullable: boolean]>;
  readonly Utf8: Make;
  readonly Bool: Make;
  readonly Int32: Make;
  readonly Float32: Make;
  readonly Float64: Make;
  readonly List: Make<[item: object]>;
  readonly FixedSizeList: Make<[size: number, item: object]>;
}

/** Both packages, of one place: LanceDB knows the types of its own Arrow only. */
export interface LancePackages {
  readonly lance: Lance;
  readonly arrow: Arrow;
}

/**
 * Loads them from the project in `folder`, or else from beside this package.
 *
 * @throws ModeshiftError `unsupported` where they are not installed.
 */
export function loadLancePackages(folder: string): LancePackages {
  let cause: unknown;
  // It would print, as warnings, that another process was ahead in joining pieces, which is handled.
  process.env.LANCEDB_LOG ??= 'error';
  for (const from of [join(folder, 'index.js'), import.meta.url])
    try {
      const load = createRequire(from);
      const lance = load('@lancedb/lancedb') as Lance;
      return { lance, arrow: createRequire(load.resolve('@lancedb/lancedb'))('apache-arrow') as Arrow };
    } catch (error) {
      cause = error;
    }
  throw new ModeshiftError(
    { tag: 'unsupported', feature: '@lancedb/lancedb' },
    'A store in LanceDB needs its client, about 200 MB: npm install @lancedb/lancedb apache-arrow@18.',
    { cause },
  );
}
