// Whether an adapter fits a decoder.
import { invalidInput, type ModeshiftError } from '@modeshift/core';
import type { Decoder } from '../engine/decoder.ts';
import type { Adapter } from './adapter.ts';

/** Throws `invalid-input` for an adapter of another model or with factors of other sizes. */
export function checkAdapter(name: string, adapter: Adapter, decoder: Decoder): void {
  const misfit = (what: string): ModeshiftError =>
    invalidInput(`The adapter "${name}" ${what}. Use the checkpoint that it was trained on.`);
  const { hiddenSize, layers, keyHeads, headSize } = decoder.config;
  if (adapter.kind !== 'lora') {
    const width = adapter.kind === 'prefix' ? 2 * layers * keyHeads * headSize : hiddenSize;
    if (adapter.rows.length !== adapter.tokens * width)
      throw misfit(`has ${adapter.rows.length / adapter.tokens} numbers for each token, and this model needs ${width}`);
    return;
  }
  if (adapter.layers.length === 0) throw misfit('adapts no layer');
  for (const { layer, a, b, magnitude } of adapter.layers) {
    const { architecture, config } = decoder;
    const table = { inSize: config.vocabularySize, outSize: hiddenSize, transposed: true };
    const size = layer.embedding ? layer.module === architecture.embedding && table : decoder.linears.get(layer.module);
    if (!size) throw misfit(`adapts ${layer.module}, which this model has not`);
    if (layer.transposed !== size.transposed || layer.inSize !== size.inSize || layer.outSize !== size.outSize)
      throw misfit(
        `adapts ${layer.module} with ${layer.inSize} inputs and ${layer.outSize} outputs, and the layer has ${size.inSize} and ${size.outSize}`,
      );
    const fits = a.length === layer.rank * layer.inSize && b.length === layer.rank * layer.outSize;
    if (!fits || (magnitude && magnitude.length !== layer.outSize))
      throw misfit(`has factors of the wrong size on ${layer.module}`);
  }
}
