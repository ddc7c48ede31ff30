// The codes of one embedding space in memory: rows are appended and removed, and the most promising ones found.
import { type EncodedQuery, signLoss, signTables } from './binary-code.ts';
import { Candidates } from './candidates.ts';
import type { CodeBlock } from './code-block.ts';
import { FineCodes } from './fine-codes.ts';
import { RowGroups } from './row-groups.ts';
import { blockSize, layout, type ScanKernel, scanKernel } from './scan-kernel.ts';
import { SecondBits } from './second-bits.ts';

const pageBytes = 65_536;
/** Scale, bias and deviation. */
const numbersOfRow = 3;
/** From so many rows on, one in so many is looked at first. */
const leastToSample = 4096;
const sampleStep = 32;
/** Four bits a coordinate are held up to this many bytes, and a second bit up to that many. */
const mostFineBytes = 32 * 2 ** 20;
const mostSecondBytes = 64 * 2 ** 20;

/** How many bits of a coordinate estimates are made from. */
export type Precision = 1 | 2 | 4;

/** What a scan looks at: rows by number, or ranges as beginnings and ends. */
type Among =
  | { readonly rows: Uint32Array; readonly ranges?: never }
  | { readonly ranges: readonly number[]; readonly rows?: never };

/** One-bit codes, and up to a size those of four bits or two, with the keys of their vectors and of the documents they belong to. */
export class CodeIndex {
  readonly #words: number;
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: ScanKernel;
  readonly precision: Precision;
  readonly #fine: FineCodes | undefined;
  readonly #seconds: SecondBits | undefined;
  /** Where the rows of lists lie; others come after them. */
  #groups: RowGroups | undefined;
  /** Where the last row ends. */
  #size = 0;
  #removed = 0;
  #keys = new Uint32Array(0);
  #documents = new Uint32Array(0);
  /** Row by row, so that they lie together: what a sum is multiplied by, what is added, the deviation of a query of length one. */
  #numbers = new Float32Array(0);

  /** `bytes`: of a code's bits, a multiple of 16. `scalar`: do without WebAssembly. */
  constructor(bytes: number, precision: Precision = 4, scalar = false) {
    this.precision = precision;
    this.#words = bytes / 16;
    this.#memory = new WebAssembly.Memory({ initial: layout.codes / pageBytes });
    this.#kernel = scanKernel(this.#memory, bytes, scalar);
    if (precision === 4) this.#fine = new FineCodes(this.#words, scalar);
    if (precision === 2) this.#seconds = new SecondBits(bytes, scalar);
  }

  /** The precision that so many codes find room for. */
  static precisionOf(bytes: number, count: number): Precision {
    if (4 * bytes * count <= mostFineBytes) return 4;
    return bytes * count <= mostSecondBytes ? 2 : 1;
  }

  /** How many rows there are. */
  get size(): number {
    return this.#size - this.#removed;
  }

  /** How many inverted lists the rows are sorted by; 0 where they are not. */
  get lists(): number {
    return this.#groups?.count ?? 0;
  }

  /** How many rows are in no list. */
  get unlisted(): number {
    return this.#size - (this.#groups?.end ?? 0);
  }

  /** The list of a row; undefined where it is in none. */
  listOf(row: number): number | undefined {
    return this.#groups && row < this.#groups.end ? this.#groups.listOf(row) : undefined;
  }

  get kind(): ScanKernel['kind'] {
    return this.#kernel.kind;
  }

  /** Bytes held in memory. */
  get memoryBytes(): number {
    const codes = this.#memory.buffer.byteLength + ((this.#fine ?? this.#seconds)?.memoryBytes ?? 0);
    return codes + (8 + 4 * numbersOfRow) * this.#keys.length;
  }

  /** The keys of the documents, row by row; 0 where a row was removed. */
  get documents(): Uint32Array {
    return this.#documents.subarray(0, this.#size);
  }

  key(row: number): number {
    return this.#keys[row]!;
  }

  /** The inner product of the mean and a vector's difference to it. */
  bias(row: number): number {
    return this.#numbers[numbersOfRow * row + 1]!;
  }

