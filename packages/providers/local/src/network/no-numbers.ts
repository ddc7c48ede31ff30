// The error of weights that compute nothing.
import { ModeshiftError } from '@modeshift/core';

/** The error of a model whose first pass gives NaN or infinite numbers. */
export function noNumbers(place: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'storage', path: place },
    `The model in ${place} computes no numbers (NaN or infinite): its weights or its config.json are damaged. Get the checkpoint again.`,
  );
}
