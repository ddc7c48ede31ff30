// Finds the codes nearest to a query's code by their Hamming distance: a SIMD WebAssembly loop, or plain JavaScript.
import { moduleBytes, WasmCode } from './wasm-code.ts';

/** Where things lie in the kernel's memory, in bytes. Codes begin at `codes`. */
export const layout = { query: 0, state: 4096, counts: 8192, list: 65_536, found: 327_680, codes: 1_048_576 } as const;
/** The most codes of one call. */
export const blockSize = 65_536;
/** The longest code, in bits: what the place for the query and for the counts allows. */
export const mostBits = 12_288;

/**
 * Scans `count` codes from number `first` on, or the codes that the list names, and writes each that may be among the `wanted`
 * nearest to `found` as its number and its distance. Memory reaches to three codes after the last. `state` holds the threshold and how many are at or below it; `counts` how
 * many there are of each distance. Returns how many were written. All numbers are u32.
 */
export type Scan = (first: number, count: number, wanted: number) => number;

/** The two scans of a kernel. */
export interface ScanKernel {
  readonly kind: 'simd' | 'scalar';
  readonly range: Scan;
  readonly list: Scan;
}

function scanFunction(name: 'range' | 'list', words: number): WasmCode {
  const code = new WasmCode(name, 3);
  const [first, count, wanted] = [0, 1, 2];
  const query = Array.from({ length: words }, () => code.local('v128'));
  const [bytes, wide, distances] = [code.local('v128'), code.local('v128'), code.local('v128')];
  const [at, address, row, distance, out, threshold, kept] = Array.from({ length: 7 }, () => code.local('i32')) as [
    ...[number, number, number, number, number, number, number],
  ];
  const countOf = (local: number) => code.get(local).i32(4).do('i32.mul').load(layout.counts);
  const rowOf = (lane: number): WasmCode =>
    name === 'list'
      ? code
          .get(at)
          .i32(4)
          .do('i32.mul')
          .load(layout.list + 4 * lane)
      : code.get(first).get(at).do('i32.add').i32(lane).do('i32.add');
  /** The distance of a row, spread over the four lanes of the stack's top. */
  const spreadDistance = (lane: number): void => {
    rowOf(lane)
      .i32(16 * words)
      .do('i32.mul')
      .set(address);
    // Bytes count up to 255: 31 vectors of at most 8 each, then they are widened.
    for (let start = 0; start < words; start += 31) {
      for (let i = start; i < Math.min(words, start + 31); i++) {
        code
          .get(address)
          .loadVector(layout.codes + 16 * i)
          .get(query[i]!)
          .do('v128.xor', 'i8x16.popcnt');
        if (i > start) code.get(bytes).do('i8x16.add');
        code.set(bytes);
      }
      code.get(bytes).do('i16x8.addPairs');
      if (start > 0) code.get(wide).do('i16x8.add');
      code.set(wide);
    }
    code.get(wide).do('i32x4.addPairs');
  };
  const take = (lane: number): void => {
    code.get(distances).lane(lane).set(distance);
    code.get(threshold).get(distance).do('i32.geU');
    code.get(at).i32(lane).do('i32.add').get(count).do('i32.ltU', 'i32.and');
    code.if(() => {
      rowOf(lane).set(row);
      code.get(out).get(row).store(0).get(out).get(distance).store(4).get(out).i32(8).do('i32.add').set(out);
      code.get(distance).i32(4).do('i32.mul');
      countOf(distance);
      code.i32(1).do('i32.add').store(layout.counts);
      code.get(kept).i32(1).do('i32.add').set(kept);
      // The threshold falls while enough are below it.
      code.while(
        () => {
          code.get(kept);
          countOf(threshold);
          code.do('i32.sub').get(wanted).do('i32.geU');
        },
        () => {
          code.get(kept);
          countOf(threshold);
          code.do('i32.sub').set(kept).get(threshold).i32(1).do('i32.sub').set(threshold);
        },
      );
    });
  };
  for (const [i, local] of query.entries())
    code
      .i32(layout.query)
      .loadVector(16 * i)
      .set(local);
  code.i32(layout.state).load(0).set(threshold).i32(layout.state).load(4).set(kept);
  code.i32(layout.found).set(out);
  // Four rows at a time, so that their distances are added up and compared together.
  code.while(
    () => code.get(at).get(count).do('i32.ltU'),
    () => {
      for (const pair of [0, 2]) {
        for (const lane of [pair, pair + 1]) spreadDistance(lane);
        code.do('i16x8.narrowU', 'i32x4.addPairs');
      }
      code.do('i16x8.narrowU', 'i32x4.addPairs').set(distances);
      code.get(distances).get(threshold).do('i32x4.splat', 'i32x4.leU', 'v128.anyTrue');
      code.if(() => {
        for (const lane of [0, 1, 2, 3]) take(lane);
      });
      code.get(at).i32(4).do('i32.add').set(at);
    },
  );
  code.i32(layout.state).get(threshold).store(0).i32(layout.state).get(kept).store(4);
  // In bytes; the caller divides by the eight of each.
  return code.get(out).i32(layout.found).do('i32.sub');
}

const modules = new Map<number, WebAssembly.Module | undefined>();

function moduleFor(words: number): WebAssembly.Module | undefined {
  if (!modules.has(words)) {
    const bytes = moduleBytes([scanFunction('range', words), scanFunction('list', words)]);
    modules.set(words, WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined);
  }
  return modules.get(words);
}

/** The kernel for codes of `words` × 16 bytes in a memory; scalar where WebAssembly has no SIMD, or where it is asked for. */
export function scanKernel(memory: WebAssembly.Memory, words: number, scalar = false): ScanKernel {
  const module = scalar ? undefined : moduleFor(words);
  if (!module) return scalarKernel(memory, words);
  const { exports } = new WebAssembly.Instance(module, { memory: { 0: memory } });
  const [range, list] = [exports.range as Scan, exports.list as Scan];
  return {
    kind: 'simd',
    range: (first, count, wanted) => range(first, count, wanted) / 8,
    list: (first, count, wanted) => list(first, count, wanted) / 8,
  };
}

function scalarKernel(memory: WebAssembly.Memory, words: number): ScanKernel {
  const scan = (first: number, count: number, wanted: number, listed: boolean): number => {
    const all = new Uint32Array(memory.buffer);
    const places = [layout.query, layout.state, layout.counts, layout.list, layout.found, layout.codes] as const;
    const [query, state, counts, list, found, codes] = places.map(byte => byte / 4) as [
      ...[number, number, number, number, number, number],
    ];
    let [threshold, kept, out] = [all[state]!, all[state + 1]!, found];
    for (let at = 0; at < count; at++) {
      const row = listed ? all[list + at]! : first + at;
      const address = codes + row * 4 * words;
      let distance = 0;
      for (let i = 0; i < 4 * words; i++) distance += bitCount(all[address + i]! ^ all[query + i]!);
      if (distance > threshold) continue;
      all[out] = row;
      all[out + 1] = distance;
      out += 2;
      all[counts + distance]!++;
      kept++;
      while (kept - all[counts + threshold]! >= wanted) kept -= all[counts + threshold--]!;
    }
    all[state] = threshold;
    all[state + 1] = kept;
    return (out - found) / 2;
  };
  return {
    kind: 'scalar',
    range: (first, count, wanted) => scan(first, count, wanted, false),
    list: (first, count, wanted) => scan(first, count, wanted, true),
  };
}

function bitCount(value: number): number {
  value -= (value >>> 1) & 0x55555555;
  value = (value & 0x33333333) + ((value >>> 2) & 0x33333333);
  return Math.imul((value + (value >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
