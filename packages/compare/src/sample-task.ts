// The bundled sample tasks: where their files are, and how they read.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { nanoTasks } from '@modeshift/nano';

/** A task in CSV files, as the command line takes it. */
export interface SampleTask {
  readonly name: string;
  readonly instruction: string;
  /** The column to read. */
  readonly inputColumn: string;
  /** The column to answer. */
  readonly labelColumn: string;
  /** Absolute path. */
  readonly trainFile: string;
  /** Absolute path. */
  readonly testFile: string;
  /** A model for the modes that need one, as {@link loadModel} takes it; where none is named, these modes are left out. */
  readonly model?: string;
}

/** The names of the bundled tasks. */
export const sampleNames = ['service-desk', 'routing'] as const;

/**
 * A bundled task. `service-desk`, the first: customer-service messages in English and Simplified Chinese, 18 intents, 1,512 messages to learn from and
 * 558 to measure on, worded differently. Made by `samples/generate.ts`. `routing`, in English or in Chinese: which of four teams gets a
 * message, by a rule that only the 240 examples show; 120 to measure on, and `nano` as the model, so that every mode runs without a
 * network. All of it is invented.
 *
 * @throws ModeshiftError `invalid-input` for a name that is none of `sampleNames`, `storage` when the files are not beside this package.
 * @example
 * ```ts
 * import { sampleTask } from '@modeshift/compare';
 *
 * console.log(sampleTask().labelColumn); // intent
 * console.log(sampleTask('routing', 'zh').model); // nano
 * ```
 */
export function sampleTask(name: string = sampleNames[0], language: 'en' | 'zh' = 'en'): SampleTask {
  if (name === 'routing') return routing(language);
  if (name !== 'service-desk')
    throw invalidInput(`There is no sample task ${JSON.stringify(name)}. Known: ${sampleNames.join(', ')}.`);
  const here = path.dirname(fileURLToPath(import.meta.url));
  const folder = path.resolve(here, '..', 'samples');
  const trainFile = path.join(folder, 'service-desk.train.csv');
  const testFile = path.join(folder, 'service-desk.test.csv');
  for (const file of [trainFile, testFile]) {
    if (!existsSync(file)) {
      throw new ModeshiftError(
        { tag: 'storage', code: 'ENOENT', path: file },
        `The sample file ${file} is missing. Install the package again, or name a file of your own.`,
      );
    }
  }
  return {
    name: 'service-desk',
    instruction: 'Say what the customer wants. The messages are in English or in Chinese.',
    inputColumn: 'text',
    labelColumn: 'intent',
    trainFile,
    testFile,
  };
}

function routing(language: 'en' | 'zh'): SampleTask {
  const task = nanoTasks.find(one => one.name === 'routing' && one.language === language)!;
  return {
    name: `routing-${language}`,
    instruction: task.instruction,
    inputColumn: 'input',
    labelColumn: 'output',
    trainFile: task.train,
    testFile: task.test,
    model: 'nano',
  };
}
