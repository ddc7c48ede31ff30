// A second bit for each rotated coordinate, in memory: with the first it says whether a coordinate is far from the middle, so that far
// fewer vectors are read than by signs alone, where four bits of each find no room.
import type { EncodedQuery } from './binary-code.ts';
import { moduleBytes, WasmCode } from './wasm-code.ts';

/** The query is taken to this many bits, of which the highest counts below zero. */
const queryBits = 6;
/** Rows of one call. */
const atOnce = 128;
const pageBytes = 65_536;
const largest = 2 ** (queryBits - 1) - 1;

/** Where things lie in memory: planes of the query, rows and sums of a call, first bits of its rows, then the second bits of all. */
function layoutOf(bytes: number) {
  const list = queryBits * bytes;
  const sums = list + 4 * atOnce;
  const firsts = sums + 4 * atOnce;
  return { list, sums, firsts, codes: Math.ceil((firsts + atOnce * bytes) / pageBytes) * pageBytes };
}

/** Sums `query[i] · (2 · first[i] + second[i])` for each row of the list. */
function sumFunction(bytes: number): WasmCode {
  const layout = layoutOf(bytes);
  const code = new WasmCode('sums', 1);
  const words = bytes / 8;
  const [first, second] = [0, 1].map(() => Array.from({ length: words }, () => code.local('i64'))) as [
    ...[number[], number[]],
  ];
  const [at, address, sum] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const common = (plane: number, code64: readonly number[]): void => {
    for (const [word, local] of code64.entries()) {
      code
        .i32(0)
        .loadLong(plane * bytes + 8 * word)
        .get(local)
        .do('i64.and', 'i64.popcnt');
      if (word > 0) code.do('i64.add');
    }
    code.do('i32.wrap');
  };
  code.while(
    () => code.get(at).get(0).do('i32.ltU'),
    () => {
      code.get(at).i32(bytes).do('i32.mul').set(address);
      for (const [word, local] of first.entries())
        code
          .get(address)
          .loadLong(layout.firsts + 8 * word)
          .set(local);
      code.get(at).i32(4).do('i32.mul').load(layout.list).i32(bytes).do('i32.mul').set(address);
      for (const [word, local] of second.entries())
        code
          .get(address)
          .loadLong(layout.codes + 8 * word)
          .set(local);
      code.i32(0).set(sum);
      for (let plane = 0; plane < queryBits; plane++) {
        code.get(sum);
        common(plane, first);
        code.i32(2).do('i32.mul');
        common(plane, second);
        code
          .do('i32.add')
          .i32(2 ** plane)
          .do('i32.mul', plane === queryBits - 1 ? 'i32.sub' : 'i32.add')
          .set(sum);
      }
      code.get(at).i32(4).do('i32.mul').get(sum).store(layout.sums).get(at).i32(1).do('i32.add').set(at);
    },
  );
  return code.get(at);
}

const modules = new Map<number, WebAssembly.Module>();

function moduleFor(bytes: number): WebAssembly.Module {
  let module = modules.get(bytes);
  if (!module) {
    module = new WebAssembly.Module(moduleBytes([sumFunction(bytes)]));
    modules.set(bytes, module);
  }
  return module;
}

/** A coordinate's two bits, from 0 to 3, stand for `both − secondMiddle` steps. */
export const secondMiddle = 1.5;

/** Second bits row by row. Memory is the caller's to keep in step with its rows. */
export class SecondBits {
  readonly #bytes: number;
  readonly #layout: ReturnType<typeof layoutOf>;
  readonly #memory: WebAssembly.Memory;
  readonly #sums: (count: number) => number;

  /** `bytes`: of a code's bits. `plain`: do without WebAssembly. */
  constructor(bytes: number, plain = false) {
    this.#bytes = bytes;
    this.#layout = layoutOf(bytes);
    this.#memory = new WebAssembly.Memory({ initial: this.#layout.codes / pageBytes });
    this.#sums = plain
      ? count => this.#plainSums(count)
      : (new WebAssembly.Instance(moduleFor(bytes), { memory: { 0: this.#memory } }).exports.sums as (
          count: number,
        ) => number);
  }

  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  reserve(rows: number): void {
    const missing = this.#layout.codes + rows * this.#bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
  }

  set(row: number, bits: Uint8Array): void {
    new Uint8Array(this.#memory.buffer).set(bits, this.#layout.codes + row * this.#bytes);
  }

  move(from: number, to: number): void {
    const start = this.#layout.codes + from * this.#bytes;
    new Uint8Array(this.#memory.buffer).copyWithin(this.#layout.codes + to * this.#bytes, start, start + this.#bytes);
  }

  /** Inner products of the rotated query with the codes of rows, in steps; `firsts`: the first bits of all rows. */
  products({ rotated }: EncodedQuery, rows: Uint32Array, firsts: Uint32Array, out: Float64Array): void {
    const { buffer } = this.#memory;
    const { scale, total } = this.#setQuery(rotated);
    const words = this.#bytes / 4;
    const list = new Uint32Array(buffer, this.#layout.list, atOnce);
    const sums = new Int32Array(buffer, this.#layout.sums, atOnce);
    const own = new Uint32Array(buffer, this.#layout.firsts, atOnce * words);
    for (let from = 0; from < rows.length; from += atOnce) {
      const count = Math.min(atOnce, rows.length - from);
      for (let i = 0, to = 0; i < count; i++) {
        const row = rows[from + i]!;
        list[i] = row;
        for (let word = row * words; word < (row + 1) * words; word++) own[to++] = firsts[word]!;
      }
      this.#sums(count);
      for (let i = 0; i < count; i++) out[from + i] = (sums[i]! - secondMiddle * total) / scale;
    }
  }

  /** Writes the query's coordinates as whole numbers, bit by bit. */
  #setQuery(rotated: Float32Array): { scale: number; total: number } {
    const planes = new Uint8Array(this.#memory.buffer, 0, queryBits * this.#bytes);
    planes.fill(0);
    let most = 0;
    for (let i = 0; i < rotated.length; i++) most = Math.max(most, Math.abs(rotated[i]!));
    const scale = most > 0 ? largest / most : 1;
    let total = 0;
    for (let i = 0; i < rotated.length; i++) {
      const whole = Math.round(rotated[i]! * scale);
      total += whole;
      for (let plane = 0, at = i >> 3; plane < queryBits; plane++, at += this.#bytes)
        planes[at] = planes[at]! | (((whole >> plane) & 1) << (i & 7));
    }
    return { scale, total };
  }

  #plainSums(count: number): number {
    const { list, sums, firsts, codes } = this.#layout;
    const all = new Uint8Array(this.#memory.buffer);
    const rows = new Uint32Array(this.#memory.buffer, list, count);
    const out = new Int32Array(this.#memory.buffer, sums, count);
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let byte = 0; byte < this.#bytes; byte++) {
        const first = all[firsts + i * this.#bytes + byte]!;
        const second = all[codes + rows[i]! * this.#bytes + byte]!;
        for (let plane = 0; plane < queryBits; plane++) {
          const query = all[plane * this.#bytes + byte]!;
          const weight = plane === queryBits - 1 ? -(2 ** plane) : 2 ** plane;
          sum += weight * (2 * ones(query & first) + ones(query & second));
        }
      }
      out[i] = sum;
    }
    return count;
  }
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) count++;
  return count;
}
