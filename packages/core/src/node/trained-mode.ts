// A mode that trains a model on a task's records and answers with what was trained.
import { invalidInput, throwIfAborted } from '../errors.ts';
import { holdOutByLabel } from '../label-mode/hold-out.ts';
import {
  completeTemplate,
  continuationOf,
  type LabelLanguage,
  type LabelTemplate,
  labelPrompt,
  labelTemplates,
  languageOfLabels,
} from '../label-mode/label-template.ts';
import { labelWords } from '../label-mode/label-words.ts';
import { checkComparison, type WordComparison } from '../label-mode/word-scores.ts';
import type { Mode, ModeKind } from '../mode.ts';
import type { TrainableModel, TrainSpec } from '../models.ts';
import { parse } from '../parse.ts';
import type { RunContext } from '../progress.ts';
import type { Example, TaskForModes } from '../task.ts';
import type { TrainExample } from '../train-spec.ts';
import { removeFolder } from './files-of-solution.ts';
import { trainRecords } from './train-records.ts';
import type { TrainedAnswers, TrainedFile } from './trained-file.ts';
import { type TrainedSolution, trainedSolution } from './trained-solution.ts';

/** A mode that trains. */
export interface TrainedMode<Input, Output> extends Mode<Input, Output> {
  solve(task: TaskForModes<Input, Output>, context: RunContext): Promise<TrainedSolution<Input, Output>>;
}

/** How long a mode trains, and on what. */
export interface TrainingOptions extends Pick<TrainSpec, 'schedule' | 'optimizer' | 'batches'> {
  /** The highest learning rate. Left out: by the mode and the size of the model. */
  readonly learningRate?: number;
  /** The name in a comparison. Left out: the mode's own. */
  readonly name?: string;
  /** The most passes over the training examples. Left out: 10, for `softPrompt` 30. */
  readonly epochs?: number;
  /** Epochs without a smaller loss on the held-out examples before training stops. Left out: 3, for `softPrompt` 10. */
  readonly patience?: number;
  /** The share of the training examples that is held out where the task has no `dev` examples. Left out: 0.2; 0 holds out none. */
  readonly heldOut?: number;
}

/** How records are written and answers read, where a model is trained to write label words. */
export interface WordOptions extends Pick<WordComparison, 'normalize'> {
  /** Replaces the task's instruction. */
  readonly instruction?: string;
  /** The language of the built-in template. Left out: that of the labels. */
  readonly lang?: LabelLanguage;
  /** One form for training records and for asking; a string is its `item`. Left out: the built-in one. */
  readonly template?: string | LabelTemplate;
  /** The word for each label. Left out: the label made readable. */
  readonly verbalizer?: Readonly<Record<string, string>>;
}

/** What tells one such mode from another. */
export interface TrainedModeSpec {
  readonly name: string;
  readonly kind: ModeKind;
  readonly answers: 'words' | 'head';
  /** The head of the built-in template. Left out: the instruction; which labels there are is learned. */
  readonly head?: string;
  /** The highest learning rate for a model of 100 million parameters, unless the user gives one. See {@link rateBySize}. */
  readonly rate: number;
  /** What is trained; the loss, the seed and the options of the run are added. */
  readonly train:
    | TrainSpec
    | ((task: {
        readonly instruction: string;
        readonly lang: LabelLanguage;
        readonly labels: readonly string[];
      }) => TrainSpec);
}

/**
 * Makes a mode that trains. For authors of modes: `lora`, `full` and `head` of `@modeshift/finetune` and `softPrompt` of
 * `@modeshift/prompt-tuning` are made by it. Everything is drawn from the run's seed; `task.dev`, or else a part of `task.train`,
 * decides when to stop and which state is kept.
 *
 * @throws ModeshiftError `invalid-input` at construction for a model that cannot be trained here, or a wrong option.
 */
