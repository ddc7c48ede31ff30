// One connection to the file of runs; what SQLite reports becomes typed errors.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { applicationId, schema, schemaVersion } from './schema.ts';

/** What can be bound. */
export type SqlValue = SQLInputValue;
/** A row by its columns. */
export type Row = Readonly<Record<string, SQLInputValue>>;

/** What to do, by SQLite's primary result code. Source: https://sqlite.org/rescode.html */
const advice: Readonly<Record<number, readonly [code: string, words: string]>> = {
  5: ['SQLITE_BUSY', 'Another process keeps it locked. Try again.'],
  6: ['SQLITE_LOCKED', 'Another connection keeps it locked. Try again.'],
  8: ['SQLITE_READONLY', 'It may not be written. Check its rights.'],
  10: ['SQLITE_IOERR', 'It cannot be read or written. Check the disk.'],
  11: ['SQLITE_CORRUPT', 'It is damaged. Move it away: a new one is made.'],
  13: ['SQLITE_FULL', 'The disk is full. Make room: runs go on by themselves.'],
  14: ['SQLITE_CANTOPEN', 'It cannot be opened. Check that its folder exists and may be written.'],
  26: ['SQLITE_NOTADB', 'It is no SQLite database. Choose another path.'],
};

/** A `storage` error about the file. */
export function storageError(code: string, file: string, words: string, cause?: unknown): ModeshiftError {
  const isRetryable = code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED';
  return new ModeshiftError({ tag: 'storage', code, path: file }, `The runs in ${file}: ${words}`, {
    isRetryable,
    cause,
  });
}

/** One connection. */
export class Database {
  readonly file: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, file: string, busyTimeoutMs: number) {
    this.#db = db;
    this.file = file;
    this.execute(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    this.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    this.write(() => {
      const { application_id } = this.first('PRAGMA application_id')!;
      const { user_version } = this.first('PRAGMA user_version')!;
      const { tables } = this.first('SELECT count(*) AS tables FROM sqlite_schema')!;
      if (application_id === 0 && tables === 0)
        this.execute(`${schema} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`);
      else if (application_id !== applicationId)
        throw storageError('SQLITE_NOTADB', file, 'It is a database of something else. Choose another path.');
      else if (user_version !== schemaVersion)
        throw storageError('VERSION', file, `It has format ${user_version}; this version reads ${schemaVersion}.`);
    });
  }

  execute(sql: string): void {
    this.#guard(() => this.#db.exec(sql));
  }

  first(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(...values) as Row | undefined);
  }

  all(sql: string, ...values: readonly SqlValue[]): readonly Row[] {
    return this.#guard(() => this.#statement(sql).all(...values) as Row[]);
  }

  /** Gives the number of rows that changed. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return this.#guard(() => Number(this.#statement(sql).run(...values).changes));
  }

  /**
   * All of the writes happen, or none. What is not `lasting` survives the end of the process as well, but the last of it may be
   * missing after the machine lost its power: it does not wait for the disk, which would hold up the event loop.
   */
  write<Result>(work: () => Result, isLasting = true): Result {
    if (!isLasting) this.execute('PRAGMA synchronous = NORMAL');
    try {
      return this.#transaction(work);
    } finally {
      if (!isLasting) this.execute('PRAGMA synchronous = FULL');
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #transaction<Result>(work: () => Result): Result {
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.execute('COMMIT');
      return result;
    } catch (error) {
      try {
        this.#db.exec('ROLLBACK');
      } catch {
        // SQLite rolls back by itself after some failures; the first error says what is wrong.
      }
      throw error;
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw typedError(error, this.file);
    }
  }
}

/** Errors of SQLite and of the file system as `storage`; others as they are. */
export function typedError(error: unknown, file: string): unknown {
  const { errcode: code, code: systemCode, syscall } = error as { errcode?: unknown; code?: string; syscall?: string };
  if (systemCode === 'ERR_INVALID_STATE') return invalidInput('The jobs are closed: their runs can no longer be read.');
  if (syscall !== undefined && systemCode !== undefined)
    return storageError(systemCode, file, `Its folder cannot be used (${systemCode}). Choose another path.`, error);
  if (typeof code !== 'number') return error;
  const [name, words] = advice[code & 0xff] ?? [`SQLITE_${code}`, (error as Error).message];
  return storageError(name, file, words, error);
}
