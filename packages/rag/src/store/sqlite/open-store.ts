// `openStore(file)`: a knowledge base in one SQLite file.
import { invalidInput } from '@modeshift/core';
import { type Access, checkAccess } from '../access.ts';
import type { Collection, KnowledgeStore } from '../store.ts';
import { Database } from './database.ts';
import { termsTable } from './schema.ts';
import { SpaceCache } from './space-cache.ts';
import { SqliteCollection } from './sqlite-collection.ts';

/** Options of {@link openStore}. */
export interface OpenStoreOptions {
  /** How long a write waits for another process, in milliseconds. Left out: 10,000. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens a knowledge base in one SQLite file, or makes it; `':memory:'` keeps it in memory. Every change is one transaction in
 * write-ahead mode: a process that is killed leaves the state before or after it. Several processes may use one file; they write
 * in turn. Searches by vector scan one-bit codes held in memory and compare the best with the stored vectors.
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
  const { busyTimeoutMs = 10_000 } = options;
  if (!(Number.isSafeInteger(busyTimeoutMs) && busyTimeoutMs >= 0))
    throw invalidInput(`"busyTimeoutMs" is ${busyTimeoutMs}. Give milliseconds, 0 or more.`);
  return new SqliteStore(await Database.open(file, busyTimeoutMs));
}

class SqliteStore implements KnowledgeStore {
  readonly #db: Database;
  readonly #cache: SpaceCache;

  constructor(db: Database) {
    this.#db = db;
    this.#cache = new SpaceCache(db);
  }

  async collections(): Promise<readonly string[]> {
    return this.#db.all('SELECT name FROM collections ORDER BY name').map(row => String(row.name));
  }

  async collection(name: string, access: Access): Promise<Collection> {
    checkAccess(access);
    if (typeof name !== 'string' || name === '') throw invalidInput('A collection needs a name.');
    const find = (): number | undefined => {
      const row = this.#db.first('SELECT key FROM collections WHERE name = ?', name);
      return row && Number(row.key);
    };
    const key = find() ?? this.#db.write(() => find() ?? this.#create(name));
    return new SqliteCollection(this.#db, key, name, access, this.#cache);
  }

  async deleteCollection(name: string): Promise<void> {
    this.#db.write(() => {
      const row = this.#db.first('SELECT key FROM collections WHERE name = ?', name);
      if (!row) return;
      const key = row.key!;
      const documents = 'SELECT key FROM documents WHERE collection = ?';
      const spaces = 'SELECT key FROM spaces WHERE collection = ?';
      for (const table of ['codes', 'removals', 'vectors'])
        this.#db.run(`DELETE FROM ${table} WHERE space IN (${spaces})`, key);
      for (const table of ['chunks', 'metadata_values', 'document_access'])
        this.#db.run(`DELETE FROM ${table} WHERE document IN (${documents})`, key);
      for (const table of ['documents', 'spaces']) this.#db.run(`DELETE FROM ${table} WHERE collection = ?`, key);
      this.#db.run('DELETE FROM collections WHERE key = ?', key);
      this.#db.execute(`DROP TABLE terms_${Number(key)}`);
      this.#db.run('UPDATE state SET revision = revision + 1');
    });
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #create(name: string): number {
    const { key } = this.#db.run('INSERT INTO collections (name) VALUES (?)', name);
    this.#db.execute(termsTable(key));
    return key;
  }
}
