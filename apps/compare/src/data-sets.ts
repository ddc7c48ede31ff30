// The data sets of the app: bundled tasks, and files that visitors brought, which are copied here.
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { readTaskFiles, sampleTask, type TaskFiles, type TaskRead } from '@modeshift/compare';
import { ModeshiftError } from '@modeshift/core';
import { readTable, type SettingNames } from '@modeshift/data';
import { nanoTasks } from '@modeshift/nano';
import type { UploadedFile, User } from '@modeshift/ui';
import { guessColumns } from './guess-columns.ts';
import { keepNewest } from './keep-newest.ts';

/** How a data set is read, as a visitor set it. */
export interface DataSettings {
  readonly instruction?: string | undefined;
  readonly split?: number | undefined;
  readonly limit?: number | undefined;
  readonly perLabel?: number | undefined;
  readonly seed?: number | undefined;
  readonly keepLeaks?: boolean | undefined;
}

/** What {@link DataSets.add} takes. */
export interface NewDataSet extends DataSettings {
  /** The name of a bundled task, or uploads. */
  readonly source: string | { readonly train: UploadedFile; readonly test?: UploadedFile | undefined };
  readonly input?: string | undefined;
  readonly label?: string | undefined;
}

interface StoredDataSet {
  readonly owner: string | undefined;
  readonly files: TaskFiles;
}

/** How the page calls its settings, for messages. */
const settingNames: SettingNames = {
  input: '"Text column"',
  label: '"Label column"',
  split: '"Share to train on"',
  test: '"Test file"',
  limit: '"At most examples"',
  perLabel: '"Examples per label"',
  keepLeaks: '"Keep leaks"',
};

/** Data sets that are kept; the oldest are deleted beyond that. */
const mostKept = 200;

function bundledTasks(): Readonly<Record<string, TaskFiles>> {
  const { name, instruction, trainFile, testFile, inputColumn, labelColumn } = sampleTask();
  const own = { name, instruction, train: trainFile, test: testFile, input: inputColumn, label: labelColumn };
  const others = nanoTasks
    .filter(({ labels }) => labels !== undefined)
    .map(({ name: task, language, instruction, train, test }): TaskFiles => {
      return { name: `${task}-${language}`, instruction, train, test, input: 'input', label: 'output' };
    });
  return Object.fromEntries([own, ...others].map(files => [files.name, files]));
}

/** The data sets of an app. */
export class DataSets {
  readonly #folder: string;
  readonly #bundled = bundledTasks();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Names of the bundled tasks; the sample is the first. */
  get bundled(): readonly string[] {
    return Object.keys(this.#bundled);
  }

  /**
   * Keeps a data set and gives its id.
   *
   * @throws ModeshiftError `invalid-input` for files that hold no task; `storage`.
   */
  async add(set: NewDataSet, user: User | undefined): Promise<string> {
    const { source, input, label, ...settings } = set;
    const name = typeof source === 'string' ? source : source.train.name.replace(/\.[^.]+$/, '');
    const id = `${[...name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')].slice(0, 40).join('')}-${randomBytes(8).toString('hex')}`;
    const folder = join(this.#folder, id);
    const files =
      typeof source === 'string'
        ? { ...this.#bundled[source]!, ...defined(settings) }
        : { ...(await this.#copied(source, { input, label }, folder)), ...defined(settings) };
    const stored: StoredDataSet = { owner: user?.name, files };
    await saying(folder, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, 'data.json'), JSON.stringify(stored, undefined, 2), { mode: 0o600 });
    });
    await keepNewest(this.#folder, mostKept);
    return id;
  }

  /**
   * The task of a data set: an id of `add`, or the name of a bundled task.
   *
   * @throws ModeshiftError `not-found` for what this user has not; what reading throws.
   */
  async read(id: string, user: User | undefined): Promise<TaskRead & { readonly files: TaskFiles }> {
    const files = await this.#files(id, user);
    return { ...(await readTaskFiles({ ...files, settingNames })), files };
  }

  async #files(id: string, user: User | undefined): Promise<TaskFiles> {
    const bundled = Object.hasOwn(this.#bundled, id) ? this.#bundled[id] : undefined;
    if (bundled) return bundled;
    const stored = /^[\p{L}\p{N}-]+$/u.test(id) ? await this.#stored(id) : undefined;
    if (stored && stored.owner === user?.name) return stored.files;
    throw new ModeshiftError(
      { tag: 'not-found' },
      `There is no data "${id}". Look at a file first, or name one of ${this.bundled.join(', ')}.`,
    );
  }

  async #stored(id: string): Promise<StoredDataSet | undefined> {
    const text = await readFile(join(this.#folder, id, 'data.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as StoredDataSet);
  }

  async #copied(
    { train, test }: { readonly train: UploadedFile; readonly test?: UploadedFile | undefined },
    given: { readonly input: string | undefined; readonly label: string | undefined },
    folder: string,
  ): Promise<TaskFiles> {
    const columns = guessColumns(
      await readTable({ name: train.name, bytes: await train.bytes() }, { settingNames }),
      given,
    );
    const copy = async (file: UploadedFile, name: string): Promise<string> => {
      const path = join(folder, `${name}${extname(file.name) || '.csv'}`);
      await saying(path, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await copyFile(file.path, path);
      });
      return path;
    };
    return {
      name: train.name.replace(/\.[^.]+$/, ''),
      train: await copy(train, 'train'),
      test: test && (await copy(test, 'test')),
      ...columns,
    };
  }
}

/** Runs writes; what the disk says becomes a `storage` error. */
export async function saying<Result>(path: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === undefined) throw cause;
    const advice = code === 'ENOSPC' ? 'The disk is full: make room' : 'Check the place';
    throw new ModeshiftError({ tag: 'storage', code, path }, `${path} could not be written (${code}). ${advice}.`, {
      cause,
    });
  }
}

function defined(settings: DataSettings): DataSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
