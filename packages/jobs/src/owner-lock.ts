// Who is alive: every engine holds a lock on a file of its own for as long as its process lives.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

type Open = (path: string) => DatabaseSync;

/**
 * A lock that the operating system gives back when the process ends, however it ends: an exclusive transaction on an empty SQLite
 * file. Unlike a lease it needs no clock, so a process that is stopped, asleep or busy for long does not lose its runs; unlike a
 * process id it cannot belong to somebody else later.
 */
export class OwnerLock {
  /** The name of the owner: that of the file. */
  readonly owner: string;
  readonly #path: string;
  readonly #db: DatabaseSync;

  private constructor(owner: string, path: string, db: DatabaseSync) {
    this.owner = owner;
    this.#path = path;
    this.#db = db;
  }

  /** Takes a lock under a name of its own. */
  static take(folder: string, newName: () => string, open: Open): OwnerLock {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (let tries = 1; ; tries++) {
      const owner = newName();
      const path = join(folder, owner);
      const db = open(path);
      try {
        lock(db);
        // Somebody who cleared up between opening and locking has deleted the file.
        if (existsSync(path)) return new OwnerLock(owner, path, db);
      } catch (error) {
        if (tries === 10) throw error;
      }
      db.close();
    }
  }

  release(): void {
    remove(this.#path);
    this.#db.close();
    // Where a file that is open cannot be deleted, it can be now.
    remove(this.#path);
  }
}

/** Whether the process of an owner lives. What is left of a dead one is removed. */
export function isAlive(folder: string, owner: string, open: Open): boolean {
  const path = join(folder, owner);
  if (!existsSync(path)) return false;
  const db = open(path);
  try {
    lock(db);
  } catch {
    // Locked; or not to be read, which says nothing, and then nothing is taken from anybody.
    db.close();
    return true;
  }
  // Deleted while it is held: nobody can take it in between.
  remove(path);
  db.close();
  return false;
}

/** Removes what the dead left behind. */
export function sweep(folder: string, open: Open): void {
  for (const owner of readdirSync(folder)) isAlive(folder, owner, open);
}

function lock(db: DatabaseSync): void {
  db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Windows deletes no file that is open.
  }
}