export function trainedMode<Input, Output>(
  candidate: unknown,
  spec: TrainedModeSpec,
  options: TrainingOptions & WordOptions,
): TrainedMode<Input, Output> {
  const model = trainable(candidate, options.name ?? spec.name);
  const { epochs = 10, patience = 3, heldOut = 0.2, name = spec.name } = options;
  if (name.trim() === '') throw invalidInput('The name of a mode is empty.');
  for (const [what, value] of Object.entries({ epochs, patience }))
    if (!Number.isInteger(value) || value < 1) throw invalidInput(`${what} must be a whole number of at least 1.`);
  if (!(heldOut >= 0 && heldOut < 1)) throw invalidInput('heldOut must be a share of at least 0 and below 1.');
  checkComparison(options);
  if (options.lang !== undefined && !Object.hasOwn(labelTemplates, options.lang))
    throw invalidInput(`There is no wording in ${JSON.stringify(options.lang)}. Use en or zh.`);
  const template = options.template === undefined ? undefined : completeTemplate(options.template);
  return {
    name,
    kind: spec.kind,
    model: `${model.provider}:${model.modelId}`,
    async solve(task, context) {
      throwIfAborted(context.signal);
      const started = performance.now();
      const labels = labelsOf(task, name);
      const lang = options.lang ?? languageOfLabels(labels);
      const instruction = options.instruction ?? task.instruction;
      const { normalize } = options;
      const answers: TrainedAnswers =
        spec.answers === 'head'
          ? { by: 'head' }
          : {
              by: 'words',
              instruction,
              template: template ?? { ...labelTemplates[lang], head: spec.head ?? '{instruction}' },
              words: oneWordEach(labels, options.verbalizer),
              comparison: normalize ? { normalize } : {},
            };
      const seed = context.seed ?? 0;
      const parts = split(task, heldOut, seed);
      const record = recordOf(task, labels, answers);
      const { learningRate, schedule, optimizer, batches } = options;
      const base = typeof spec.train === 'function' ? spec.train({ instruction, lang, labels }) : spec.train;
      const trainSpec: TrainSpec = {
        ...base,
        ...(answers.by === 'head' && { loss: { kind: 'classification', labels } }),
        ...(learningRate !== undefined && { learningRate }),
        schedule: schedule ?? { warmup: 0.1 },
        ...(optimizer && { optimizer }),
        ...(batches && { batches }),
        seed,
      };
      const trained = await trainRecords(
        {
          model,
          spec: trainSpec,
          train: parts.train.map(record),
          heldOut: parts.heldOut.map(record),
          epochs,
          patience,
          ...(learningRate === undefined && { rate: parameters => rateBySize(spec.rate, parameters) }),
        },
        context,
      );
      const dispose = async (): Promise<void> => {
        try {
          await trained.model.dispose?.();
        } finally {
          await removeFolder(trained.folder);
        }
      };
      const { steps, step, stopped, evaluations } = trained.outcome;
      const file: TrainedFile = {
        format: 'modeshift-trained',
        version: 1,
        mode: spec.name,
        task: task.name,
        method: trainSpec.method,
        model: { provider: model.provider, modelId: model.modelId },
        labels,
        answers,
        seed,
        trainedParameters: trained.trainedParameters,
        totalParameters: trained.totalParameters,
        training: {
          examples: trained.examples,
          heldOut: trained.heldOut,
          tooLong: parts.train.length + parts.heldOut.length - trained.examples - trained.heldOut,
          steps,
          step,
          stopped,
          evaluations,
        },
      };
      try {
        return trainedSolution<Input, Output>({
          file,
          model: trained.model,
          trainMs: performance.now() - started,
          weights: trained.folder,
          bytes: trained.bytes,
          text: task.text,
          output: label => parse(task.output, label, `the label ${JSON.stringify(label)}`),
          dispose,
        });
      } catch (error) {
        await dispose();
        throw error;
      }
    },
  };
}

/**
 * A learning rate for a model of another size than 100 million parameters: by the root of the ratio, since the best rates of Adam fall
 * with the width of layers (Yang et al. 2022, https://arxiv.org/abs/2203.03466), and within bounds.
 */
export function rateBySize(rate: number, parameters: number): number {
  return rate * Math.min(64, Math.max(0.1, Math.sqrt(1e8 / Math.max(1, parameters))));
}

type Trainable = TrainableModel & Required<Pick<TrainableModel, 'trained'>>;

/** The model, where it can be trained here and answer with what was trained. Throws `invalid-input` with what it lacks. */
export function trainable(candidate: unknown, mode: string): Trainable {
  if (typeof candidate !== 'object' || candidate === null)
    throw invalidInput(`The mode ${mode} needs a model. Pass one as \`model\`.`);
  const model = candidate as Partial<Trainable>;
  const can = (name: 'trainer' | 'trained'): boolean => typeof model[name] === 'function';
  if (can('trainer') && can('trained')) return model as Trainable;
  const lack = can('trainer') ? 'cannot answer with what was trained' : 'cannot be trained in this process';
  throw invalidInput(
    `The mode ${mode} trains a model, and ${model.provider}:${model.modelId} ${lack}. Use a checkpoint on this machine, e.g. local:Qwen/Qwen3-0.6B.`,
  );
}

function labelsOf<Input, Output>(task: TaskForModes<Input, Output>, mode: string): readonly string[] {
  if (task.labels && task.labels.length > 1) return task.labels;
  const what = task.labels ? 'one label only' : 'no fixed labels';
  throw invalidInput(
    `Task "${task.name}" has ${what}, and ${mode} chooses between labels. Give the task an output like labels(['a', 'b']) or z.enum(['a', 'b']).`,
  );
}

/** A word that is not trained would only dilute the likelihood of its label. */
function oneWordEach(labels: readonly string[], verbalizer: WordOptions['verbalizer']): readonly (readonly string[])[] {
  const words = labelWords(labels, verbalizer);
  const several = labels.find((_, i) => words[i]!.length > 1);
  if (several === undefined) return words;
  throw invalidInput(`A mode that trains writes one word for each label, and ${JSON.stringify(several)} has several.`);
}

function split<Input, Output>(task: TaskForModes<Input, Output>, share: number, seed: number) {
  if (task.dev.length > 0) return { train: task.train, heldOut: task.dev };
  const { train, heldOut } = holdOutByLabel(
    task.train.map(example => String(example.output)),
    share,
    seed,
  );
  return { train: train.map(i => task.train[i]!), heldOut: heldOut.map(i => task.train[i]!) };
}

/** How an example reads as a training record. */
function recordOf<Input, Output>(
  task: TaskForModes<Input, Output>,
  labels: readonly string[],
  answers: TrainedAnswers,
): (example: Example<Input, Output>) => TrainExample {
  return ({ input, output }) => {
    const at = labels.indexOf(output as string);
    if (at < 0)
      throw invalidInput('The output schema turns labels into something else, so examples cannot be read as labels.');
    const text = task.text(input);
    if (answers.by === 'head') return { text, label: labels[at]! };
    return { prompt: labelPrompt(answers, text), completion: continuationOf(answers, answers.words[at]![0]!) };
  };
}
