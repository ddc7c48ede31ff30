// The codes of one embedding space in memory: rows are appended and removed, and the most promising ones found.
import { type EncodedQuery, signLoss, signTables } from './binary-code.ts';
import { Candidates } from './candidates.ts';
import type { CodeBlock } from './code-block.ts';
import { FineCodes } from './fine-codes.ts';
import { blockSize, layout, type ScanKernel, scanKernel } from './scan-kernel.ts';

const pageBytes = 65_536;
/** From so many rows on, one in so many is looked at first. */
const leastToSample = 2048;
const sampleStep = 16;
/** Four bits a coordinate are held up to this many bytes. */
const mostFineBytes = 32 * 2 ** 20;

/** One-bit codes, and up to a size four-bit ones, with the keys of their vectors and of the documents they belong to. */
export class CodeIndex {
  readonly #words: number;
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: ScanKernel;
  #fine: FineCodes | undefined;
  #size = 0;
  #keys = new Uint32Array(1024);
  #documents = new Uint32Array(1024);
  #scales = new Float32Array(1024);
  #biases = new Float32Array(1024);
  #fineScales = new Float32Array(1024);
  #fineDeviations = new Float32Array(1024);
  /** Rows by key, made when the first row is removed. */
  #rows: Map<number, number> | undefined;

  /** `bytes`: of a code's bits, a multiple of 16. `fine`: hold levels too. `scalar`: do without WebAssembly. */
  constructor(bytes: number, fine = true, scalar = false) {
    this.#words = bytes / 16;
    this.#memory = new WebAssembly.Memory({ initial: layout.codes / pageBytes });
    this.#kernel = scanKernel(this.#memory, bytes, scalar);
    if (fine) this.#fine = new FineCodes(this.#words, scalar);
  }

