// From options to a mode: what `prompted` and `fewShot` have in common.
import {
  type AnsweringModel,
  invalidInput,
  type Mode,
  type ModeKind,
  parse,
  type Random,
  type RunContext,
  random,
  type TaskForModes,
  throwIfAborted,
} from '@modeshift/core';
import { languageOfLabels } from '@modeshift/core/label-mode';
import { type AnswerOptions, checkAnswerOptions } from './answer-options.ts';
import { answerWay } from './answering-model.ts';
import type { PromptFile } from './prompt-file.ts';
import { type PromptSolution, promptSolution } from './prompt-solution.ts';
import type { ShotSelector } from './select-shots.ts';
import type { Shot } from './shot.ts';

/** A mode that stands on a prompt. */
export interface PromptMode<Input, Output> extends Mode<Input, Output> {
  solve(task: TaskForModes<Input, Output>, context: RunContext): Promise<PromptSolution<Input, Output>>;
}

/** What a mode adds to what both share. */
export interface PromptModeSpec {
  readonly name: string;
  readonly kind: ModeKind;
  readonly layout: PromptFile['layout'];
  readonly selector?: ShotSelector | undefined;
  /** The examples of the file, and how they are chosen from there. */
  readonly choose: (
    pool: readonly Shot[],
    labels: readonly string[],
    random: Random,
  ) => Pick<PromptFile, 'select' | 'shots'>;
}

/** Makes the mode; the options are checked here, before any task is seen. */
export function promptMode<Input, Output>(
  options: AnswerOptions & { readonly model: AnsweringModel },
  spec: PromptModeSpec,
): PromptMode<Input, Output> {
  checkAnswerOptions(options);
  const { model } = options;
  const answer = answerWay(model, options.answer);
  const { structured, repair, call, format, normalize } = options;
  return {
    name: options.name ?? spec.name,
    kind: spec.kind,
    model: `${model.provider}:${model.modelId}`,
    async solve(task, context) {
      throwIfAborted(context.signal);
      const start = performance.now();
      const labels = labelsOf(task);
      const seed = context.seed ?? 0;
      const pool = task.train.map(example => ({ text: task.text(example.input), label: labelText(example.output) }));
      const file: PromptFile = {
        format: 'modeshift-prompt',
        version: 1,
        mode: spec.name,
        task: task.name,
        model: { provider: model.provider, modelId: model.modelId },
        instruction: options.instruction ?? task.instruction,
        labels,
        lang: options.lang ?? languageOfLabels(labels),
        layout: spec.layout,
        answer,
        options: Object.fromEntries(
          Object.entries({ structured, repair, call, format, normalize }).filter(([, value]) => value !== undefined),
        ),
        seed,
        ...spec.choose(pool, labels, random(seed)),
      };
      return promptSolution<Input, Output>({
        file,
        model,
        concurrency: options.concurrency,
        selector: spec.selector,
        text: task.text,
        output: label => parse(task.output, label, `the label ${JSON.stringify(label)}`),
        trainMs: performance.now() - start,
      });
    },
  };
}

/** The labels of a task. Throws `invalid-input` where it has none. */
export function labelsOf<Input, Output>(task: TaskForModes<Input, Output>): readonly string[] {
  if (task.labels) return task.labels;
  throw invalidInput(
    `Task "${task.name}" has no fixed labels. This mode answers tasks whose output is one of some strings, e.g. z.enum([...]).`,
  );
}

/** An output as the label it is. */
export function labelText(output: unknown): string {
  if (typeof output === 'string') return output;
  throw invalidInput('The output schema turns labels into something else, so examples cannot be shown as labels.');
}
