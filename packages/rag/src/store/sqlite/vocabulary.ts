// Terms as numbers, and how often a text has each: what `searchTerms` gives, without a string for each word of ASCII and each pair
// of Chinese characters.
import { porterStem } from '../../porter-stemmer.ts';
import { searchTerms } from '../../tokenize-for-search.ts';
import { mostOften } from '../prepare-write.ts';
import { kind, kinds, learnKind, lower } from './character-kinds.ts';
import { NumberTable } from './number-table.ts';

const apostrophe = 0x27;
/** When there are more terms than this, a transaction begins anew. */
const mostTerms = 1_000_000;
/** The most terms that are sorted as numbers: their places fit a double beside 32 bits. */
const mostSorted = 2 ** 21;

/** Terms of texts, one text after another. */
export interface TermCounts {
  /** The numbers of the terms of each text, each once, and how often, at most 255. */
  terms: Uint32Array<ArrayBuffer>;
  times: Uint8Array<ArrayBuffer>;
  size: number;
}

/** Numbers for terms, from 0 on. */
export class Vocabulary {
  /** By term: its first two units, zero where there is none; how many it has; all of it where they are more. */
  #heads = new Uint32Array(1 << 12);
  #lengths = new Uint32Array(1 << 12);
  readonly #rest: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** The terms of words as they are written: by twelve letters, and longer ones. */
  readonly #words = new NumberTable();
  readonly #longWords = new Map<string, number>();
  /** The terms of characters and of pairs of them. */
  readonly #singles = new Uint32Array(65_536);
  readonly #pairs = new NumberTable();
  /** The text, and its terms with repetitions. */
  #units = new Uint16Array(1 << 12);
  #out = new Uint32Array(1 << 12);
  #length = 0;
  /** By term: where the counts have it, from 1. */
  #places = new Uint32Array(1 << 12);

  get size(): number {
    return this.#rest.length;
  }

  /** Whether another should be begun, so that it does not grow for ever. */
  get isFull(): boolean {
    return this.size > mostTerms;
  }

