// Terms as numbers, and the terms of a text as a list of them: what `searchTerms` gives, without a string for each word of ASCII.
import { porterStem } from '../../porter-stemmer.ts';
import { searchTerms } from '../../tokenize-for-search.ts';

/** The lower case of an ASCII character that stands in words; 0 for what stands between them. */
const inWord = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code);
  return /[a-z0-9]/i.test(letter) ? letter.toLowerCase().charCodeAt(0) : 0;
});
const apostrophe = 0x27;
/** Of the hash. Fowler, Noll and Vo, FNV-1a: https://www.rfc-editor.org/rfc/rfc9923 */
const [seed, prime] = [0x811c9dc5, 0x01000193];
const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);
/** When there are more terms than this, a transaction begins anew. */
const mostTerms = 500_000;

/** Numbers for terms, from 0 on. */
export class Vocabulary {
  readonly #terms: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** The words met, one after another: their letters, where each begins, the number of its term. */
  #letters = new Uint8Array(1 << 16);
  #starts = new Uint32Array(1 << 12);
  #termOf = new Uint32Array(1 << 12);
  #words = 0;
  /** Places of words by hash, from 1; at most half are taken. */
  #table = new Uint32Array(1 << 13);
  #out = new Uint32Array(1 << 10);
  #length = 0;

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
    let number = this.#numbers.get(term);
    if (number === undefined) {
      number = this.#terms.push(term) - 1;
      this.#numbers.set(term, number);
    }
    return number;
  }

  /** The numbers of a text's terms, with repetitions. */
  numbersOf(text: string): Uint32Array {
    this.#length = 0;
    // Where the text since the last white space begins, and how many terms were there. Nothing beyond white space changes how it is
    // normalized: where there is more than ASCII in it, `searchTerms` takes all of it.
    let [piece, before] = [0, 0];
    for (let at = 0; at < text.length; ) {
      const code = text.charCodeAt(at);
      if (code < 128 && inWord[code] === 0) {
        at++;
        if (!isSpace(code)) continue;
        piece = at;
        before = this.#length;
        continue;
      }
      at = this.#word(text, at);
      if (at < text.length && text.charCodeAt(at) >= 128) {
        this.#length = before;
        at = this.#foreign(text, piece);
      }
    }
    return this.#out.slice(0, this.#length);
  }

  /** Takes the word at a place and says where it ends, or what is more than ASCII begins. */
  #word(text: string, from: number): number {
    const start = this.#starts[this.#words]!;
    if (start + text.length - from > this.#letters.length) this.#growLetters(start + text.length - from);
    const letters = this.#letters;
    let hash = seed;
    let [at, end] = [from, start];
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 128) return at;
      let letter = inWord[code]!;
      if (letter === 0) {
        const next = code === apostrophe && at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
        if (next >= 128) return at + 1;
        if (inWord[next] === 0) break;
        letter = apostrophe;
      }
      letters[end++] = letter;
      hash = Math.imul(hash ^ letter, prime);
    }
    const word = this.#find(hash, end) ?? this.#add(text.slice(from, at).toLowerCase(), hash, end);
    this.#push(this.#termOf[word]!);
    return at;
  }

  /** The word whose letters were just written, if it was met before. */
  #find(hash: number, end: number): number | undefined {
    const letters = this.#letters;
    const start = this.#starts[this.#words]!;
    for (let slot = this.#slot(hash); ; slot = this.#next(slot)) {
      const word = this.#table[slot]! - 1;
      if (word < 0) return undefined;
      let other = this.#starts[word]!;
      if (this.#starts[word + 1]! - other !== end - start) continue;
      let i = start;
      while (i < end && letters[i] === letters[other]) {
        i++;
        other++;
      }
      if (i === end) return word;
    }
  }

  #add(text: string, hash: number, end: number): number {
    const word = this.#words++;
    if (this.#words === this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#termOf = grown(this.#termOf);
    }
    this.#starts[this.#words] = end;
    this.#termOf[word] = this.numberOf(porterStem(text));
    if (2 * this.#words > this.#table.length) this.#rehash();
    else this.#enter(word, hash);
    return word;
  }

  #slot(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#table.length - 1);
  }

  #next(slot: number): number {
    return (slot + 1) & (this.#table.length - 1);
  }

  #enter(word: number, hash: number): void {
    let slot = this.#slot(hash);
    while (this.#table[slot]! > 0) slot = this.#next(slot);
    this.#table[slot] = word + 1;
  }

  #rehash(): void {
    this.#table = new Uint32Array(2 * this.#table.length);
    for (let word = 0; word < this.#words; word++) {
      let hash = seed;
      for (let i = this.#starts[word]!; i < this.#starts[word + 1]!; i++)
        hash = Math.imul(hash ^ this.#letters[i]!, prime);
      this.#enter(word, hash);
    }
  }

  /** Takes everything from a place up to white space, and says where that is. */
  #foreign(text: string, from: number): number {
    let end = from;
    while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
    for (const term of searchTerms(text.slice(from, end))) this.#push(this.numberOf(term));
    return end;
  }

  #push(number: number): void {
    if (this.#length === this.#out.length) this.#out = grown(this.#out);
    this.#out[this.#length++] = number;
  }

  #growLetters(size: number): void {
    const larger = new Uint8Array(2 * size);
    larger.set(this.#letters);
    this.#letters = larger;
  }
}

function grown(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * list.length);
  larger.set(list);
  return larger;
}
