// Byte-pair merging: joins neighbours, lowest rank first and leftmost first, in n log n for long words.
import type { PairTable } from './pair-table.ts';

/** Which pairs of tokens merge. `rank` orders the merges, `merged` is the id that a merge gives, by index into the table. */
export interface Merges {
  /** Pair of ids → index. */
  readonly table: PairTable;
  /** Index → rank. Equal ranks are merged from left to right. */
  readonly rank: Int32Array;
  /** Index → id of the joined token. */
  readonly merged: Int32Array;
}

const fewSymbols = 24;

/** Merges `symbols` in place as far as it goes and returns how many are left. */
export function mergeTokens(symbols: Int32Array, length: number, merges: Merges): number {
  return length <= fewSymbols ? mergeByScan(symbols, length, merges) : mergeByHeap(symbols, length, merges);
}

function mergeByScan(symbols: Int32Array, length: number, { table, rank, merged }: Merges): number {
  while (length > 1) {
    let best = Infinity;
    let at = -1;
    let index = -1;
    for (let i = 0; i + 1 < length; i++) {
      const found = table.get(symbols[i]!, symbols[i + 1]!);
      if (found !== -1 && rank[found]! < best) {
        best = rank[found]!;
        at = i;
        index = found;
      }
    }
    if (at === -1) break;
    symbols[at] = merged[index]!;
    symbols.copyWithin(at + 1, at + 2, length--);
  }
  return length;
}

/** A candidate is one number, `rank · 2^32 + position`; one that no longer holds when it is taken is dropped. */
function mergeByHeap(symbols: Int32Array, length: number, { table, rank, merged }: Merges): number {
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    next[i] = i + 1 < length ? i + 1 : -1;
    previous[i] = i - 1;
  }
  const heap = new Float64Array(length * 3);
  let size = 0;

  const push = (key: number): void => {
    let i = size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]! <= key) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = key;
  };
  const pop = (): number => {
    const top = heap[0]!;
    const last = heap[--size]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= last) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return top;
  };
  const offer = (i: number): void => {
    const after = next[i]!;
    if (after === -1) return;
    const found = table.get(symbols[i]!, symbols[after]!);
    if (found !== -1) push(rank[found]! * 0x1_0000_0000 + i);
  };

  for (let i = 0; i + 1 < length; i++) offer(i);
  while (size > 0) {
    const key = pop();
    const at = key % 0x1_0000_0000;
    const after = symbols[at] === -1 ? -1 : next[at]!;
    if (after === -1) continue;
    const found = table.get(symbols[at]!, symbols[after]!);
    if (found === -1 || rank[found]! !== Math.floor(key / 0x1_0000_0000)) continue;
    symbols[at] = merged[found]!;
    symbols[after] = -1;
    next[at] = next[after]!;
    if (next[after]! !== -1) previous[next[after]!] = at;
    offer(at);
    if (previous[at]! !== -1) offer(previous[at]!);
  }
  let left = 0;
  for (let i = 0; i !== -1; i = next[i]!) symbols[left++] = symbols[i]!;
  return left;
}
