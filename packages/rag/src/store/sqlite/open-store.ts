// `openStore(file)`: a knowledge base in one SQLite file.
import { invalidInput } from '@modeshift/core';
import { type Access, checkAccess } from '../access.ts';
import { checkName } from '../prepare-write.ts';
import type { Collection, KnowledgeStore } from '../store.ts';
import { Database } from './database.ts';
import { Segments } from './segments.ts';
import { SqliteCollection } from './sqlite-collection.ts';
import { StoreCache } from './store-cache.ts';
import { clearCodes } from './stored-lists.ts';

/** Options of {@link openStore}. */
export interface OpenStoreOptions {
  /** How long a write waits for another process, in milliseconds. Left out: 10,000. */
  readonly busyTimeoutMs?: number;
  /**
   * From how many vectors on a space gets inverted lists, which searches without a filter look through in part. They are made as vectors
   * are written. Left out: never.
   */
  readonly listsFrom?: number;
}

/**
 * Opens a knowledge base in one SQLite file, or makes it; `':memory:'` keeps it in memory. Every change is one transaction in
 * write-ahead mode: a process that is killed leaves the state before or after it. Several processes may use one file; they write
 * in turn. Searches by vector scan one-bit codes held in memory and compare the best with the stored vectors; searches by words rank by
 * BM25 over an index in memory that is read from the file.
 *
 * @throws ModeshiftError `storage` where the file cannot be opened, is damaged, of another kind or of another version.
 * @example
 * ```ts
 * import { openStore, structureChunker } from '@modeshift/rag';
 *
 * const store = await openStore(':memory:');
 * const rules = await store.collection('rules', { tenant: 'shop' });
 * const document = { id: 'refund.md', text: '七天内可以退款。运费由商家承担。', metadata: { year: 2026 } };
 * await rules.put([{ document, chunks: structureChunker().chunk(document) }]);
 * const [hit] = await rules.searchText('怎么退款', { k: 1, filter: { field: 'year', gte: 2025 } });
 * console.log(hit?.chunk.text); // 七天内可以退款。运费由商家承担。
 *
 * const others = await store.collection('rules', { tenant: 'bank' });
 * console.log((await others.searchText('退款', { k: 1 })).length); // 0
 * await store.close();
 * ```
 */
export async function openStore(file: string, options: OpenStoreOptions = {}): Promise<KnowledgeStore> {
  if (typeof file !== 'string' || file === '') throw invalidInput('Give the path of the file, or ":memory:".');
  const { busyTimeoutMs = 10_000, listsFrom = Number.POSITIVE_INFINITY } = options;
  if (!(Number.isSafeInteger(busyTimeoutMs) && busyTimeoutMs >= 0))
    throw invalidInput(`"busyTimeoutMs" is ${busyTimeoutMs}. Give milliseconds, 0 or more.`);
  if (!(listsFrom >= 1))
    throw invalidInput(`"listsFrom" is ${listsFrom}. Give a number of vectors, at least 1, or Infinity.`);
  return new SqliteStore(await Database.open(file, busyTimeoutMs), listsFrom);
}

class SqliteStore implements KnowledgeStore {
  readonly #db: Database;
  readonly #cache: StoreCache;

  constructor(db: Database, listsFrom: number) {
    this.#db = db;
    this.#cache = new StoreCache(db, listsFrom);
  }

  async collections(): Promise<readonly string[]> {
    return this.#db.all('SELECT name FROM collections ORDER BY name').map(row => String(row.name));
  }

  async collection(name: string, access: Access): Promise<Collection> {
    checkAccess(access);
    checkName(name);
    const key = this.#db.first('SELECT key FROM collections WHERE name = ?', name)?.key ?? this.#create(name);
    return new SqliteCollection(this.#db, Number(key), name, access, this.#cache);
  }

  async deleteCollection(name: string): Promise<void> {
    this.#db.write(() => {
      const row = this.#db.first('SELECT key FROM collections WHERE name = ?', name);
      if (!row) return;
      const key = row.key!;
      const documents = 'SELECT key FROM documents WHERE collection = ?';
      const spaces = 'SELECT key FROM spaces WHERE collection = ?';
      for (const space of this.#db.all(spaces, key)) clearCodes(this.#db, Number(space.key));
      new Segments(this.#db, 'terms', Number(key)).clear();
      this.#db.run(`DELETE FROM vectors WHERE space IN (${spaces})`, key);
      for (const table of ['chunks', 'metadata_values', 'document_access'])
        this.#db.run(`DELETE FROM ${table} WHERE document IN (${documents})`, key);
      for (const table of ['documents', 'spaces']) this.#db.run(`DELETE FROM ${table} WHERE collection = ?`, key);
      this.#db.run('DELETE FROM collections WHERE key = ?', key);
      this.#db.run('UPDATE state SET revision = revision + 1');
    });
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #create(name: string): number {
    return this.#db.write(() => {
      // Another process may have been faster.
      this.#db.run('INSERT OR IGNORE INTO collections (name) VALUES (?)', name);
      return Number(this.#db.first('SELECT key FROM collections WHERE name = ?', name)!.key);
    });
  }
}
