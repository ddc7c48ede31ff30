// Which models there are: by keys in the environment, by servers that answer, by checkpoints on this machine; and nano always.
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { prices as anthropicPrices } from '@modeshift/anthropic';
import { type Interceptor, invalidInput, type LanguageModel, wrapModel } from '@modeshift/core';
import { downloadedModels, local } from '@modeshift/local';
import { nanoDirectory } from '@modeshift/nano';
import { prices as openaiPrices, type Preset, presets } from '@modeshift/openai';
import { providerOffers } from './load-model.ts';

/** A model that a visitor can choose. */
export interface OfferedModel {
  /** What stands in the list, e.g. `openai:gpt-5.4-mini`, `local:Qwen/Qwen3-0.6B`, `nano`. */
  readonly name: string;
  /** Makes it, when it is chosen for the first time. */
  readonly make: () => LanguageModel | Promise<LanguageModel>;
}

/** Options of {@link availableModels}. */
export interface AvailableModelsOptions {
  /** Left out: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where downloaded checkpoints are. Left out: the cache of the Hugging Face tools. */
  readonly cacheDir?: string;
  /** Servers that speak OpenAI's wire. Left out: those that `@modeshift/openai` knows. */
  readonly servers?: readonly Preset[];
  /** How long servers may take to say what they have, in milliseconds. Left out: 1500. */
  readonly waitMs?: number;
}

const mostOfOneServer = 40;

/**
 * The models that can be reached from here, those that answer best first:
 *
 * - those named in `MODESHIFT_MODELS`, with commas between them: `provider:id`, or the folder of a checkpoint;
 * - OpenAI's and Anthropic's with a known price, where `OPENAI_API_KEY` or `ANTHROPIC_API_KEY` is set;
 * - what the server at `OPENAI_BASE_URL`, the servers whose key is set, and Ollama, vLLM, llama.cpp and LM Studio on this machine
 *   say that they have;
 * - checkpoints in the cache of the Hugging Face tools that generate;
 * - `nano`, which is always there.
 *
 * @throws ModeshiftError `invalid-input` for a name in `MODESHIFT_MODELS` that no provider has.
 * @example
 * ```ts
 * import { availableModels } from '@modeshift/compare';
 *
 * const models = await availableModels({ env: { ANTHROPIC_API_KEY: 'sk-ant-…' }, servers: [], cacheDir: 'no-such-folder' });
 * console.log(models.at(-1)!.name, models.some(model => model.name === 'anthropic:claude-sonnet-5')); // nano true
 * ```
 */
export async function availableModels(options: AvailableModelsOptions = {}): Promise<readonly OfferedModel[]> {
  const { env = process.env, cacheDir, servers = Object.values<Preset>(presets), waitMs = 1500 } = options;
  const named = (env.MODESHIFT_MODELS ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  const hosted = [
    ...(env.OPENAI_API_KEY && !env.OPENAI_BASE_URL ? Object.keys(openaiPrices).map(id => `openai:${id}`) : []),
    ...(env.ANTHROPIC_API_KEY ? Object.keys(anthropicPrices).map(id => `anthropic:${id}`) : []),
  ];
  const own = env.OPENAI_BASE_URL
    ? [{ provider: 'openai', baseURL: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY }]
    : [];
  const reachable = servers.flatMap(({ provider, baseURL, keyVariable }) => {
    const key = keyVariable && env[keyVariable];
    return baseURL && (key || !keyVariable) ? [{ provider, baseURL, key }] : [];
  });
  const lists = await Promise.all([...own, ...reachable].map(server => modelsOf(server, waitMs)));
  const downloaded = await downloadedModels(cacheDir === undefined ? {} : { cacheDir });
  const generating = downloaded.filter(one => one.supported && !/bert|mpnet|electra/i.test(one.modelType));
  const names = new Set([...named, ...hosted, ...lists.flat()]);
  const all = [
    ...[...names].map(name => offered(name, named.includes(name))),
    ...generating.map(({ id, directory }) => ({ name: `local:${id}`, make: () => inProcess(id, directory) })),
    nano,
  ];
  // What was named on purpose may be there anyway: it stands where it was named.
  const places = new Map(all.map(({ name }, i) => [name, i] as const).toReversed());
  return all.filter(({ name }, i) => places.get(name) === i);
}

const nano: OfferedModel = { name: 'nano', make: async () => inProcess('nano', await nanoDirectory()) };

/** A model by its name: of a provider, or a folder where it was named on purpose. */
function offered(name: string, isNamed: boolean): OfferedModel {
  if (name === nano.name) return nano;
  const [, provider, id] = /^([\w.-]{2,}):(.+)$/.exec(name) ?? [];
  const offer = providerOffers.find(one => one.name === provider);
  if (offer) return { name, make: () => generating(offer.model(id!, {}), name) };
  if (isNamed && provider === 'local') return { name, make: () => local(id!) };
  if (isNamed && provider === undefined)
    return { name, make: async () => inProcess(basename(name), await folder(name)) };
  const known = providerOffers.map(one => one.name).join(', ');
  throw invalidInput(`MODESHIFT_MODELS has "${name}", and there is no provider "${provider}". Known: ${known}, local.`);
}

/** A checkpoint under a name: what visitors are shown is not to tell where things lie on this machine. */
function inProcess(modelId: string, directory: string): LanguageModel {
  const renamed: Interceptor = {
    async *stream(call, context, next) {
      for await (const event of next(call, context)) yield event.type === 'response' ? { ...event, modelId } : event;
    },
  };
  return wrapModel(local(directory), renamed, { modelId });
}

async function folder(place: string): Promise<string> {
  await readdir(place).catch(() => {
    throw invalidInput(
      `MODESHIFT_MODELS has "${place}", which is no folder. Write provider:id or the path of a checkpoint.`,
    );
  });
  return place;
}

function generating(model: object, name: string): LanguageModel {
  if ('stream' in model) return model as LanguageModel;
  throw invalidInput(`${name} does not generate text. Choose another model.`);
}

/** What a server says that it has; nothing where it does not answer in time, or not as such servers do. */
async function modelsOf(
  { provider, baseURL, key }: { provider: string; baseURL: string; key: string | undefined },
  waitMs: number,
): Promise<string[]> {
  try {
    const answer = await fetch(`${baseURL.replace(/\/+$/, '')}/models`, {
      headers: key ? { authorization: `Bearer ${key}` } : {},
      redirect: 'error',
      signal: AbortSignal.timeout(waitMs),
    });
    const { data } = (await answer.json()) as { data?: readonly { readonly id?: unknown }[] };
    if (!answer.ok || !Array.isArray(data)) return [];
    return data
      .flatMap(({ id }) =>
        typeof id === 'string' && !/embed|rerank|whisper|tts|moderation|dall-e/i.test(id) ? [id] : [],
      )
      .slice(0, mostOfOneServer)
      .map(id => `${provider}:${id}`);
  } catch {
    return [];
  }
}
