// From the options of the command line to a task: a file or the bundled sample, split and checked.
import { basename, dirname, resolve } from 'node:path';
import { invalidInput, type Task } from '@modeshift/core';
import {
  classificationTask,
  commandLineNames,
  describeWarning,
  type ExamplesRead,
  prepareExamples,
  readExamples,
  readTable,
  type TextInput,
  type WarningLanguage,
} from '@modeshift/data';
import { sampleTask } from './sample-task.ts';

/** The options that say what to compare on. */
export interface TaskOptions {
  readonly file?: string;
  readonly sample?: boolean;
  readonly input?: string;
  readonly label?: string;
  readonly test?: string;
  readonly split?: number;
  readonly limit?: number;
  readonly perLabel?: number;
  readonly seed: number;
  readonly keepLeaks?: boolean;
  readonly instruction?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly lang: WarningLanguage;
}

/** A task with what its reader should know of the data. */
export interface TaskRead {
  readonly task: Task<TextInput, string>;
  readonly notes: readonly string[];
}

/** @throws ModeshiftError `invalid-input` in the words of the command line. */
export async function readTask(options: TaskOptions): Promise<TaskRead> {
  const source = sourceOf(options);
  const read = async (path: string): Promise<ExamplesRead> => {
    const { delimiter, encoding } = options;
    const format = { ...(delimiter !== undefined && { delimiter }), ...(encoding !== undefined && { encoding }) };
    const table = await readTable(path, { settingNames: commandLineNames, ...format });
    const { examples, warnings } = readExamples({
      table,
      input: source.input,
      label: source.label,
      settingNames: commandLineNames,
    });
    return { examples, warnings: [...table.warnings, ...warnings] };
  };
  const train = await read(source.train);
  const test = source.test === undefined ? undefined : await read(source.test);
  const prepared = prepareExamples({
    train: train.examples,
    ...(test && { test: test.examples }),
    ...(options.split !== undefined && { split: options.split }),
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.perLabel !== undefined && { perLabel: options.perLabel }),
    seed: options.seed,
    keepLeaks: options.keepLeaks ?? false,
    settingNames: commandLineNames,
  });
  const warnings = [...train.warnings, ...(test?.warnings ?? []), ...prepared.warnings];
  // The modes add the labels to the prompt themselves.
  const instruction = options.instruction ?? source.instruction ?? 'Say which label fits the text.';
  const task = classificationTask({ name: source.name, instruction, ...prepared });
  return { task, notes: warnings.map(warning => describeWarning(warning, options.lang)) };
}

interface Source {
  readonly name: string;
  readonly instruction?: string;
  readonly train: string;
  readonly test?: string;
  readonly input: string;
  readonly label: string;
}

function sourceOf(options: TaskOptions): Source {
  const { file, input, label, test } = options;
  if (options.sample) {
    if (file !== undefined) throw invalidInput('Give a file or --sample, not both.');
    const { name, instruction, inputColumn, labelColumn, trainFile, testFile } = sampleTask();
    return { name, instruction, input: inputColumn, label: labelColumn, train: trainFile, test: testFile };
  }
  if (file === undefined) {
    throw invalidInput('Give a file: modeshift compare FILE --input COLUMN --label COLUMN, or --sample to try it.');
  }
  if (input === undefined || label === undefined) {
    const missing = [input === undefined && '--input COLUMN', label === undefined && '--label COLUMN'].filter(Boolean);
    throw invalidInput(`Say which column is which: add ${missing.join(' and ')}.`);
  }
  return { name: nameOf(file), train: file, ...(test !== undefined && { test }), input, label };
}

/** The file's name without its ending; for names that say nothing, such as `train.csv`, the folder's. */
function nameOf(file: string): string {
  const own = basename(file).replace(/\.[^.]+$/, '');
  const folder = basename(dirname(resolve(file)));
  return /^(train|training|data|examples|dataset|all)$/i.test(own) && folder !== '' ? folder : own;
}
