// Sets of Unicode code points as sorted, disjoint ranges: [from, to, from, to, …], both ends included.

/** Sorted, disjoint, non-adjacent ranges of code points: `[from, to, from, to, …]`. Surrogates never belong to it. */
export type CodePointSet = readonly number[];

/** Every code point that UTF-8 can write. */
export const everyCodePoint: CodePointSet = [0, 0xd7ff, 0xe000, 0x10ffff];

/** The set of the given ranges, in any order and overlapping as they like; surrogates are taken out. */
export function codePoints(...ranges: readonly (readonly [number, number])[]): CodePointSet {
  return intersectSets(normalize(ranges), everyCodePoint);
}

function normalize(ranges: readonly (readonly [number, number])[]): number[] {
  const out: number[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = out.length - 1;
    if (last > 0 && from <= out[last]! + 1) out[last] = Math.max(out[last]!, to);
    else out.push(from, to);
  }
  return out;
}

/** The union of sets. */
export function uniteSets(...sets: readonly CodePointSet[]): CodePointSet {
  const ranges: [number, number][] = [];
  for (const set of sets) for (let i = 0; i < set.length; i += 2) ranges.push([set[i]!, set[i + 1]!]);
  return normalize(ranges);
}

/** What two sets share. */
export function intersectSets(a: CodePointSet, b: CodePointSet): CodePointSet {
  const out: number[] = [];
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    const from = Math.max(a[i]!, b[k]!);
    const to = Math.min(a[i + 1]!, b[k + 1]!);
    if (from <= to) out.push(from, to);
    if (a[i + 1]! < b[k + 1]!) i += 2;
    else k += 2;
  }
  return out;
}

/** Every code point that is not in the set. */
export function complementSet(set: CodePointSet): CodePointSet {
  const out: number[] = [];
  let from = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > from) out.push(from, set[i]! - 1);
    from = set[i + 1]! + 1;
  }
  if (from <= 0x10ffff) out.push(from, 0x10ffff);
  return intersectSets(out, everyCodePoint);
}

/** Whether a code point is in the set. */
export function setHas(set: CodePointSet, point: number): boolean {
  for (let i = 0; i < set.length; i += 2) if (point <= set[i + 1]!) return point >= set[i]!;
  return false;
}

/**
 * The coarsest partition of all code points that no given set cuts: each set is a union of some of the classes. Code points
 * outside every set are one class more.
 */
export function partition(sets: readonly CodePointSet[]): CodePointSet[] {
  const cuts = new Set<number>([0, 0xd800, 0xe000]);
  for (const set of sets)
    for (let i = 0; i < set.length; i += 2) {
      cuts.add(set[i]!);
      cuts.add(set[i + 1]! + 1);
    }
  const points = [...cuts].filter(point => point <= 0x10ffff).sort((a, b) => a - b);
  const places = sets.map(() => 0);
  const classes = new Map<string, [number, number][]>();
  for (const [i, from] of points.entries()) {
    const to = (points[i + 1] ?? 0x110000) - 1;
    if (from >= 0xd800 && from <= 0xdfff) continue;
    let signature = '';
    for (const [s, set] of sets.entries()) {
      while (places[s]! < set.length && set[places[s]! + 1]! < from) places[s]! += 2;
      signature += places[s]! < set.length && set[places[s]!]! <= from ? '1' : '0';
    }
    const ranges = classes.get(signature);
    if (ranges) ranges.push([from, to]);
    else classes.set(signature, [[from, to]]);
  }
  return [...classes.values()].map(normalize);
}
