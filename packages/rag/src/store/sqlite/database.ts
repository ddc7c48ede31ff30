// The file: opened, checked, and used in transactions; what SQLite reports becomes typed errors.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { ModeshiftError } from '@modeshift/core';
import { sleep } from '@modeshift/core/provider';
import { applicationId, fromVersion2, schema, schemaVersion } from './schema.ts';

/** A value that can be bound. */
export type SqlValue = SQLInputValue;
/** A row, by column. */
export type Row = Record<string, SQLInputValue>;

/** Messages for the ways a file can be unusable, by SQLite's primary result code. */
const messages: Readonly<Record<number, readonly [code: string, message: string]>> = {
  5: ['SQLITE_BUSY', 'Another process is writing and did not finish in time. Try again.'],
  8: ['SQLITE_READONLY', 'The file cannot be written. Check its rights.'],
  10: ['SQLITE_IOERR', 'The file cannot be read or written.'],
  11: ['SQLITE_CORRUPT', 'The file is damaged. Restore it from a copy, or delete it and ingest again.'],
  13: ['SQLITE_FULL', 'The disk is full. Nothing of this change was stored.'],
  14: ['SQLITE_CANTOPEN', 'The file cannot be opened. Check that its folder exists and may be written.'],
  26: ['SQLITE_NOTADB', 'The file is no SQLite database, or is damaged.'],
};

/** One connection to the file. */
export class Database {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();
  #open = true;

  private constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
  }

  static async open(path: string, busyTimeoutMs: number): Promise<Database> {
    const sqlite = await import('node:sqlite');
    let opened: DatabaseSync;
    try {
      opened = new sqlite.DatabaseSync(path);
    } catch (error) {
      throw typed(error, path);
    }
    const database = new Database(opened, path);
    try {
      await database.#prepareFile(busyTimeoutMs);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  }

  async #prepareFile(busyTimeoutMs: number): Promise<void> {
    this.execute(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA page_size = 8192; PRAGMA cache_size = -8000;`);
    await this.#writeAhead(performance.now() + busyTimeoutMs);
    this.execute('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;');
    this.write(() => {
      const id = this.first('PRAGMA application_id')!.application_id;
      const version = this.first('PRAGMA user_version')!.user_version;
      const tables = this.first('SELECT count(*) AS n FROM sqlite_schema')!.n;
      if (id === 0 && version === 0 && tables === 0) {
        this.execute(`${schema} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion};`);
      } else if (id !== applicationId) {
        throw this.#storage('SQLITE_NOTADB', 'The file is a database of something else. Choose another path.');
      } else if (version === 2) {
        this.execute(fromVersion2);
      } else if (version !== schemaVersion) {
        throw this.#storage(
          'VERSION',
          `The file has format ${version}, this version reads ${schemaVersion}. Use the version of Modeshift that wrote it, or ingest again.`,
        );
      }
    });
  }

  /** Of several processes that make a file at once, SQLite refuses all but one this change without waiting for its turn. */
  async #writeAhead(until: number): Promise<void> {
    for (;;) {
      try {
        this.execute('PRAGMA journal_mode = WAL');
        return;
      } catch (error) {
        if (!ModeshiftError.is(error) || !error.isRetryable || performance.now() >= until) throw error;
        await sleep(5, undefined);
      }
    }
  }

  execute(sql: string): void {
    this.#guard(() => this.#db.exec(sql));
  }

  all(sql: string, ...values: readonly SqlValue[]): Row[] {
    return this.#guard(() => this.#prepare(sql).all(...values) as Row[]);
  }

  first(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#guard(() => this.#prepare(sql).get(...values) as Row | undefined);
  }

  run(sql: string, ...values: readonly SqlValue[]): { readonly changes: number; readonly key: number } {
    return this.#guard(() => {
      const { changes, lastInsertRowid } = this.#prepare(sql).run(...values);
      return { changes: Number(changes), key: Number(lastInsertRowid) };
    });
  }

  /** Calls `take` for each row, without holding them all. */
  each(sql: string, values: readonly SqlValue[], take: (row: Row) => void): void {
    this.#guard(() => {
      for (const row of this.#prepare(sql).iterate(...values)) take(row as Row);
    });
  }

  /** Runs reads that all see the same state. */
  read<Result>(work: () => Result): Result {
    return this.#transaction('BEGIN', work);
  }

  /** Runs writes: all of them happen, or none. */
  write<Result>(work: () => Result): Result {
    return this.#transaction('BEGIN IMMEDIATE', work);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    this.#db.close();
  }

  #transaction<Result>(begin: string, work: () => Result): Result {
    this.run(begin);
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      // SQLite has already rolled back after some failures.
      if (this.#open && this.#db.isTransaction !== false) {
        try {
          this.#db.exec('ROLLBACK');
        } catch {
          // The first error says what is wrong.
        }
      }
      throw error;
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size > 200) this.#statements.clear();
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<Result>(work: () => Result): Result {
    if (!this.#open)
      throw new ModeshiftError({ tag: 'invalid-input' }, 'The store was closed. Open it again with openStore().');
    try {
      return work();
    } catch (error) {
      throw typed(error, this.#path);
    }
  }

  /** The error of a file whose content is not what was written. */
  damaged(): ModeshiftError {
    return this.#storage(...messages[11]!);
  }

  #storage(code: string, message: string): ModeshiftError {
    return new ModeshiftError({ tag: 'storage', code, path: this.#path }, `${this.#path}: ${message}`);
  }
}

/** What SQLite threw, as a typed error. */
function typed(error: unknown, path: string): unknown {
  if (ModeshiftError.is(error)) return error;
  const { errcode } = error as { errcode?: number };
  if (errcode === undefined) return error;
  const [code, message] = messages[errcode & 0xff] ?? [`SQLITE_${errcode}`, (error as Error).message];
  return new ModeshiftError({ tag: 'storage', code, path }, `${path}: ${message}`, {
    cause: error,
    isRetryable: (errcode & 0xff) === 5,
  });
}
