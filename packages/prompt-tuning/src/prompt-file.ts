// A prompt on disk: one JSON file that a person can read and edit.
import { invalidInput } from '@modeshift/core';
import type { AnswerOptions } from './answer-options.ts';
import type { PromptParts } from './chat-prompt.ts';
import type { ShotOrder } from './select-shots.ts';
import type { Shot } from './shot.ts';
import { readTextFile, writeTextFile } from './solution-file.ts';

/** The name of the file in a solution's folder. */
export const promptFileName = 'prompt.json';

/** What the file holds. */
export interface PromptFile {
  readonly format: 'modeshift-prompt';
  readonly version: 1;
  readonly mode: string;
  readonly task: string;
  /** The model it was made with; another may be used. */
  readonly model: { readonly provider: string; readonly modelId: string };
  readonly instruction: string;
  readonly labels: readonly string[];
  readonly lang: PromptParts['lang'];
  readonly layout: PromptParts['layout'];
  readonly answer: 'score' | 'generate';
  readonly options: Pick<AnswerOptions, 'structured' | 'repair' | 'call' | 'format' | 'normalize'>;
  /** How examples are chosen: `fixed` shows all of `shots`; otherwise `shots` are the ones to choose from. */
  readonly select: { readonly by: 'fixed' | 'nearest' | 'function'; readonly count: number; readonly order: ShotOrder };
  readonly seed: number;
  readonly shots: readonly Shot[];
}

/** The file's text. */
export function promptFileText(file: PromptFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Writes the file into a folder, which is made where it is missing. */
export function writePromptFile(dir: string, text: string): Promise<void> {
  return writeTextFile(dir, promptFileName, text);
}

/** Reads the file out of a folder. Throws `storage` where it is missing and `invalid-input` where it is not such a file. */
export async function readPromptFile(dir: string): Promise<PromptFile> {
  const { path, text } = await readTextFile(dir, promptFileName);
  let file: Partial<PromptFile>;
  try {
    file = (JSON.parse(text) ?? {}) as Partial<PromptFile>;
  } catch (error) {
    throw invalidInput(`${path} is not JSON: ${(error as Error).message}.`);
  }
  const issues = issuesOf(file);
  if (issues.length > 0) throw invalidInput(`${path} is no saved prompt of version 1: ${issues.join('; ')}.`, issues);
  return file as PromptFile;
}

function issuesOf(file: Partial<PromptFile>): string[] {
  const isText = (value: unknown): boolean => typeof value === 'string';
  const checks: readonly [string, boolean][] = [
    ['format is not "modeshift-prompt"', file.format === 'modeshift-prompt'],
    ['version is not 1', file.version === 1],
    ['instruction is no text', isText(file.instruction)],
    ['labels are no list of texts', Array.isArray(file.labels) && file.labels.length > 0 && file.labels.every(isText)],
    ['lang is neither en nor zh', file.lang === 'en' || file.lang === 'zh'],
    ['layout is neither turns nor block', file.layout === 'turns' || file.layout === 'block'],
    ['answer is neither score nor generate', file.answer === 'score' || file.answer === 'generate'],
    ['select is incomplete', ['fixed', 'nearest', 'function'].includes(file.select?.by ?? '')],
    [
      'shots are no list of { text, label } with known labels',
      Array.isArray(file.shots) &&
        file.shots.every(shot => isText(shot?.text) && (file.labels ?? []).includes(shot?.label)),
    ],
  ];
  return checks.filter(([, holds]) => !holds).map(([issue]) => issue);
}
