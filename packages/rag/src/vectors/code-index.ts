// The codes of one embedding space in memory: rows are appended and removed, and the most promising ones found.
import { type EncodedQuery, signLoss, signTables } from './binary-code.ts';
import { Candidates } from './candidates.ts';
import type { CodeBlock } from './code-block.ts';
import { FineCodes } from './fine-codes.ts';
import { blockSize, layout, type ScanKernel, scanKernel } from './scan-kernel.ts';

const pageBytes = 65_536;
/** Scale, bias and deviation. */
const numbersOfRow = 3;
/** From so many rows on, one in so many is looked at first. */
const leastToSample = 4096;
const sampleStep = 32;
/** Four bits a coordinate are held up to this many bytes. */
const mostFineBytes = 32 * 2 ** 20;

/** One-bit codes, and up to a size four-bit ones, with the keys of their vectors and of the documents they belong to. */
export class CodeIndex {
  readonly #words: number;
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: ScanKernel;
  readonly #fine: FineCodes | undefined;
  #size = 0;
  #keys = new Uint32Array(0);
  #documents = new Uint32Array(0);
  /** Row by row, so that they lie together: what a sum is multiplied by, what is added, the deviation of a query of length one. */
  #numbers = new Float32Array(0);

  /** `bytes`: of a code's bits, a multiple of 16. `fine`: hold levels too. `scalar`: do without WebAssembly. */
  constructor(bytes: number, fine = true, scalar = false) {
    this.#words = bytes / 16;
    this.#memory = new WebAssembly.Memory({ initial: layout.codes / pageBytes });
    this.#kernel = scanKernel(this.#memory, bytes, scalar);
    if (fine) this.#fine = new FineCodes(this.#words, scalar);
  }

  /** Whether levels of so many codes find room. */
  static holdsLevels(bytes: number, count: number): boolean {
    return 4 * bytes * count <= mostFineBytes;
  }

  get size(): number {
    return this.#size;
  }

  get kind(): ScanKernel['kind'] {
    return this.#kernel.kind;
  }

  /** Whether levels are held. */
  get isFine(): boolean {
    return this.#fine !== undefined;
  }

  /** Bytes held in memory. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength + (this.#fine?.memoryBytes ?? 0) + (8 + 4 * numbersOfRow) * this.#keys.length;
  }

  /** The keys of the documents, row by row. */
  get documents(): Uint32Array {
    return this.#documents.subarray(0, this.#size);
  }

  key(row: number): number {
    return this.#keys[row]!;
  }

