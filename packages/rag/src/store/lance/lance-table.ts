// One table: writes in turn and again after a conflict, small pieces joined now and then, LanceDB's errors as typed ones.
import { setTimeout as wait } from 'node:timers/promises';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { EmbeddingSpace } from '../store.ts';
import type { LanceNativeTable, LancePackages } from './lance-packages.ts';
import { layout, RowWriter, spaceOf } from './rows.ts';

/** Columns that are looked up by value. */
const lookedUp = ['row', 'document', 'hash'] as const;

/** How often a write is tried again after others that were in the way, besides what LanceDB itself tries. */
const retries = 8;

/** A write leaves a piece; so many writes, or this share of the rows, and they are joined. */
const piecesAtLeast = 32;
const rowsPerPiece = 2000;
const writesBetweenLooks = 8;

/** Old versions stay this long for those who still read them. */
const keptMs = 10 * 60_000;

export class LanceTable {
  readonly rows: RowWriter;
  readonly #native: LanceNativeTable;
  readonly #packages: LancePackages;
  readonly #path: string;
  #ended: string | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #writes = 0;

  private constructor(native: LanceNativeTable, packages: LancePackages, path: string) {
    this.#native = native;
    this.rows = new RowWriter(packages);
    this.#packages = packages;
    this.#path = path;
  }

  /** Takes a table that was just opened, and makes its indexes where they are not there yet. */
  static async take(native: LanceNativeTable, packages: LancePackages, path: string): Promise<LanceTable> {
    const table = new LanceTable(native, packages, path);
    const { metadata } = await native.schema();
    if (metadata.get(layout.key) !== layout.version)
      throw invalidInput(
        `The table is of version ${metadata.get(layout.key) ?? 'unknown'}, this one knows ${layout.version}. Use the Modeshift that made it.`,
      );
    // Each try needs a description of its own: LanceDB takes it away.
    const { Index } = packages.lance;
    const make = (column: string, config: () => object): Promise<void> =>
      table.write(async native => {
        const isThere = (await native.listIndices()).some(one => one.columns.includes(column));
        if (!isThere) await native.createIndex(column, { config: config() });
      });
    for (const column of lookedUp) await make(column, () => Index.btree());
    await make('facts', () => Index.labelList());
    // The terms are ours, with Chinese cut into characters and pairs of them: LanceDB only splits them at spaces.
    const asTheyAre = {
      lowercase: false,
      stem: false,
      removeStopWords: false,
      asciiFolding: false,
      withPosition: false,
    };
    await make('terms', () => Index.fts({ baseTokenizer: 'whitespace', maxTokenLength: 1_000_000, ...asTheyAre }));
    return table;
  }

  async read<Result>(work: (table: LanceNativeTable) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.#opened);
    } catch (error) {
      throw typedError(error, this.#path);
    }
  }

  /** Runs a write after those before it, each of one commit. */
  async write<Result>(work: (table: LanceNativeTable) => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(async () => {
      const result = await this.#again(work);
      // The write has succeeded, whatever becomes of this: what fails here fails again, and is said, in optimize().
      if (++this.#writes % writesBetweenLooks === 0) await this.#joinMany().catch(() => {});
      return result;
    });
    this.#last = mine.catch(() => {});
    return mine;
  }

  /** Joins pieces, brings the indexes up to date and drops old versions. */
  async optimize(vectors?: { readonly column: string }): Promise<void> {
    const index = (): object => this.#packages.lance.Index.ivfRq({ distanceType: 'dot' });
    const mine = this.#last.then(async () => {
      await this.#join();
      if (vectors) await this.#again(table => table.createIndex(vectors.column, { config: index() }));
    });
    this.#last = mine.catch(() => {});
    await mine;
  }

  async spaces(): Promise<EmbeddingSpace[]> {
    const { fields } = await this.read(table => table.schema());
    return fields.flatMap(field => spaceOf(field) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Ends the table's use, after the writes that are under way; `why` is what is said to those who go on. */
  async end(why: string): Promise<void> {
    await this.#last;
    this.#ended ??= why;
    this.#native.close();
  }

  get #opened(): LanceNativeTable {
    if (this.#ended !== undefined) throw invalidInput(this.#ended);
    return this.#native;
  }

  async #again<Result>(work: (table: LanceNativeTable) => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt++)
      try {
        return await work(this.#opened);
      } catch (error) {
        if (attempt === retries || !isConflict(error)) throw typedError(error, this.#path);
        await wait(Math.random() * 20 * 2 ** attempt);
      }
  }

  async #joinMany(): Promise<void> {
    const { numRows, fragmentStats } = await this.#opened.stats();
    if (fragmentStats.numFragments > Math.max(piecesAtLeast, numRows / rowsPerPiece)) await this.#join();
  }

  /** A writer in another process that is in the way joins them as well. */
  async #join(): Promise<void> {
    try {
      await this.#opened.optimize({ cleanupOlderThan: new Date(Date.now() - keptMs) });
    } catch (error) {
      if (!isConflict(error)) throw typedError(error, this.#path);
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Also of two that add one column: the later finds it there. */
export const isConflict = (error: unknown): boolean =>
  /commit conflict|concurrent|conflicting|too many.*attempts|column .* already exists/i.test(messageOf(error));

/** What LanceDB says, as a typed error. Anything else is a defect here and stays as it is. */
export function typedError(error: unknown, path: string): unknown {
  if (ModeshiftError.is(error) || (error as { code?: string }).code !== 'GenericFailure') return error;
  const message = messageOf(error);
  const fail = (what: string, isRetryable = false): ModeshiftError =>
    new ModeshiftError({ tag: 'storage', path }, `${path}: ${what}`, { cause: error, isRetryable });
  if (isConflict(error)) return fail('Other writes were in the way. Try again.', true);
  if (/no space left|StorageFull/i.test(message)) return fail('The disk is full. Nothing of this change was stored.');
  if (/permission ?denied/i.test(message)) return fail('The folder may not be read or written.');
  if (/not ?found/i.test(message))
    return fail('A file of the table is not there. Was the collection deleted elsewhere? Open it again.');
  return fail(message.split('\n')[0]!);
}
