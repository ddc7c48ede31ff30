// Adapters from PEFT folders: LoRA, rsLoRA, DoRA, soft prompts and prefixes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { readJson } from '../checkpoint/checkpoint.ts';
import { ConfigReader } from '../checkpoint/config-reader.ts';
import { readSafetensors, type SafetensorsFile, type SafetensorsTensor } from '../checkpoint/read-safetensors.ts';
import { storageError } from '../storage-error.ts';
import { patternOf } from '../training/target-modules.ts';
import type { Adapter, LoraFactors } from './adapter.ts';

/** Settings of PEFT that change what is computed, and that are not computed here. */
const refused = [
  'alora_invocation_tokens',
  'layer_replication',
  'lora_bias',
  'target_parameters',
  'trainable_token_indices',
  'use_bdlora',
  'use_qalora',
];

/**
 * Reads a PEFT folder: `adapter_config.json` and `adapter_model.safetensors`.
 *
 * Format: https://huggingface.co/docs/peft/developer_guides/checkpoint
 *
 * @throws ModeshiftError `storage` for missing or damaged files, `unsupported` for other methods and for adapters that hold more than
 * factors of linear layers, such as `modules_to_save`.
 */
export async function readAdapter(folder: string): Promise<Adapter> {
  const path = join(folder, 'adapter_config.json');
  const config = new ConfigReader(await readJson(path, 'The configuration of the adapter cannot be read'), path);
  const file = join(folder, 'adapter_model.safetensors');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw storageError(cause, file, 'The adapter cannot be read');
  }
  const weights = readSafetensors(bytes, file);
  const type = config.text('peft_type', 'none given').toUpperCase();
  switch (type) {
    case 'LORA':
      return { kind: 'lora', layers: loraLayers(config, weights, file) };
    case 'PROMPT_TUNING':
      return { kind: 'soft-prompt', ...promptRows(weights, file) };
    case 'PREFIX_TUNING':
      return { kind: 'prefix', ...promptRows(weights, file) };
    default:
      throw unsupported(path, `the method "${type}"`, 'LORA, PROMPT_TUNING and PREFIX_TUNING can be used');
  }
}

function promptRows(weights: SafetensorsFile, path: string): { tokens: number; rows: Float32Array } {
  const found = weights.tensors.get('prompt_embeddings');
  if (found?.shape.length !== 2)
    throw new ModeshiftError(
      { tag: 'storage', path },
      `${path} has no table "prompt_embeddings". Save the adapter again.`,
    );
  const strange = [...weights.tensors.keys()].find(key => key !== 'prompt_embeddings');
  if (strange !== undefined) throw more(path, strange);
  return { tokens: found.shape[0]!, rows: numbersOf(found, path) };
}

function loraLayers(config: ConfigReader, weights: SafetensorsFile, path: string): LoraFactors[] {
  const { json } = config;
  for (const name of refused)
    if (json[name]) throw unsupported(path, `the setting "${name}"`, 'merge it with PEFT first');
  const factors = new Map<string, { a?: string; b?: string; magnitude?: string; embedding?: true; table?: string }>();
  const others: string[] = [];
  for (const key of weights.tensors.keys()) {
    const found =
      /^(?:base_model\.model\.)?(.+)\.lora_(embedding_A|embedding_B|A|B|magnitude_vector)(?:\.weight)?$/.exec(key);
    if (!found) {
      others.push(key);
      continue;
    }
    const entry = factors.get(found[1]!) ?? {};
    if (found[2]!.startsWith('embedding')) entry.embedding = true;
    entry[found[2]!.endsWith('A') ? 'a' : found[2]!.endsWith('B') ? 'b' : 'magnitude'] = key;
    factors.set(found[1]!, entry);
  }
  // PEFT saves the table beside an adapter that is on it.
  for (const key of others) {
    const entry = factors.get(/^(?:base_model\.model\.)?(.+?)(?:\.base_layer)?\.weight$/.exec(key)?.[1] ?? '');
    if (!entry?.embedding || entry.table) throw more(path, key);
    entry.table = key;
  }
  const onTable = [...factors.values()].some(({ embedding }) => embedding);
  if (onTable && json.ensure_weight_tying)
    throw unsupported(path, 'the setting "ensure_weight_tying"', 'merge it with PEFT first');
  const alphas = patterns(config, 'alpha_pattern');
  const ranks = patterns(config, 'rank_pattern');
  const transposed = config.flag('fan_in_fan_out', false);
  return [...factors].map(([module, { a, b, magnitude, embedding = false, table }]) => {
    const [first, second] = [a, b].map(key => key && weights.tensors.get(key));
    if (
      !first ||
      !second ||
      first.shape.length !== 2 ||
      second.shape.length !== 2 ||
      first.shape[0] !== second.shape[1]
    )
      throw new ModeshiftError(
        { tag: 'storage', path },
        `${path}: the factors of ${module} are incomplete or do not fit each other. Save the adapter again.`,
      );
    const rank = first.shape[0]!;
    const said = patternOf(ranks, module, config.count('r', 8));
    if (rank !== said)
      throw new ModeshiftError(
        { tag: 'storage', path },
        `${path}: the factors of ${module} have the rank ${rank}, and adapter_config.json says ${said}, by which they would be scaled wrongly. Save the adapter again.`,
      );
    const alpha = patternOf(alphas, module, config.number('lora_alpha', 8));
    return {
      layer: {
        module,
        embedding,
        rank,
        alpha,
        scale: config.flag('use_rslora', false) ? alpha / Math.sqrt(rank) : alpha / rank,
        dropout: 0,
        dora: magnitude !== undefined,
        transposed: transposed || embedding,
        inSize: first.shape[1]!,
        outSize: second.shape[0]!,
        init: 'uniform',
      },
      a: numbersOf(first, path),
      b: numbersOf(second, path),
      ...(table ? { table: numbersOf(weights.tensors.get(table)!, path) } : {}),
      ...(magnitude ? { magnitude: numbersOf(weights.tensors.get(magnitude)!, path) } : {}),
    };
  });
}

/** Values of a tensor. One that is no number would make every answer of the batch none. */
function numbersOf(tensor: SafetensorsTensor, path: string): Float32Array {
  const values = tensor.float32();
  if (values.every(Number.isFinite)) return values;
  throw new ModeshiftError(
    { tag: 'storage', path },
    `${path} holds values that are no numbers (NaN or infinite). Its training went wrong; save the adapter from an earlier state.`,
  );
}

function patterns(config: ConfigReader, name: string): Record<string, number> {
  const found = config.object(name)?.json ?? {};
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

function unsupported(path: string, feature: string, advice: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'unsupported', feature },
    `${path} uses ${feature}, which is not supported: ${advice}.`,
  );
}

function more(path: string, key: string): ModeshiftError {
  return unsupported(
    path,
    `the weight "${key}"`,
    'only factors of linear layers and of the embedding table, soft prompts and prefixes are; merge it with PEFT first',
  );
}
