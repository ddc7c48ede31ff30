// A model that generates, from what follows `--model`: a checkpoint on this machine or the hub, or `provider:id`.
import { existsSync } from 'node:fs';
import { loadModel } from '@modeshift/compare';
import { invalidInput, type LanguageModel } from '@modeshift/core';
import { type LocalOptions, local } from '@modeshift/local';
import { nanoDirectory } from '@modeshift/nano';

/**
 * A folder, or a name without a provider, is a local model, `nano` the tiny one of `@modeshift/nano`; `provider:id` is one of that provider, `local:` included.
 *
 * @throws ModeshiftError `invalid-input` for an unknown provider or a model that does not generate.
 */
export async function loadLanguageModel(name: string, options: LocalOptions): Promise<LanguageModel> {
  const isFolder = existsSync(name) || /^[A-Za-z]:[\\/]/.test(name);
  const address = /^https?:\/\/(?:[^/]+)\/+([^/?#]+\/[^/?#]+)?/.exec(name);
  if (address)
    throw invalidInput(
      `${name} is an address. Give the model's name${address[1] ? `, which is perhaps ${address[1]}` : ', such as Qwen/Qwen3-0.6B'}.`,
    );
  if (name === 'nano' && !isFolder) return local(await nanoDirectory(), options);
  if (isFolder || !/^[\w.-]+:/.test(name)) return local(name, options);
  if (name.startsWith('local:')) return local(name.slice('local:'.length), options);
  const { onProgress: _, ...given } = options;
  if (Object.keys(given).length > 0)
    throw invalidInput(
      `${name} does not compute on this machine, so it takes no ${Object.keys(given).join(' and no ')}. Leave it out.`,
    );
  const model = await loadModel(name, undefined);
  if ('stream' in model) return model;
  throw invalidInput(`${name} scores text and does not generate it. Choose another model.`);
}
