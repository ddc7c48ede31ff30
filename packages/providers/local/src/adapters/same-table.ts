// PEFT saves the embedding table beside an adapter that is on it.
import { ModeshiftError } from '@modeshift/core';

/** The largest share by which a number of 16 bits differs from the one it was rounded from: bfloat16 has 8 bits of it. */
const rounding = 2 ** -8;

/**
 * Throws `unsupported` unless a table that came with an adapter is the model's own: one with more tokens or other values was changed
 * beside the adapter, and leaving it out would give other answers.
 */
export function requireSameTable(path: string, saved: Float32Array, own: Float32Array): void {
  const same =
    saved.length === own.length && saved.every((value, i) => Math.abs(value - own[i]!) <= rounding * Math.abs(own[i]!));
  if (same) return;
  throw new ModeshiftError(
    { tag: 'unsupported', feature: 'an adapter with a table of its own' },
    `${path} brings an embedding table that is not the model's. Use the checkpoint that it was trained on, or merge it with PEFT first.`,
  );
}
