// What was brought: the files as they came, and a row for each that says how far it is. Rows are in a SQLite file of their own.
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ModeshiftError } from '@modeshift/core';

/** How far a source is. `waiting` ones are taken up by the next indexing. */
export type SourceState = 'waiting' | 'reading' | 'indexed' | 'failed';

/** A source: a file that was brought, one that is read where it lies, or the address of a page. */
export interface Source {
  /** The collection, as the store calls it. */
  readonly collection: string;
  /** Its name in the collection. */
  readonly id: string;
  /** Where the file lies, or the URL. */
  readonly place: string;
  readonly kind: 'file' | 'linked' | 'url';
  /** In bytes; 0 of a URL. */
  readonly size: number;
  readonly tenant: string;
  readonly access: readonly string[];
  readonly tags: readonly string[];
  /** ISO 8601. */
  readonly addedAt: string;
  readonly state: SourceState;
  readonly passages: number;
  /** Why it failed; empty where it did not. */
  readonly problem: string;
}

/** What {@link SourceShelf.add} takes: what the source is, and a file to copy where it is one. */
export type NewSource = Pick<Source, 'collection' | 'id' | 'tenant' | 'access' | 'tags'> &
  (
    | { readonly file: { readonly path: string; readonly size: number } }
    | { readonly linked: { readonly path: string; readonly size: number } }
    | { readonly url: string }
  );

const schema = `CREATE TABLE IF NOT EXISTS sources (
  collection TEXT NOT NULL, id TEXT NOT NULL, place TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL,
  tenant TEXT NOT NULL, access TEXT NOT NULL, tags TEXT NOT NULL, addedAt TEXT NOT NULL,
  state TEXT NOT NULL, passages INTEGER NOT NULL, problem TEXT NOT NULL, PRIMARY KEY (collection, id)) WITHOUT ROWID`;

/** How long a file without a row is left alone. */
const youngMs = 24 * 3600e3;

/** The sources of all collections. */
export class SourceShelf {
  readonly #db: DatabaseSync;
  readonly #folder: string;

  private constructor(db: DatabaseSync, folder: string) {
    this.#db = db;
    this.#folder = folder;
  }

  /** @throws ModeshiftError `storage` where the folder cannot be used. */
  static async open(folder: string): Promise<SourceShelf> {
    return onDisk(folder, async () => {
      await mkdir(join(folder, 'files'), { recursive: true, mode: 0o700 });
      const { DatabaseSync } = await import('node:sqlite');
      const db = new DatabaseSync(join(folder, 'sources.db'));
      db.exec(`PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; ${schema}`);
      const shelf = new SourceShelf(db, folder);
      await shelf.#sweep();
      return shelf;
    });
  }

