// Finds the merges of a byte-pair vocabulary: counts are kept for all pairs and changed only where a merge happens.
import { throwIfAborted } from '@modeshift/core';
import { PairTable } from './pair-table.ts';

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Where the pair stands, or stood. */
  readonly places: number[];
}

const betweenLooks = 256;

/**
 * Merges of words that were counted, each as two texts of one character per byte, in the order in which they are to be
 * applied: as many as make `most` tokens. Two merges may make the same token in two ways.
 */
export function learnMerges(
  words: ReadonlyMap<string, number>,
  most: number,
  minimumFrequency: number,
  signal?: AbortSignal,
): [string, string][] {
  const { symbols, weight, next, previous } = chain(words);
  const written = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  const known = new Map(written.map((text, symbol) => [text, symbol]));
  const table = new PairTable();
  const pairs: Pair[] = [];
  /** Indexes of pairs, the best first; a pair's place may be that of an earlier, higher count. */
  const heap: { readonly index: number; readonly count: number }[] = [];

  const pairOf = (left: number, right: number): number => {
    let index = table.get(left, right);
    if (index === -1) {
      index = pairs.push({ left, right, count: 0, places: [] }) - 1;
      table.set(left, right, index);
    }
    return index;
  };
  const add = (at: number): number => {
    const index = pairOf(symbols[at]!, symbols[next[at]!]!);
    const pair = pairs[index]!;
    pair.count += weight[at]!;
    pair.places.push(at);
    return index;
  };
  const remove = (at: number): void => {
    pairs[table.get(symbols[at]!, symbols[next[at]!]!)]!.count -= weight[at]!;
  };
  const isBefore = (a: (typeof heap)[number], b: (typeof heap)[number]): boolean => {
    if (a.count !== b.count) return a.count > b.count;
    const [p, q] = [pairs[a.index]!, pairs[b.index]!];
    const [left, otherLeft] = [written[p.left]!, written[q.left]!];
    return left === otherLeft ? written[p.right]! > written[q.right]! : left > otherLeft;
  };
  const push = (index: number): void => {
    const entry = { index, count: pairs[index]!.count };
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  };
  const pop = (): (typeof heap)[number] => {
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return top;
  };

  for (let at = 0; at < symbols.length; at++) if (next[at] !== -1) add(at);
  for (const index of pairs.keys()) push(index);

  const merges: [string, string][] = [];
  while (known.size < 256 + most && heap.length > 0) {
    if (merges.length % betweenLooks === 0) throwIfAborted(signal);
    const { index, count } = pop();
    const pair = pairs[index]!;
    if (pair.count < Math.max(1, minimumFrequency)) continue;
    if (pair.count !== count) {
      push(index);
      continue;
    }
    const { left, right } = pair;
    const text = written[left]! + written[right]!;
    const joined = known.get(text) ?? written.push(text) - 1;
    known.set(text, joined);
    merges.push([written[left]!, written[right]!]);
    // Places of a token that is made in two ways come out of order; where a token follows itself the order counts.
    if (left === right) pair.places.sort((a, b) => a - b);
    const born = new Set<number>();
    for (const at of pair.places) {
      const after = next[at]!;
      if (symbols[at] !== left || after === -1 || symbols[after] !== right) continue;
      const [before, behind] = [previous[at]!, next[after]!];
      if (before !== -1) remove(before);
      if (behind !== -1) remove(after);
      symbols[at] = joined;
      symbols[after] = -1;
      next[at] = behind;
      next[after] = -1;
      if (behind !== -1) {
        previous[behind] = at;
        born.add(add(at));
      }
      if (before !== -1) born.add(add(before));
    }
    pair.count = 0;
    pair.places.length = 0;
    for (const one of born) push(one);
  }
  return merges;
}

/** The bytes of all words, one word behind another, with links within words. */
function chain(words: ReadonlyMap<string, number>): {
  readonly symbols: Int32Array;
  readonly weight: Float64Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
} {
  let length = 0;
  for (const word of words.keys()) length += Buffer.byteLength(word);
  const symbols = new Int32Array(length);
  const weight = new Float64Array(length);
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  let at = 0;
  for (const [word, count] of words) {
    const bytes = Buffer.from(word);
    for (let i = 0; i < bytes.length; i++, at++) {
      symbols[at] = bytes[i]!;
      weight[at] = count;
      next[at] = i + 1 < bytes.length ? at + 1 : -1;
      previous[at] = i > 0 ? at - 1 : -1;
    }
  }
  return { symbols, weight, next, previous };
}
