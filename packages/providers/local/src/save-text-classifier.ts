// Writes a text classifier into a folder: a JSON file beside a safetensors file.
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from './checkpoint/write-safetensors.ts';
import {
  type ClassifierConfig,
  classifierConfigFile,
  classifierFormat,
  classifierVersion,
  weightsFile,
} from './classifier-format.ts';
import { storageError } from './storage-error.ts';
import type { TextClassifierParts } from './text-classifier.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** A file to be written. */
interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The two files of a classifier. Same classifier, same bytes. */
export function classifierFiles(parts: TextClassifierParts): { weights: NamedBytes; config: NamedBytes } {
  const { labels, vocabulary, weights, temperature, training } = parts;
  const { features, hidden } = weights.sizes;
  const bytes = writeSafetensors(
    {
      embedding: { shape: [features, hidden], data: weights.embedding },
      hidden_bias: { shape: [hidden], data: weights.hiddenBias },
      output: { shape: [labels.length, hidden], data: weights.output },
      output_bias: { shape: [labels.length], data: weights.outputBias },
      feature_hash: { shape: [vocabulary.size], data: vocabulary.hashes },
      feature_idf: { shape: [vocabulary.size], data: vocabulary.idf },
    },
    { format: classifierFormat },
  );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const config: ClassifierConfig = {
    format: classifierFormat,
    version: classifierVersion,
    labels,
    temperature,
    features: {
      min_characters: vocabulary.features.minCharacters,
      max_characters: vocabulary.features.maxCharacters,
      pair_distance: vocabulary.features.pairDistance,
      max_length: vocabulary.features.maxLength,
    },
    weights: { file: `text-classifier-${sha256.slice(0, 16)}.safetensors`, sha256 },
    training,
  };
  const text = new TextEncoder().encode(`${JSON.stringify(config, undefined, 2)}\n`);
  return { weights: { name: config.weights.file, bytes }, config: { name: classifierConfigFile, bytes: text } };
}

/**
 * Saves a classifier. The weights go first, under a name made of their hash; the JSON file that names them takes its place in
 * one step, so a folder holds the old classifier or the new one, whatever happens in between.
 */
export async function saveTextClassifier(parts: TextClassifierParts, dir: string): Promise<void> {
  const { weights, config } = classifierFiles(parts);
  try {
    await mkdir(dir, { recursive: true });
    await writeFileAtomically(join(dir, weights.name), weights.bytes);
    await writeFileAtomically(join(dir, config.name), config.bytes);
    for (const name of await readdir(dir)) {
      if (weightsFile.test(name) && name !== weights.name) await rm(join(dir, name), { force: true });
    }
  } catch (cause) {
    throw storageError(cause, dir, 'The classifier could not be saved');
  }
}
