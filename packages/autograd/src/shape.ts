// Shapes with symbolic dimensions: numbers, names ('batch') and products of names ('4*batch*length').
import { AutogradError } from './errors.ts';

/** One dimension: a number, or the name of a size that is known only at run time (`'batch'`, `'length'`). */
export type Dim = number | string;

/** The dimensions of a tensor, outermost first. `[]` is a scalar. */
export type Shape = readonly Dim[];

/** A shape as text, `[batch, 4]`. */
export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** True when every dimension is a number. */
export const isStatic = (shape: Shape): shape is readonly number[] => shape.every(dim => typeof dim === 'number');

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

/** Splits a dimension into its numeric factor and its named factors; '4*batch*length' is 4 and [batch, length]. */
export function factors(dim: Dim): { coefficient: number; names: string[] } {
  if (typeof dim === 'number') return { coefficient: dim, names: [] };
  let coefficient = 1;
  const names: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= dim.length; i++) {
    const char = dim[i];
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === undefined || (char === '*' && depth === 0)) {
      const part = dim.slice(start, i);
      if (/^\d+$/.test(part)) coefficient *= Number(part);
      else names.push(part);
      start = i + 1;
    }
  }
  return { coefficient, names };
}

function fromFactors(coefficient: number, names: readonly string[]): Dim {
  if (names.length === 0 || coefficient === 0) return coefficient;
  const sorted = [...names].sort().join('*');
  return coefficient === 1 ? sorted : `${coefficient}*${sorted}`;
}

/** The product of dimensions, in one canonical spelling. */
export function product(shape: Shape): Dim {
  let coefficient = 1;
  const names: string[] = [];
  for (const dim of shape) {
    const part = factors(dim);
    coefficient *= part.coefficient;
    names.push(...part.names);
  }
  return fromFactors(coefficient, names);
}

/** `total / part` when it is exact, else undefined. */
export function quotient(total: Dim, part: Dim): Dim | undefined {
  const a = factors(total);
  const b = factors(part);
  if (b.coefficient === 0 || a.coefficient % b.coefficient !== 0) return undefined;
  const rest = [...a.names];
  for (const name of b.names) {
    const at = rest.indexOf(name);
    if (at < 0) return undefined;
    rest.splice(at, 1);
  }
  return fromFactors(a.coefficient / b.coefficient, rest);
}

/** The sum of dimensions; a sum that holds a name is one opaque name, '(past+length)'. */
export function sumOf(dims: readonly Dim[]): Dim {
  if (dims.length === 1) return dims[0]!;
  if (isStatic(dims)) return dims.reduce((a, b) => a + b, 0);
  return `(${dims.join('+')})`;
}

/** An axis counted from the front, for one that may count from the back; throws when out of range. */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || at < 0 || at >= rank)
    throw new AutogradError('argument', `${operation}: axis ${axis} is outside a tensor of rank ${rank}.`);
  return at;
}

/** The shape two shapes broadcast to by NumPy's rule; throws when they do not. */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const out: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new AutogradError(
        'shape',
        `${operation}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: ${x} against ${y} at axis ${i}. Reshape one of them, or give both dimensions the same name or size.`,
      );
    out.push(x === 1 ? y : x);
  }
  return out;
}
