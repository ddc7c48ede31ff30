// Terms as numbers, and how often a text has each: what `searchTerms` gives, without a string for each word of ASCII and each pair
// of Chinese characters.
import { porterStem } from '../../porter-stemmer.ts';
import { searchTerms } from '../../tokenize-for-search.ts';
import { mostOften } from '../prepare-write.ts';
import { kind, kinds, learnKind, lower } from './character-kinds.ts';
import { NumberTable } from './number-table.ts';

const apostrophe = 0x27;
/** When there are more terms than this, a transaction begins anew. */
const mostTerms = 500_000;

/** Terms of texts, one text after another. */
export interface TermCounts {
  /** The numbers of the terms of each text, each once, and how often, at most 255. */
  terms: Uint32Array<ArrayBuffer>;
  times: Uint8Array<ArrayBuffer>;
  size: number;
}

/** Numbers for terms, from 0 on. */
export class Vocabulary {
  readonly #terms: string[] = [];
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
  #sorted: Uint32Array = new Uint32Array(0);

  get size(): number {
    return this.#terms.length;
  }

  /** Whether another should be begun, so that it does not grow for ever. */
  get isFull(): boolean {
    return this.size > mostTerms;
  }

  term(number: number): string {
    return this.#terms[number]!;
  }

  numberOf(term: string): number {
    const [first, second] = [term.charCodeAt(0), term.charCodeAt(1)];
    if (term.length <= 2 && kindOf(first) === kind.unspaced)
      return term.length === 1 ? this.#single(first) : this.#pair(first, second);
    let number = this.#numbers.get(term);
    if (number === undefined) {
      number = this.#add(term);
      this.#numbers.set(term, number);
    }
    return number;
  }

  /** Adds the terms of a text to counts that begin anew with `into.size` 0, and says how many they are with repetitions. */
  count(text: string, into: TermCounts): number {
    this.#read(text);
    if (this.#places.length < this.size) this.#places = grown(this.#places, this.size);
    if (into.size === 0) this.#places.fill(0);
    const [out, places, from] = [this.#out, this.#places, into.size];
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

  /** Some terms in the order of their UTF-16 units. */
  inOrder(terms: Uint32Array): Uint32Array {
    const byTerm = (a: number, b: number): number => (this.#terms[a]! < this.#terms[b]! ? -1 : 1);
    if (16 * terms.length < this.size) return terms.sort(byTerm);
    const wanted = new Uint8Array(this.size);
    for (const term of terms) wanted[term] = 1;
    return this.#all(byTerm).filter(term => wanted[term] === 1);
  }

  /** All terms in that order. */
  #all(byTerm: (a: number, b: number) => number): Uint32Array {
    const old = this.#sorted;
    if (old.length === this.size) return old;
    const fresh = new Uint32Array(this.size - old.length);
    for (let i = 0; i < fresh.length; i++) fresh[i] = old.length + i;
    fresh.sort(byTerm);
    const all = new Uint32Array(this.size);
    for (let [i, o, f] = [0, 0, 0]; i < all.length; i++) {
      const isOld = f === fresh.length || (o < old.length && byTerm(old[o]!, fresh[f]!) < 0);
      all[i] = isOld ? old[o++]! : fresh[f++]!;
    }
    this.#sorted = all;
    return all;
  }

  #read(text: string): void {
    const { length } = text;
    if (this.#units.length < length) this.#units = new Uint16Array(2 * length);
    Buffer.from(this.#units.buffer).write(text, 'utf16le');
    const units = this.#units;
    this.#length = 0;
    // Where the last border is, and how many terms were there: from there on `searchTerms` takes all that it alone knows.
    let [border, before] = [0, 0];
    for (let at = 0; at < length; ) {
      const unit = units[at]!;
      switch (kindOf(unit)) {
        case kind.letter:
          at = this.#word(text, at);
          break;
        case kind.unspaced:
          at = this.#run(at, length);
          break;
        case kind.other:
          this.#length = before;
          at = this.#rest(text, border, at);
          break;
        case kind.border:
          border = at;
          before = this.#length;
          at++;
          break;
        default:
          at++;
      }
    }
  }

  /** Takes the word at a place, and says where it ends. */
  #word(text: string, from: number): number {
    const [units, { length }] = [this.#units, text];
    let [at, a, b, c] = [from, 0, 0, 0];
    for (; at < length; at++) {
      let letter = lower[units[at]!]!;
      if (letter === 0) {
        if (!isApostrophe(units[at]!) || at + 1 === length || lower[units[at + 1]!] === 0) break;
        letter = apostrophe;
      }
      const place = at - from;
      if (place < 4) a = (a << 8) | letter;
      else if (place < 8) b = (b << 8) | letter;
      else if (place < 12) c = (c << 8) | letter;
    }
    if (at - from > 12) this.#push(this.#longWord(text.slice(from, at)));
    else {
      let number = this.#words.get(a, b, c);
      if (number === 0) {
        number = 1 + this.#stem(text.slice(from, at));
        this.#words.add(a, b, c, number);
      }
      this.#push(number - 1);
    }
    return at;
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

  /** Takes the characters of a script without spaces from a place on, and pairs of them, and says where they end. */
  #run(from: number, length: number): number {
    const units = this.#units;
    let previous = units[from]!;
    this.#push(this.#single(previous));
    let at = from + 1;
    for (; at < length; at++) {
      const unit = units[at]!;
      if (kindOf(unit) !== kind.unspaced) break;
      this.#push(this.#single(unit));
      this.#push(this.#pair(previous, unit));
      previous = unit;
    }
    return at;
  }

  #single(unit: number): number {
    const number = this.#singles[unit]!;
    if (number > 0) return number - 1;
    const added = this.#add(String.fromCharCode(unit));
    this.#singles[unit] = added + 1;
    return added;
  }

  #pair(first: number, second: number): number {
    const key = (first << 16) | second;
    const number = this.#pairs.get(key, 0, 0);
    if (number > 0) return number - 1;
    const added = this.#add(String.fromCharCode(first, second));
    this.#pairs.add(key, 0, 0, added + 1);
    return added;
  }

  /** Takes everything between borders by `searchTerms`, and says where that ends. */
  #rest(text: string, from: number, other: number): number {
    let end = other;
    while (end < text.length && kindOf(this.#units[end]!) !== kind.border) end++;
    for (const term of searchTerms(text.slice(from, end))) this.#push(this.numberOf(term));
    return end;
  }

  #push(number: number): void {
    if (this.#length === this.#out.length) this.#out = grown(this.#out, this.#length + 1);
    this.#out[this.#length++] = number;
  }

  #add(term: string): number {
    return this.#terms.push(term) - 1;
  }
}

const kindOf = (unit: number): number => kinds[unit]! || learnKind(unit);
const isApostrophe = (unit: number): boolean => unit === 0x27 || unit === 0x2019;

function grown(list: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * least);
  larger.set(list);
  return larger;
}
