// What a process remembers of the file between searches: its spaces and terms, and which documents a condition allows.
import { noSpace } from '../prepare-write.ts';
import { Allowed } from './allowed.ts';
import type { Condition } from './conditions.ts';
import type { Database } from './database.ts';
import { TermIndex, TermWriter } from './term-index.ts';
import { VectorSpace } from './vector-space.ts';
import { Vocabulary } from './vocabulary.ts';

/** How many conditions are remembered. */
const most = 16;

export class StoreCache {
  readonly #db: Database;
  readonly #listsFrom: number;
  readonly #spaces = new Map<number, VectorSpace>();
  readonly #terms = new Map<number, TermIndex>();
  readonly #allowed = new Map<string, Allowed>();
  #revision = -1;
  #vocabulary = new Vocabulary();

  /** `listsFrom`: how many vectors a space has at least that gets inverted lists. */
  constructor(db: Database, listsFrom: number) {
    this.#db = db;
    this.#listsFrom = listsFrom;
  }

  /** The number of the last change that the current transaction sees. */
  revision(): number {
    return Number(this.#db.first('SELECT revision FROM state')!.revision);
  }

  space(collection: number, name: string): VectorSpace {
    const row = this.#db.first(
      'SELECT key, dimensions FROM spaces WHERE collection = ? AND name = ?',
      collection,
      name,
    );
    if (!row) throw noSpace(name);
    let space = this.#spaces.get(Number(row.key));
    if (!space) {
      space = new VectorSpace(this.#db, row, this.#listsFrom);
      this.#spaces.set(space.key, space);
    }
    return space;
  }

  /** What the terms of a transaction are written with. */
  termWriter(collection: number): TermWriter {
    if (this.#vocabulary.isFull) this.#vocabulary = new Vocabulary();
    return new TermWriter(this.#db, collection, this.#vocabulary);
  }

  terms(collection: number): TermIndex {
    let terms = this.#terms.get(collection);
    if (!terms) {
      terms = new TermIndex(this.#db, collection);
      this.#terms.set(collection, terms);
    }
    return terms;
  }

  /** The documents that fulfil a condition, as the current transaction sees them. */
  allowed({ sql, values }: Condition, revision: number): Allowed {
    if (revision !== this.#revision) {
      this.#allowed.clear();
      this.#revision = revision;
    }
    const name = JSON.stringify([sql, values]);
    const known = this.#allowed.get(name);
    if (known) return known;
    const row = this.#db.first(`SELECT json_group_array(d.key) AS keys FROM documents d WHERE ${sql}`, ...values)!;
    const allowed = new Allowed(JSON.parse(String(row.keys)) as number[]);
    if (this.#allowed.size >= most) this.#allowed.delete(this.#allowed.keys().next().value!);
    this.#allowed.set(name, allowed);
    return allowed;
  }
}
