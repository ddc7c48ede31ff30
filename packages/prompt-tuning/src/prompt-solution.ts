// The solution behind both modes: a prompt file brought to life with a model.
import {
  type AnsweringModel,
  type CallContext,
  type Footprint,
  invalidInput,
  type LanguageModel,
  type Prediction,
  random,
  type ScoringModel,
  type Solution,
} from '@modeshift/core';
import type { AnswerOptions } from './answer-options.ts';
import { chatPrompt, type PromptParts } from './chat-prompt.ts';
import { labelGenerator } from './generate-label.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { plainPrompt } from './plain-prompt.ts';
import { type PromptFile, promptFileText, writePromptFile } from './prompt-file.ts';
import { scoreLabels } from './score-labels.ts';
import { nearestSelector, orderShots, type ShotSelector } from './select-shots.ts';
import type { Shot } from './shot.ts';

/** How many answers a solution has given, and how they went. */
export interface AnswerCounts {
  /** All answers. */
  readonly answers: number;
  /** Answers that became a label only after asking again. */
  readonly repaired: number;
  /** Answers that are no label. */
  readonly problems: number;
}

/** A solution that stands on a prompt. */
export interface PromptSolution<Input, Output> extends Solution<Input, Output> {
  /** How its answers went so far. */
  readonly counts: AnswerCounts;
}

/** What brings a prompt file to life. */
export interface Bringing<Input, Output> {
  readonly file: PromptFile;
  readonly model: AnsweringModel;
  readonly concurrency: number | undefined;
  readonly selector: ShotSelector | undefined;
  readonly text: (input: Input) => string;
  /** From a label to the task's own output. */
  readonly output: (label: string) => Output;
  readonly trainMs: number;
}

/** Makes the solution. */
export function promptSolution<Input, Output>(bringing: Bringing<Input, Output>): PromptSolution<Input, Output> {
  const { file, model } = bringing;
  const json = promptFileText(file);
  const inTurn = limitConcurrency(bringing.concurrency ?? 8);
  const options: AnswerOptions = { ...file.options, lang: file.lang };
  const generate = file.answer === 'generate' ? labelGenerator(model as LanguageModel, options) : undefined;
  const shotsFor = shotChooser(file, bringing.selector);
  const counts = { answers: 0, repaired: 0, problems: 0 };
  const footprint: Footprint = {
    trainedParameters: 0,
    totalParameters: undefined,
    bytes: new TextEncoder().encode(json).length,
    trainMs: bringing.trainMs,
    trainUsd: 0,
  };

  const answer = async (text: string, context: CallContext): Promise<Prediction<string> & { repaired?: boolean }> => {
    const parts: PromptParts = { ...file, shots: await shotsFor(text) };
    if (generate) return generate(chatPrompt(parts, text), file.labels, context);
    const call =
      file.options.format === 'chat'
        ? { prompt: chatPrompt(parts, text), continuations: file.labels }
        : plainPrompt(parts, text);
    return scoreLabels(model as ScoringModel, call, file.labels, file.options.normalize, context);
  };

  return {
    footprint,
    counts,
    async predict(input, context) {
      const text = bringing.text(input);
      const { repaired, output, ...rest } = await inTurn(() => answer(text, context), context.signal);
      counts.answers++;
      if (repaired) counts.repaired++;
      if (output === undefined) counts.problems++;
      return { ...rest, output: output === undefined ? undefined : bringing.output(output) };
    },
    save: dir => writePromptFile(dir, json),
  };
}

function shotChooser(
  file: PromptFile,
  selector: ShotSelector | undefined,
): (text: string) => readonly Shot[] | Promise<readonly Shot[]> {
  const { by, count, order } = file.select;
  if (by === 'fixed') return () => file.shots;
  const ordered = (shots: readonly Shot[]) => orderShots(shots, order, file.labels, random(file.seed));
  if (by === 'nearest') {
    const nearest = nearestSelector(file.shots);
    return text => ordered(nearest(text, count));
  }
  if (!selector) {
    throw invalidInput('This prompt chooses its examples by a function, which no file can hold. Pass it as `select`.');
  }
  return async text => {
    const chosen = await selector({ pool: file.shots, text, count, random: random(file.seed) });
    const stranger = chosen.find(shot => !file.labels.includes(shot.label));
    if (stranger)
      throw invalidInput(`The selector chose an example with the unknown label ${JSON.stringify(stranger.label)}.`);
    return ordered(chosen);
  };
}
