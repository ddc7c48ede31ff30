// From the options of the command line to a task: a file or the bundled sample, split and checked.
import { basename, dirname, resolve } from 'node:path';
import { readTaskFiles, sampleTask, type TaskFiles } from '@modeshift/compare';
import { invalidInput, type Task } from '@modeshift/core';
import { commandLineNames, describeWarning, type TextInput, type WarningLanguage } from '@modeshift/data';

/** The options that say what to compare on. */
export interface TaskOptions {
  readonly file?: string;
  /** The name of a bundled task; `true` is the first. */
  readonly sample?: boolean | string;
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
export interface TaskWithNotes {
  readonly task: Task<TextInput, string>;
  readonly notes: readonly string[];
  /** The model that a bundled task comes with. */
  readonly model?: string;
}

/** @throws ModeshiftError `invalid-input` in the words of the command line. */
export async function readTask(options: TaskOptions): Promise<TaskWithNotes> {
  const { model, ...source } = sourceOf(options);
  const { split, limit, perLabel, seed, keepLeaks, delimiter, encoding, instruction = source.instruction } = options;
  const settings = { split, limit, perLabel, seed, keepLeaks, delimiter, encoding, instruction };
  const { task, warnings } = await readTaskFiles({ ...source, ...settings, settingNames: commandLineNames });
  const notes = warnings.map(warning => describeWarning(warning, options.lang));
  return { task, notes, ...(model !== undefined && { model }) };
}

function sourceOf(options: TaskOptions): TaskFiles & { readonly model?: string } {
  const { file, input, label, test } = options;
  if (options.sample) {
    if (file !== undefined) throw invalidInput('Give a file or --sample, not both.');
    const named = options.sample === true ? undefined : options.sample;
    const { inputColumn, labelColumn, trainFile, testFile, ...more } = sampleTask(named, options.lang);
    return { ...more, input: inputColumn, label: labelColumn, train: trainFile, test: testFile };
  }
  if (file === undefined) {
    throw invalidInput('Give a file: modeshift compare FILE --input COLUMN --label COLUMN, or --sample to try it.');
  }
  if (input === undefined || label === undefined) {
    const missing = [input === undefined && '--input COLUMN', label === undefined && '--label COLUMN'].filter(Boolean);
    throw invalidInput(`Say which column is which: add ${missing.join(' and ')}.`);
  }
  return { name: nameOf(file), train: file, test, input, label };
}

/** The file's name without its ending; for names that say nothing, such as `train.csv`, the folder's. */
function nameOf(file: string): string {
  const own = basename(file).replace(/\.[^.]+$/, '');
  const folder = basename(dirname(resolve(file)));
  return /^(train|training|data|examples|dataset|all)$/i.test(own) && folder !== '' ? folder : own;
}