  /** Whether levels of so many codes are held. */
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
    return this.#memory.buffer.byteLength + (this.#fine?.memoryBytes ?? 0) + 24 * this.#keys.length;
  }

  /** The keys of the documents, row by row. */
  get documents(): Uint32Array {
    return this.#documents.subarray(0, this.#size);
  }

  key(row: number): number {
    return this.#keys[row]!;
  }

  /** Appends the rows of a block, from one on. */
  append(block: CodeBlock, from = 0): void {
    const count = block.count - from;
    const row = this.#size;
    this.#reserve(row + count);
    this.#size += count;
    const bytes = 16 * this.#words;
    new Uint8Array(this.#memory.buffer).set(block.bits.subarray(from * bytes), layout.codes + row * bytes);
    this.#keys.set(block.keys.subarray(from), row);
    this.#documents.set(block.documents.subarray(from), row);
    this.#scales.set(block.scales.subarray(from), row);
    this.#biases.set(block.biases.subarray(from), row);
    this.#fineScales.set(block.fineScales.subarray(from), row);
    this.#fineDeviations.set(block.fineDeviations.subarray(from), row);
    if (block.levels && CodeIndex.holdsLevels(bytes, this.#size))
      this.#fine?.set(row, block.levels.subarray(4 * from * bytes));
    else this.#fine = undefined;
    if (this.#rows) for (let i = row; i < this.#size; i++) this.#rows.set(this.#keys[i]!, i);
  }

  /** Removes a row if it is there; the last row takes its place. */
  remove(key: number): void {
    this.#rows ??= new Map(Array.from(this.#keys.subarray(0, this.#size), (one, row) => [one, row]));
    const row = this.#rows.get(key);
    if (row === undefined) return;
    this.#rows.delete(key);
    const last = --this.#size;
    if (row === last) return;
    const bytes = 16 * this.#words;
    new Uint8Array(this.#memory.buffer).copyWithin(
      layout.codes + row * bytes,
      layout.codes + last * bytes,
      layout.codes + (last + 1) * bytes,
    );
    this.#fine?.move(last, row);
    for (const column of this.#columns()) column[row] = column[last]!;
    this.#rows.set(this.#keys[row]!, row);
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
      const row = near[i]!;
      const scale = this.#fine ? this.#fineScales[row]! : this.#scales[row]!;
      estimates[i] = estimates[i]! * scale + this.#biases[row]!;
      deviations[i] = norm * (this.#fine ? this.#fineDeviations[row]! : signLoss * scale);
    }
    return new Candidates(near, estimates, deviations);
  }

  #scan({ bits }: EncodedQuery, wanted: number, rows: Uint32Array | undefined): Uint32Array {
    new Uint8Array(this.#memory.buffer).set(bits, layout.query);
    const most = 128 * this.#words;
    const count = rows?.length ?? this.#size;
    // A sample says about how far the wanted ones are, so that few others are written down; where it was wrong, all are scanned anew.
    const limit = count < leastToSample ? most : this.#sampled(count, wanted, rows, most);
    const near = this.#within(limit, wanted, rows);
    return near.length >= Math.min(wanted, count) ? near : this.#within(most, wanted, rows);
  }

  /** A distance within which the wanted rows probably are. */
  #sampled(count: number, wanted: number, rows: Uint32Array | undefined, most: number): number {
    const size = Math.floor(count / sampleStep);
    const list = new Uint32Array(size);
    for (let i = 0; i < size; i++) list[i] = rows ? rows[i * sampleStep]! : i * sampleStep;
    const expected = wanted / sampleStep;
    return this.#run(most, Math.ceil(expected + 3 * Math.sqrt(expected) + 3), list).limit;
  }

  /** The rows up to a distance, or up to that of the last wanted where that is less. */
  #within(most: number, wanted: number, rows: Uint32Array | undefined): Uint32Array {
    const { parts, limit } = this.#run(most, wanted, rows);
    const near = new Uint32Array(parts.reduce((sum, part) => sum + part.length / 2, 0));
    let kept = 0;
    for (const part of parts)
      for (let i = 0; i < part.length; i += 2) if (part[i + 1]! <= limit) near[kept++] = part[i]!;
    return near.subarray(0, kept);
  }

  /** Row and distance of those that may be wanted, and the distance of the last that is. */
  #run(most: number, wanted: number, rows: Uint32Array | undefined): { parts: Uint32Array[]; limit: number } {
    const { buffer } = this.#memory;
    new Uint32Array(buffer, layout.counts, 128 * this.#words + 1).fill(0);
    const state = new Uint32Array(buffer, layout.state, 2);
    state.set([most, 0]);
    const count = rows?.length ?? this.#size;
    const found = new Uint32Array(buffer, layout.found, 2 * blockSize);
    const parts: Uint32Array[] = [];
    for (let first = 0; first < count; first += blockSize) {
      const block = Math.min(blockSize, count - first);
      if (rows) new Uint32Array(buffer, layout.list, block).set(rows.subarray(first, first + block));
      const written = this.#kernel[rows ? 'list' : 'range'](first, block, wanted);
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

  #columns(): (Uint32Array | Float32Array)[] {
    return [this.#keys, this.#documents, this.#scales, this.#biases, this.#fineScales, this.#fineDeviations];
  }

  #reserve(size: number): void {
    const missing = layout.codes + size * 16 * this.#words - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    this.#fine?.reserve(size);
    if (size <= this.#keys.length) return;
    const length = Math.ceil(size * 1.25);
    const grown = <Column extends Uint32Array | Float32Array>(column: Column, larger: Column): Column => {
      larger.set(column);
      return larger;
    };
    this.#keys = grown(this.#keys, new Uint32Array(length));
    this.#documents = grown(this.#documents, new Uint32Array(length));
    this.#scales = grown(this.#scales, new Float32Array(length));
    this.#biases = grown(this.#biases, new Float32Array(length));
    this.#fineScales = grown(this.#fineScales, new Float32Array(length));
    this.#fineDeviations = grown(this.#fineDeviations, new Float32Array(length));
  }
}
