// Trains a model on records, keeps the best state, and opens the model that answers with it.

import { throwIfAborted } from '../errors.ts';
import type { TrainableModel, TrainedModel, Trainer, TrainSpec } from '../models.ts';
import type { RunContext } from '../progress.ts';
import type { TrainExample, TrainOutcome, TrainRun } from '../train-spec.ts';
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
}

/**
 * Trains, saves into a temporary folder, and opens what was saved. Whatever goes wrong, or is cancelled at any point, leaves no
 * trainer and no folder behind.
 */
export async function trainRecords(training: RecordTraining, context: RunContext): Promise<TrainedRecords> {
  const { model, spec, train, heldOut, epochs, patience } = training;
  const { signal, onProgress } = context;
  const call = signal ? { signal } : {};
  const phase = (name: string): void => {
    throwIfAborted(signal);
    onProgress?.({ phase: name, done: 0 });
  };
  const run: TrainRun<TrainExample> = {
    examples: train,
    epochs,
    ...(heldOut.length > 0 && { evaluation: { examples: heldOut, patience, keepBest: true } }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  };
  let trainer: Trainer<readonly TrainExample[]> | undefined;
  let folder: string | undefined;
  try {
    phase('loading the model');
    trainer = await model.trainer(spec, call);
    phase('training');
    const outcome = await trainer.train(run);
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
    return { model: trained, folder, bytes, trainedParameters, totalParameters: allParameters, outcome };
  } catch (error) {
    await trainer?.dispose().catch(() => undefined);
    if (folder !== undefined) await removeFolder(folder).catch(() => undefined);
    throw error;
  }
}
