// All parameters in one flat array, one group after another, so that an optimizer step is one pass and a checkpoint one array.
import type { FloatDType } from './dtype.ts';
import { AutogradError } from './errors.ts';
import type { Graph, Parameter } from './graph.ts';
import { initialValues } from './initializers.ts';
import { sizeOf } from './tensor-value.ts';
import { createFlatArray } from './wasm/flat-memory.ts';

/** Values of parameters, by name. */
export type ParameterValues = Record<string, Float32Array | Float64Array>;

/** A float array of either width. */
export type FloatArray = Float32Array | Float64Array;

/** Each parameter begins at a multiple of this many elements: 64 bytes for float32, a cache line. */
const alignment = 16;

/** Where one parameter lies in the flat array. */
export interface Placement {
  readonly name: string;
  readonly parameter: Parameter;
  readonly offset: number;
  readonly length: number;
}

/** Where everything lies: parameters, and the range of each optimizer group. */
export interface FlatLayout {
  readonly dtype: FloatDType;
  readonly placements: readonly Placement[];
  readonly groups: readonly { readonly name: string; readonly start: number; readonly end: number }[];
  readonly length: number;
}

/** Lays parameters out by group; throws when their element types differ. */
export function layOut(parameters: ReadonlyMap<string, Parameter>, dtype: FloatDType): FlatLayout {
  if ([...parameters.values()].some(({ tensor }) => tensor.dtype !== dtype))
    throw new AutogradError('dtype', `Trained parameters must all be of ${dtype}, as the loss is.`);
  const placements: Placement[] = [];
  const groups: { name: string; start: number; end: number }[] = [];
  let offset = 0;
  for (const group of new Set([...parameters.values()].map(parameter => parameter.group))) {
    const start = offset;
    for (const [name, parameter] of parameters) {
      if (parameter.group !== group) continue;
      const length = sizeOf(parameter.shape);
      placements.push({ name, parameter, offset, length });
      offset += Math.ceil(length / alignment) * alignment;
    }
    groups.push({ name: group, start, end: offset });
  }
  return { dtype, placements, groups, length: offset };
}

/** Reads parameters out of a flat array, as copies. */
export function readFlat(layout: FlatLayout, flat: FloatArray): ParameterValues {
  return Object.fromEntries(
    layout.placements.map(({ name, offset, length }) => [name, flat.slice(offset, offset + length)]),
  );
}

/** Throws `checkpoint` unless every named value is given, at its size. */
export function checkValues(
  wanted: readonly { readonly name: string; readonly length: number }[],
  values: Readonly<Record<string, ArrayLike<number>>>,
): void {
  for (const { name, length } of wanted) {
    const given = values[name]?.length ?? 'none';
    if (given !== length)
      throw new AutogradError('checkpoint', `Parameter "${name}" needs ${length} values, ${given} were given.`);
  }
}

/** Writes parameters into a flat array. Every one must be given, at its size. */
export function writeFlat(
  layout: FlatLayout,
  flat: FloatArray,
  values: Readonly<Record<string, ArrayLike<number>>>,
): void {
  checkValues(layout.placements, values);
  for (const { name, offset } of layout.placements) flat.set(values[name]!, offset);
}

/** A flat array of zeros for a layout. */
export const createFlat = (layout: FlatLayout): FloatArray => createFlatArray(layout.dtype, layout.length);

/**
 * The first values of a graph's parameters: the same seed gives the same bits on every machine, whatever the order of
 * parameters.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, kaimingUniform } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: kaimingUniform() });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export function initialParameters(graph: Graph, seed = 0): ParameterValues {
  const drawn: ParameterValues = {};
  for (const [name, { tensor, shape, initialize }] of graph.parameters)
    drawn[name] = initialValues(name, shape, tensor.dtype, initialize, seed);
  return drawn;
}
