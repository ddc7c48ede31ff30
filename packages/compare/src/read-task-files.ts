// From files to a task: read, split, checked.
import type { Task } from '@modeshift/core';
import {
  classificationTask,
  type DataWarning,
  type ExamplesRead,
  prepareExamples,
  readExamples,
  readTable,
  type SettingNames,
  type TextInput,
} from '@modeshift/data';

/** Where a task is, and how it is read. */
export interface TaskFiles {
  readonly name: string;
  /** What to do, for the modes that ask a model. Left out: to say which label fits. */
  readonly instruction?: string | undefined;
  /** CSV, TSV, JSONL or JSON. */
  readonly train: string;
  /** Left out: a part of `train` is held out. */
  readonly test?: string | undefined;
  /** The column of the texts. */
  readonly input: string;
  /** The column of the labels. */
  readonly label: string;
  /** The share to train on, where there is no `test`. */
  readonly split?: number | undefined;
  /** At most so many training and so many test examples. */
  readonly limit?: number | undefined;
  /** So many training examples of each label. */
  readonly perLabel?: number | undefined;
  /** Left out: 0. */
  readonly seed?: number | undefined;
  /** Whether training texts that stand in the test set, too, stay. Left out: `false`. */
  readonly keepLeaks?: boolean | undefined;
  readonly delimiter?: string | undefined;
  readonly encoding?: string | undefined;
  /** How the caller's settings are called in messages. */
  readonly settingNames?: SettingNames;
}

/** A task with what is odd about its data. */
export interface TaskRead {
  readonly task: Task<TextInput, string>;
  readonly warnings: readonly DataWarning[];
}

/**
 * Reads a classification task from files.
 *
 * @throws ModeshiftError `storage` for a file that cannot be read, `invalid-input` for one that holds no such task, in words that
 * say what to change.
 * @example
 * ```ts
 * import { readTaskFiles, sampleTask } from '@modeshift/compare';
 *
 * const { name, trainFile, testFile, inputColumn, labelColumn } = sampleTask();
 * const files = { name, train: trainFile, test: testFile, input: inputColumn, label: labelColumn };
 * console.log((await readTaskFiles(files)).task.labels?.length); // 18
 * ```
 */
export async function readTaskFiles(files: TaskFiles): Promise<TaskRead> {
  const names = files.settingNames ? { settingNames: files.settingNames } : {};
  const read = async (path: string): Promise<ExamplesRead> => {
    const { delimiter, encoding, input, label } = files;
    const format = { ...(delimiter !== undefined && { delimiter }), ...(encoding !== undefined && { encoding }) };
    const table = await readTable(path, { ...names, ...format });
    const { examples, warnings } = readExamples({ table, input, label, ...names });
    return { examples, warnings: [...table.warnings, ...warnings] };
  };
  const train = await read(files.train);
  const test = files.test === undefined ? undefined : await read(files.test);
  const prepared = prepareExamples({
    train: train.examples,
    ...(test && { test: test.examples }),
    ...(files.split !== undefined && { split: files.split }),
    ...(files.limit !== undefined && { limit: files.limit }),
    ...(files.perLabel !== undefined && { perLabel: files.perLabel }),
    seed: files.seed ?? 0,
    keepLeaks: files.keepLeaks ?? false,
    ...names,
  });
  // The modes add the labels to the prompt themselves.
  const instruction = files.instruction ?? 'Say which label fits the text.';
  return {
    task: classificationTask({ name: files.name, instruction, ...prepared }),
    warnings: [...train.warnings, ...(test?.warnings ?? []), ...prepared.warnings],
  };
}
