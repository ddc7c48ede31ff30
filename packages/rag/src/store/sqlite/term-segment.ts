// The terms of many chunks as one piece of bytes: which chunks have a term and how often, read where they lie.
import { mostEntries } from './segments.ts';
import type { TermCounts, Vocabulary } from './vocabulary.ts';

const header = 16;

/** Where a term stands. */
export interface Postings {
  /** In how many chunks. */
  readonly count: number;
  /** Their numbers, ascending; undefined where `times` has an entry for every chunk. */
  readonly numbers: Uint16Array | undefined;
  readonly times: Uint8Array;
}

/** What a piece is made from: a chunk, how many terms it has with repetitions, and where they end among all that were counted. */
export interface TermEntry {
  readonly key: number;
  readonly document: number;
  readonly length: number;
  readonly end: number;
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
  /** The same bytes in pairs. */
  readonly #pairs: Uint16Array;

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
    this.#pairs = new Uint16Array(buffer, at, this.#bytes.length >> 1);
  }

  /** A piece of fresh entries, their keys ascending. */
  static of(entries: readonly TermEntry[], { terms, times, size }: TermCounts, vocabulary: Vocabulary): TermSegment {
    const counts = new Uint32Array(vocabulary.size);
    for (let i = 0; i < size; i++) counts[terms[i]!]!++;
    const used = vocabulary.sort(distinct(counts));
    let units = 0;
    let bytes = 0;
    for (const term of used) {
      units += vocabulary.length(term);
      bytes += postingsBytes(counts[term]!, entries.length);
    }
    const layout = new Layout(entries.length, used.length, units, bytes);
    for (const [i, { key, document, length }] of entries.entries()) layout.setChunk(i, key, document, length);
    // Where the next number and the next times of a term go: places of 16 bits and of bytes.
    const [numberAt, timesAt] = [new Uint32Array(vocabulary.size), new Uint32Array(vocabulary.size)];
    let [unit, byte] = [0, 0];
    for (const [i, term] of used.entries()) {
      const count = counts[term]!;
      layout.termAt[i] = unit;
      layout.postingsAt[i] = byte;
      layout.counts[i] = count;
      vocabulary.write(term, layout.units, unit);
      unit += vocabulary.length(term);
      numberAt[term] = isDense(count, entries.length) ? dense : byte >> 1;
      timesAt[term] = isDense(count, entries.length) ? byte : byte + 2 * count;
      byte += postingsBytes(count, entries.length);
    }
    layout.termAt[used.length] = unit;
    layout.postingsAt[used.length] = byte;
    const [numbers, often] = [layout.numbers, layout.bytes];
    let at = 0;
    for (const [i, { end }] of entries.entries()) {
      for (; at < end; at++) {
        const term = terms[at]!;
        const place = numberAt[term]!;
        if (place === dense) often[timesAt[term]! + i] = times[at]!;
        else {
          numbers[place] = i;
          numberAt[term] = place + 1;
          often[timesAt[term]!++] = times[at]!;
        }
      }
    }
    return new TermSegment(layout.data);
  }

  /** One piece of the chunks of several for which `keep` holds. */
  static join(segments: readonly TermSegment[], keep: (key: number) => boolean): TermSegment {
    const numbersOf = segments.map(segment => new Int32Array(segment.size).fill(-1));
    let size = 0;
    for (const [s, segment] of segments.entries())
      for (let i = 0; i < segment.size; i++) if (keep(segment.keys[i]!)) numbersOf[s]![i] = size++;
    const builder = new Builder(size, layout => {
      for (const [s, { keys, documents, lengths }] of segments.entries())
        for (const [i, number] of numbersOf[s]!.entries())
          if (number >= 0) layout.setChunk(number, keys[i]!, documents[i]!, lengths[i]!);
    });
    const next = segments.map(() => 0);
    const [numbers, times] = [new Uint16Array(size), new Uint8Array(size)];
    const tied = new Uint8Array(segments.length);
    for (;;) {
      // The first term of all, and which pieces have it.
      let ties = 0;
      for (let s = 0; s < segments.length; s++) {
        if (next[s]! >= segments[s]!.terms) continue;
        const order = ties === 0 ? -1 : segments[s]!.#compare(next[s]!, segments[tied[0]!]!, next[tied[0]!]!);
        if (order < 0) ties = 0;
        if (order <= 0) tied[ties++] = s;
      }
      if (ties === 0) return builder.finish();
      const [first, index] = [segments[tied[0]!]!, next[tied[0]!]!];
      let count = 0;
      for (let t = 0; t < ties; t++) {
        const s = tied[t]!;
        count = segments[s]!.#renumber(next[s]!, numbersOf[s]!, numbers, times, count);
        next[s]!++;
      }
      if (count > 0) builder.addTerm(first.#term(index), numbers, times, count);
    }
  }

  find(term: string): Postings | undefined {
    const units = unitsOf(term);
    let [low, high] = [0, this.terms - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = compare(this.#term(middle), units);
      if (order === 0) return this.#postings(middle);
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  #term(index: number): Uint16Array {
    return this.#units.subarray(this.#termAt[index]!, this.#termAt[index + 1]!);
  }

  /** Compares a term with one of another piece. */
  #compare(index: number, other: TermSegment, otherIndex: number): number {
    const [a, b] = [this.#units, other.#units];
    let at = this.#termAt[index]!;
    let otherAt = other.#termAt[otherIndex]!;
    const end = this.#termAt[index + 1]!;
    const otherEnd = other.#termAt[otherIndex + 1]!;
    for (; at < end && otherAt < otherEnd; at++, otherAt++) if (a[at] !== b[otherAt]) return a[at]! - b[otherAt]!;
    return end - at - (otherEnd - otherAt);
  }

  #postings(index: number): Postings {
    const count = this.#counts[index]!;
    const at = this.#postingsAt[index]!;
    if (isDense(count, this.size))
      return { count, numbers: undefined, times: this.#bytes.subarray(at, at + this.size) };
    return {
      count,
      numbers: this.#pairs.subarray(at >> 1, (at >> 1) + count),
      times: this.#bytes.subarray(at + 2 * count, at + 3 * count),
    };
  }

  /** Appends a term's postings under other numbers, without those that have none, and says how many there are then. */
  #renumber(index: number, to: Int32Array, numbers: Uint16Array, times: Uint8Array, before: number): number {
    const [bytes, pairs, at] = [this.#bytes, this.#pairs, this.#postingsAt[index]!];
    const own = this.#counts[index]!;
    let count = before;
    if (isDense(own, this.size)) {
      for (let i = 0; i < this.size; i++) {
        const number = to[i]!;
        if (number < 0 || bytes[at + i] === 0) continue;
        numbers[count] = number;
        times[count++] = bytes[at + i]!;
      }
      return count;
    }
    for (let i = 0; i < own; i++) {
      const number = to[pairs[(at >> 1) + i]!]!;
      if (number < 0) continue;
      numbers[count] = number;
      times[count++] = bytes[at + 2 * own + i]!;
    }
    return count;
  }
}

function compare(a: Uint16Array, b: Uint16Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

function unitsOf(term: string): Uint16Array {
  const units = new Uint16Array(term.length);
  for (let i = 0; i < term.length; i++) units[i] = term.charCodeAt(i);
  return units;
}

/** Whether an entry for every chunk takes no more than a list. */
const isDense = (count: number, size: number): boolean => 3 * count >= size;

/** The bytes of a term's postings; lists begin at even bytes. */
const postingsBytes = (count: number, size: number): number =>
  2 * Math.ceil((isDense(count, size) ? size : 3 * count) / 2);

/** Says that a term has an entry for every chunk. */
const dense = 0xffff_ffff;

/** The terms that are counted. */
function distinct(counts: Uint32Array): Uint32Array {
  const terms = new Uint32Array(counts.length);
  let size = 0;
  for (let term = 0; term < counts.length; term++) if (counts[term]! > 0) terms[size++] = term;
  return terms.slice(0, size);
}

/** The bytes of a piece, as {@link TermSegment} reads them. */
class Layout {
  readonly data: Uint8Array;
  readonly termAt: Uint32Array;
  readonly postingsAt: Uint32Array;
  readonly counts: Uint32Array;
  readonly units: Uint16Array;
  readonly bytes: Uint8Array;
  /** The same bytes in pairs. */
  readonly numbers: Uint16Array;
  readonly #size: number;
  readonly #chunks: Uint32Array;

  constructor(size: number, terms: number, units: number, bytes: number) {
    if (size > mostEntries) throw new RangeError(`A piece of ${size} chunks is too large.`);
    const unitsAt = header + 4 * (3 * size + 3 * terms + 2);
    const bytesAt = unitsAt + 4 * Math.ceil(units / 2);
    this.data = new Uint8Array(bytesAt + bytes);
    const { buffer } = this.data;
    new Uint32Array(buffer, 0, 3).set([size, terms, units]);
    this.#size = size;
    this.#chunks = new Uint32Array(buffer, header, 3 * size);
    this.termAt = new Uint32Array(buffer, header + 12 * size, terms + 1);
    this.postingsAt = new Uint32Array(buffer, header + 12 * size + 4 * (terms + 1), terms + 1);
    this.counts = new Uint32Array(buffer, header + 12 * size + 8 * (terms + 1), terms);
    this.units = new Uint16Array(buffer, unitsAt, units);
    this.bytes = new Uint8Array(buffer, bytesAt);
    this.numbers = new Uint16Array(buffer, bytesAt, bytes >> 1);
  }

  setChunk(number: number, key: number, document: number, length: number): void {
    this.#chunks[number] = key;
    this.#chunks[this.#size + number] = document;
    this.#chunks[2 * this.#size + number] = length;
  }
}

/** Puts a piece together, term by term in order. */
class Builder {
  readonly #size: number;
  readonly #chunks: (layout: Layout) => void;
  readonly #termAt = [0];
  readonly #postingsAt = [0];
  readonly #counts: number[] = [];
  #units = new Uint16Array(1024);
  #bytes = new Uint8Array(4096);
  /** The same bytes in pairs. */
  #pairs = new Uint16Array(this.#bytes.buffer);

  constructor(size: number, chunks: (layout: Layout) => void) {
    this.#size = size;
    this.#chunks = chunks;
  }

  /** Adds a term with the first numbers of a list. */
  addTerm(term: Uint16Array, numbers: Uint16Array, times: Uint8Array, count: number): void {
    const unit = this.#termAt.at(-1)!;
    const at = this.#postingsAt.at(-1)!;
    const bytes = postingsBytes(count, this.#size);
    if (unit + term.length > this.#units.length) {
      const larger = new Uint16Array(2 * (unit + term.length));
      larger.set(this.#units);
      this.#units = larger;
    }
    if (at + bytes > this.#bytes.length) {
      const larger = new Uint8Array(2 * (at + bytes));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#pairs = new Uint16Array(larger.buffer);
    }
    this.#units.set(term, unit);
    const [own, pairs] = [this.#bytes, this.#pairs];
    if (isDense(count, this.#size)) for (let i = 0; i < count; i++) own[at + numbers[i]!] = times[i]!;
    else
      for (let i = 0; i < count; i++) {
        pairs[(at >> 1) + i] = numbers[i]!;
        own[at + 2 * count + i] = times[i]!;
      }
    this.#termAt.push(unit + term.length);
    this.#postingsAt.push(at + bytes);
    this.#counts.push(count);
  }

  finish(): TermSegment {
    const units = this.#termAt.at(-1)!;
    const layout = new Layout(this.#size, this.#counts.length, units, this.#postingsAt.at(-1)!);
    this.#chunks(layout);
    layout.termAt.set(this.#termAt);
    layout.postingsAt.set(this.#postingsAt);
    layout.counts.set(this.#counts);
    layout.units.set(this.#units.subarray(0, units));
    layout.bytes.set(this.#bytes.subarray(0, layout.bytes.length));
    return new TermSegment(layout.data);
  }
}
