// Tasks whose rules nano was never taught: what tuning and training are shown on.
import { join } from 'node:path';

/** A task with its files, in one language. */
export interface NanoTask {
  readonly name: 'routing' | 'secret-code';
  readonly language: 'en' | 'zh';
  /** What a model is told of the task. It does not tell the hidden rule. */
  readonly instruction: string;
  /** CSV with a header line: `input`, `output`; 240 examples to learn from. */
  readonly train: string;
  /** 120 examples with names, words and phrasings of their own. */
  readonly test: string;
  /** Every output there is, where they are few. */
  readonly labels?: readonly string[];
}

const file = (name: string): string => join(import.meta.dirname, '..', 'tasks', name);
const task = (
  name: NanoTask['name'],
  language: NanoTask['language'],
  instruction: string,
  labels?: readonly string[],
): NanoTask => ({
  name,
  language,
  instruction,
  train: file(`${name}-${language}.train.csv`),
  test: file(`${name}-${language}.test.csv`),
  ...(labels ? { labels } : {}),
});

/**
 * Two tasks in each language with a hidden rule that nano has never seen and only examples show. `routing`: a message goes to
 * one of four teams whose names mean nothing; which topics go to which team is the rule. `secret-code`: words are written in an
 * invented code.
 *
 * @example
 * ```ts
 * import { nanoTasks } from '@modeshift/nano';
 *
 * const task = nanoTasks.find(({ name, language }) => name === 'routing' && language === 'zh')!;
 * console.log(task.labels?.length); // 4
 * ```
 */
export const nanoTasks: readonly NanoTask[] = [
  task('routing', 'en', 'Which team gets this message?', ['Velmo', 'Quint', 'Sarab', 'Dorne']),
  task('routing', 'zh', '这条消息归哪个组？', ['云雀组', '磐石组', '流沙组', '白帆组']),
  task('secret-code', 'en', 'Write this in the secret code.'),
  task('secret-code', 'zh', '把这个写成暗号。'),
];