  term(number: number): string {
    const length = this.length(number);
    if (length > 2) return this.#rest[number]!;
    return String.fromCharCode(this.#heads[number]! >>> 16, this.#heads[number]! & 0xffff).slice(0, length);
  }

  /** The UTF-16 units of a term. */
  length(number: number): number {
    return this.#lengths[number]!;
  }

  /** Writes the units of a term to a place of a list. */
  write(number: number, units: Uint16Array, at: number): void {
    const length = this.length(number);
    if (length > 0) units[at] = this.#heads[number]! >>> 16;
    if (length > 1) units[at + 1] = this.#heads[number]!;
    for (let i = 2; i < length; i++) units[at + i] = this.#rest[number]!.charCodeAt(i);
  }

  numberOf(term: string): number {
    const [first, second] = [term.charCodeAt(0), term.charCodeAt(1)];
    if (term.length <= 2 && kindOf(first) === kind.unspaced)
      return term.length === 1 ? this.#single(first) : this.#pair(first, second);
    let number = this.#numbers.get(term);
    if (number === undefined) {
      number = this.#add((first << 16) | second, term.length, term);
      this.#numbers.set(term, number);
    }
    return number;
  }

  /** Adds the terms of a text to counts that begin anew with `into.size` 0, and says how many they are with repetitions. */
  count(text: string, into: TermCounts): number {
    this.#read(text);
    if (this.#places.length < this.size) this.#places = grown(this.#places, this.size);
    if (into.size === 0) this.#places.fill(0);
    const out = this.#out;
    const places = this.#places;
    const from = into.size;
    if (into.terms.length < from + this.#length) {
      into.terms = grown(into.terms, from + this.#length);
      const times = new Uint8Array(into.terms.length);
      times.set(into.times);
      into.times = times;
    }
    const { terms, times } = into;
    let size = from;
    for (let i = 0; i < this.#length; i++) {
      const term = out[i]!;
      const place = places[term]!;
      if (place > from) {
        if (times[place - 1]! < mostOften) times[place - 1]!++;
      } else {
        terms[size] = term;
        times[size] = 1;
        places[term] = ++size;
      }
    }
    into.size = size;
    return this.#length;
  }

  /** Different terms, put in the order of their UTF-16 units. */
  sort(terms: Uint32Array): Uint32Array {
    const heads = this.#heads;
    const byRest = (a: number, b: number): number => (this.#rest[a]! < this.#rest[b]! ? -1 : 1);
    if (terms.length > mostSorted) return terms.sort((a, b) => heads[a]! - heads[b]! || byRest(a, b));
    // Numbers are sorted much faster than terms are compared: the heads, with the place of each term behind it.
    const keys = Float64Array.from(terms, (term, i) => heads[term]! * mostSorted + i).sort();
    const sorted = Uint32Array.from(keys, key => terms[key % mostSorted]!);
    for (let from = 0; from < sorted.length; ) {
      let to = from + 1;
      while (to < sorted.length && heads[sorted[to]!] === heads[sorted[from]!]) to++;
      if (to > from + 1) sorted.subarray(from, to).sort(byRest);
      from = to;
    }
    return sorted;
  }

  /** Reads the terms of a text; one loop, since calls and fields in it cost much of the whole. */
  #read(text: string): void {
    const { length } = text;
    if (this.#units.length < length) this.#units = new Uint16Array(2 * length);
    // A character gives at most itself and a pair.
    if (this.#out.length < 2 * length) this.#out = new Uint32Array(4 * length);
    Buffer.from(this.#units.buffer).write(text, 'utf16le');
    const units = this.#units;
    const words = this.#words;
    let out = this.#out;
    let size = 0;
    // Where the last border is, and how many terms were there: from there on `searchTerms` takes all that it alone knows.
    let border = 0;
    let before = 0;
    for (let at = 0; at < length; ) {
      const unit = units[at]!;
      let letter = lower[unit]!;
      if (letter > 0) {
        const from = at;
        let a = 0;
        let b = 0;
        let c = 0;
        do {
          const place = at - from;
          if (place < 4) a = (a << 8) | letter;
          else if (place < 8) b = (b << 8) | letter;
          else if (place < 12) c = (c << 8) | letter;
          if (++at === length) break;
          letter = lower[units[at]!]!;
          if (letter === 0 && isApostrophe(units[at]!) && at + 1 < length && lower[units[at + 1]!]! > 0)
            letter = apostrophe;
        } while (letter > 0);
        const number = at - from <= 12 ? words.get(a, b, c) : 0;
        out[size++] = number > 0 ? number - 1 : this.#newWord(text.slice(from, at), a, b, c);
        continue;
      }
      switch (kindOf(unit)) {
        case kind.unspaced: {
          let previous = unit;
          out[size++] = this.#single(unit);
          while (++at < length && kindOf(units[at]!) === kind.unspaced) {
            const next = units[at]!;
            out[size++] = this.#single(next);
            out[size++] = this.#pair(previous, next);
            previous = next;
          }
          break;
        }
        case kind.other: {
          this.#length = before;
          at = this.#foreign(text, border, at);
          size = this.#length;
          if (this.#out.length < size + 2 * (length - at)) this.#out = grown(this.#out, size + 2 * (length - at));
          out = this.#out;
          break;
        }
        case kind.border:
          border = at;
          before = size;
          at++;
          break;
        default:
          at++;
      }
    }
    this.#length = size;
  }

  /** A word that is not in the table: new, or too long for it. */
  #newWord(word: string, a: number, b: number, c: number): number {
    if (word.length > 12) return this.#longWord(word);
    const number = this.#stem(word);
    this.#words.add(a, b, c, number + 1);
    return number;
  }

  #longWord(word: string): number {
    let number = this.#longWords.get(word);
    if (number === undefined) {
      number = this.#stem(word);
      this.#longWords.set(word, number);
    }
    return number;
  }

  #stem(word: string): number {
    return this.numberOf(porterStem(word.toLowerCase().replaceAll('’', "'")));
  }

  #single(unit: number): number {
    const number = this.#singles[unit]!;
    if (number > 0) return number - 1;
    const added = this.#add(unit << 16, 1, '');
    this.#singles[unit] = added + 1;
    return added;
  }

  #pair(first: number, second: number): number {
    const key = (first << 16) | second;
    const number = this.#pairs.get(key, 0, 0);
    if (number > 0) return number - 1;
    const added = this.#add(key, 2, '');
    this.#pairs.add(key, 0, 0, added + 1);
    return added;
  }

  /** Takes everything between borders by `searchTerms`, and says where that ends. */
  #foreign(text: string, from: number, other: number): number {
    let end = other;
    while (end < text.length && kindOf(this.#units[end]!) !== kind.border) end++;
    const terms = searchTerms(text.slice(from, end));
    if (this.#out.length < this.#length + terms.length) this.#out = grown(this.#out, this.#length + terms.length);
    for (const term of terms) this.#out[this.#length++] = this.numberOf(term);
    return end;
  }

  #add(head: number, length: number, term: string): number {
    const number = this.#rest.push(term) - 1;
    if (number === this.#heads.length) {
      this.#heads = grown(this.#heads, number);
      this.#lengths = grown(this.#lengths, number);
    }
    this.#heads[number] = head;
    this.#lengths[number] = length;
    return number;
  }
}

const kindOf = (unit: number): number => kinds[unit]! || learnKind(unit);
const isApostrophe = (unit: number): boolean => unit === 0x27 || unit === 0x2019;

function grown(list: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * least);
  larger.set(list);
  return larger;
}
