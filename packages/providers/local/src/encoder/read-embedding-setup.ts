// How a checkpoint wants its hidden states made into one vector: the files of sentence-transformers.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { readJson } from '../checkpoint/checkpoint.ts';

/** How the hidden states of a text become one vector. */
export type Pooling = 'mean' | 'cls' | 'max' | 'last-token' | 'mean-sqrt-length';

/** What a checkpoint says of its embeddings. */
export interface EmbeddingSetup {
  readonly pooling: Pooling;
  /** Vectors are scaled to length 1. */
  readonly normalize: boolean;
  /** Folders of linear layers after the pooling, each with its own weights (`2_Dense`). */
  readonly dense: readonly { readonly folder: string; readonly activation: 'identity' | 'tanh' }[];
  /** Tokens that a text may have, special ones included, before it is cut. */
  readonly maxTokens: number | undefined;
  readonly lowerCase: boolean;
  /** Texts to put before an input, by name, e.g. `query`. */
  readonly prompts: Readonly<Record<string, string>>;
  readonly defaultPrompt: string | undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Reads `modules.json` and what it names. A checkpoint without it gets mean pooling, as sentence-transformers does.
 *
 * Source: https://github.com/huggingface/sentence-transformers (modules Transformer, Pooling, Dense, Normalize).
 *
 * @throws ModeshiftError `unsupported` for a module or pooling that is not known, `storage` for files that cannot be read.
 */
export async function readEmbeddingSetup(folder: string, kind: 'encoder' | 'decoder'): Promise<EmbeddingSetup> {
  let pooling: Pooling = kind === 'decoder' ? 'last-token' : 'mean';
  let normalize = false;
  const dense: { folder: string; activation: 'identity' | 'tanh' }[] = [];
  const read = async (path: string): Promise<Readonly<Record<string, unknown>>> =>
    (await exists(path))
      ? ((await readJson(path, 'A file of the checkpoint cannot be read')) as Record<string, unknown>)
      : {};
  const modules = Object.values(await read(join(folder, 'modules.json'))) as { type?: unknown; path?: unknown }[];
  for (const { type, path } of modules) {
    const name = String(type).split('.').at(-1);
    const place = join(folder, String(path ?? ''));
    if (name === 'Pooling') pooling = poolingOf(await read(join(place, 'config.json')), place);
    else if (name === 'Normalize') normalize = true;
    else if (name === 'Dense')
      dense.push({ folder: place, activation: activationOf(await read(join(place, 'config.json')), place) });
    else if (name !== 'Transformer') throw unsupported(`the module "${name}"`, join(folder, 'modules.json'));
  }
  const { max_seq_length, do_lower_case } = await read(join(folder, 'sentence_bert_config.json'));
  const { prompts, default_prompt_name } = await read(join(folder, 'config_sentence_transformers.json'));
  return {
    pooling,
    normalize,
    dense,
    maxTokens: typeof max_seq_length === 'number' ? max_seq_length : undefined,
    lowerCase: do_lower_case === true,
    prompts: typeof prompts === 'object' && prompts !== null ? (prompts as Record<string, string>) : {},
    defaultPrompt: typeof default_prompt_name === 'string' ? default_prompt_name : undefined,
  };
}

const poolings: Readonly<Record<string, Pooling>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_lasttoken: 'last-token',
  pooling_mode_mean_sqrt_len_tokens: 'mean-sqrt-length',
};

function poolingOf(config: Readonly<Record<string, unknown>>, place: string): Pooling {
  const chosen = Object.entries(config).filter(([name, value]) => name.startsWith('pooling_mode_') && value === true);
  const [first] = chosen;
  const found = first && poolings[first[0]];
  if (chosen.length === 1 && found) return found;
  const named: Readonly<Record<string, Pooling>> = { mean: 'mean', cls: 'cls', max: 'max', lasttoken: 'last-token' };
  const mode = typeof config.pooling_mode === 'string' ? named[config.pooling_mode] : undefined;
  if (chosen.length === 0 && mode) return mode;
  throw unsupported(`pooling by ${chosen.map(([name]) => name).join(' and ') || 'nothing'}`, place);
}

function activationOf(config: Readonly<Record<string, unknown>>, place: string): 'identity' | 'tanh' {
  const name = String(config.activation_function ?? 'Identity')
    .split('.')
    .at(-1);
  if (name === 'Identity') return 'identity';
  if (name === 'Tanh') return 'tanh';
  throw unsupported(`the activation "${name}"`, place);
}

const unsupported = (feature: string, place: string): ModeshiftError =>
  new ModeshiftError({ tag: 'unsupported', feature }, `${place} asks for ${feature}, which is not supported.`);