  /** Makes room for so many rows. */
  reserve(size: number): void {
    const missing = layout.codes + size * 16 * this.#words - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    (this.#fine ?? this.#seconds)?.reserve(size);
    if (size <= this.#keys.length) return;
    const grown = <Column extends Uint32Array | Float32Array>(column: Column, larger: Column): Column => {
      larger.set(column);
      return larger;
    };
    this.#keys = grown(this.#keys, new Uint32Array(size));
    this.#documents = grown(this.#documents, new Uint32Array(size));
    this.#numbers = grown(this.#numbers, new Float32Array(numbersOfRow * size));
  }

  /** Has the rows sorted by list from now on; `counts`: by list, how many are to be placed. There are no rows yet. */
  group(counts: Uint32Array): void {
    this.#groups = new RowGroups(counts);
    this.#size = this.#groups.end;
    this.#removed = this.#size;
    this.reserve(this.#size);
  }

  /** Puts the rows of a block into their lists; with levels where four bits are held. */
  place(block: CodeBlock): void {
    const groups = this.#groups!;
    const bytes = 16 * this.#words;
    const codes = new Uint32Array(this.#memory.buffer, layout.codes);
    const bits = new Uint32Array(block.bits.buffer, block.bits.byteOffset, block.bits.length / 4);
    for (let i = 0; i < block.count; i++) {
      const list = block.lists[i]!;
      if (list >= groups.count) {
        this.append(block, i, i + 1);
        continue;
      }
      const row = groups.add(list);
      for (let word = 0, to = (row * bytes) / 4, from = (i * bytes) / 4; word < bytes / 4; word++)
        codes[to + word] = bits[from + word]!;
      this.#setFiner(row, block, i, i + 1);
      this.#setColumns(row, block, i);
      this.#removed--;
    }
  }

  /** Appends rows of a block; with levels where four bits are held. */
  append(block: CodeBlock, from = 0, to = block.count): void {
    const row = this.#size;
    this.#size += to - from;
    if (this.#size > this.#keys.length) this.reserve(Math.ceil(1.25 * this.#size));
    const bytes = 16 * this.#words;
    new Uint8Array(this.#memory.buffer).set(block.bits.subarray(from * bytes, to * bytes), layout.codes + row * bytes);
    this.#setFiner(row, block, from, to);
    for (let i = from; i < to; i++) this.#setColumns(row + i - from, block, i);
  }

  #setFiner(row: number, block: CodeBlock, from: number, to: number): void {
    const bytes = 16 * this.#words;
    this.#fine?.set(row, block.levels!.subarray(4 * from * bytes, 4 * to * bytes));
    this.#seconds?.set(row, block.seconds.subarray(from * bytes, to * bytes));
  }

  #setColumns(row: number, block: CodeBlock, i: number): void {
    this.#keys[row] = block.keys[i]!;
    this.#documents[row] = block.documents[i]!;
    const at = numbersOfRow * row;
    const [scales, deviations] =
      this.precision === 4
        ? [block.fineScales, block.fineDeviations]
        : this.precision === 2
          ? [block.secondScales, block.secondDeviations]
          : [block.scales, undefined];
    this.#numbers[at] = scales[i]!;
    this.#numbers[at + 1] = block.biases[i]!;
    this.#numbers[at + 2] = deviations ? deviations[i]! : signLoss * scales[i]!;
  }

  /** Removes the rows of keys, where they are there; the last rows, of the same list, take their places. */
  remove(keys: readonly number[]): void {
    if (keys.length === 0) return;
    const gone = new Uint8Array(keys.reduce((most, key) => Math.max(most, key), 0) + 1);
    for (const key of keys) gone[key] = 1;
    const groups = this.#groups;
    for (let list = 0; groups && list < groups.count; list++) {
      for (let row = groups.start(list); row < groups.rowsEnd(list); ) {
        if (gone[this.#keys[row]!] !== 1) {
          row++;
          continue;
        }
        const last = groups.removeLast(list);
        this.#move(last, row);
        this.#documents[last] = 0;
        this.#removed++;
      }
    }
    for (let row = groups?.end ?? 0; row < this.#size; ) {
      if (gone[this.#keys[row]!] === 1) this.#move(--this.#size, row);
      else row++;
    }
  }

  /**
   * The `wanted` nearest rows by Hamming distance, and those as near as the last, by estimate; `among` restricts the search to rows, and
   * where it lists no more than are wanted, all of them are estimated. `most`: no row is farther than this.
   */
  search(query: EncodedQuery, wanted: number, among?: Uint32Array, most = 128 * this.#words): Candidates {
    if (among && among.length <= wanted) return this.#estimated(query, among.slice(), most);
    this.#setQuery(query);
    return this.#scanned(query, wanted, among ? { rows: among } : { ranges: this.#ranges() }, most);
  }

  /** The same of the rows of some lists, the nearest list first, and of those that are in no list. */
  searchLists(query: EncodedQuery, wanted: number, lists: readonly number[], most = 128 * this.#words): Candidates {
    this.#setQuery(query);
    const { near, limit } = this.#within(most, wanted, { ranges: this.#ranges(lists) });
    return this.#estimated(query, near, limit);
  }

  #scanned(query: EncodedQuery, wanted: number, among: Among, most: number): Candidates {
    const count = among.rows?.length ?? this.size;
    // A sample says about how far the wanted ones are, so that few others are written down; where it was wrong, all are scanned anew.
    const sampled = count < leastToSample ? most : this.#sampled(most, wanted, among);
    const found = this.#within(sampled, wanted, among);
    const isEnough = sampled === most || found.near.length >= Math.min(wanted, count);
    const { near, limit } = isEnough ? found : this.#within(most, wanted, among);
    return this.#estimated(query, near, limit);
  }

  /** Beginnings and ends of the rows of lists, or of all, and of those that are in no list. */
  #ranges(lists?: readonly number[]): number[] {
    const groups = this.#groups;
    const ranges: number[] = [];
    if (groups && (lists || this.#removed > 0)) {
      const some = lists ?? Array.from({ length: groups.count }, (_, list) => list);
      for (const list of some) ranges.push(groups.start(list), groups.rowsEnd(list));
      ranges.push(groups.end, this.#size);
    } else ranges.push(0, this.#size);
    return ranges;
  }

  #setQuery({ bits }: EncodedQuery): void {
    new Uint8Array(this.#memory.buffer).set(bits, layout.query);
  }

  #estimated(query: EncodedQuery, near: Uint32Array, reach: number): Candidates {
    const estimates = new Float64Array(near.length);
    const deviations = new Float64Array(near.length);
    const { norm } = query;
    if (this.#fine) this.#fine.products(query, near, estimates);
    else if (this.#seconds)
      this.#seconds.products(query, near, new Uint32Array(this.#memory.buffer, layout.codes), estimates);
    else this.#signSums(query, near, estimates);
    for (let i = 0; i < near.length; i++) {
      const at = numbersOfRow * near[i]!;
      estimates[i] = estimates[i]! * this.#numbers[at]! + this.#numbers[at + 1]!;
      deviations[i] = norm * this.#numbers[at + 2]!;
    }
    return new Candidates(near, estimates, deviations, reach);
  }

  /** A distance within which the wanted rows probably are. */
  #sampled(most: number, wanted: number, among: Among): number {
    const expected = wanted / sampleStep;
    return this.#run(most, Math.ceil(expected + 3 * Math.sqrt(expected) + 3), among, sampleStep).limit;
  }

  /** The rows up to a distance, or up to that of the last wanted where that is less, and which of the two it is. */
  #within(most: number, wanted: number, among: Among): { near: Uint32Array; limit: number } {
    const { parts, limit } = this.#run(most, wanted, among, 1);
    const near = new Uint32Array(parts.reduce((sum, part) => sum + part.length / 2, 0));
    let kept = 0;
    for (const part of parts)
      for (let i = 0; i < part.length; i += 2) if (part[i + 1]! <= limit) near[kept++] = part[i]!;
    return { near: near.subarray(0, kept), limit };
  }

  /** Row and distance of those that may be wanted, of every so manyth, and the distance of the last that is. */
  #run(most: number, wanted: number, among: Among, step: number): { parts: Uint32Array[]; limit: number } {
    const { buffer } = this.#memory;
    new Uint32Array(buffer, layout.counts, 128 * this.#words + 1).fill(0);
    const state = new Uint32Array(buffer, layout.state, 3);
    state.set([most, 0, 0]);
    const { rows, ranges = [0, rows!.length] } = among;
    const parts: Uint32Array[] = [];
    const flush = (): void => {
      parts.push(new Uint32Array(buffer, layout.found, 2 * state[2]!).slice());
      state[2] = 0;
    };
    for (let i = 0; i < ranges.length; i += 2) {
      for (let first = ranges[i]!; first < ranges[i + 1]!; first += blockSize) {
        const end = Math.min(first + blockSize, ranges[i + 1]!);
        if (state[2]! + end - first > blockSize) flush();
        if (rows) {
          new Uint32Array(buffer, layout.list, end - first).set(rows.subarray(first, end));
          this.#kernel.list(0, end - first, step, wanted);
        } else this.#kernel.range(first, end, step, wanted);
      }
    }
    flush();
    return { parts, limit: state[0]! };
  }

  #signSums(query: EncodedQuery, near: Uint32Array, out: Float64Array): void {
    const tables = signTables(query);
    const codes = new Uint8Array(this.#memory.buffer, layout.codes);
    const bytes = 16 * this.#words;
    for (let i = 0; i < near.length; i++) {
      let sum = 0;
      for (let byte = 0, at = near[i]! * bytes; byte < bytes; byte++, at++) sum += tables[byte * 256 + codes[at]!]!;
      out[i] = sum;
    }
  }

  #move(from: number, to: number): void {
    const bytes = 16 * this.#words;
    const start = layout.codes + from * bytes;
    new Uint8Array(this.#memory.buffer).copyWithin(layout.codes + to * bytes, start, start + bytes);
    (this.#fine ?? this.#seconds)?.move(from, to);
    this.#keys[to] = this.#keys[from]!;
    this.#documents[to] = this.#documents[from]!;
    this.#numbers.copyWithin(numbersOfRow * to, numbersOfRow * from, numbersOfRow * (from + 1));
  }
}
