// Reads what a plan names into memory, quantising as it goes, so that never more than one weight is held twice.
import { ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { Weights } from '../checkpoint/weights.ts';
import { isPackedTable, requireMemory } from './memory-need.ts';
import type { NetworkPlan } from './plan-network.ts';
import { requireWeight } from './plan-network.ts';
import { type Quantised, quantise, type WeightFormat } from './quantise.ts';

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
  requireMemory(weights, plan, format);
  const names = new Set([...plan.tensors, ...plan.tables]);
  for (const { names: parts } of plan.linears) for (const part of parts) names.add(`${part}.weight`);
  let total = 0;
  for (const name of names) total += requireWeight(weights, name).bytes;
  let done = 0;
  const read = async (name: string): Promise<Float32Array<ArrayBuffer>> => {
    throwIfAborted(signal);
    const weight = requireWeight(weights, name);
    const data = await weight.read();
    done += weight.bytes;
    onProgress?.(Math.min(done, total), total);
    return data;
  };

  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array<ArrayBuffer> }>();
  const tables = new Map<string, { shape: readonly [number, number]; packed: Quantised }>();
  /** Tables that are also products, until these have been made of them. */
  const shared = new Map<string, Float32Array<ArrayBuffer>>();
  const products = new Set(plan.linears.flatMap(({ names: parts }) => parts.map(part => `${part}.weight`)));
  for (const name of [...plan.tensors, ...plan.tables]) {
    if (tensors.has(name) || tables.has(name)) continue;
    const { shape } = requireWeight(weights, name);
    const data = await read(name);
    if (plan.tables.includes(name) && isPackedTable(shape, format)) {
      const [rows, size] = shape as [number, number];
      tables.set(name, { shape: [rows, size], packed: quantise(data, rows, size, 'int8', false) });
      if (products.has(name)) shared.set(name, data);
    } else tensors.set(name, { shape, data });
  }

  const linears = new Map<string, LoadedLinear>();
  for (const { names: parts, bias, transposed } of plan.linears) {
    const shapes = parts.map(part => requireWeight(weights, `${part}.weight`).shape as [number, number]);
    const inSize = transposed ? shapes[0]![0] : shapes[0]![1];
    const outs = shapes.map(shape => (transposed ? shape[1] : shape[0]));
    const outSize = outs.reduce((a, b) => a + b, 0);
    const whole: Float32Array<ArrayBuffer>[] = [];
    for (const part of parts) {
      const name = `${part}.weight`;
      whole.push(tensors.get(name)?.data ?? shared.get(name) ?? (await read(name)));
      shared.delete(name);
    }
    if (transposed && parts.length > 1)
      throw new ModeshiftError({ tag: 'internal' }, `Layers stored [in, out] cannot be joined: ${parts}.`);
    const floats = join(whole);
    const entry = {
      inSize,
      outSize,
      transposed,
      parts: outs,
      ...(bias ? { bias: join(parts.map(part => tensors.get(`${part}.bias`)!.data)) } : {}),
    };
    // An output projection that is the embedding table is as exact as the table: it decides between tokens.
    const table = parts.length === 1 ? tables.get(`${parts[0]}.weight`)?.packed : undefined;
    const packed = (): Quantised => table ?? quantise(floats, outSize, inSize, format as 'int8', transposed);
    linears.set(parts.join('+'), format === 'f32' ? { ...entry, floats } : { ...entry, packed: packed() });
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
