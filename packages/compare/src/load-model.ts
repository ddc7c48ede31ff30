// Turns `provider:id` into a model, by asking the provider's package; a provider that is installed needs no change here.
import { existsSync } from 'node:fs';
import { providers as anthropicProviders } from '@modeshift/anthropic';
import { type AnsweringModel, invalidInput, type Price, type ProviderOffer } from '@modeshift/core';
import { nanoDirectory } from '@modeshift/nano';
import { providers as openaiProviders } from '@modeshift/openai';
import { importInstalled } from './import-installed.ts';

/** The providers that come with this package. */
export const providerOffers: readonly ProviderOffer[] = [...openaiProviders, ...anthropicProviders];

/**
 * Names of the providers that come with this package.
 *
 * @example
 * ```ts
 * import { bundledProviders } from '@modeshift/compare';
 *
 * console.log(bundledProviders[0]); // openai
 * ```
 */
export const bundledProviders: readonly string[] = providerOffers.map(({ name }) => name);

/**
 * The model that `--model provider:id` names. `provider` is one of ours (`openai`, `anthropic`), the last part of an installed
 * `@modeshift/…` package, or any installed package that exports `providers`. A folder is a model of `local`, and `nano` the tiny
 * model of `@modeshift/nano`. `device` says where a model on this machine computes: `cpu` or `webgpu`.
 *
 * @throws ModeshiftError `invalid-input` for an unknown provider, a model that neither generates nor scores, or a device where the
 * model is not on this machine.
 */
export async function loadModel(name: string, price: Price | undefined, device?: string): Promise<AnsweringModel> {
  if (name === 'nano') return loadModel(await nanoDirectory(), price, device);
  const [, providerName, modelId] = existsSync(name) ? [name, 'local', name] : (/^([^:]+):(.+)$/.exec(name) ?? []);
  if (!providerName || !modelId) {
    throw invalidInput(
      `"${name}" names no model. Write --model provider:id, e.g. openai:gpt-5.4-mini or local:Qwen/Qwen3-0.6B.`,
    );
  }
  if (device !== undefined && providerName !== 'local')
    throw invalidInput(`${name} does not compute on this machine, so it takes no device. Leave it out.`);
  const offer =
    providerOffers.find(candidate => candidate.name === providerName) ?? (await installedProvider(providerName));
  const model = offer.model(modelId, { ...(price && { price }), ...(device !== undefined && { device }) });
  if (isAnsweringModel(model)) return model;
  throw invalidInput(`${name} can neither generate text nor score it. Choose another model.`);
}

async function installedProvider(name: string): Promise<ProviderOffer> {
  for (const packageName of [`@modeshift/${name}`, name]) {
    const found = (await importInstalled(packageName))?.providers;
    if (!Array.isArray(found) || found.length === 0) continue;
    const offers = found as readonly ProviderOffer[];
    return offers.find(candidate => candidate.name === name) ?? offers[0]!;
  }
  const known = providerOffers.map(offer => offer.name).join(', ');
  throw invalidInput(`There is no provider "${name}". Known: ${known}; others come with npm install.`);
}

function isAnsweringModel(model: object): model is AnsweringModel {
  return 'stream' in model || 'score' in model;
}
