// What DoRA multiplies each output with: its magnitude over the norm of the adapted weight's row.
import { mergedWeight, rowNorms } from '../training/lora-layer.ts';
import type { LoraFactors } from './adapter.ts';

/**
 * `magnitude / ‖W + scale · B · A‖`, `[out]`. `scale` is a factor beside the adapter's own.
 *
 * Liu et al. 2024, https://arxiv.org/abs/2402.09353
 */
export function doraGain({ layer, a, b, magnitude }: LoraFactors, weight: Float32Array, scale: number): Float32Array {
  const scaled = { ...layer, scale: layer.scale * scale };
  const norms = rowNorms(scaled, mergedWeight(scaled, weight, a, b));
  return norms.map((norm, o) => magnitude![o]! / norm);
}
