// A model that generates, from what follows `--model`: a checkpoint on this machine or the hub, or `provider:id`.
import { existsSync } from 'node:fs';
import { loadModel } from '@modeshift/compare';
import { invalidInput, type LanguageModel } from '@modeshift/core';
import { type LocalOptions, local } from '@modeshift/local';

/**
 * A folder, or a name without a provider, is a local model; `provider:id` is one of that provider, `local:` included.
 *
 * @throws ModeshiftError `invalid-input` for an unknown provider or a model that does not generate.
 */
export async function loadLanguageModel(name: string, options: LocalOptions): Promise<LanguageModel> {
  const isFolder = existsSync(name);
  if (isFolder || !/^[\w.-]+:/.test(name)) return local(name, options);
  if (name.startsWith('local:')) return local(name.slice('local:'.length), options);
  const model = await loadModel(name, undefined);
  if ('stream' in model) return model;
  throw invalidInput(`${name} scores text and does not generate it. Choose another model.`);
}
