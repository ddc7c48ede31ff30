// Goldens of training as examples, for tests: what transformers and PEFT computed from the fixtures' checkpoints.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainSpec } from '@modeshift/core';
import { openCheckpoint } from '../src/checkpoint/checkpoint.ts';
import { createTrainer } from '../src/training/create-trainer.ts';
import type { LocalTrainer } from '../src/training/local-trainer.ts';
import type { TokenExample, TokenText } from '../src/training/token-example.ts';

/** The folder of a fixture. */
export const fixture = (name: string): string => join(import.meta.dirname, '../fixtures', name);

/** A padded batch as Python wrote it. */
export interface PaddedBatch {
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly token_type_ids?: readonly (readonly number[])[];
  readonly labels?: readonly (number | readonly number[])[];
}

/** A trajectory of 20 steps. */
export interface Trajectory {
  readonly optimizer: {
    readonly learningRate: number;
    readonly weightDecay: number;
    readonly clipNorm: number | null;
    readonly schedule: 'constant' | 'linear' | 'cosine';
    readonly warmup: number;
    readonly steps: number;
  };
  readonly batches: readonly PaddedBatch[];
  readonly learningRates: readonly number[];
  readonly losses: readonly number[];
  readonly normsBeforeClipping: readonly number[];
  readonly trainedCount: number;
  readonly final: Readonly<Record<string, { readonly sum: number; readonly magnitude: number; readonly norm: number }>>;
  readonly undetermined: Readonly<Record<string, number>>;
}

// biome-ignore lint/suspicious/noExplicitAny: goldens are read as they are.
export const golden = (name: string, file: string): any => JSON.parse(readFileSync(join(fixture(name), file), 'utf8'));

/** The rows of a batch without padding. */
export function rowsOf({ input_ids, attention_mask, token_type_ids }: PaddedBatch): TokenText[] {
  return input_ids.map((row, i) => {
    const kept = (values: readonly number[]): number[] => values.filter((_, j) => attention_mask[i]![j] === 1);
    return { ids: kept(row), ...(token_type_ids ? { typeIds: kept(token_type_ids[i]!) } : {}) };
  });
}

/** A batch as examples of next-token prediction, or of classification where each row has one label. */
export function examplesOf(batch: PaddedBatch): TokenExample[] {
  return rowsOf(batch).map((row, i) => {
    const label = batch.labels![i]!;
    const mask = batch.attention_mask[i]!;
    const tokens = batch.labels!.some(one => typeof one !== 'number' && one.length > 1);
    if (!tokens) return { ...row, label };
    return { ids: row.ids, labels: (label as readonly number[]).filter((_, j) => mask[j] === 1) };
  });
}

/** A trainer on a fixture; one thread, so that tests side by side do not wait for each other. */
export async function trainerOn(name: string, spec: TrainSpec): Promise<LocalTrainer> {
  return createTrainer(await openCheckpoint(fixture(name)), { ...spec, options: { threads: 1, ...spec.options } });
}

/** The greatest difference of two lists, as a share of the second's greatest magnitude. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    scale = Math.max(scale, Math.abs(b[i]!));
  }
  return a.length === b.length ? difference / scale : Number.NaN;
}

/** The Euclidean norm. */
export const normOf = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** Our name of a parameter of PEFT. */
export const plainName = (name: string): string =>
  name
    .replace(/^base_model\.model\./, '')
    .replace(/\.(modules_to_save\.)?default/, '')
    .replace(/lora_magnitude_vector\.weight$/, 'lora_magnitude_vector')
    .replace(/^prompt_encoder\.embedding\.weight$/, 'prompt_embeddings');
