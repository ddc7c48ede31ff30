// `openLanceStore(folder)`: knowledge bases as LanceDB's tables, where a data lake is already one's home.
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { invalidInput } from '@modeshift/core';
import { type Access, checkAccess } from '../access.ts';
import { checkName, noSpace } from '../prepare-write.ts';
import type { Collection, KnowledgeStore } from '../store.ts';
import { LanceCollection } from './lance-collection.ts';
import {
  type LanceConnection,
  type LanceNativeTable,
  type LancePackages,
  loadLancePackages,
} from './lance-packages.ts';
import { isConflict, LanceTable, typedError } from './lance-table.ts';
import { RowWriter, vectorColumn } from './rows.ts';

/** Options of {@link openLanceStore}. */
export interface LanceStoreOptions {
  /** The project whose `node_modules` has `@lancedb/lancedb`. Left out: the working folder's, or else what is beside this package. */
  readonly project?: string;
  /** Keys and settings of an object store, as LanceDB takes them. Left out: what the environment says. */
  readonly storageOptions?: Readonly<Record<string, string>>;
}

/** A store of {@link openLanceStore}: a {@link KnowledgeStore} that can be tidied up. */
export interface LanceStore extends KnowledgeStore {
  /**
   * Joins the small files of a collection, brings its indexes up to date and drops versions older than ten minutes; writers do this
   * now and then by themselves. With `vectorIndex`, also makes or makes anew an index over the vectors of that space (IVF with one-bit
   * codes, RaBitQ; the best are compared by their whole vectors). Without such an index a search compares with every vector.
   *
   * @throws ModeshiftError `invalid-input` for a space that is not there, without vectors, or whose dimensions are no multiple of 8.
   */
  optimize(collection: string, options?: { readonly vectorIndex?: string }): Promise<void>;
}

/**
 * Opens knowledge bases in a folder of LanceDB tables, and makes it if it is new: one table for a collection, one commit for a write.
 * It does what `openStore` does, but for the scores of words, which are LanceDB's own BM25 over the same terms. Addresses of object
 * stores (`s3://…`, `gs://…`, `az://…`) are given to LanceDB as they are; what is tested is a folder. Needs `@lancedb/lancedb`.
 *
 * @throws ModeshiftError `unsupported` where the client is not installed, `storage` where the folder cannot be read or written.
 * @example
 * ```ts
 * import { ModeshiftError } from '@modeshift/core';
 * import { openLanceStore } from '@modeshift/rag';
 *
 * try {
 *   const store = await openLanceStore('.modeshift/lance');
 *   const rules = await store.collection('rules', { tenant: 'shop' });
 *   console.log(await rules.searchText('怎么退款', { k: 3 }));
 *   await store.close();
 * } catch (error) {
 *   if (!ModeshiftError.is(error, 'unsupported')) throw error; // npm install @lancedb/lancedb apache-arrow@18
 * }
 * ```
 */
export async function openLanceStore(place: string, options: LanceStoreOptions = {}): Promise<LanceStore> {
  const { project = process.cwd(), storageOptions } = options;
  if (typeof place !== 'string' || place === '') throw invalidInput('A store in LanceDB needs a folder.');
  const isAddress = /^[a-z][\w+.-]*:\/\//i.test(place);
  if (/^db:/i.test(place))
    throw invalidInput('LanceDB Cloud is not supported. Give a folder, or the address of an object store.');
  const packages = loadLancePackages(project);
  const path = isAddress ? place : resolve(place);
  try {
    const connection = await packages.lance.connect(path, {
      // Each read sees what was committed before it, by whomever.
      readConsistencyInterval: 0,
      ...(storageOptions && { storageOptions }),
    });
    return new OpenLanceStore(connection, packages, path);
  } catch (error) {
    throw typedError(error, path);
  }
}

class OpenLanceStore implements LanceStore {
  readonly #connection: LanceConnection;
  readonly #packages: LancePackages;
  readonly #path: string;
  readonly #tables = new Map<string, Promise<LanceTable>>();
  #open = true;

  constructor(connection: LanceConnection, packages: LancePackages, path: string) {
    this.#connection = connection;
    this.#packages = packages;
    this.#path = path;
  }

  async collections(): Promise<readonly string[]> {
    const names = await this.#run(connection => connection.tableNames());
    return names.flatMap(name => collectionOf(name) ?? []).sort();
  }

