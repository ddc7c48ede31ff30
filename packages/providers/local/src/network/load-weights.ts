// Reads what a plan names into memory, quantising as it goes, so that never more than one weight is held twice.
import { ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { Weights } from '../checkpoint/weights.ts';
import { packedTable, requireMemory } from './memory-need.ts';
import type { NetworkPlan } from './plan-network.ts';
import { requireWeight } from './plan-network.ts';
import { emptyQuantised, fittedTo, packingOf, type Quantised, quantiseRows, type WeightFormat } from './quantise.ts';

/** A product's weights in memory: floats `[out, in]` (or `[in, out]` where transposed), or packed numbers of few bits. */
export interface LoadedLinear {
  readonly inSize: number;
  readonly outSize: number;
  /** Floats are `[in, out]`. */
  readonly transposed: boolean;
  readonly floats?: Float32Array<ArrayBuffer>;
  readonly packed?: Quantised;
  readonly bias?: Float32Array<ArrayBuffer>;
  /** Outputs of each joined layer. */
  readonly parts: readonly number[];
}

/** Everything a network reads, in memory. */
export interface LoadedWeights {
  readonly tensors: ReadonlyMap<
    string,
    { readonly shape: readonly number[]; readonly data: Float32Array<ArrayBuffer> }
  >;
  /** Large tables in 8 bits, where products are in few. */
  readonly tables: ReadonlyMap<string, { readonly shape: readonly [number, number]; readonly packed: Quantised }>;
  /** By the names joined with `+`. */
  readonly linears: ReadonlyMap<string, LoadedLinear>;
  readonly bytes: number;
}

/** How weights are loaded. */
export interface LoadWeightsOptions {
  readonly format: WeightFormat;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** Loads what `plan` names. Throws `storage` for missing weights, `unsupported` where memory is short, `aborted` when the signal fires. */
export async function loadWeights(
  weights: Weights,
  plan: NetworkPlan,
  options: LoadWeightsOptions,
): Promise<LoadedWeights> {
  const { format, signal, onProgress } = options;
  const packing = packingOf(format);
  requireMemory(weights, plan, format);
  const names = new Set([...plan.tensors, ...plan.tables]);
  for (const { names: parts } of plan.linears) for (const part of parts) names.add(`${part}.weight`);
  let total = 0;
  for (const name of names) total += requireWeight(weights, name).bytes;
  let done = 0;
  const read = async (name: string, into?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> => {
    throwIfAborted(signal);
    const weight = requireWeight(weights, name);
    const data = await weight.read(into);
    done += weight.bytes;
    onProgress?.(Math.min(done, total), total);
    return data;
  };
  const sizeOf = (name: string): number => requireWeight(weights, name).shape.reduce((a, b) => a * b, 1);
  // Floats that are quantised are read into the same memory one after another: new memory costs more than reading.
  let passing = new Float32Array(0);
  const readPassing = (name: string): Promise<Float32Array> => {
    const size = sizeOf(name);
    if (passing.length < size) passing = new Float32Array(size);
    return read(name, passing.subarray(0, size));
  };

  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array<ArrayBuffer> }>();
  const tables = new Map<string, { shape: readonly [number, number]; packed: Quantised }>();
  for (const name of [...plan.tensors, ...plan.tables]) {
    if (tensors.has(name) || tables.has(name)) continue;
    const { shape } = requireWeight(weights, name);
    const table = plan.tables.includes(name) ? packedTable(shape, packing) : undefined;
    if (table) {
      const [rows, size] = shape as [number, number];
      const packed = emptyQuantised(rows, size, table);
      quantiseRows(await readPassing(name), packed);
      tables.set(name, { shape: [rows, size], packed });
    } else tensors.set(name, { shape, data: await read(name) });
  }

  const linears = new Map<string, LoadedLinear>();
  for (const { names: parts, bias, transposed } of plan.linears) {
    if (transposed && parts.length > 1)
      throw new ModeshiftError({ tag: 'internal' }, `Layers stored [in, out] cannot be joined: ${parts}.`);
    const names = parts.map(part => `${part}.weight`);
    const shapes = names.map(name => requireWeight(weights, name).shape as [number, number]);
    const inSize = transposed ? shapes[0]![0] : shapes[0]![1];
    const outs = shapes.map(shape => (transposed ? shape[1] : shape[0]));
    const outSize = outs.reduce((a, b) => a + b, 0);
    const entry = {
      inSize,
      outSize,
      transposed,
      parts: outs,
      ...(bias ? { bias: join(parts.map(part => tensors.get(`${part}.bias`)!.data)) } : {}),
    };
    const key = parts.join('+');
    const [first] = names as [string];
    if (!packing) {
      const floats =
        parts.length === 1
          ? (tensors.get(first)?.data ?? (await read(first)))
          : await readJoined(names.map(sizeOf), (i, into) => read(names[i]!, into));
      linears.set(key, { ...entry, floats });
      continue;
    }
    // An output projection that is the embedding table is as exact as the table: it decides between tokens.
    const table = parts.length === 1 ? tables.get(first)?.packed : undefined;
    const packed = table ?? emptyQuantised(outSize, inSize, fittedTo(inSize, packing));
    for (let i = 0, row = 0; !table && i < names.length; row += outs[i++]!)
      quantiseRows(tensors.get(names[i]!)?.data ?? (await readPassing(names[i]!)), packed, row, transposed);
    linears.set(key, { ...entry, packed });
  }
  let bytes = 0;
  for (const { data } of tensors.values()) bytes += data.byteLength;
  for (const { packed } of tables.values()) bytes += packed.bytes;
  // A tied output projection in 32-bit floats is the embedding table itself, counted above.
  const counted = new Set<unknown>([...tensors.values()].map(({ data }) => data));
  for (const { floats, packed } of linears.values())
    if (!floats || !counted.has(floats)) bytes += floats?.byteLength ?? packed!.bytes;
  return { tensors, tables, linears, bytes };
}

/** Weights one after another in one array, each read into its place. */
async function readJoined(
  sizes: readonly number[],
  read: (index: number, into: Float32Array<ArrayBuffer>) => Promise<Float32Array>,
): Promise<Float32Array<ArrayBuffer>> {
  const joined = new Float32Array(sizes.reduce((a, b) => a + b, 0));
  let at = 0;
  for (const [i, size] of sizes.entries()) {
    const values = await read(i, joined.subarray(at, at + size));
    if (values.buffer !== joined.buffer) joined.set(values, at);
    at += size;
  }
  return joined;
}

function join(parts: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0]!;
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
