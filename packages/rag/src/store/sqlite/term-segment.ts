// The terms of many chunks as one piece of bytes: which chunks have a term and how often, read where they lie.
import { mostOften } from '../prepare-write.ts';
import { mostEntries } from './segments.ts';
import type { Vocabulary } from './vocabulary.ts';

const header = 16;

/** Where a term stands. */
export interface Postings {
  /** In how many chunks. */
  readonly count: number;
  /** Their numbers, ascending; undefined where `times` has an entry for every chunk. */
  readonly numbers: Uint16Array | undefined;
  readonly times: Uint8Array;
}

/** What a piece is made from: a chunk with the numbers of its terms, with repetitions. */
export interface TermEntry {
  readonly key: number;
  readonly document: number;
  readonly terms: Uint32Array;
}

/** A piece of the index. Chunks are numbered from 0, terms are sorted by their UTF-16 units. */
export class TermSegment {
  readonly data: Uint8Array;
  readonly size: number;
  /** By number: the key of the chunk, that of its document, how many terms it has. */
  readonly keys: Uint32Array;
  readonly documents: Uint32Array;
  readonly lengths: Uint32Array;
  readonly terms: number;
  readonly #units: Uint16Array;
  /** Where a term begins in the units, and its postings in the bytes. */
  readonly #termAt: Uint32Array;
  readonly #postingsAt: Uint32Array;
  readonly #counts: Uint32Array;
  readonly #bytes: Uint8Array;

  constructor(given: Uint8Array) {
    const data = given.byteOffset % 4 === 0 ? given : given.slice();
    const { buffer, byteOffset } = data;
    const [size, terms, units] = new Uint32Array(buffer, byteOffset, 3) as unknown as [number, number, number];
    let at = byteOffset + header;
    const column = (length: number): Uint32Array => {
      const made = new Uint32Array(buffer, at, length);
      at += 4 * length;
      return made;
    };
    this.data = data;
    this.size = size;
    this.terms = terms;
    this.keys = column(size);
    this.documents = column(size);
    this.lengths = column(size);
    this.#termAt = column(terms + 1);
    this.#postingsAt = column(terms + 1);
    this.#counts = column(terms);
    this.#units = new Uint16Array(buffer, at, units);
    at += 4 * Math.ceil(units / 2);
    this.#bytes = new Uint8Array(buffer, at, byteOffset + data.byteLength - at);
  }

  /** A piece of fresh entries, their keys ascending. */
  static of(entries: readonly TermEntry[], vocabulary: Vocabulary): TermSegment {
    const builder = new Builder(entries.length);
    const counts = new Uint32Array(vocabulary.size);
    // By term: the last chunk that has it, from 1.
    const last = new Uint32Array(vocabulary.size);
    const used: number[] = [];
    let total = 0;
    for (const [i, { key, document, terms }] of entries.entries()) {
      builder.setChunk(i, key, document, terms.length);
      for (let t = 0; t < terms.length; t++) {
        const term = terms[t]!;
        if (last[term] === i + 1) continue;
        if (last[term] === 0) used.push(term);
        last[term] = i + 1;
        counts[term]!++;
        total++;
      }
    }
    const ends = new Uint32Array(vocabulary.size);
    let start = 0;
    for (const term of used) {
      ends[term] = start;
      start += counts[term]!;
    }
    const [numbers, times] = [new Uint16Array(total), new Uint8Array(total)];
    last.fill(0);
    for (const [i, { terms }] of entries.entries()) {
      for (let t = 0; t < terms.length; t++) {
        const term = terms[t]!;
        if (last[term] === i + 1) {
          const at = ends[term]! - 1;
          if (times[at]! < mostOften) times[at]!++;
          continue;
        }
        last[term] = i + 1;
        const at = ends[term]!++;
        numbers[at] = i;
        times[at] = 1;
      }
    }
    for (const [name, term] of used.map(number => [vocabulary.term(number), number] as const).sort(byName)) {
      const [from, to] = [ends[term]! - counts[term]!, ends[term]!];
      builder.addTerm(unitsOf(name), numbers.subarray(from, to), times.subarray(from, to));
    }
    return builder.finish();
  }

  /** One piece of the chunks of several for which `keep` holds. */
  static join(segments: readonly TermSegment[], keep: (key: number) => boolean): TermSegment {
    const numbersOf = segments.map(segment => new Int32Array(segment.size).fill(-1));
    let size = 0;
    for (const [s, segment] of segments.entries())
      for (let i = 0; i < segment.size; i++) if (keep(segment.keys[i]!)) numbersOf[s]![i] = size++;
    const builder = new Builder(size);
    for (const [s, { keys, documents, lengths }] of segments.entries())
      for (const [i, number] of numbersOf[s]!.entries())
        if (number >= 0) builder.setChunk(number, keys[i]!, documents[i]!, lengths[i]!);
    const next = segments.map(() => 0);
    const [numbers, times] = [new Uint16Array(size), new Uint8Array(size)];
    for (;;) {
      let first = -1;
      for (const [s, segment] of segments.entries())
        if (
          next[s]! < segment.terms &&
          (first < 0 || segment.#compare(next[s]!, segments[first]!.#term(next[first]!)) < 0)
        )
          first = s;
      if (first < 0) return builder.finish();
      const term = segments[first]!.#term(next[first]!);
      let count = 0;
      for (const [s, segment] of segments.entries()) {
        if (next[s]! >= segment.terms || segment.#compare(next[s]!, term) !== 0) continue;
        segment.#each(next[s]!, (number, often) => {
          const joined = numbersOf[s]![number]!;
          if (joined < 0) return;
          numbers[count] = joined;
          times[count++] = often;
        });
        next[s]!++;
      }
      if (count > 0) builder.addTerm(term, numbers.subarray(0, count), times.subarray(0, count));
    }
  }

