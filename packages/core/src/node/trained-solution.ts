// The solution of a mode that trained a model.
import type { CallContext } from '../call-context.ts';
import { invalidInput, ModeshiftError } from '../errors.ts';
import { continuationOf, labelPrompt } from '../label-mode/label-template.ts';
import { labelLogs, likeliestLabel, wordLogs } from '../label-mode/word-scores.ts';
import type { Prediction, Solution } from '../mode.ts';
import type { ClassifyingModel, ScoringModel, TrainedModel } from '../models.ts';
import { costOf } from '../usage.ts';
import { writeSolution } from './files-of-solution.ts';
import { type TrainedFile, type TrainingSummary, trainedFileName, trainedFileText } from './trained-file.ts';

/** A solution whose model was trained for the task. */
export interface TrainedSolution<Input, Output> extends Solution<Input, Output> {
  /** How the run went. */
  readonly training: TrainingSummary;
}

/** What a trained solution is made of. */
export interface TrainedParts<Input, Output> {
  readonly file: TrainedFile;
  readonly model: TrainedModel;
  /** Time to make or to load it, in milliseconds. */
  readonly trainMs: number;
  /** The folder with what was trained. */
  readonly weights: string;
  /** Bytes of that folder. */
  readonly bytes: number;
  readonly text: (input: Input) => string;
  /** From a label to the task's own output. */
  readonly output: (label: string) => Output;
  /** Frees what the solution holds. */
  readonly dispose: () => Promise<void>;
}

/** Makes the solution. Throws `unsupported` for a trained model that cannot answer in the way that the file says. */
export function trainedSolution<Input, Output>(parts: TrainedParts<Input, Output>): TrainedSolution<Input, Output> {
  const { file, model } = parts;
  const json = trainedFileText(file);
  const answer = file.answers.by === 'words' ? answerByWords(file, model) : answerByHead(file, model);
  return {
    training: file.training,
    footprint: {
      trainedParameters: file.trainedParameters,
      totalParameters: file.totalParameters,
      bytes: parts.bytes + new TextEncoder().encode(json).length,
      trainMs: parts.trainMs,
      trainUsd: 0,
    },
    async predict(input, context) {
      try {
        const { output, ...rest } = await answer(parts.text(input), context);
        return { ...rest, output: output === undefined ? undefined : parts.output(output) };
      } catch (error) {
        if (!ModeshiftError.is(error, 'context-length')) throw error;
        return { output: undefined, problem: error.message };
      }
    },
    save: dir => writeSolution(dir, trainedFileName, json, parts.weights),
    dispose: parts.dispose,
  };
}

type Answer = (text: string, context: CallContext) => Promise<Prediction<string>>;

function answerByWords({ answers, labels }: TrainedFile, trained: TrainedModel): Answer {
  if (!('score' in trained) || answers.by !== 'words') throw cannot(trained, 'scoring', 'score');
  const model = trained as TrainedModel & ScoringModel;
  const { comparison } = answers;
  const continuations = answers.words.map(words => words.map(word => continuationOf(answers, word)));
  return async (text, context) => {
    const prompt = labelPrompt(answers, text);
    const { logs, usage } = await wordLogs(model, prompt, continuations, comparison.normalize, context);
    return { ...likeliestLabel(labels, labelLogs(logs, comparison.combine)), usage, usd: costOf(usage, model.price) };
  };
}

function answerByHead({ labels }: TrainedFile, trained: TrainedModel): Answer {
  if (!('classify' in trained)) throw cannot(trained, 'classifying', 'classify');
  const model = trained as TrainedModel & ClassifyingModel;
  if (labels.some((label, i) => model.labels[i] !== label) || model.labels.length !== labels.length)
    throw invalidInput(
      `The head of ${model.modelId} has the classes ${model.labels.join(', ')} and the solution other labels.`,
    );
  return async (text, context) => {
    const { logits, usage } = await model.classify([text], context);
    // A head may not count its tokens; where tokens cost nothing, that does not matter.
    const isFree = model.price?.inputPerMillion === 0 && model.price.outputPerMillion === 0;
    const usd = isFree ? 0 : costOf(usage, model.price);
    return { ...likeliestLabel(labels, [...(logits[0] ?? [])]), usage, usd };
  };
}

function cannot(model: TrainedModel, feature: string, method: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'unsupported', feature: `${feature} with a trained model` },
    `What ${model.provider} gives after training has no ${method}() method, so it cannot answer here. Choose another model or another mode.`,
  );
}
