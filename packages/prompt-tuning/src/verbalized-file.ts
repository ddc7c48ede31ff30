// A verbalized solution on disk: one JSON file that a person can read and edit.
import { invalidInput } from '@modeshift/core';
import type { CompleteTemplate, WordComparison, WordedExample } from '@modeshift/core/label-mode';
import type { Calibration, Prior } from './calibrate-words.ts';

/** The name of the file in a solution's folder. */
export const verbalizedFileName = 'verbalized.json';

/** What the file holds. */
export interface VerbalizedFile {
  readonly format: 'modeshift-verbalized';
  readonly version: 1;
  readonly task: string;
  /** The model it was made with. What was calibrated holds for it only. */
  readonly model: { readonly provider: string; readonly modelId: string };
  readonly instruction: string;
  readonly labels: readonly string[];
  readonly template: CompleteTemplate;
  /** The words of each label. */
  readonly words: readonly (readonly string[])[];
  readonly examples: readonly WordedExample[];
  readonly comparison: WordComparison;
  readonly calibrate: Calibration;
  readonly prior?: Prior;
  readonly seed: number;
}

/** Reads the file's text. Throws `invalid-input` where it is not such a file. */
export function parseVerbalizedFile(text: string, path: string): VerbalizedFile {
  let file: Partial<VerbalizedFile>;
  try {
    file = (JSON.parse(text) ?? {}) as Partial<VerbalizedFile>;
  } catch (error) {
    throw invalidInput(`${path} is not JSON: ${(error as Error).message}.`);
  }
  const { labels, words, prior, examples } = file;
  const isText = (value: unknown): boolean => typeof value === 'string';
  const checks: readonly [string, boolean][] = [
    ['format is not "modeshift-verbalized"', file.format === 'modeshift-verbalized'],
    ['version is not 1', file.version === 1],
    ['labels are no list of texts', Array.isArray(labels) && labels.length > 0 && labels.every(isText)],
    ['the words do not belong to the labels', Array.isArray(words) && words.length === labels?.length],
    ['the template has no item', isText(file.template?.item)],
    ['examples are no list', Array.isArray(examples)],
    [
      'the calibration does not belong to the labels',
      file.calibrate === 'none' || (Array.isArray(prior?.logs) && prior.logs.length === labels?.length),
    ],
  ];
  const issues = checks.filter(([, holds]) => !holds).map(([issue]) => issue);
  if (issues.length > 0) throw invalidInput(`${path} is no saved solution of version 1: ${issues.join('; ')}.`, issues);
  return file as VerbalizedFile;
}
