// Trains a model on records, keeps the best state, and opens the model that answers with it.

import type { CallContext } from '../call-context.ts';
import { invalidInput, throwIfAborted } from '../errors.ts';
import type { TokenCountingModel, TrainableModel, TrainedModel, Trainer, TrainSpec } from '../models.ts';
import type { RunContext } from '../progress.ts';
import type { TrainExample, TrainOutcome } from '../train-spec.ts';
import { bytesOf, removeFolder, temporaryFolder } from './files-of-solution.ts';

/** What to train on, and how long. */
export interface RecordTraining {
  readonly model: TrainableModel;
  readonly spec: TrainSpec;
  readonly train: readonly TrainExample[];
  /** Examples whose loss decides when to stop and which state is kept; may be empty. */
  readonly heldOut: readonly TrainExample[];
  readonly epochs: number;
  /** Epochs without a better loss before training stops. */
  readonly patience: number;
  /** The highest learning rate by the number of all parameters. Left out: that of the spec. */
  readonly rate?: (parameters: number) => number;
}

/** What was trained. */
export interface TrainedRecords {
  readonly model: TrainedModel;
  /** The folder that it reads from. */
  readonly folder: string;
  readonly bytes: number;
  readonly trainedParameters: number;
  readonly totalParameters: number;
  readonly outcome: TrainOutcome;
  /** Examples that were trained on, and that decided which state was kept: those that are not too long. */
  readonly examples: number;
  readonly heldOut: number;
}

/**
 * Trains, saves into a temporary folder, and opens what was saved. Whatever goes wrong, or is cancelled at any point, leaves no
 * trainer and no folder behind.
 */
export async function trainRecords(training: RecordTraining, context: RunContext): Promise<TrainedRecords> {
  const { model, spec, train, heldOut, epochs, patience, rate } = training;
  const { signal, onProgress } = context;
  const call = signal ? { signal } : {};
  const phase = (name: string): void => {
    throwIfAborted(signal);
    onProgress?.({ phase: name, done: 0 });
  };
  let trainer: Trainer<readonly TrainExample[]> | undefined;
  let folder: string | undefined;
  try {
    phase('loading the model');
    trainer = await model.trainer(spec, call);
    const fitting = await withoutTooLong(train, model, trainer, call);
    if (fitting.length === 0)
      throw invalidInput(
        `Every training example has more tokens than ${model.provider}:${model.modelId} can be trained on (${trainer.maxTokens}). Shorten the texts or the template, or choose a model with a longer context.`,
      );
    const judged = await withoutTooLong(heldOut, model, trainer, call);
    phase('training');
    const outcome = await trainer.train({
      examples: fitting,
      epochs,
      ...(rate && { learningRate: rate(trainer.allParameters) }),
      ...(judged.length > 0 && { evaluation: { examples: judged, patience, keepBest: true } }),
      ...call,
      ...(onProgress && { onProgress }),
    });
    phase('saving');
    folder = await temporaryFolder();
    await trainer.save(folder);
    const { trainedParameters, allParameters } = trainer;
    const bytes = await bytesOf(folder);
    const used = trainer;
    trainer = undefined;
    await used.dispose();
    phase('loading what was trained');
    const trained = await model.trained!(folder, call);
    try {
      throwIfAborted(signal);
    } catch (error) {
      await trained.dispose?.();
      throw error;
    }
    return {
      model: trained,
      folder,
      bytes,
      trainedParameters,
      totalParameters: allParameters,
      outcome,
      examples: fitting.length,
      heldOut: judged.length,
    };
  } catch (error) {
    await trainer?.dispose().catch(() => undefined);
    if (folder !== undefined) await removeFolder(folder).catch(() => undefined);
    throw error;
  }
}

/**
 * The examples whose completion would not be cut off, where the model can count. Whatever has so few bytes fits: a token is at least
 * one byte, and some room is left for what a chat template adds.
 */
async function withoutTooLong(
  examples: readonly TrainExample[],
  model: TrainableModel & Partial<TokenCountingModel>,
  { maxTokens }: Trainer,
  call: CallContext,
): Promise<readonly TrainExample[]> {
  if (!model.countTokens || maxTokens === undefined) return examples;
  const bytes = new TextEncoder();
  const fitting: TrainExample[] = [];
  for (const example of examples) {
    if (!('completion' in example)) {
      fitting.push(example);
      continue;
    }
    const { prompt, completion } = example;
    const isChat = typeof prompt !== 'string';
    const text = isChat ? prompt.map(({ content }) => String(content)).join('') : prompt;
    if (bytes.encode(text + completion).length + (isChat ? 64 : 2) > maxTokens) {
      const answered: TokenCount = isChat
        ? { messages: [...prompt, { role: 'assistant', content: completion }] }
        : prompt + completion;
      // One more for the end of the answer, and one for a token at the start of the text.
      if ((await model.countTokens(answered, call)) + 2 > maxTokens) continue;
    }
    fitting.push(example);
  }
  return fitting;
}

type TokenCount = Parameters<TokenCountingModel['countTokens']>[0];