  async collection(name: string, access: Access): Promise<Collection> {
    checkAccess(access);
    checkName(name);
    return new LanceCollection(await this.#table(name), this.#packages, name, access);
  }

  async deleteCollection(name: string): Promise<void> {
    checkName(name);
    const key = tableOf(name);
    const known = await this.#tables.get(key);
    this.#tables.delete(key);
    await known?.end(deleted);
    await this.#run(async connection => {
      if ((await connection.tableNames()).includes(key)) await connection.dropTable(key);
    });
  }

  async optimize(name: string, options: { readonly vectorIndex?: string } = {}): Promise<void> {
    const { vectorIndex: space } = options;
    if (!(await this.collections()).includes(name)) throw invalidInput(`There is no collection "${name}" to optimize.`);
    const table = await this.#table(name);
    if (space === undefined) return table.optimize();
    const dimensions = (await table.spaces()).find(one => one.name === space)?.dimensions;
    if (dimensions === undefined) throw noSpace(space);
    if (dimensions % 8 > 0)
      throw invalidInput(
        `The space "${space}" has ${dimensions} dimensions. An index needs a multiple of 8; without one all vectors are compared.`,
      );
    const column = vectorColumn(space);
    if ((await table.read(native => native.countRows(`${column} IS NOT NULL`))) === 0)
      throw invalidInput(`The space "${space}" has no vectors yet. An index is learned from them.`);
    await table.optimize({ column });
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    for (const table of this.#tables.values()) await (await table.catch(() => undefined))?.end(closed);
    this.#connection.close();
  }

  async #table(name: string): Promise<LanceTable> {
    const key = tableOf(name);
    const known = await this.#tables.get(key);
    if (known) {
      const names = await this.#run(connection => connection.tableNames());
      if (names.includes(key)) return known;
      // Another process deleted it; of several who see that, one makes it anew.
      if ((await this.#tables.get(key)) === known) {
        this.#tables.delete(key);
        await known.end(deleted);
      }
    }
    const made = this.#tables.get(key) ?? this.#run(connection => this.#take(connection, key));
    this.#tables.set(key, made);
    made.catch(() => this.#tables.delete(key));
    return made;
  }

  async #take(connection: LanceConnection, key: string): Promise<LanceTable> {
    const native = await openOrMake(connection, key, new RowWriter(this.#packages));
    return LanceTable.take(native, this.#packages, join(this.#path, `${key}.lance`));
  }

  async #run<Result>(work: (connection: LanceConnection) => Promise<Result>): Promise<Result> {
    if (!this.#open) throw invalidInput(closed);
    try {
      return await work(this.#connection);
    } catch (error) {
      throw typedError(error, this.#path);
    }
  }
}

const deleted = 'The collection was deleted. Open it again.';
const closed = 'The store was closed. Open it again with openLanceStore().';

/** How often a table is looked for again while another process is making it. */
const tries = 20;

/**
 * Opens a table, and makes it where it is not there. Its folder says nothing: it is there before the table is, and stays where a process
 * was killed between the two. Of several processes that want a new table at once, one makes it.
 */
async function openOrMake(connection: LanceConnection, key: string, rows: RowWriter): Promise<LanceNativeTable> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connection.openTable(key);
    } catch (error) {
      if (!/was not found/i.test(String(error))) throw error;
    }
    try {
      return await connection.createTable(key, rows.table([rows.lock()], []));
    } catch (error) {
      if (attempt === tries || !(isConflict(error) || /already exists/i.test(String(error)))) throw error;
      await wait(10 * attempt);
    }
  }
}

const prefix = 'modeshift.';
const mostLetters = 240;

/** The table of a collection: small letters and digits as they are, other bytes as `_` and two digits, since folders may not tell case. */
function tableOf(collection: string): string {
  const bytes = [...Buffer.from(collection)].map(byte => {
    const letter = String.fromCharCode(byte);
    return /[a-z0-9-]/.test(letter) ? letter : `_${byte.toString(16).padStart(2, '0')}`;
  });
  const name = prefix + bytes.join('');
  if (name.length > mostLetters)
    throw invalidInput(`The name "${collection}" is too long for a folder of LanceDB. Use a shorter one.`);
  return name;
}

/** The collection of a table, where it is one of ours. */
function collectionOf(table: string): string | undefined {
  if (!table.startsWith(prefix)) return undefined;
  const name = table.slice(prefix.length);
  const bytes = name.match(/_[0-9a-f]{2}|[a-z0-9-]/g) ?? [];
  if (bytes.join('') !== name) return undefined;
  return Buffer.from(
    bytes.map(one => (one.length > 1 ? Number.parseInt(one.slice(1), 16) : one.charCodeAt(0))),
  ).toString();
}
