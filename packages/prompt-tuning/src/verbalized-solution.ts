// The solution of `verbalized`: label words scored after the prompt, less what the model says without a text.
import {
  type CallContext,
  costOf,
  ModeshiftError,
  type Prediction,
  type ScoringModel,
  type Solution,
} from '@modeshift/core';
import { continuationOf, labelLogs, labelPrompt, likeliestLabel, wordLogs } from '@modeshift/core/label-mode';
import { limitConcurrency } from './limit-concurrency.ts';
import { writeTextFile } from './solution-file.ts';
import { type VerbalizedFile, verbalizedFileName } from './verbalized-file.ts';

/** What brings a file to life. */
export interface VerbalizedParts<Input, Output> {
  readonly file: VerbalizedFile;
  readonly model: ScoringModel;
  readonly concurrency: number | undefined;
  readonly text: (input: Input) => string;
  /** From a label to the task's own output. */
  readonly output: (label: string) => Output;
  readonly trainMs: number;
  readonly trainUsd: number | undefined;
}

/** Makes the solution. */
export function verbalizedSolution<Input, Output>(parts: VerbalizedParts<Input, Output>): Solution<Input, Output> {
  const { file, model } = parts;
  const json = `${JSON.stringify(file, undefined, 2)}\n`;
  const continuations = file.words.map(words => words.map(word => continuationOf(file, word)));
  const inTurn = limitConcurrency(parts.concurrency ?? 8);
  const { prior } = file;

  const answer = async (text: string, context: CallContext): Promise<Prediction<string>> => {
    const { normalize, combine } = file.comparison;
    const prompt = labelPrompt(file, text, file.examples);
    const { logs, usage } = await wordLogs(model, prompt, continuations, normalize, context);
    const wordByWord =
      prior?.by === 'word' ? logs.map((row, i) => row.map((log, k) => log - prior.logs[i]![k]!)) : logs;
    const byLabel = labelLogs(wordByWord, combine).map((log, i) =>
      prior?.by === 'label' ? log - prior.logs[i]! : log,
    );
    return { ...likeliestLabel(file.labels, byLabel), usage, usd: costOf(usage, model.price) };
  };

  return {
    footprint: {
      trainedParameters: 0,
      totalParameters: undefined,
      bytes: new TextEncoder().encode(json).length,
      trainMs: parts.trainMs,
      trainUsd: parts.trainUsd,
    },
    async predict(input, context) {
      try {
        const { output, ...rest } = await inTurn(() => answer(parts.text(input), context), context.signal);
        return { ...rest, output: output === undefined ? undefined : parts.output(output) };
      } catch (error) {
        if (!ModeshiftError.is(error, 'content-filter') && !ModeshiftError.is(error, 'context-length')) throw error;
        return { output: undefined, problem: error.message };
      }
    },
    save: dir => writeTextFile(dir, verbalizedFileName, json),
  };
}
