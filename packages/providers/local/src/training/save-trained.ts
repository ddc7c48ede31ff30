// What was trained as files: a PEFT folder, or a whole checkpoint that transformers loads.
import { cp, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParameterValues } from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';
import { tiedTable } from '../adapters/merge-adapter.ts';
import { openWeights } from '../checkpoint/safetensors-weights.ts';
import { writeSafetensors } from '../checkpoint/write-safetensors.ts';
import { adapterConfig } from './adapter-config.ts';
import { isPooler, moduleName } from './load-base.ts';
import type { LocalTrainer } from './local-trainer.ts';
import { loraNames, mergedWeight } from './lora-layer.ts';
import { peftKeys } from './peft-names.ts';
import { writeFolderAtomically } from './write-folder-atomically.ts';
import { type TensorToWrite, writeTensorFile } from './write-tensor-file.ts';

/** Writes what a trainer has trained into a folder, whole or not at all. */
export async function saveTrained(
  trainer: LocalTrainer,
  dir: string,
  { merge }: { readonly merge: boolean },
): Promise<void> {
  const { virtual } = trainer.resolved;
  if (merge && virtual)
    throw new ModeshiftError(
      { tag: 'unsupported', feature: `merging a ${virtual.kind}` },
      `A ${virtual.kind} is no change of weights, so it cannot be merged. Use save() and load it beside the model.`,
    );
  const { adapters } = trainer.base.network;
  const { architecture, config } = trainer.checkpoint;
  const tied = architecture.kind === 'decoder' && config.tied;
  if (merge && tied && [...adapters.values()].some(({ embedding }) => embedding))
    throw tiedTable(trainer.checkpoint.folder);
  const adapter = virtual !== undefined || trainer.base.network.adapters.size > 0;
  await writeFolderAtomically(dir, folder =>
    adapter && !merge ? saveAdapter(trainer, folder) : saveCheckpoint(trainer, folder),
  );
}

async function saveAdapter(trainer: LocalTrainer, folder: string): Promise<void> {
  const { checkpoint, resolved, base, shapes } = trainer;
  const values = trainer.parameters();
  const entries = [...peftKeys(base, resolved)].map(([key, name]) => {
    const entry = { shape: shapes.get(name)!, data: values[name] as Float32Array };
    return [key, entry] as const;
  });
  const config = adapterConfig(checkpoint, resolved, base);
  await writeFile(
    join(folder, 'adapter_model.safetensors'),
    writeSafetensors(Object.fromEntries(entries), { format: 'pt' }),
  );
  await writeFile(join(folder, 'adapter_config.json'), `${JSON.stringify(config, null, 2)}\n`);
  const model = JSON.stringify(config.base_model_name_or_path);
  await writeFile(join(folder, 'README.md'), `---\nbase_model: ${model}\nlibrary_name: peft\n---\n`);
}

async function saveCheckpoint(trainer: LocalTrainer, folder: string): Promise<void> {
  const { checkpoint } = trainer;
  await writeTensorFile(join(folder, 'model.safetensors'), await tensorsOf(trainer), { format: 'pt' });
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(configOf(trainer), null, 2)}\n`);
  if (!(await stat(checkpoint.folder)).isDirectory()) return;
  for (const name of await readdir(checkpoint.folder)) {
    const source = join(checkpoint.folder, name);
    if (isBeside(name)) await cp(source, join(folder, name), { recursive: true, dereference: true });
  }
}

/** What of a checkpoint stays as it is: the tokenizer, the chat template, settings of generation and of embedding. */
const isBeside = (name: string): boolean => beside.some(pattern => pattern.test(name));

const beside = [
  /^(tokenizer|special_tokens|added_tokens|vocab|merges|chat_template|generation_config|spiece|sentencepiece)/,
  /^(modules|sentence_bert_config|config_sentence_transformers)\.json$/,
  // Modules of sentence-transformers after the network, e.g. `1_Pooling`.
  /^\d+_\w+$/,
];

/** All weights of the checkpoint with the trained ones in their places, under the names of its files. */
async function tensorsOf(trainer: LocalTrainer): Promise<TensorToWrite[]> {
  const { checkpoint, base, resolved } = trainer;
  const { weights, config, folder } = checkpoint;
  const values = trainer.parameters();
  const names = await fileNames(folder, weights.names);
  const headed = resolved.loss.kind === 'classification';
  // A model with a head has no output projection, and a pooler only where the head reads it.
  const gone = (name: string): boolean =>
    headed && !base.network.base.has(name) && (isPooler(name) || name.startsWith('lm_head.'));
  const tensors: TensorToWrite[] = weights.names.flatMap((name, i) => {
    if (gone(name)) return [];
    const weight = weights.find(name)!;
    const outer = headed ? moduleName(name, config.modelType, resolved.loss.kind) : names[i]!;
    return [{ name: outer, shape: weight.shape, read: async () => trained(trainer, values, name) ?? weight.read() }];
  });
  for (const name of base.fresh)
    tensors.push({
      name: moduleName(name, config.modelType, resolved.loss.kind),
      shape: base.network.base.get(name)!.shape,
      read: async () => (values[name] as Float32Array | undefined) ?? base.network.base.get(name)!.data,
    });
  return tensors;
}

function trained(trainer: LocalTrainer, values: ParameterValues, name: string): Float32Array | undefined {
  if (values[name]) return values[name] as Float32Array;
  const { adapters, base } = trainer.base.network;
  const layer = adapters.get(name.replace(/\.weight$/, ''));
  if (!layer || !name.endsWith('.weight')) return undefined;
  const { a, b, magnitude } = loraNames(layer);
  return mergedWeight(layer, base.get(name)!.data, values[a]!, values[b]!, magnitude ? values[magnitude]! : undefined);
}

/** The names that weights have in the checkpoint's files: some files leave a beginning out. */
async function fileNames(folder: string, ours: readonly string[]): Promise<readonly string[]> {
  if (!(await stat(folder)).isDirectory()) return ours;
  const weights = await openWeights(folder);
  await weights.close();
  return weights.names;
}

function configOf({ checkpoint, resolved }: LocalTrainer): Record<string, unknown> {
  const { json, config, architecture } = checkpoint;
  const out: Record<string, unknown> = { ...json };
  delete out.dtype;
  out.torch_dtype = 'float32';
  const { loss } = resolved;
  if (loss.kind !== 'classification') return out;
  const families: Record<string, string> = { gpt2: 'GPT2', bert: 'Bert', roberta: 'Roberta', camembert: 'Camembert' };
  families['xlm-roberta'] = 'XLMRoberta';
  const family = families[config.modelType] ?? config.modelType[0]!.toUpperCase() + config.modelType.slice(1);
  out.architectures = [`${family}ForSequenceClassification`];
  out.id2label = Object.fromEntries(loss.labels.map((label, i) => [i, label]));
  out.label2id = Object.fromEntries(loss.labels.map((label, i) => [label, i]));
  out.problem_type = `${loss.problem.replaceAll('-', '_')}${loss.problem === 'regression' ? '' : '_classification'}`;
  // Without it transformers cannot find the last token of a padded text.
  if (architecture.kind === 'decoder' && out.pad_token_id == null) out.pad_token_id = firstId(out.eos_token_id);
  return out;
}

const firstId = (id: unknown): unknown => (Array.isArray(id) ? id[0] : (id ?? null));
