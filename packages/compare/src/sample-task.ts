// The bundled sample task: where its files are, and how it reads.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModeshiftError } from '@modeshift/core';

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
}

/**
 * The bundled sample: customer-service messages in English and Simplified Chinese, 18 intents, 1,512 messages to learn from and
 * 558 to measure on, worded differently. Made by `samples/generate.ts`; all of it is invented.
 *
 * @throws ModeshiftError `storage` when the files are not beside this package.
 * @example
 * ```ts
 * import { sampleTask } from '@modeshift/compare';
 *
 * console.log(sampleTask().labelColumn); // intent
 * ```
 */
export function sampleTask(): SampleTask {
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
