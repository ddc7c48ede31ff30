// Connections to Postgres: transactions on behalf of somebody, and what the server and the network report as typed errors.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { Pool, PoolClient } from 'pg';
import type { Access } from '../access.ts';

/** A row, by column. */
export type Row = Record<string, unknown>;

/** Statements of one transaction. */
export interface Transaction {
  all(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  first(sql: string, values?: readonly unknown[]): Promise<Row | undefined>;
  /** How many rows were changed. */
  run(sql: string, values?: readonly unknown[]): Promise<number>;
  /** From here on the statements are this one's. */
  become(access: Access): Promise<void>;
}

/** A pool of connections to one database. */
export class Connection {
  readonly #pool: Pool;
  /** Without user name and password. */
  readonly #place: string;
  #open = true;

  private constructor(pool: Pool, place: string) {
    this.#pool = pool;
    this.#place = place;
  }

  static async open(url: string, connections: number): Promise<Connection> {
    let place: string;
    try {
      const { protocol, host, pathname } = new URL(url);
      if (!/^postgres(ql)?:$/.test(protocol)) throw new Error(protocol);
      place = `postgres://${host}${pathname}`;
    } catch {
      throw invalidInput(
        'Give the address of a Postgres database, e.g. "postgres://user:password@localhost:5432/name".',
      );
    }
    const { default: pg } = await import('pg').catch((error: unknown) => {
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'pg' },
        'A store in Postgres needs the package "pg": npm install pg.',
        { cause: error },
      );
    });
    const pool = new pg.Pool({ connectionString: url, max: connections, allowExitOnIdle: true });
    // A connection that breaks while nobody uses it is replaced when one is needed; one that is used fails its statement.
    pool.on('error', () => {});
    pool.on('connect', client => client.on('error', () => {}));
    return new Connection(pool, place);
  }

  /** Runs reads that all see the same state, as somebody. */
  read<Result>(access: Access, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', access, work);
  }

  /** Runs writes: all of them happen, or none. */
  write<Result>(access: Access, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#transaction('BEGIN', access, work);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#pool.end();
  }

  async #transaction<Result>(
    begin: string,
    access: Access,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    if (!this.#open) throw invalidInput('The store was closed. Open it again with openPostgresStore().');
    let client: PoolClient | undefined;
    let broken = false;
    try {
      client = await this.#pool.connect();
      const transaction = transactionOf(client);
      await client.query(begin);
      await transaction.become(access);
      const result = await work(transaction);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // A connection that cannot even roll back is not used again.
      await client?.query('ROLLBACK').catch(() => {
        broken = true;
      });
      throw this.#typed(error);
    } finally {
      client?.release(broken);
    }
  }

  #typed(error: unknown): unknown {
    if (ModeshiftError.is(error)) return error;
    const { code, message } = error as { code?: string; message: string };
    const fail = (tag: 'storage' | 'authentication', what: string, isRetryable: boolean): ModeshiftError =>
      new ModeshiftError(
        tag === 'storage' ? { tag, ...(code !== undefined && { code }), path: this.#place } : { tag },
        `${this.#place}: ${what}`,
        { cause: error, isRetryable },
      );
    if (code === '28P01' || code === '28000')
      return fail('authentication', 'The user or the password is wrong.', false);
    if (code === '3D000') return fail('storage', 'There is no such database. Create it first.', false);
    if (code === '42501') return fail('storage', `The user lacks a right: ${message}.`, false);
    if (code === '0A000' || code === '58P01')
      return fail(
        'storage',
        `${message}. Install pgvector on the server: https://github.com/pgvector/pgvector.`,
        false,
      );
    if (code === '40001' || code === '40P01') return fail('storage', 'Another write was in the way. Try again.', true);
    if (code === '53100') return fail('storage', 'The disk is full. Nothing of this change was stored.', false);
    if (/^(E[A-Z]+$|08|53|57P)/.test(code ?? '') || /^(Connection terminated|timeout exceeded)/i.test(message))
      return fail('storage', `The server cannot be reached or ended the connection: ${message}.`, true);
    // Without a code it is no error of the server, but a defect here.
    if (code === undefined) return error;
    return fail('storage', message, false);
  }
}

function transactionOf(client: PoolClient): Transaction {
  const all = async (sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
    (await client.query(sql, [...values])).rows as Row[];
  return {
    all,
    first: async (sql, values) => (await all(sql, values))[0],
    run: async (sql, values = []) => (await client.query(sql, [...values])).rowCount ?? 0,
    become: async access => {
      const { tenant = '', labels = [] } = access === 'all' ? {} : access;
      await client.query(
        `SELECT set_config('modeshift.all', $1, true), set_config('modeshift.tenant', $2, true),
                set_config('modeshift.labels', $3::text[]::text, true)`,
        [access === 'all' ? 'yes' : 'no', tenant, [...labels]],
      );
    },
  };
}
