// Rotary position embedding, the rotate-half form that Llama and its relatives use.

import type { FloatDType } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import type { FloatTensor, IndexTensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { reshape } from './layout.ts';
import { neg } from './math.ts';
import { requireFloat } from './operand.ts';
import { cast } from './select.ts';
import { concat, split } from './slice.ts';

/** Cosines and sines for {@link rope}: `[..., length, headSize / 2]`. */
export interface RopeTables {
  readonly cos: FloatTensor;
  readonly sin: FloatTensor;
}

/** Options of {@link ropeTables}. */
export interface RopeOptions {
  /** The size of one head, even. */
  readonly headSize: number;
  /** The base of the wavelengths. Default 10000. */
  readonly base?: number;
  /** Angles per position of each pair of elements, in place of `base`: for scaled variants. */
  readonly frequencies?: readonly number[];
  readonly dtype?: FloatDType;
}

/**
 * Cosines and sines of the angles of each position, `[...positions, headSize / 2]`. Positions `[length]` serve every
 * sequence; positions `[batch, length]` (packing, left padding) give tables with a head axis of size 1 added.
 *
 * Su et al. 2021, https://arxiv.org/abs/2104.09864
 *
 * @example
 * ```ts
 * import { Graph, range, ropeTables } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.input('ids', 'int64', ['batch', 'length']);
 * const { cos } = ropeTables(range(graph, 'length'), { headSize: 16 });
 * console.log(cos.shape); // [ 'length', 8 ]
 * ```
 */
export function ropeTables(positions: IndexTensor, options: RopeOptions): RopeTables {
  const { headSize, base = 10_000 } = options;
  const half = headSize / 2;
  if (!Number.isInteger(half))
    throw new AutogradError('argument', `ropeTables: the head size ${headSize} must be even.`);
  const graph = positions.graph;
  const dtype = options.dtype ?? graph.dtype;
  const frequencies = options.frequencies ?? Array.from({ length: half }, (_, i) => base ** (-i / half));
  if (frequencies.length !== half)
    throw new AutogradError('argument', `ropeTables: ${half} frequencies are needed, got ${frequencies.length}.`);
  const angles = mul(
    reshape(cast(positions, dtype), [...positions.shape, 1]),
    graph.constant(frequencies, { dtype }) as FloatTensor,
  );
  // In float64, which a GPU provider leaves to the CPU: WebGPU promises cosines to 2^-11 only, and less for large angles.
  const wide = cast(angles, 'float64');
  const wave = (operator: 'Cos' | 'Sin'): FloatTensor => {
    const table = cast(graph.emit(operator, [wide], { dtype: 'float64', shape: angles.shape }), dtype);
    return positions.rank === 2 ? reshape(table, [table.shape[0]!, 1, table.shape[1]!, half]) : table;
  };
  return { cos: wave('Cos'), sin: wave('Sin') };
}

/**
 * Turns each pair `(x[i], x[i + headSize/2])` of `x` `[batch, heads, length, headSize]` by the angle of its position.
 *
 * @example
 * ```ts
 * import { Graph, range, rope, ropeTables } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const q = graph.input('q', 'float32', ['batch', 4, 'length', 16]);
 * const turned = rope(q, ropeTables(range(graph, 'length'), { headSize: 16 }));
 * console.log(turned.shape); // [ 'batch', 4, 'length', 16 ]
 * ```
 */
export function rope(x: FloatTensor, tables: RopeTables): FloatTensor {
  requireFloat('rope', x);
  const { cos, sin } = tables;
  const half = cos.shape.at(-1);
  const size = x.shape.at(-1);
  if (typeof half !== 'number' || size !== 2 * half)
    throw new AutogradError('shape', `rope: tables of ${half} angles fit heads of ${2 * Number(half)}, got ${x}.`);
  return x.graph.operation(
    'rope',
    [x],
    () => {
      const [a, b] = split(x, [half, half]) as [FloatTensor, FloatTensor];
      return concat([sub(mul(a, cos), mul(b, sin)), add(mul(b, cos), mul(a, sin))]);
    },
    dy => [rope(dy, { cos, sin: neg(sin) })],
  );
}
