// Which documents a condition allows, by their keys.

export class Allowed {
  /** 1 for the key of a document that is allowed. */
  readonly #marks: Uint8Array;

  constructor(keys: readonly number[]) {
    this.#marks = new Uint8Array(keys.reduce((most, key) => Math.max(most, key), 0) + 1);
    for (const key of keys) this.#marks[key] = 1;
  }

  has(document: number): boolean {
    return this.#marks[document] === 1;
  }

  keys(): number[] {
    const keys: number[] = [];
    for (let key = 0; key < this.#marks.length; key++) if (this.#marks[key] === 1) keys.push(key);
    return keys;
  }

  /** The rows of a column of documents that are allowed. */
  rowsOf(documents: Uint32Array): Uint32Array {
    const rows = new Uint32Array(documents.length);
    let count = 0;
    for (let row = 0; row < documents.length; row++) if (this.#marks[documents[row]!] === 1) rows[count++] = row;
    return rows.slice(0, count);
  }
}
