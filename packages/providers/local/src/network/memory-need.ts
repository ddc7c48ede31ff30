// How much memory weights need, told before they are loaded, and what would fit where they do not.
import { totalmem } from 'node:os';
import { ModeshiftError } from '@modeshift/core';
import type { Weights } from '../checkpoint/weights.ts';
import { type NetworkPlan, requireWeight } from './plan-network.ts';
import { fittedTo, type Packing, packingOf, tablePackingOf, type WeightFormat } from './quantise.ts';

/** Rows from which a table is worth holding in few bits: vocabularies, and no positions. */
const largeTable = 2048;

/** How a table is held in 8 bits: where products are in few, and it is large. `undefined`: in floats. */
export function packedTable(
  [rows = 0, size = 1]: readonly number[],
  packing: Packing | undefined,
): Packing | undefined {
  return packing && rows >= largeTable ? tablePackingOf(size) : undefined;
}

/**
 * Bytes of the weights of a plan in a format, once loaded. Small weights stay in 32-bit floats; weights in few bits have a scale for
 * each block; a tied output projection is held in 8 bits beside its table.
 */
export function weightBytesOf(weights: Weights, plan: NetworkPlan, format: WeightFormat): number {
  const shape = (name: string): readonly number[] => requireWeight(weights, name).shape;
  const size = (name: string): number => shape(name).reduce((a, b) => a * b, 1);
  const packing = packingOf(format);
  const packed = (name: string, asked: Packing, transposed = false): number => {
    const [rows = 1, columns = 1] = shape(name);
    const [outSize, inSize] = transposed ? [columns, rows] : [rows, columns];
    const { bits, blockSize } = fittedTo(inSize, asked);
    return outSize * Math.ceil(inSize / blockSize) * ((blockSize * bits) / 8 + 4);
  };
  const tableOf = (name: string): Packing | undefined =>
    plan.tables.includes(name) ? packedTable(shape(name), packing) : undefined;
  const whole = new Set([...plan.tensors, ...plan.tables]);
  let bytes = 0;
  for (const name of whole) {
    const table = tableOf(name);
    bytes += table ? packed(name, table) : 4 * size(name);
  }
  for (const { names, transposed } of plan.linears)
    for (const name of names.map(one => `${one}.weight`)) {
      if (packing) bytes += packed(name, tableOf(name) ?? packing, transposed);
      else if (!whole.has(name)) bytes += 4 * size(name);
    }
  return Math.ceil(bytes);
}

/**
 * Memory that this process may take. In a container what files left in the cache counts as used although it is given back on
 * demand, so there the limit counts, less what this process holds.
 */
function freeMemory(): number {
  const limit = process.constrainedMemory();
  const isLimited = limit > 0 && limit < totalmem();
  return isLimited ? Math.max(process.availableMemory(), limit - process.memoryUsage.rss()) : process.availableMemory();
}

const nameOf = (format: WeightFormat): string => (typeof format === 'string' ? format : `${format.bits}-bit`);

/** While it loads, the runtime copies each weight into the order it computes in. */
const whileLoading = 2;

/**
 * Throws when the weights do not fit into the memory that is free, before any is read.
 *
 * @throws ModeshiftError `unsupported` with the feature `memory`, the numbers, and the formats that would fit.
 */
export function requireMemory(
  weights: Weights,
  plan: NetworkPlan,
  format: WeightFormat,
  available = freeMemory(),
): void {
  const needed = (one: WeightFormat): number => whileLoading * weightBytesOf(weights, plan, one);
  if (needed(format) <= available) return;
  const others = (['int8', 'int4'] as const).filter(one => one !== format && needed(one) <= available);
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const advice =
    others.length > 0
      ? `Load fewer bits: ${others.map(one => `weights: '${one}' needs ${gigabytes(needed(one))}`).join(', ')}.`
      : 'No other format would fit: free memory, or choose a smaller model.';
  throw new ModeshiftError(
    { tag: 'unsupported', feature: 'memory' },
    `${weights.place} needs ${gigabytes(needed(format))} of memory to load with ${nameOf(format)} weights, and ${gigabytes(available)} are free. ${advice}`,
  );
}