  /**
   * Keeps a source, in place of the one of that name. The copy is whole before its row is, so a killed server leaves no half file
   * that anything names.
   *
   * @throws ModeshiftError `refused` for a full disk, `storage`; what was there before stays.
   */
  async add(given: NewSource): Promise<Source> {
    const { collection, id, tenant, access, tags } = given;
    const before = this.get(collection, id);
    const facts = { collection, id, tenant, access, tags, addedAt: new Date().toISOString() };
    const source: Source = {
      ...facts,
      ...('file' in given
        ? { kind: 'file', place: await this.#copied(given.file.path, id), size: given.file.size }
        : 'linked' in given
          ? { kind: 'linked', place: given.linked.path, size: given.linked.size }
          : { kind: 'url', place: given.url, size: 0 }),
      ...{ state: 'waiting', passages: 0, problem: '' },
    };
    try {
      await onDisk(this.#folder, async () => this.#write(source));
    } catch (error) {
      await this.#drop(source);
      throw error;
    }
    if (before) await this.#drop(before);
    return source;
  }

  get(collection: string, id: string): Source | undefined {
    const row = this.#db.prepare('SELECT * FROM sources WHERE collection = ? AND id = ?').get(collection, id);
    return row && this.#sourceOf(row);
  }

  /** In the order of their names. */
  list(collection: string): readonly Source[] {
    const rows = this.#db.prepare('SELECT * FROM sources WHERE collection = ? ORDER BY id').all(collection);
    return rows.map(row => this.#sourceOf(row));
  }

  /** Says how far a source is, if it is still the same one: neither deleted nor replaced meanwhile. */
  async mark(source: Source, state: SourceState, passages = 0, problem = ''): Promise<boolean> {
    return onDisk(this.#folder, async () => {
      const where = 'WHERE collection = ? AND id = ? AND place = ? AND addedAt = ?';
      const { changes } = this.#db
        .prepare(`UPDATE sources SET state = ?, passages = ?, problem = ? ${where}`)
        .run(state, passages, problem, source.collection, source.id, keptPlace(source), source.addedAt);
      return changes > 0;
    });
  }

  async remove(source: Source): Promise<void> {
    await onDisk(this.#folder, async () =>
      this.#db.prepare('DELETE FROM sources WHERE collection = ? AND id = ?').run(source.collection, source.id),
    );
    await this.#drop(source);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #write(source: Source): void {
    const row = {
      ...source,
      place: keptPlace(source),
      access: JSON.stringify(source.access),
      tags: JSON.stringify(source.tags),
    };
    const names = Object.keys(row);
    this.#db
      .prepare(`INSERT OR REPLACE INTO sources (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
      .run(...Object.values(row));
  }

  /** Copies a file under a name of its own that ends as it did, which tells how to read it. */
  async #copied(path: string, name: string): Promise<string> {
    const end = extname(name.replace(/ \(\d+\)$/, ''));
    const place = join(this.#folder, 'files', `${randomBytes(12).toString('hex')}${/^\.\w+$/.test(end) ? end : ''}`);
    try {
      await onDisk(place, () => copyFile(path, place));
    } catch (error) {
      await rm(place, { force: true });
      throw error;
    }
    return place;
  }

  /** Deletes files that no row names: their server was killed before they were whole. Young ones may be on their way. */
  async #sweep(): Promise<void> {
    const named = new Set(
      this.#db
        .prepare('SELECT place FROM sources')
        .all()
        .map(row => row.place),
    );
    for (const name of await readdir(join(this.#folder, 'files'))) {
      const place = join(this.#folder, 'files', name);
      if (named.has(name)) continue;
      const { mtimeMs } = await stat(place);
      if (Date.now() - mtimeMs > youngMs) await rm(place, { force: true });
    }
  }

  async #drop({ kind, place }: Source): Promise<void> {
    if (kind === 'file') await rm(place, { force: true });
  }

  #sourceOf(row: Record<string, unknown>): Source {
    const { access, tags, kind, place } = row as Record<'access' | 'tags' | 'kind' | 'place', string>;
    const whole = kind === 'file' ? join(this.#folder, 'files', place) : place;
    return { ...row, place: whole, access: JSON.parse(access), tags: JSON.parse(tags) } as unknown as Source;
  }
}

/** The place as the row has it: of a file its name only, so that the folder can be moved. */
const keptPlace = ({ kind, place }: Source): string => (kind === 'file' ? basename(place) : place);

/** The error of a full disk. Visitors are told: they can do something about it, or tell who can. */
export const diskFull = (cause: unknown): ModeshiftError =>
  new ModeshiftError(
    { tag: 'refused' },
    'The disk of the server is full. What was kept before is untouched; make room, then try again.',
    { cause },
  );

/** What the disk says becomes a `storage` error, or `refused` where it is full. */
async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const { code, errcode } = cause as { code?: string; errcode?: number };
    if (code === 'ENOSPC' || errcode === 13) throw diskFull(cause);
    if (code === undefined) throw cause;
    const message = `The knowledge base's folder cannot be used (${code}). Check that it is there and may be written.`;
    throw new ModeshiftError({ tag: 'storage', code, path }, message, { cause });
  }
}
