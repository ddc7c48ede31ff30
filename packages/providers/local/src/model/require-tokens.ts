// Whether a tokenizer is of the model that it lies beside.
import { ModeshiftError } from '@modeshift/core';
import type { Tokenizer } from '../tokenizer/index.ts';

/**
 * Throws `storage` where the tokenizer has plain tokens that the model has no vectors for. Control tokens may lie beyond the
 * table: checkpoints name some that nothing writes.
 */
export function requireTokens(
  tokenizer: Tokenizer,
  { vocabularySize }: { readonly vocabularySize: number },
  folder: string,
): void {
  const control = new Set(tokenizer.controlTokens);
  for (let id = vocabularySize; id < tokenizer.vocabularySize; id++) {
    if (control.has(id) || tokenizer.tokenOf(id) === undefined) continue;
    throw new ModeshiftError(
      { tag: 'storage', path: folder },
      `The tokenizer in ${folder} has ids up to ${tokenizer.vocabularySize - 1}, and the model has vectors for 0 to ${vocabularySize - 1}: they are of two models. Get both from the same checkpoint.`,
    );
  }
}
