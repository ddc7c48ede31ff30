// Finds the codes nearest to a query's code by their Hamming distance: a WebAssembly loop over 64-bit words, which processors count the
// bits of in one instruction, or plain JavaScript.
import { moduleBytes, WasmCode } from './wasm-code.ts';

/** Where things lie in the kernel's memory, in bytes. Codes begin at `codes`. */
export const layout = { query: 0, state: 4096, counts: 8192, list: 65_536, found: 327_680, codes: 1_048_576 } as const;
/** The most codes of one call. */
export const blockSize = 65_536;
/** The longest code, in bits: what the place for the query and for the counts allows. */
export const mostBits = 12_288;

/**
 * Scans every `step`-th code from number `first` to before `end`, or from place `first` to before `end` of the list, and writes each that may be among the `wanted`
 * nearest to `found`, after what is there, as its number and its distance. `state` holds the threshold, how many are at or below it, and how
 * many were written; `counts` how many there are of each distance. Returns how many were written in all. All numbers are u32.
 */
export type Scan = (first: number, end: number, step: number, wanted: number) => number;

/** The two scans of a kernel. */
export interface ScanKernel {
  readonly kind: 'wasm' | 'javascript';
  readonly range: Scan;
  readonly list: Scan;
}

function scanFunction(name: 'range' | 'list', bytes: number): WasmCode {
  const code = new WasmCode(name, 4);
  const [at, end, step, wanted] = [0, 1, 2, 3];
  const query = Array.from({ length: bytes / 8 }, () => code.local('i64'));
  const [address, row, distance, out, threshold, kept] = Array.from({ length: 6 }, () => code.local('i32')) as [
    ...[number, number, number, number, number, number],
  ];
  const countOf = (local: number) => code.get(local).i32(4).do('i32.mul').load(layout.counts);
  const take = (): void => {
    code
      .get(out)
      .get(name === 'list' ? row : at)
      .store(0)
      .get(out)
      .get(distance)
      .store(4)
      .get(out)
      .i32(8)
      .do('i32.add')
      .set(out);
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
  };
  for (const [i, word] of query.entries())
    code
      .i32(layout.query)
      .loadLong(8 * i)
      .set(word);
  code.i32(layout.state).load(0).set(threshold).i32(layout.state).load(4).set(kept);
  code.i32(layout.state).load(8).i32(8).do('i32.mul').i32(layout.found).do('i32.add').set(out);
  const isList = name === 'list';
  // The address of the next code of a range goes on by a fixed number of bytes, which the place of `row` keeps.
  if (!isList) {
    code.get(at).i32(bytes).do('i32.mul').set(address);
    code.get(step).i32(bytes).do('i32.mul').set(row);
  }
  code.while(
    () => code.get(at).get(end).do('i32.ltU'),
    () => {
      if (isList)
        code.get(at).i32(4).do('i32.mul').load(layout.list).set(row).get(row).i32(bytes).do('i32.mul').set(address);
      for (const [i, word] of query.entries()) {
        code
          .get(address)
          .loadLong(layout.codes + 8 * i)
          .get(word)
          .do('i64.xor', 'i64.popcnt');
        if (i > 0) code.do('i64.add');
      }
      code.do('i32.wrap').set(distance).get(distance).get(threshold).do('i32.leU').if(take);
      if (!isList) code.get(address).get(row).do('i32.add').set(address);
      code.get(at).get(step).do('i32.add').set(at);
    },
  );
  code.i32(layout.state).get(threshold).store(0).i32(layout.state).get(kept).store(4);
  code.get(out).i32(layout.found).do('i32.sub').i32(8).do('i32.divU').set(out);
  return code.i32(layout.state).get(out).store(8).get(out);
}

const modules = new Map<number, WebAssembly.Module | undefined>();

function moduleFor(bytes: number): WebAssembly.Module | undefined {
  if (!modules.has(bytes)) {
    const module = moduleBytes([scanFunction('range', bytes), scanFunction('list', bytes)]);
    modules.set(bytes, WebAssembly.validate(module) ? new WebAssembly.Module(module) : undefined);
  }
  return modules.get(bytes);
}

/** The kernel for codes of so many bytes, a multiple of 8, in a memory; in JavaScript where that is asked for. */
export function scanKernel(memory: WebAssembly.Memory, bytes: number, plain = false): ScanKernel {
  const module = plain ? undefined : moduleFor(bytes);
  if (!module) return plainKernel(memory, bytes);
  const { exports } = new WebAssembly.Instance(module, { memory: { 0: memory } });
  return { kind: 'wasm', range: exports.range as Scan, list: exports.list as Scan };
}

function plainKernel(memory: WebAssembly.Memory, bytes: number): ScanKernel {
  const scan = (first: number, end: number, step: number, wanted: number, listed: boolean): number => {
    const all = new Uint32Array(memory.buffer);
    const places = [layout.query, layout.state, layout.counts, layout.list, layout.found, layout.codes] as const;
    const [query, state, counts, list, found, codes] = places.map(byte => byte / 4) as [
      ...[number, number, number, number, number, number],
    ];
    let [threshold, kept] = [all[state]!, all[state + 1]!];
    let out = found + 2 * all[state + 2]!;
    for (let at = first; at < end; at += step) {
      const row = listed ? all[list + at]! : at;
      const address = codes + (row * bytes) / 4;
      let distance = 0;
      for (let i = 0; i < bytes / 4; i++) distance += bitCount(all[address + i]! ^ all[query + i]!);
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
    all[state + 2] = (out - found) / 2;
    return all[state + 2]!;
  };
  return {
    kind: 'javascript',
    range: (first, end, step, wanted) => scan(first, end, step, wanted, false),
    list: (first, end, step, wanted) => scan(first, end, step, wanted, true),
  };
}

function bitCount(value: number): number {
  value -= (value >>> 1) & 0x55555555;
  value = (value & 0x33333333) + ((value >>> 2) & 0x33333333);
  return Math.imul((value + (value >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