  find(term: string): Postings | undefined {
    const units = unitsOf(term);
    let [low, high] = [0, this.terms - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = this.#compare(middle, units);
      if (order === 0) return this.#postings(middle);
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  #term(index: number): Uint16Array {
    return this.#units.subarray(this.#termAt[index]!, this.#termAt[index + 1]!);
  }

  #compare(index: number, other: Uint16Array): number {
    const start = this.#termAt[index]!;
    const length = this.#termAt[index + 1]! - start;
    const shared = Math.min(length, other.length);
    for (let i = 0; i < shared; i++) {
      const order = this.#units[start + i]! - other[i]!;
      if (order !== 0) return order;
    }
    return length - other.length;
  }

  #postings(index: number): Postings {
    const count = this.#counts[index]!;
    const at = this.#postingsAt[index]!;
    const { buffer, byteOffset } = this.#bytes;
    if (isDense(count, this.size))
      return { count, numbers: undefined, times: this.#bytes.subarray(at, at + this.size) };
    return {
      count,
      numbers: new Uint16Array(buffer, byteOffset + at, count),
      times: this.#bytes.subarray(at + 2 * count, at + 3 * count),
    };
  }

  #each(index: number, take: (number: number, times: number) => void): void {
    const { numbers, times } = this.#postings(index);
    if (numbers) for (let i = 0; i < numbers.length; i++) take(numbers[i]!, times[i]!);
    else for (let number = 0; number < times.length; number++) if (times[number]! > 0) take(number, times[number]!);
  }
}

/** By UTF-16 units. */
const byName = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);

function unitsOf(term: string): Uint16Array {
  const units = new Uint16Array(term.length);
  for (let i = 0; i < term.length; i++) units[i] = term.charCodeAt(i);
  return units;
}

/** Whether an entry for every chunk takes no more than a list. */
const isDense = (count: number, size: number): boolean => 3 * count >= size;

/** Puts a piece together, term by term in order. */
class Builder {
  readonly #size: number;
  readonly #chunks: Uint32Array;
  readonly #termAt = [0];
  readonly #postingsAt = [0];
  readonly #counts: number[] = [];
  #units = new Uint16Array(1024);
  #bytes = new Uint8Array(4096);

  constructor(size: number) {
    if (size > mostEntries) throw new RangeError(`A piece of ${size} chunks is too large.`);
    this.#size = size;
    this.#chunks = new Uint32Array(3 * size);
  }

  setChunk(number: number, key: number, document: number, length: number): void {
    this.#chunks[number] = key;
    this.#chunks[this.#size + number] = document;
    this.#chunks[2 * this.#size + number] = length;
  }

  addTerm(term: Uint16Array, numbers: Uint16Array, times: Uint8Array): void {
    const unit = this.#termAt.at(-1)!;
    const at = this.#postingsAt.at(-1)!;
    const count = numbers.length;
    const dense = isDense(count, this.#size);
    // Lists begin at even bytes.
    const bytes = 2 * Math.ceil((dense ? this.#size : 3 * count) / 2);
    if (unit + term.length > this.#units.length) {
      const larger = new Uint16Array(2 * (unit + term.length));
      larger.set(this.#units);
      this.#units = larger;
    }
    if (at + bytes > this.#bytes.length) {
      const larger = new Uint8Array(2 * (at + bytes));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#units.set(term, unit);
    if (dense) for (let i = 0; i < count; i++) this.#bytes[at + numbers[i]!] = times[i]!;
    else {
      new Uint16Array(this.#bytes.buffer, at, count).set(numbers);
      this.#bytes.set(times, at + 2 * count);
    }
    this.#termAt.push(unit + term.length);
    this.#postingsAt.push(at + bytes);
    this.#counts.push(count);
  }

  finish(): TermSegment {
    const terms = this.#counts.length;
    const units = this.#termAt.at(-1)!;
    const numbers = 3 * this.#size + 3 * terms + 2;
    const unitWords = Math.ceil(units / 2);
    const data = new Uint8Array(header + 4 * (numbers + unitWords) + this.#postingsAt.at(-1)!);
    const words = new Uint32Array(data.buffer, 0, 4 + numbers);
    words.set([this.#size, terms, units]);
    words.set(this.#chunks, 4);
    let at = 4 + 3 * this.#size;
    for (const column of [this.#termAt, this.#postingsAt, this.#counts]) {
      words.set(column, at);
      at += column.length;
    }
    new Uint16Array(data.buffer, 4 * at, units).set(this.#units.subarray(0, units));
    data.set(this.#bytes.subarray(0, this.#postingsAt.at(-1)!), 4 * (at + unitWords));
    return new TermSegment(data);
  }
}
