// A checkpoint folder, opened: its architecture, sizes and weights.
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import type { Architecture, NetworkConfig } from '../architectures/architecture.ts';
import { architectureOf } from '../architectures/index.ts';
import { storageError } from '../storage-error.ts';
import { ConfigReader } from './config-reader.ts';
import { withoutConfig } from './missing-files.ts';
import { openWeights } from './safetensors-weights.ts';
import type { Weight, Weights } from './weights.ts';

/** A checkpoint that is open for reading. Close it when the weights are loaded. */
export interface Checkpoint<A extends Architecture = Architecture> {
  readonly folder: string;
  readonly architecture: A;
  readonly config: NetworkConfig;
  /** `config.json` as it is, for fields that only some users need, e.g. `id2label`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The weights, under the architecture's names whatever prefix the file leaves out. */
  readonly weights: Weights;
}

/**
 * Opens a checkpoint folder as `transformers` saves it: `config.json` and safetensors files.
 *
 * @throws ModeshiftError `storage` for missing or damaged files, `unsupported` for an unknown architecture, `invalid-input` for a
 * config that contradicts itself.
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const path = join(folder, 'config.json');
  await requireConfig(folder);
  const json = await readJson(path, 'The configuration of the model cannot be read');
  const reader = new ConfigReader(json, path);
  if (reader.json.model_type == null) throw reader.wrong('model_type', 'the name of an architecture');
  const architecture = architectureOf(reader.text('model_type'), path);
  const config = architecture.config(reader);
  checkSizes(config, path);
  const weights = withPrefix(await openWeights(folder), architecture);
  try {
    checkTables(architecture, config, weights);
  } catch (error) {
    await weights.close();
    throw error;
  }
  return { folder, architecture, config, json: reader.json, weights };
}

/** Throws `storage` for a folder without `config.json`, saying what it is instead. */
export async function requireConfig(folder: string): Promise<void> {
  const code = await access(join(folder, 'config.json')).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (code === 'ENOENT') throw await withoutConfig(folder);
}

/** A JSON file. Throws `storage` when it is missing or no JSON. */
export async function readJson(path: string, what: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new ModeshiftError({ tag: 'storage', path }, `${path} is no JSON. Get the checkpoint again.`, { cause });
    throw storageError(cause, path, what);
  }
}

function checkSizes(config: NetworkConfig, path: string): void {
  const { hiddenSize, heads, keyHeads, headSize } = config;
  if (!Number.isInteger(headSize) || headSize <= 0)
    throw new ModeshiftError(
      { tag: 'invalid-input' },
      `${path}: a hidden size of ${hiddenSize} does not divide into ${heads} heads.`,
    );
  if (!Number.isInteger(heads / keyHeads))
    throw new ModeshiftError(
      { tag: 'invalid-input' },
      `${path}: ${heads} heads of queries cannot share ${keyHeads} heads of keys evenly.`,
    );
}

/** Tables that are read by id, and the output, must have as many rows as there are ids: the runtime would tell only when one is used. */
function checkTables(architecture: Architecture, config: NetworkConfig, weights: Weights): void {
  const check = (name: string, rows: number, field: string): void => {
    const shape = weights.find(name)?.shape;
    if (shape === undefined || shape[0] === rows) return;
    throw new ModeshiftError(
      { tag: 'storage', path: weights.place },
      `The weight "${name}" in ${weights.place} has the shape [${shape.join(', ')}], and by config.json it should have ${rows} rows (${field}). Get the checkpoint again, or correct its config.json.`,
    );
  };
  check(`${architecture.embedding}.weight`, config.vocabularySize, 'the vocabulary');
  if (architecture.kind === 'decoder' && !config.tied)
    check(`${architecture.head}.weight`, config.vocabularySize, 'the vocabulary');
  const columns = weights.find(`${architecture.embedding}.weight`)?.shape[1];
  if (columns !== undefined && columns !== config.hiddenSize)
    throw new ModeshiftError(
      { tag: 'storage', path: weights.place },
      `The vectors of tokens in ${weights.place} have ${columns} numbers, and by config.json a hidden size of ${config.hiddenSize}. Get the checkpoint again, or correct its config.json.`,
    );
  const positions = architecture.positions?.(config);
  if (positions) check(`${positions.table}.weight`, positions.rows, 'positions');
}

/** Some checkpoints leave the first part of the names out (`layers.0…` for `model.layers.0…`), or have another (`roberta.`). */
function withPrefix(weights: Weights, { embedding, prefix }: Architecture): Weights {
  const wanted = `${embedding}.weight`;
  if (weights.find(wanted)) return weights;
  const tail = wanted.slice(prefix.length);
  const found = weights.names.find(name => name === tail || name.endsWith(`.${tail}`));
  if (found === undefined) return weights;
  const own = found.slice(0, found.length - tail.length);
  const find = (name: string): Weight | undefined =>
    (name.startsWith(prefix) ? weights.find(own + name.slice(prefix.length)) : undefined) ?? weights.find(name);
  return {
    ...weights,
    find,
    names: weights.names.map(name => (name.startsWith(own) ? prefix + name.slice(own.length) : name)),
  };
}
