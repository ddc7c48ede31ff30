// Who is alive: every engine holds a lock on a file of its own for as long as its process lives.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

type Open = (path: string) => DatabaseSync;

/**
 * A lock that the operating system gives back when the process ends, however it ends: an exclusive transaction on an empty SQLite
 * file. Unlike a lease it needs no clock, so a process that is stopped, asleep or busy for long does not lose its runs; unlike a
 * process id it cannot belong to somebody else later.
 */
export class OwnerLock {
  readonly #path: string;
  readonly #db: DatabaseSync;

  private constructor(path: string, db: DatabaseSync) {
    this.#path = path;
    this.#db = db;
  }

  static take(folder: string, owner: string, open: Open): OwnerLock {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, owner);
    const db = open(path);
    db.exec('BEGIN EXCLUSIVE');
    return new OwnerLock(path, db);
  }

  release(): void {
    this.#db.close();
    rmSync(this.#path, { force: true });
  }
}

/** Whether the process of an owner lives. What is left of a dead one is removed. */
export function isAlive(folder: string, owner: string, open: Open): boolean {
  const path = join(folder, owner);
  if (!existsSync(path)) return false;
  const db = open(path);
  try {
    db.exec('BEGIN EXCLUSIVE; ROLLBACK');
  } catch (error) {
    const code = (error as { errcode?: number }).errcode ?? 0;
    // Only a lock says that somebody is there; a file that cannot be read says nothing, and then nothing is taken from anybody.
    return code !== 0;
  } finally {
    db.close();
  }
  rmSync(path, { force: true });
  return false;
}
