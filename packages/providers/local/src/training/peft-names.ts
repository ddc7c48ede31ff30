// Names of trained parameters in a PEFT folder.

import { type LoadedBase, moduleName } from './load-base.ts';
import { loraNames } from './lora-layer.ts';
import type { ResolvedSpec } from './resolve-spec.ts';
import { promptParameter } from './training-graph.ts';

/** Our name of each trained parameter by its key in `adapter_model.safetensors`. */
export function peftKeys(
  { network, options }: Pick<LoadedBase, 'network' | 'options'>,
  { loss, virtual }: ResolvedSpec,
): Map<string, string> {
  const keys = new Map<string, string>();
  const outer = (name: string): string => `base_model.model.${moduleName(name, options.config.modelType, loss.kind)}`;
  if (virtual) keys.set(promptParameter, promptParameter);
  for (const layer of network.adapters.values())
    for (const name of Object.values(loraNames(layer))) if (name) keys.set(outer(name), name);
  for (const name of network.trained) keys.set(outer(name), name);
  return keys;
}