  /** Makes room for so many rows. */
  reserve(size: number): void {
    const missing = layout.codes + size * 16 * this.#words - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    this.#fine?.reserve(size);
    if (size <= this.#keys.length) return;
    const grown = <Column extends Uint32Array | Float32Array>(column: Column, larger: Column): Column => {
      larger.set(column);
      return larger;
    };
    this.#keys = grown(this.#keys, new Uint32Array(size));
    this.#documents = grown(this.#documents, new Uint32Array(size));
    this.#numbers = grown(this.#numbers, new Float32Array(numbersOfRow * size));
  }

  /** Appends the rows of a block, from one on; with levels where levels are held. */
  append(block: CodeBlock, from = 0): void {
    const row = this.#size;
    this.#size += block.count - from;
    if (this.#size > this.#keys.length) this.reserve(Math.ceil(1.25 * this.#size));
    const bytes = 16 * this.#words;
    new Uint8Array(this.#memory.buffer).set(block.bits.subarray(from * bytes), layout.codes + row * bytes);
    this.#fine?.set(row, block.levels!.subarray(4 * from * bytes));
    this.#keys.set(block.keys.subarray(from), row);
    this.#documents.set(block.documents.subarray(from), row);
    for (let i = from, at = numbersOfRow * row; i < block.count; i++, at += numbersOfRow) {
      const scale = block.scales[i]!;
      this.#numbers[at] = this.#fine ? block.fineScales[i]! : scale;
      this.#numbers[at + 1] = block.biases[i]!;
      this.#numbers[at + 2] = this.#fine ? block.fineDeviations[i]! : signLoss * scale;
    }
  }

  /** Removes the rows of keys, where they are there; the last rows take their places. */
  remove(keys: readonly number[]): void {
    if (keys.length === 0) return;
    const gone = new Uint8Array(keys.reduce((most, key) => Math.max(most, key), 0) + 1);
    for (const key of keys) gone[key] = 1;
    for (let row = 0; row < this.#size; ) {
      if (gone[this.#keys[row]!] === 1) this.#move(--this.#size, row);
      else row++;
    }
  }

  /**
   * The `wanted` nearest rows by Hamming distance, and those as near as the last, by estimate; `rows` restricts the search, and
   * where it lists no more than are wanted, all of them are estimated.
   */
  search(query: EncodedQuery, wanted: number, rows?: Uint32Array): Candidates {
    const near = rows && rows.length <= wanted ? rows.slice() : this.#scan(query, wanted, rows);
    const estimates = new Float64Array(near.length);
    const deviations = new Float64Array(near.length);
    const { norm } = query;
    if (this.#fine) this.#fine.products(query, near, estimates);
    else this.#signSums(query, near, estimates);
    for (let i = 0; i < near.length; i++) {
      const at = numbersOfRow * near[i]!;
      estimates[i] = estimates[i]! * this.#numbers[at]! + this.#numbers[at + 1]!;
      deviations[i] = norm * this.#numbers[at + 2]!;
    }
    return new Candidates(near, estimates, deviations);
  }

  #scan({ bits }: EncodedQuery, wanted: number, rows: Uint32Array | undefined): Uint32Array {
    new Uint8Array(this.#memory.buffer).set(bits, layout.query);
    const most = 128 * this.#words;
    const count = rows?.length ?? this.#size;
    // A sample says about how far the wanted ones are, so that few others are written down; where it was wrong, all are scanned anew.
    const limit = count < leastToSample ? most : this.#sampled(wanted, rows, most);
    const near = this.#within(limit, wanted, rows);
    return near.length >= Math.min(wanted, count) ? near : this.#within(most, wanted, rows);
  }

  /** A distance within which the wanted rows probably are. */
  #sampled(wanted: number, rows: Uint32Array | undefined, most: number): number {
    const expected = wanted / sampleStep;
    return this.#run(most, Math.ceil(expected + 3 * Math.sqrt(expected) + 3), rows, sampleStep).limit;
  }

  /** The rows up to a distance, or up to that of the last wanted where that is less. */
  #within(most: number, wanted: number, rows: Uint32Array | undefined): Uint32Array {
    const { parts, limit } = this.#run(most, wanted, rows, 1);
    const near = new Uint32Array(parts.reduce((sum, part) => sum + part.length / 2, 0));
    let kept = 0;
    for (const part of parts)
      for (let i = 0; i < part.length; i += 2) if (part[i + 1]! <= limit) near[kept++] = part[i]!;
    return near.subarray(0, kept);
  }

  /** Row and distance of those that may be wanted, of every so manyth, and the distance of the last that is. */
  #run(
    most: number,
    wanted: number,
    rows: Uint32Array | undefined,
    step: number,
  ): { parts: Uint32Array[]; limit: number } {
    const { buffer } = this.#memory;
    new Uint32Array(buffer, layout.counts, 128 * this.#words + 1).fill(0);
    const state = new Uint32Array(buffer, layout.state, 2);
    state.set([most, 0]);
    const count = rows?.length ?? this.#size;
    const found = new Uint32Array(buffer, layout.found, 2 * blockSize);
    const parts: Uint32Array[] = [];
    for (let first = 0; first < count; first += blockSize) {
      const end = Math.min(first + blockSize, count);
      if (rows) new Uint32Array(buffer, layout.list, end - first).set(rows.subarray(first, end));
      const written = rows
        ? this.#kernel.list(0, end - first, step, wanted)
        : this.#kernel.range(first, end, step, wanted);
      parts.push(found.slice(0, 2 * written));
    }
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
    this.#fine?.move(from, to);
    this.#keys[to] = this.#keys[from]!;
    this.#documents[to] = this.#documents[from]!;
    this.#numbers.copyWithin(numbersOfRow * to, numbersOfRow * from, numbersOfRow * (from + 1));
  }
}
