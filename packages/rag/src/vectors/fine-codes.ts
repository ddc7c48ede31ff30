// Codes of four bits for each rotated coordinate, in memory: with them the few rows that one bit each has found are told apart
// before any vector is read.
import type { EncodedQuery } from './binary-code.ts';
import { moduleBytes, WasmCode } from './wasm-code.ts';

const layout = { query: 0, list: 32_768, sums: 98_304, codes: 163_840 } as const;
const pageBytes = 65_536;
/** Rows of one call; with `together` they fill the list. */
const atOnce = 16_368;
/** The query's coordinates are whole numbers up to this: small enough that no sum of 12,288 leaves an i32. */
const largest = 4095;

/** So many rows are fetched into the cache together: they lie far apart, and one by one their computation would wait for memory. */
const together = 16;
const cacheLine = 64;

/** Sums `query[i] · code[i]` for each row of the list, which `together` further rows follow. */
function sumFunction(words: number): WasmCode {
  const code = new WasmCode('sums', 1);
  const [low, sum] = [code.local('v128'), code.local('v128')];
  const [at, address, ahead, until, touched] = Array.from({ length: 5 }, () => code.local('i32')) as [
    ...[number, number, number, number, number],
  ];
  const vectors = 4 * words;
  const addressOf = (row: number): WasmCode =>
    code
      .get(row)
      .i32(4)
      .do('i32.mul')
      .load(layout.list)
      .i32(16 * vectors)
      .do('i32.mul');
  const times = (extended: 'i16x8.extendLowU' | 'i16x8.extendHighU', eight: number): WasmCode =>
    code
      .do(extended)
      .i32(layout.query)
      .loadVector(16 * eight)
      .do('i32x4.dot')
      .get(sum)
      .do('i32x4.add')
      .set(sum);
  code.while(
    () => code.get(at).get(0).do('i32.ltU'),
    () => {
      code.get(at).get(ahead).do('i32.geU');
      code.if(() => {
        code.get(ahead).i32(together).do('i32.add').set(until);
        code.while(
          () => code.get(ahead).get(until).do('i32.ltU'),
          () => {
            addressOf(ahead).set(address);
            for (let byte = 0; byte < 16 * vectors; byte += cacheLine)
              code
                .get(touched)
                .get(address)
                .load(layout.codes + byte)
                .do('i32.add')
                .set(touched);
            code.get(ahead).i32(1).do('i32.add').set(ahead);
          },
        );
      });
      addressOf(at).set(address);
      code.bytes(0).set(sum);
      for (let i = 0; i < vectors; i++) {
        const load = (): WasmCode => code.get(address).loadVector(layout.codes + 16 * i);
        load().bytes(15).do('v128.and').set(low);
        code.get(low);
        times('i16x8.extendLowU', 4 * i);
        code.get(low);
        times('i16x8.extendHighU', 4 * i + 1);
        load().i32(4).do('i8x16.shrU').set(low);
        code.get(low);
        times('i16x8.extendLowU', 4 * i + 2);
        code.get(low);
        times('i16x8.extendHighU', 4 * i + 3);
      }
      code.get(at).i32(4).do('i32.mul');
      for (const lane of [0, 1, 2, 3]) {
        code.get(sum).lane(lane);
        if (lane > 0) code.do('i32.add');
      }
      code.store(layout.sums).get(at).i32(1).do('i32.add').set(at);
    },
  );
  return code.get(touched);
}

const modules = new Map<number, WebAssembly.Module | undefined>();

function moduleFor(words: number): WebAssembly.Module | undefined {
  if (!modules.has(words)) {
    const bytes = moduleBytes([sumFunction(words)]);
    modules.set(words, WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined);
  }
  return modules.get(words);
}

/** Fine codes row by row. Memory is the caller's to keep in step with its rows. */
export class FineCodes {
  /** Bytes of a code. */
  readonly bytes: number;
  readonly #memory = new WebAssembly.Memory({ initial: Math.ceil(layout.codes / pageBytes) });
  readonly #sums: (count: number) => number;

  /** `words`: 128 coordinates each. `scalar`: do without SIMD. */
  constructor(words: number, scalar = false) {
    this.bytes = 64 * words;
    const module = scalar ? undefined : moduleFor(words);
    this.#sums = module
      ? (new WebAssembly.Instance(module, { memory: { 0: this.#memory } }).exports.sums as (count: number) => number)
      : count => this.#scalarSums(count);
  }

  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  reserve(rows: number): void {
    const missing = layout.codes + rows * this.bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
  }

  set(row: number, codes: Uint8Array): void {
    new Uint8Array(this.#memory.buffer).set(codes, layout.codes + row * this.bytes);
  }

  move(from: number, to: number): void {
    const start = layout.codes + from * this.bytes;
    new Uint8Array(this.#memory.buffer).copyWithin(layout.codes + to * this.bytes, start, start + this.bytes);
  }

  /** Inner products of the rotated query with the codes of rows, in units of a code's step. */
  products({ rotated }: EncodedQuery, rows: Uint32Array, out: Float64Array): void {
    const coordinates = new Int16Array(this.#memory.buffer, layout.query, 2 * this.bytes);
    let most = 0;
    for (let i = 0; i < rotated.length; i++) most = Math.max(most, Math.abs(rotated[i]!));
    const scale = most > 0 ? largest / most : 1;
    coordinates.fill(0);
    let total = 0;
    for (let i = 0; i < rotated.length; i++) {
      const whole = Math.round(rotated[i]! * scale);
      coordinates[i] = whole;
      total += whole;
    }
    for (let from = 0; from < rows.length; from += atOnce) {
      const part = rows.subarray(from, from + atOnce);
      const list = new Uint32Array(this.#memory.buffer, layout.list, atOnce + together);
      list.set(part);
      list.fill(0, part.length, part.length + together);
      this.#sums(part.length);
      const sums = new Int32Array(this.#memory.buffer, layout.sums, part.length);
      for (let i = 0; i < part.length; i++) out[from + i] = (sums[i]! - fineMiddle * total) / scale;
    }
  }

  #scalarSums(count: number): number {
    const { buffer } = this.#memory;
    const coordinates = new Int16Array(buffer, layout.query, 2 * this.bytes);
    const rows = new Uint32Array(buffer, layout.list, count);
    const sums = new Int32Array(buffer, layout.sums, count);
    const codes = new Uint8Array(buffer, layout.codes);
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let byte = 0, from = rows[i]! * this.bytes; byte < this.bytes; byte++) {
        const at = 32 * (byte >> 4) + (byte & 15);
        const both = codes[from + byte]!;
        sum += coordinates[at]! * (both & 15) + coordinates[at + 16]! * (both >> 4);
      }
      sums[i] = sum;
    }
    return count;
  }
}

/** A coordinate's level, from 0 to 15, stands for `level − fineMiddle` steps. */
export const fineMiddle = 7.5;
/** The step that loses least of a Gaussian in 16 levels, in standard deviations. Max, "Quantizing for Minimum Distortion" (1960). */
export const fineStep = 0.3352;

/** Writes the levels of rotated coordinates, 32 in each 16 bytes: the first half in the low bits, the second in the high ones. */
export function setLevel(codes: Uint8Array, coordinate: number, level: number): void {
  const at = 16 * (coordinate >> 5) + (coordinate & 15);
  codes[at] = codes[at]! | (coordinate & 16 ? level << 4 : level);
}

/** The level of a coordinate. */
export function levelOf(codes: Uint8Array, coordinate: number): number {
  const both = codes[16 * (coordinate >> 5) + (coordinate & 15)]!;
  return coordinate & 16 ? both >> 4 : both & 15;
}
