// The largest of many numbers without sorting them.

/** A number and where it stood. */
export interface Ranked {
  readonly index: number;
  readonly value: number;
}

/** The `count` largest numbers, the largest first; of equal ones those of lower index. */
export function largest(values: Float32Array, count: number): Ranked[] {
  const size = Math.min(count, values.length);
  // A heap whose first entry is the one to be replaced next: the least, the last where several are.
  const heap = new Uint32Array(size);
  const before = (a: number, b: number): boolean => values[a]! < values[b]! || (values[a]! === values[b]! && a > b);
  let filled = 0;
  const sink = (from: number): void => {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= filled) return;
      const child = left + 1 < filled && before(heap[left + 1]!, heap[left]!) ? left + 1 : left;
      if (!before(heap[child]!, heap[at]!)) return;
      const moved = heap[at]!;
      heap[at] = heap[child]!;
      heap[child] = moved;
      at = child;
    }
  };
  for (; filled < size; filled++) heap[filled] = filled;
  for (let at = size >> 1; at >= 0; at--) sink(at);
  let least = size > 0 ? values[heap[0]!]! : Infinity;
  for (let i = size; i < values.length; i++) {
    if (!(values[i]! > least)) continue;
    heap[0] = i;
    sink(0);
    least = values[heap[0]!]!;
  }
  return Array.from(heap, index => ({ index, value: values[index]! })).sort(
    (a, b) => b.value - a.value || a.index - b.index,
  );
}
