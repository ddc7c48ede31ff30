// The mode `verbalized`: asks how likely the words of each label are, and corrects what the model prefers by itself.
import {
  costOf,
  invalidInput,
  type Mode,
  type ModelThatScores,
  parse,
  random,
  type ScoringModel,
  type Solution,
  throwIfAborted,
} from '@modeshift/core';
import {
  checkComparison,
  completeTemplate,
  type LabelLanguage,
  type LabelTemplate,
  labelTemplates,
  labelWords,
  languageOfLabels,
  type Verbalizer,
  type WordComparison,
} from '@modeshift/core/label-mode';
import { type Calibration, measurePrior } from './calibrate-words.ts';
import { contentFreeTexts, randomDomainTexts } from './content-free.ts';
import { onlyText } from './only-text.ts';
import { labelsOf, labelText } from './prompt-mode.ts';
import { orderShots, selectStratified } from './select-shots.ts';
import { readTextFile } from './solution-file.ts';
import { parseVerbalizedFile, type VerbalizedFile, verbalizedFileName } from './verbalized-file.ts';
import { verbalizedSolution } from './verbalized-solution.ts';

/** Options of {@link verbalized}. */
export interface VerbalizedOptions extends WordComparison {
  /** Scores given continuations. */
  readonly model: ScoringModel;
  /** The name in a comparison. Left out: `verbalized`. */
  readonly name?: string;
  /** Replaces the task's instruction. */
  readonly instruction?: string;
  /** The language of the built-in template. Left out: that of the labels. */
  readonly lang?: LabelLanguage;
  /** How a text becomes a prompt whose next words are the label; a string is its `item`. Left out: the built-in one. */
  readonly template?: string | LabelTemplate;
  /** The words for each label. Left out: the label made readable. */
  readonly verbalizer?: Verbalizer;
  /**
   * What is taken off: `contextual` the mean probability of each label for texts without content ("N/A", "[MASK]", nothing; Zhao et
   * al. 2021), `domain` that for random words of the training texts (Fei et al. 2023), `pmi` the likelihood of each word after the
   * end of the prompt alone (Holtzman et al. 2021). Left out: `contextual`.
   */
  readonly calibrate?: Calibration;
  /** How many training examples the prompt shows, equally among the labels, drawn by the run's seed. Left out: 0. */
  readonly examples?: number;
  /** How many calls run at a time. Left out: 8. */
  readonly concurrency?: number;
}

/**
 * Scores the words of every label as continuations of a prompt (exact likelihood of the whole sequence of tokens; Schick and Schütze
 * 2021, https://arxiv.org/abs/2001.07676), takes off what the model says without a text, and takes the likeliest label. Gives
 * probabilities. Calibration looks at no label and at no test text.
 *
 * @throws ModeshiftError `invalid-input` at construction for a model that does not score or a wrong option, and from `solve` for a
 * task without labels or words that do not fit them; `invalid-response` from `solve` where the model gives no usable likelihood.
 * @example
 * ```ts
 * import { classificationTask } from '@modeshift/data';
 * import { verbalized } from '@modeshift/prompt-tuning';
 * import { scriptedScoringModel } from '@modeshift/testing';
 *
 * const row = (text: string, label: string) => ({ text, label });
 * const task = classificationTask({
 *   name: 'mood',
 *   train: [row('I like it', 'positive'), row('I hate it', 'negative')],
 *   test: [row('They hate it', 'negative')],
 * });
 * // A model that sees the mood, and prefers "good" by more than it sees.
 * const model = scriptedScoringModel((prompt, word) => {
 *   const sees = String(prompt).includes('hate') ? word === ' bad' : word === ' good';
 *   return (word === ' good' ? -1 : -6) + (sees ? 2 : 0);
 * });
 * const verbalizer = { positive: 'good', negative: 'bad' };
 * const plain = await verbalized({ model, verbalizer, calibrate: 'none' }).solve(task, {});
 * console.log((await plain.predict({ text: 'They hate it' }, {})).output); // positive
 * const solution = await verbalized({ model, verbalizer }).solve(task, {});
 * console.log((await solution.predict({ text: 'They hate it' }, {})).output); // negative
 * ```
 */
