// Reads a text classifier from a folder, and believes nothing in it unchecked.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { readSafetensors, type SafetensorsTensor } from './checkpoint/read-safetensors.ts';
import {
  type ClassifierConfig,
  classifierConfigFile,
  classifierFormat,
  classifierVersion,
  weightsFile,
} from './classifier-format.ts';
import { FeatureVocabulary } from './feature-vocabulary.ts';
import { storageError } from './storage-error.ts';
import { TextClassifier, type TrainingReport } from './text-classifier.ts';

/**
 * Loads a classifier that `TextClassifier.save` wrote. It gives the same probabilities as the one that was saved, to the bit.
 *
 * @throws ModeshiftError `storage` when a file is missing, damaged or of a later version.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { loadTextClassifier, trainTextClassifier } from '@modeshift/local';
 *
 * const examples = [{ text: '退款', label: 'refund' }, { text: '你好', label: 'greeting' }];
 * const dir = await mkdtemp(join(tmpdir(), 'classifier-'));
 * await (await trainTextClassifier({ examples })).save(dir);
 * console.log((await loadTextClassifier(dir)).labels); // [ 'greeting', 'refund' ]
 * ```
 */
export async function loadTextClassifier(dir: string): Promise<TextClassifier> {
  const configPath = join(dir, classifierConfigFile);
  const config = readConfig(await read(configPath), configPath);
  const path = join(dir, config.weights.file);
  const bytes = await read(path);
  if (createHash('sha256').update(bytes).digest('hex') !== config.weights.sha256) {
    throw damaged(path, 'its bytes are not the ones that were saved');
  }
  const { tensors } = readSafetensors(bytes, path);
  const tensor = (name: string, rank: number): SafetensorsTensor => {
    const found = tensors.get(name);
    if (found?.shape.length !== rank) throw damaged(path, `it has no tensor "${name}" of rank ${rank}`);
    return found;
  };
  const [features, hidden] = tensor('embedding', 2).shape as [number, number];
  const labels = config.labels.length;
  const expect = (name: string, shape: readonly number[]): SafetensorsTensor => {
    const found = tensor(name, shape.length);
    if (found.shape.some((size, i) => size !== shape[i])) {
      throw damaged(path, `tensor "${name}" has the shape [${found.shape.join(', ')}] and not [${shape.join(', ')}]`);
    }
    return found;
  };
  const hashes = tensor('feature_hash', 1).int32();
  if (hashes.length > features) throw damaged(path, 'it has more features than rows of weights');
  const { min_characters, max_characters, pair_distance, max_length } = config.features;
  const vocabulary = new FeatureVocabulary(hashes, expect('feature_idf', [hashes.length]).float32(), {
    minCharacters: min_characters,
    maxCharacters: max_characters,
    pairDistance: pair_distance,
    maxLength: max_length,
  });
  return new TextClassifier({
    labels: config.labels,
    vocabulary,
    weights: {
      sizes: { features, hidden, labels },
      embedding: tensor('embedding', 2).float32(),
      hiddenBias: expect('hidden_bias', [hidden]).float32(),
      output: expect('output', [labels, hidden]).float32(),
      outputBias: expect('output_bias', [labels]).float32(),
    },
    temperature: config.temperature,
    training: config.training as TrainingReport,
  });
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw storageError(cause, path, 'The classifier could not be loaded');
  }
}

function damaged(path: string, problem: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'storage', path },
    `The classifier could not be loaded: ${path} is damaged: ${problem}. Save or copy the whole folder again.`,
  );
}

function readConfig(bytes: Uint8Array, path: string): ClassifierConfig {
  let config: Partial<ClassifierConfig> | null;
  try {
    config = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(path, 'it is no JSON');
  }
  if (config?.format !== classifierFormat) throw damaged(path, `its format is not "${classifierFormat}"`);
  if (config.version !== classifierVersion) {
    throw new ModeshiftError(
      { tag: 'storage', path },
      `${path} is of version ${config.version}; this package reads version ${classifierVersion}. Update @modeshift/local.`,
    );
  }
  const { labels, temperature, features, weights, training } = config;
  const text = (value: unknown): boolean => typeof value === 'string' && value !== '';
  const count = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!Array.isArray(labels) || labels.length === 0 || !labels.every(text) || new Set(labels).size < labels.length) {
    throw damaged(path, 'its labels are not a list of different names');
  }
  if (!(typeof temperature === 'number' && temperature > 0)) throw damaged(path, 'its temperature is not above 0');
  const { min_characters, max_characters, pair_distance, max_length } = features ?? {};
  if (![min_characters, max_characters, pair_distance, max_length].every(count)) {
    throw damaged(path, 'its features are not described');
  }
  if (!weights || typeof weights.sha256 !== 'string' || !weightsFile.test(String(weights.file))) {
    throw damaged(path, 'it names no file of weights');
  }
  if (typeof training !== 'object' || training === null) throw damaged(path, 'its training is not described');
  return config as ClassifierConfig;
}
