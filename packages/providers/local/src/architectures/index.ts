// The architectures that are known, by the `model_type` of their checkpoints.
import { ModeshiftError } from '@modeshift/core';
import type { Architecture } from './architecture.ts';
import { bert } from './bert.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';

/** One entry for each architecture; a new one is a file beside these and an entry here. */
export const architectures: readonly Architecture[] = [llama, gpt2, bert] as readonly Architecture[];

/** Values of `model_type` that can be loaded. */
export const knownModelTypes: readonly string[] = architectures.flatMap(({ modelTypes }) => modelTypes);

/** The architecture of a `model_type`. Throws `unsupported`, naming those that are known. */
export function architectureOf(modelType: string, place: string): Architecture {
  const found = architectures.find(({ modelTypes }) => modelTypes.includes(modelType));
  if (found) return found;
  throw new ModeshiftError(
    { tag: 'unsupported', feature: `the architecture "${modelType}"` },
    `${place} is of the architecture "${modelType}", which is not supported. Supported are: ${knownModelTypes.join(', ')}.`,
  );
}
