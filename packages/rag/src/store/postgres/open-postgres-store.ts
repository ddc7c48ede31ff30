// `openPostgresStore(url)`: knowledge bases in Postgres with pgvector, where one machine is outgrown.
import { invalidInput } from '@modeshift/core';
import { type Access, checkAccess } from '../access.ts';
import { checkName } from '../prepare-write.ts';
import type { Collection, KnowledgeStore } from '../store.ts';
import { Connection, type Transaction } from './connection.ts';
import { migrations } from './migrations.ts';
import { PostgresCollection } from './postgres-collection.ts';

/** Options of {@link openPostgresStore}. */
export interface PostgresStoreOptions {
  /** The schema that holds the tables, made if it is new. Left out: `modeshift`. */
  readonly schema?: string;
  /** The most connections at a time. Left out: 10. */
  readonly connections?: number;
  /**
   * Where a search may see at most so many chunks, it compares with each of them; where more, it asks the HNSW index. Left out:
   * 10,000.
   */
  readonly exactUpTo?: number;
}

/**
 * Opens knowledge bases in a Postgres database with pgvector 0.8 or newer, and makes or migrates their tables. It does what
 * `openStore` does, with the same scores for words, and vectors found through HNSW indexes. Who may see what is said in every
 * statement and, for users that are not superusers, enforced by row-level security. Needs the package `pg`.
 *
 * @throws ModeshiftError `unsupported` where `pg` is not installed, `authentication` for a wrong password, `storage` where the
 * server cannot be reached, lacks pgvector, or has tables of a newer version.
 * @example
 * ```ts
 * import { openPostgresStore } from '@modeshift/rag';
 *
 * const url = process.env.DATABASE_URL;
 * if (url) {
 *   const store = await openPostgresStore(url);
 *   const rules = await store.collection('rules', { tenant: 'shop' });
 *   console.log(await rules.searchText('怎么退款', { k: 3 }));
 *   await store.close();
 * }
 * ```
 */
export async function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<KnowledgeStore> {
  const { schema = 'modeshift', connections = 10, exactUpTo = 10_000 } = options;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw invalidInput(`"schema" is "${schema}". Use small letters, digits and underscores.`);
  if (!(Number.isSafeInteger(connections) && connections >= 1))
    throw invalidInput(`"connections" is ${connections}. Give at least 1.`);
  if (!(exactUpTo >= 0)) throw invalidInput(`"exactUpTo" is ${exactUpTo}. Give 0 or more.`);
  const connection = await Connection.open(url, connections);
  try {
    await connection.write('all', transaction => migrate(transaction, schema));
  } catch (error) {
    await connection.close();
    throw error;
  }
  return new PostgresStore(connection, schema, exactUpTo);
}

async function migrate(transaction: Transaction, schema: string): Promise<void> {
  // Of several processes that open the store at once, one migrates.
  await transaction.run('SELECT pg_advisory_xact_lock(hashtext($1))', [`modeshift ${schema}`]);
  const there = await transaction.first('SELECT to_regclass($1) IS NOT NULL AS made', [`${schema}.migrations`]);
  if (there?.made !== true) {
    await transaction.run('CREATE EXTENSION IF NOT EXISTS vector');
    await transaction.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await transaction.run(`CREATE TABLE ${schema}.migrations (version integer PRIMARY KEY)`);
  }
  const row = await transaction.first(`SELECT coalesce(max(version), 0) AS version FROM ${schema}.migrations`);
  const version = Number(row!.version);
  if (version > migrations.length)
    throw invalidInput(
      `The tables in "${schema}" are of version ${version}, this one knows ${migrations.length}. Use the newer Modeshift, or another schema.`,
    );
  for (const [i, migration] of migrations.entries()) {
    if (i < version) continue;
    await transaction.run(migration(schema));
    await transaction.run(`INSERT INTO ${schema}.migrations VALUES ($1)`, [i + 1]);
  }
}

class PostgresStore implements KnowledgeStore {
  readonly #connection: Connection;
  readonly #schema: string;
  readonly #exactUpTo: number;

  constructor(connection: Connection, schema: string, exactUpTo: number) {
    this.#connection = connection;
    this.#schema = schema;
    this.#exactUpTo = exactUpTo;
  }

  async collections(): Promise<readonly string[]> {
    const rows = await this.#connection.read('all', transaction =>
      transaction.all(`SELECT name FROM ${this.#schema}.collections ORDER BY name`),
    );
    return rows.map(row => String(row.name));
  }

  async collection(name: string, access: Access): Promise<Collection> {
    checkAccess(access);
    checkName(name);
    const find = `SELECT key FROM ${this.#schema}.collections WHERE name = $1`;
    const there = await this.#connection.read('all', transaction => transaction.first(find, [name]));
    const row =
      there ??
      (await this.#connection.write('all', async transaction => {
        await transaction.run(`INSERT INTO ${this.#schema}.collections (name) VALUES ($1) ON CONFLICT DO NOTHING`, [
          name,
        ]);
        return transaction.first(find, [name]);
      }));
    return new PostgresCollection(this.#connection, this.#schema, Number(row!.key), name, access, this.#exactUpTo);
  }

  async deleteCollection(name: string): Promise<void> {
    await this.#connection.write('all', async transaction => {
      const row = await transaction.first(`SELECT key FROM ${this.#schema}.collections WHERE name = $1 FOR UPDATE`, [
        name,
      ]);
      if (!row) return;
      for (const { key } of await transaction.all(`SELECT key FROM ${this.#schema}.spaces WHERE collection = $1`, [
        row.key,
      ]))
        await transaction.run(`DROP TABLE ${this.#schema}.vectors_${Number(key)}`);
      await transaction.run(`DELETE FROM ${this.#schema}.postings WHERE collection = $1`, [row.key]);
      await transaction.run(`DELETE FROM ${this.#schema}.collections WHERE key = $1`, [row.key]);
    });
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
