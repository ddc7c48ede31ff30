// Turns `provider:id` into a model, by asking the provider's package; a provider that is installed needs no change here.
import { type AnsweringModel, invalidInput, type Price, type ProviderOffer } from '@modeshift/core';
import { provider as openai } from '@modeshift/openai';

const bundled: Readonly<Record<string, ProviderOffer>> = { openai };

/**
 * The model that `--model provider:id` names. `provider` is one of ours (`openai`), the last part of an installed
 * `@modeshift/…` package, or any installed package that exports `provider`.
 *
 * @throws ModeshiftError `invalid-input` for an unknown provider or a model that neither generates nor scores.
 */
export async function loadModel(name: string, price: Price | undefined): Promise<AnsweringModel> {
  const [, providerName, modelId] = /^([^:]+):(.+)$/.exec(name) ?? [];
  if (!providerName || !modelId)
    throw invalidInput(`"${name}" names no model. Write --model provider:id, e.g. openai:gpt-5-mini.`);
  const offer = Object.hasOwn(bundled, providerName) ? bundled[providerName]! : await installedProvider(providerName);
  const model = offer.model(modelId, price ? { price } : {});
  if (!isAnsweringModel(model))
    throw invalidInput(`${name} can neither generate text nor score it. Choose another model.`);
  return model;
}

async function installedProvider(name: string): Promise<ProviderOffer> {
  for (const packageName of [`@modeshift/${name}`, name]) {
    let module: { readonly provider?: unknown };
    try {
      module = (await import(packageName)) as { readonly provider?: unknown };
    } catch (error) {
      if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') continue;
      throw error;
    }
    if (isProviderOffer(module.provider)) return module.provider;
  }
  throw invalidInput(
    `There is no provider "${name}". Known: ${Object.keys(bundled).join(', ')}; others come with npm install.`,
  );
}

function isProviderOffer(value: unknown): value is ProviderOffer {
  return typeof value === 'object' && value !== null && 'model' in value && typeof value.model === 'function';
}

function isAnsweringModel(model: object): model is AnsweringModel {
  return 'stream' in model || 'score' in model;
}
