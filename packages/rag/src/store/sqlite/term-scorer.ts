// One piece of a lexical index in memory: scores its chunks by BM25, the rarest terms first, and stops taking in new chunks as soon
// as those without the terms so far cannot come among the best.
// Turtle and Flood, "Query Evaluation: Strategies and Optimizations" (1995), for the stopping (MaxScore).
import type { TopK } from '../top-k.ts';
import type { Allowed } from './allowed.ts';
import type { Postings, TermSegment } from './term-segment.ts';

const k1 = 1.2;
const b = 0.75;

/** Bounds are this much higher than their sums, so that rounding leaves out no chunk. */
const slack = 1e-9;

/** A term with its inverse document frequency. */
export interface SearchedTerm {
  readonly term: string;
  readonly weight: number;
}

export class LoadedTerms {
  readonly #segment: TermSegment;
  /** 1 for a chunk that is there; undefined where none is deleted. */
  #live: Uint8Array | undefined;
  #size: number;
  #length: number;
  /** For one mean length: what the length of each chunk adds, and the most that a term gives to one. */
  #mean = 0;
  #norms = new Float64Array(0);
  #most = new Map<string, number>();
  #counts = new Map<string, number>();
  #masks = new WeakMap<Allowed, Uint8Array>();
  #scores = new Float64Array(0);

  constructor(segment: TermSegment) {
    this.#segment = segment;
    this.#size = segment.size;
    this.#length = segment.lengths.reduce((sum, one) => sum + one, 0);
  }

  /** How many chunks are there. */
  get size(): number {
    return this.#size;
  }

  /** How many terms they have, with repetitions. */
  get length(): number {
    return this.#length;
  }

