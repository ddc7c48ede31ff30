// What stands beside the weights of a trained solution: everything that is needed to ask the model as it was trained.
import { invalidInput } from '../errors.ts';
import type { CompleteTemplate } from '../label-mode/label-template.ts';
import type { WordComparison } from '../label-mode/word-scores.ts';
import type { TrainEvaluation, TrainOutcome } from '../train-spec.ts';

/** The name of the file in a solution's folder. The weights are in the folder `weights` beside it. */
export const trainedFileName = 'trained.json';

/** How the answers are read: by the likelihood of label words, or by a classification head. */
export type TrainedAnswers =
  | {
      readonly by: 'words';
      readonly instruction: string;
      readonly template: CompleteTemplate;
      readonly words: readonly (readonly string[])[];
      readonly comparison: WordComparison;
    }
  | { readonly by: 'head' };

/** How a training run went. */
export interface TrainingSummary {
  /** Examples that were trained on. */
  readonly examples: number;
  /** Examples that decided which state was kept. */
  readonly heldOut: number;
  /** Examples that were left out because they have more tokens than the model can be trained on. */
  readonly tooLong: number;
  readonly steps: number;
  /** The step whose state was kept. */
  readonly step: number;
  readonly stopped: TrainOutcome['stopped'];
  readonly evaluations: readonly TrainEvaluation[];
}

/** What the file holds. */
export interface TrainedFile {
  readonly format: 'modeshift-trained';
  readonly version: 1;
  readonly mode: string;
  readonly task: string;
  /** How it was trained, as `TrainSpec.method` has it. */
  readonly method: string;
  /** The model that was trained. */
  readonly model: { readonly provider: string; readonly modelId: string };
  readonly labels: readonly string[];
  readonly answers: TrainedAnswers;
  readonly seed: number;
  readonly trainedParameters: number;
  readonly totalParameters: number;
  readonly training: TrainingSummary;
}

/** The file's text. */
export function trainedFileText(file: TrainedFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Reads the file's text. Throws `invalid-input` where it is not such a file. */
export function parseTrainedFile(text: string, path: string): TrainedFile {
  let file: Partial<TrainedFile>;
  try {
    file = (JSON.parse(text) ?? {}) as Partial<TrainedFile>;
  } catch (error) {
    throw invalidInput(`${path} is not JSON: ${(error as Error).message}.`);
  }
  const { labels, answers } = file;
  const isLabelled = Array.isArray(labels) && labels.length > 0 && labels.every(label => typeof label === 'string');
  const checks: readonly [string, boolean][] = [
    ['format is not "modeshift-trained"', file.format === 'modeshift-trained'],
    ['version is not 1', file.version === 1],
    ['labels are no list of texts', isLabelled],
    ['answers are neither by words nor by a head', answers?.by === 'head' || answers?.by === 'words'],
    [
      'the words do not belong to the labels',
      answers?.by !== 'words' || (Array.isArray(answers.words) && answers.words.length === labels?.length),
    ],
    ['the template has no item', answers?.by !== 'words' || typeof answers.template?.item === 'string'],
    ['trainedParameters is no number', typeof file.trainedParameters === 'number'],
  ];
  const issues = checks.filter(([, holds]) => !holds).map(([issue]) => issue);
  if (issues.length > 0)
    throw invalidInput(`${path} is no trained solution of version 1: ${issues.join('; ')}.`, issues);
  return file as TrainedFile;
}
