// A trie over UTF-16 code units, for finding the vocabulary's words that begin at a place of a text.
import { PairTable } from './pair-table.ts';

/** Words with a number each. */
export class Trie {
  readonly #children: PairTable;
  readonly #values: number[] = [-1];

  /** `expected` is the number of characters of all words, roughly. */
  constructor(expected = 64) {
    this.#children = new PairTable(expected);
  }

  add(word: string, value: number): void {
    let node = 0;
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i);
      let child = this.#children.get(node, unit);
      if (child === -1) {
        child = this.#values.push(-1) - 1;
        this.#children.set(node, unit, child);
      }
      node = child;
    }
    this.#values[node] = value;
  }

  /** Calls back for each word that begins at `start`, shortest first, with its end and its number. */
  prefixes(text: string, start: number, found: (end: number, value: number) => void): void {
    let node = 0;
    for (let i = start; i < text.length; ) {
      node = this.#children.get(node, text.charCodeAt(i++));
      if (node === -1) return;
      const value = this.#values[node]!;
      if (value !== -1) found(i, value);
    }
  }
}