export function verbalized<Input, Output, Candidate = ScoringModel>(
  options: Omit<VerbalizedOptions, 'model'> & { readonly model: Candidate & ModelThatScores<Candidate> },
): Mode<Input, Output> {
  const model = scoringModel(options.model);
  const { name = 'verbalized', calibrate = 'contextual', examples: shown = 0, normalize, combine } = options;
  if (name.trim() === '') throw invalidInput('The name of a mode is empty.');
  if (!['none', 'contextual', 'domain', 'pmi'].includes(calibrate))
    throw invalidInput(`There is no calibration ${JSON.stringify(calibrate)}. Use none, contextual, domain or pmi.`);
  if (!Number.isInteger(shown) || shown < 0) throw invalidInput('examples must be a whole number of at least 0.');
  if (options.concurrency !== undefined && !(Number.isInteger(options.concurrency) && options.concurrency > 0))
    throw invalidInput('concurrency must be a whole number of at least 1.');
  if (options.lang !== undefined && !Object.hasOwn(labelTemplates, options.lang))
    throw invalidInput(`There is no wording in ${JSON.stringify(options.lang)}. Use en or zh.`);
  checkComparison(options);
  if (calibrate === 'pmi' && (normalize ?? 'none') !== 'none')
    throw invalidInput(
      'pmi takes the length of words out by itself. Leave normalize out, or choose another calibration.',
    );
  const own = options.template === undefined ? undefined : completeTemplate(options.template);
  return {
    name,
    kind: 'prompt-tuning',
    model: `${model.provider}:${model.modelId}`,
    async solve(task, { signal, onProgress, seed = 0 }) {
      throwIfAborted(signal);
      const started = performance.now();
      const labels = labelsOf(task);
      const words = labelWords(labels, options.verbalizer);
      const instruction = options.instruction ?? task.instruction;
      const template = own ?? labelTemplates[options.lang ?? languageOfLabels(labels)];
      const comparison = { ...(combine && { combine }), ...(normalize && { normalize }) };
      const pool = task.train.map(example => ({ text: task.text(example.input), label: labelText(example.output) }));
      const source = random(seed);
      const shots = orderShots(selectStratified(pool, shown, source), 'random', labels, source);
      const examples = shots.map(({ text, label }) => ({ text, word: words[labels.indexOf(label)]![0]! }));
      const frame = { template, instruction, words };
      const texts = {
        contextual: () => contentFreeTexts,
        domain: () =>
          randomDomainTexts(
            pool.map(({ text }) => text),
            20,
            seed,
          ),
        pmi: () => undefined,
      };
      const measured =
        calibrate === 'none'
          ? undefined
          : await measurePrior(
              { model, frame, examples, comparison, texts: texts[calibrate]() },
              signal ? { signal } : {},
              (done, total) => {
                throwIfAborted(signal);
                onProgress?.({ phase: 'calibrating', done, total, unit: 'prompts' });
              },
            );
      const file: VerbalizedFile = {
        format: 'modeshift-verbalized',
        version: 1,
        task: task.name,
        model: { provider: model.provider, modelId: model.modelId },
        ...frame,
        labels,
        examples,
        comparison,
        calibrate,
        ...(measured && { prior: measured.prior }),
        seed,
      };
      return verbalizedSolution<Input, Output>({
        file,
        model,
        concurrency: options.concurrency,
        text: task.text,
        output: label => parse(task.output, label, `the label ${JSON.stringify(label)}`),
        trainMs: performance.now() - started,
        trainUsd: measured ? costOf(measured.usage, model.price) : 0,
      });
    },
  };
}

/** Options of {@link loadVerbalized}. */
export interface LoadVerbalizedOptions<Input> {
  /** The model that it was made with: what was calibrated holds for no other. */
  readonly model: ScoringModel;
  /** How an input reads as text. Left out: a string is itself, an object with one text field is that field. */
  readonly text?: (input: Input) => string;
  /** How many calls run at a time. Left out: 8. */
  readonly concurrency?: number;
}

/**
 * Loads what a solution of `verbalized` saved. Its answers are label texts.
 *
 * @throws ModeshiftError `storage` where nothing is saved, `invalid-input` for a broken file or a model that does not score.
 */
export async function loadVerbalized<Input = string | { readonly text: string }, Candidate = ScoringModel>(
  dir: string,
  options: Omit<LoadVerbalizedOptions<Input>, 'model'> & { readonly model: Candidate & ModelThatScores<Candidate> },
): Promise<Solution<Input, string>> {
  const started = performance.now();
  const model = scoringModel(options.model);
  const { path, text } = await readTextFile(dir, verbalizedFileName);
  const file = parseVerbalizedFile(text, path);
  return verbalizedSolution<Input, string>({
    file,
    model,
    concurrency: options.concurrency,
    text: options.text ?? onlyText,
    output: label => label,
    trainMs: performance.now() - started,
    trainUsd: 0,
  });
}

function scoringModel(candidate: unknown): ScoringModel {
  if (typeof candidate !== 'object' || candidate === null)
    throw invalidInput('The mode verbalized needs a model. Pass one as `model`.');
  const model = candidate as Partial<ScoringModel>;
  if (typeof model.score === 'function') return model as ScoringModel;
  throw invalidInput(
    `The mode verbalized needs the likelihood of given words, and ${model.provider}:${model.modelId} does not score. Use a checkpoint on this machine, e.g. local:Qwen/Qwen3-0.6B, or the mode prompted.`,
  );
}
