// The codes of one embedding space in memory: rows are appended and removed, and the most promising ones found.
import type { EncodedQuery } from './binary-code.ts';
import { blockSize, layout, type ScanKernel, scanKernel } from './scan-kernel.ts';

const pageBytes = 65_536;

/** A row that may be near: the key of its vector and the estimated inner product, up to a constant. */
export interface Candidate {
  readonly key: number;
  readonly estimate: number;
  /** The standard deviation of the estimate. */
  readonly deviation: number;
}

/** One-bit codes with the keys of their vectors and of the documents they belong to. */
export class CodeIndex {
  readonly #words: number;
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: ScanKernel;
  #size = 0;
  #keys = new Uint32Array(1024);
  #documents = new Uint32Array(1024);
  #scales = new Float32Array(1024);
  #biases = new Float32Array(1024);
  /** Rows by key, made when the first row is removed. */
  #rows: Map<number, number> | undefined;

  /** `bytes`: of a code's bits, a multiple of 16. `scalar`: do without SIMD. */
  constructor(bytes: number, scalar = false) {
    this.#words = bytes / 16;
    this.#memory = new WebAssembly.Memory({ initial: layout.codes / pageBytes });
    this.#kernel = scanKernel(this.#memory, this.#words, scalar);
  }

  get size(): number {
    return this.#size;
  }

  get kind(): ScanKernel['kind'] {
    return this.#kernel.kind;
  }

  /** Bytes held in memory. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength + 16 * this.#keys.length;
  }

  /** The keys of the documents, row by row. */
  get documents(): Uint32Array {
    return this.#documents.subarray(0, this.#size);
  }

  append(key: number, document: number, code: Uint8Array): void {
    this.#reserve(this.#size + 1);
    const row = this.#size++;
    const bytes = 16 * this.#words;
    new Uint8Array(this.#memory.buffer).set(code.subarray(0, bytes), layout.codes + row * bytes);
    const numbers = new DataView(code.buffer, code.byteOffset + bytes, 8);
    this.#keys[row] = key;
    this.#documents[row] = document;
    this.#scales[row] = numbers.getFloat32(0, true);
    this.#biases[row] = numbers.getFloat32(4, true);
    this.#rows?.set(key, row);
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
    for (const column of [this.#keys, this.#documents, this.#scales, this.#biases]) column[row] = column[last]!;
    this.#rows.set(this.#keys[row]!, row);
  }

  /**
   * The `wanted` nearest rows by Hamming distance, and those as near as the last, best first by estimate; `rows` restricts the
   * search.
   */
  search(query: EncodedQuery, wanted: number, rows?: Uint32Array): Candidate[] {
    const bytes = 16 * this.#words;
    new Uint8Array(this.#memory.buffer).set(query.bits, layout.query);
    new Uint32Array(this.#memory.buffer, layout.counts, bytes * 8 + 1).fill(0);
    const state = new Uint32Array(this.#memory.buffer, layout.state, 2);
    state[0] = bytes * 8;
    state[1] = 0;
    const count = rows?.length ?? this.#size;
    const found = new Uint32Array(this.#memory.buffer, layout.found, 2 * blockSize);
    let near: number[] = [];
    for (let first = 0; first < count; first += blockSize) {
      const block = Math.min(blockSize, count - first);
      if (rows) new Uint32Array(this.#memory.buffer, layout.list, block).set(rows.subarray(first, first + block));
      const written = this.#kernel[rows ? 'list' : 'range'](first, block, wanted);
      near = near.filter((_, i) => near[i | 1]! <= state[0]!);
      for (let i = 0; i < 2 * written; i += 2) if (found[i + 1]! <= state[0]!) near.push(found[i]!, found[i + 1]!);
    }
    return this.#estimate(query, near);
  }

  #estimate({ tables, deviation }: EncodedQuery, near: readonly number[]): Candidate[] {
    const codes = new Uint8Array(this.#memory.buffer, layout.codes);
    const bytes = 16 * this.#words;
    const candidates: Candidate[] = [];
    for (let i = 0; i < near.length; i += 2) {
      const row = near[i]!;
      let sum = 0;
      for (let byte = 0, at = row * bytes; byte < bytes; byte++, at++) sum += tables[byte * 256 + codes[at]!]!;
      const scale = this.#scales[row]!;
      candidates.push({
        key: this.#keys[row]!,
        estimate: sum * scale + this.#biases[row]!,
        deviation: deviation * scale,
      });
    }
    return candidates.sort((a, b) => b.estimate - a.estimate);
  }

  #reserve(size: number): void {
    const missing = layout.codes + size * 16 * this.#words - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(Math.max(missing, this.#memory.buffer.byteLength / 4) / pageBytes));
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
  }
}
