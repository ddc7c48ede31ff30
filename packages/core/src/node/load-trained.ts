// A saved trained solution with the model it was trained on: a solution again.
import { join } from 'node:path';
import type { CallContext } from '../call-context.ts';
import { invalidInput } from '../errors.ts';
import type { TrainableModel } from '../models.ts';
import { bytesOf, readSolution } from './files-of-solution.ts';
import { parseTrainedFile, trainedFileName } from './trained-file.ts';
import { trainable } from './trained-mode.ts';
import { type TrainedSolution, trainedSolution } from './trained-solution.ts';

/** Options of {@link loadTrained}. */
export interface LoadTrainedOptions<Input> extends CallContext {
  /** The model that was trained. After full fine-tuning and for a head it only says how to load; after the others it is used. */
  readonly model: TrainableModel;
  /** How an input reads as text. Left out: a string is itself, an object with one text field is that field. */
  readonly text?: (input: Input) => string;
}

/**
 * Loads what a solution of `lora`, `full`, `head` or `softPrompt` saved. Its answers are label texts.
 *
 * @throws ModeshiftError `storage` where nothing is saved, `invalid-input` for a broken file or a model that cannot be trained here.
 */
export async function loadTrained<Input = string | { readonly text: string }>(
  dir: string,
  options: LoadTrainedOptions<Input>,
): Promise<TrainedSolution<Input, string>> {
  const started = performance.now();
  const file = parseTrainedFile(await readSolution(dir, trainedFileName), join(dir, trainedFileName));
  const weights = join(dir, 'weights');
  const bytes = await bytesOf(weights);
  const base = trainable(options.model, file.mode);
  const model = await base.trained(weights, options.signal ? { signal: options.signal } : {});
  const dispose = async (): Promise<void> => model.dispose?.();
  try {
    return trainedSolution({
      file,
      model,
      trainMs: performance.now() - started,
      weights,
      bytes,
      text: options.text ?? onlyText,
      output: label => label,
      dispose,
    });
  } catch (error) {
    await dispose();
    throw error;
  }
}

function onlyText(input: unknown): string {
  if (typeof input === 'string') return input;
  const values = typeof input === 'object' && input !== null ? Object.values(input) : [];
  if (values.length === 1 && typeof values[0] === 'string') return values[0];
  throw invalidInput(
    'The input is neither a string nor an object with one text field. Pass `text` to say how it reads.',
  );
}
