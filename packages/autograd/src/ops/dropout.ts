// Dropout whose mask is a pure function of a seed: the same seed drops the same elements, on resume too.
import { AutogradError } from '../errors.ts';
import type { Graph } from '../graph.ts';
import { type Dim, product } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { add, mul } from './arithmetic.ts';
import { reshape } from './layout.ts';
import { requireFloat, requireRank } from './operand.ts';
import { range } from './range.ts';
import { cast, less } from './select.ts';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** The share of elements set to zero, in [0, 1). */
  readonly rate: number;
  /** A scalar int32 input: another value at every step gives another mask. */
  readonly seed: Tensor<'int32'>;
}

/** How many dropouts each graph has: the n-th one has its own stream. */
const sites = new WeakMap<Graph, number>();
/** What seeds go through while a part of a graph is built a second time. */
const delays = new WeakMap<Graph, (seed: Tensor<'int32'>) => Tensor<'int32'>>();

/** How many dropouts a graph has so far. */
export const dropoutSites = (graph: Graph): number => sites.get(graph) ?? 0;

/**
 * Runs `build` with dropouts numbered from `start` on, so that it repeats the masks of an earlier run. They are made from
 * `delay(seed)`, which holds the seed back until its turn: a mask depends on nothing else, and would be kept instead.
 */
export function repeatDropout<T>(
  graph: Graph,
  start: number,
  delay: (seed: Tensor<'int32'>) => Tensor<'int32'>,
  build: () => T,
): T {
  const [held, before] = [dropoutSites(graph), delays.get(graph)];
  sites.set(graph, start);
  delays.set(graph, delay);
  try {
    return build();
  } finally {
    sites.set(graph, held);
    if (before) delays.set(graph, before);
    else delays.delete(graph);
  }
}

// 2^32 / φ, and the factors of murmur3's finaliser, as signed 32-bit integers.
const golden = 0x9e3779b1 | 0;
const first = 0x85ebca6b | 0;
const second = 0xc2b2ae35 | 0;

/** x ^ (x >>> bits), on int32 through uint32, since ONNX shifts unsigned integers only. */
function xorShift(x: Tensor<'int32'>, bits: number): Tensor<'int32'> {
  const graph = x.graph;
  const unsigned = cast(x, 'uint32');
  const out = { dtype: 'uint32', shape: x.shape } as const;
  const shifted = graph.emit('BitShift', [unsigned, graph.scalar(bits, 'uint32')], out, { direction: 'RIGHT' });
  return cast(graph.emit('BitwiseXor', [unsigned, shifted], out), 'int32');
}

/**
 * Sets a random share of elements to zero and divides the rest by `1 - rate`, so that the expected value stays. The
 * mask is murmur3's finaliser over the element's place, the seed and the number of the dropout in its graph: no generator holds
 * state, so equal seeds give equal masks on every run and every machine. For inference build the graph without it.
 *
 * Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
 *
 * @example
 * ```ts
 * import { Graph, dropout, evaluate } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const seed = graph.input('seed', 'int32', []);
 * const y = dropout(graph.constant(new Float32Array(1000).fill(1)), { rate: 0.5, seed });
 * const out = await evaluate({ y }, { seed: 1 });
 * console.log(out.y.data.filter(value => value === 0).length); // e.g. 491: about half
 * ```
 */
export function dropout(x: FloatTensor, options: DropoutOptions): FloatTensor {
  requireFloat('dropout', x);
  const mask = dropoutMask(x.graph, x.shape, x.dtype, options);
  if (!mask) return x;
  return x.graph.operation(
    'dropout',
    [x],
    () => mul(x, mask),
    dy => [mul(dy, mask)],
  );
}

/** What elements are multiplied with: zero, or `1 / (1 - rate)`. `undefined` for a rate of zero. */
export function dropoutMask(
  graph: Graph,
  shape: readonly Dim[],
  dtype: FloatTensor['dtype'],
  { rate, seed }: DropoutOptions,
): FloatTensor | undefined {
  requireRank('dropout', seed, 0, 'the seed');
  if (!(rate >= 0 && rate < 1))
    throw new AutogradError('argument', `dropout: the rate must be in [0, 1), got ${rate}.`);
  if (rate === 0) return undefined;
  const place = dropoutSites(graph) + 1;
  sites.set(graph, place);
  const turn = delays.get(graph)?.(seed) ?? seed;
  const stream = xorShift(mul(add(turn, Math.imul(place, golden)), first), 15);
  const counter = add(mul(range(graph, product(shape), 'int32'), golden), stream);
  const mixed = mul(xorShift(mul(xorShift(counter, 16), first), 13), second);
  // A signed 32-bit number is below this threshold with probability 1 - rate.
  const keep = less(mixed, Math.floor((0.5 - rate) * 0x1_0000_0000));
  return reshape(mul(cast(keep, dtype), 1 / (1 - rate)), shape);
}