  remove(chunks: readonly number[]): void {
    const { keys, lengths, size } = this.#segment;
    for (const key of chunks) {
      let [low, high] = [0, size - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (keys[middle]! < key) low = middle + 1;
        else high = middle;
      }
      if (keys[low] !== key) continue;
      this.#live ??= new Uint8Array(size).fill(1);
      if (this.#live[low] === 0) continue;
      this.#live[low] = 0;
      this.#size--;
      this.#length -= lengths[low]!;
      this.#counts.clear();
    }
  }

  /** In how many chunks a term is. */
  count(term: string): number {
    const live = this.#live;
    if (!live) return this.#segment.find(term)?.count ?? 0;
    const known = this.#counts.get(term);
    if (known !== undefined) return known;
    let count = 0;
    const postings = this.#segment.find(term);
    if (postings) each(postings, number => (count += live[number]!));
    this.#counts.set(term, count);
    return count;
  }

  /** Offers the best chunks; `terms` by falling weight, `mean` the mean length of all chunks. */
  search(terms: readonly SearchedTerm[], mean: number, best: TopK, k: number, allowed: Allowed | undefined): void {
    if (mean !== this.#mean) this.#weigh(mean);
    const { keys } = this.#segment;
    const found = terms.flatMap(({ term, weight }) => {
      const postings = this.#segment.find(term);
      return postings
        ? [{ postings, weight: weight * (k1 + 1), most: weight * (k1 + 1) * this.#mostOf(term, postings) }]
        : [];
    });
    const mask = allowed ? this.#maskOf(allowed) : this.#live;
    const scores = this.#scores;
    const taken = new Uint16Array(this.#segment.size);
    let count = 0;
    let rest = found.reduce((sum, one) => sum + one.most, slack);
    let reached = 0;
    let next = 0;
    for (; next < found.length; next++) {
      const { postings, weight, most } = found[next]!;
      // What a chunk must reach is looked for only where it can have grown above what the rest may give.
      if (count >= k && reached >= rest && this.#reached(taken, count, k, best) > rest) break;
      count = this.#addAll(postings, weight, mask, taken, count);
      rest -= most;
      reached += most;
    }
    const candidates = taken.subarray(0, count);
    if (next < found.length)
      this.#finish(candidates, found.slice(next), rest, this.#reached(taken, count, k, best), best);
    else for (const number of candidates) best.offer(keys[number]!, scores[number]!);
    for (const number of candidates) scores[number] = 0;
  }

  /** Adds a term to every chunk that has it; those that are new are taken in. */
  #addAll(
    { numbers, times }: Postings,
    weight: number,
    mask: Uint8Array | undefined,
    taken: Uint16Array,
    before: number,
  ): number {
    const [scores, norms] = [this.#scores, this.#norms];
    let count = before;
    const length = numbers ? numbers.length : times.length;
    for (let i = 0; i < length; i++) {
      const often = times[i]!;
      if (often === 0) continue;
      const number = numbers ? numbers[i]! : i;
      if (mask && mask[number] === 0) continue;
      if (scores[number] === 0) taken[count++] = number;
      scores[number] = scores[number]! + (weight * often) / (often + norms[number]!);
    }
    return count;
  }

  /** Adds the other terms to those candidates that may still come among the best, and offers them. */
  #finish(
    candidates: Uint16Array,
    found: readonly { postings: Postings; weight: number; most: number }[],
    most: number,
    needed: number,
    best: TopK,
  ): void {
    const [scores, norms] = [this.#scores, this.#norms];
    let rest = most;
    let kept = candidates.filter(number => scores[number]! + rest >= needed).sort();
    for (const { postings, weight, most: own } of found) {
      const { numbers, times } = postings;
      let at = 0;
      for (const number of kept) {
        let often = 0;
        if (!numbers) often = times[number]!;
        else {
          at = lowerBound(numbers, number, at);
          if (numbers[at] === number) often = times[at]!;
        }
        if (often > 0) scores[number] = scores[number]! + (weight * often) / (often + norms[number]!);
      }
      rest -= own;
      if (kept.length > 64) kept = kept.filter(number => scores[number]! + rest >= needed);
    }
    for (const number of kept) best.offer(this.#segment.keys[number]!, scores[number]!);
  }

  /** The score that a chunk must reach: the k-th best so far, here or elsewhere. */
  #reached(taken: Uint16Array, count: number, k: number, best: TopK): number {
    const list = new Float64Array(count);
    for (let i = 0; i < count; i++) list[i] = this.#scores[taken[i]!]!;
    return Math.max(best.least, count < k ? Number.NEGATIVE_INFINITY : nthLargest(list, k));
  }

  #weigh(mean: number): void {
    const { lengths, size } = this.#segment;
    if (this.#norms.length === 0) {
      this.#norms = new Float64Array(size);
      this.#scores = new Float64Array(size);
    }
    for (let i = 0; i < size; i++) this.#norms[i] = k1 * (1 - b + (b * lengths[i]!) / mean);
    this.#mean = mean;
    this.#most.clear();
  }

  /** The most that a term gives to a chunk, without its weight. */
  #mostOf(term: string, postings: Postings): number {
    const known = this.#most.get(term);
    if (known !== undefined) return known;
    let most = 0;
    const norms = this.#norms;
    each(postings, (number, often) => {
      const value = often / (often + norms[number]!);
      if (value > most) most = value;
    });
    this.#most.set(term, most);
    return most;
  }

  #maskOf(allowed: Allowed): Uint8Array {
    let mask = this.#masks.get(allowed);
    if (mask) return mask;
    const { documents, size } = this.#segment;
    mask = new Uint8Array(size);
    for (const row of allowed.rowsOf(documents)) mask[row] = this.#live ? this.#live[row]! : 1;
    this.#masks.set(allowed, mask);
    return mask;
  }
}

function each({ numbers, times }: Postings, take: (number: number, times: number) => void): void {
  if (numbers) for (let i = 0; i < numbers.length; i++) take(numbers[i]!, times[i]!);
  else for (let number = 0; number < times.length; number++) if (times[number]! > 0) take(number, times[number]!);
}

/** The first place from `from` on whose number is not below; numbers ascend. */
function lowerBound(numbers: Uint16Array, number: number, from: number): number {
  let [low, step] = [from, 1];
  while (low + step < numbers.length && numbers[low + step]! < number) step *= 2;
  let high = Math.min(numbers.length, low + step);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The n-th largest, from 1; the list is reordered. Hoare, "Algorithm 65: Find" (1961). */
function nthLargest(list: Float64Array, n: number): number {
  const target = list.length - n;
  let [left, right] = [0, list.length - 1];
  while (left < right) {
    const pivot = list[(left + right) >> 1]!;
    let [i, j] = [left, right];
    while (i <= j) {
      while (list[i]! < pivot) i++;
      while (list[j]! > pivot) j--;
      if (i > j) break;
      const kept = list[i]!;
      list[i++] = list[j]!;
      list[j--] = kept;
    }
    if (target <= j) right = j;
    else if (target >= i) left = i;
    else break;
  }
  return list[target]!;
}
