// `modeshift compare`: options in, report out.
import { constants } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  bundledOffers,
  chooseModes,
  describeProgress,
  embedderToIndexWith,
  loadModel,
  sampleNames,
} from '@modeshift/compare';
import { invalidInput, ModeshiftError, type Price, type TrainedModel } from '@modeshift/core';
import {
  type CompareProgress,
  compare,
  type Report,
  type ReportLanguage,
  reportPage,
  reportTable,
} from '@modeshift/eval';
import type { Device } from '@modeshift/local';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { interruptible } from './interruptible.ts';
import { count, share, whole } from './option-values.ts';
import type { Output } from './output.ts';
import { progressLine } from './progress-line.ts';
import { readTask, type TaskOptions } from './read-task.ts';

interface CompareOptions extends TaskOptions {
  readonly modes?: readonly string[];
  readonly model?: string;
  readonly device?: Device;
  readonly price?: Price;
  readonly embedder?: string;
  readonly concurrency: number;
  readonly out?: string;
  readonly json?: string;
  readonly html?: string;
  readonly lang: ReportLanguage;
  readonly use: readonly string[];
  readonly quiet?: boolean;
}

/** Adds the command to the program; `finish` is told the exit code. */
export function addCompareCommand(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('compare')
    .description('run several modes on labelled texts and report quality, cost and latency side by side')
    .argument('[file]', 'CSV, TSV, JSONL or JSON with a column of texts and a column of labels')
    .option(
      '--sample [name]',
      `a bundled task instead of a file: ${sampleNames.join(', ')} (default: ${sampleNames[0]})`,
    )
    .option('--input <column>', 'the column with the text')
    .option('--label <column>', 'the column with the label')
    .option('--test <file>', 'test examples from a file of their own')
    .option('--split <share>', 'otherwise: the share to train on; the rest is for testing (default: 0.8)', share)
    .option(
      '--modes <names>',
      `comma-separated: ${bundledOffers.map(offer => offer.name).join(', ')} (default: all that can run)`,
      list,
    )
    .option(
      '--model <provider:id>',
      'the model for the modes that need one, e.g. openai:gpt-5.4-mini, local:FOLDER or nano',
    )
    .addOption(new Option('--device <name>', 'where a model on this machine computes').choices(['cpu', 'webgpu']))
    .option(
      '--embedder <model>',
      'for retrieved and rag: none, openai:ID, a folder or an id on the hub (default: a recommended one that is on this machine)',
    )
    .option('--price <in,out>', 'its price in US dollars per million prompt and generated tokens', price)
    .option('--concurrency <n>', 'calls to the model that may be under way at once', count, 4)
    .option('--limit <n>', 'at most n training and n test examples', count)
    .option('--per-label <n>', 'n training examples of each label', count)
    .option('--seed <n>', 'same seed, same numbers', whole, 0)
    .option('--keep-leaks', 'keep training texts that stand in the test set too')
    .option('--instruction <text>', 'what to do, for the modes that ask a model')
    .option('--delimiter <character>', 'of a CSV file, where it is not found out right')
    .option('--encoding <name>', 'of the files, where it is not found out right, e.g. gb18030')
    .option('--out <dir>', 'where report.json and report.html go (default: .modeshift/compare/NAME)')
    .option('--json <file>', 'the JSON report, elsewhere; - prints it')
    .option('--html <file>', 'the HTML report, elsewhere')
    .addOption(new Option('--lang <language>', 'language of the report').choices(['en', 'zh']).default('en'))
    .option('--use <module>', 'a file or package that exports more modes (may be repeated)', collect, [])
    .option('--quiet', 'no progress and no table')
    .action(async (file: string | undefined, options: Omit<CompareOptions, 'file'>) => {
      finish(await runCompare({ ...options, ...(file !== undefined && { file }) }, output));
    });
}

async function runCompare(options: CompareOptions, output: Output): Promise<number> {
  const quiet = options.quiet ?? false;
  const { task, notes, model: own } = await readTask(options);
  const named = options.model ?? own;
  if (named === undefined && options.device !== undefined)
    throw invalidInput('--device is for a model on this machine. Name it with --model, e.g. --model local:FOLDER.');
  const model = named === undefined ? undefined : await loadModel(named, options.price, options.device);
  const places = reportPlaces(options, task.name);
  for (const file of [places.html, places.json]) if (file !== '-') await prepareFolder(file);

  // Without the keys of the environment: no text leaves this machine for vectors unasked.
  const { embedder } = await embedderToIndexWith(usesVectors(options.modes) ? options.embedder : 'none', { env: {} });
  const { modes, leftOut } = await chooseModes({ names: options.modes, model, embedder, use: options.use }).catch(
    async (error: unknown) => {
      await embedder?.dispose();
      throw error;
    },
  );
  const line = progressLine(output.stderr, quiet);
  const say = (text: string): unknown => !quiet && output.stderr.write(text);
  const counts = `${task.train.length} to train on, ${task.test.length} to test on, ${task.labels?.length} labels`;
  say(`${task.name}: ${counts}. Modes: ${modes.map(mode => mode.name).join(', ')}.\n`);
  if (leftOut) say(`${leftOut}\n`);
  if (model) say(`${named} is asked ${task.test.length} times by each mode that needs it (fewer with --limit).\n`);

  const report = await interruptible(output.stderr, signal =>
    compare(task, modes, {
      seed: options.seed,
      signal,
      notes,
      concurrency: mode => (mode.model === undefined ? 1 : options.concurrency),
      onProgress: progress => showProgress(progress, line, say),
    }),
  );
  line.clear();
  await embedder?.dispose();
  // A model on this machine holds a thread and its weights.
  await (model as Partial<TrainedModel> | undefined)?.dispose?.();
  await writeReport(report, places, options.lang, output);
  const table = places.json === '-' ? output.stderr : output.stdout;
  if (!quiet) {
    const color = table.isTTY === true && !process.env.NO_COLOR;
    table.write(`\n${reportTable(report, { columns: table.columns ?? 80, color, language: options.lang })}\n`);
    for (const file of [places.html, places.json]) if (file !== '-') table.write(`${file}\n`);
  }
  if (report.cancelled) return 130;
  return report.modes.some(mode => mode.status === 'ok' || mode.status === 'partial') ? 0 : 1;
}

/** What is known of the modes of others is not enough to say that they do not. */
const usesVectors = (names: readonly string[] | undefined): boolean =>
  !names || names.some(name => bundledOffers.find(offer => offer.name === name)?.embeds ?? true);

function showProgress(
  progress: CompareProgress,
  line: ReturnType<typeof progressLine>,
  say: (text: string) => unknown,
): void {
  if (progress.phase === 'finished') {
    line.clear();
    say(`[${progress.index + 1}/${progress.modes}] ${progress.mode} done\n`);
  } else line.show(describeProgress(progress));
}

interface Places {
  readonly json: string;
  readonly html: string;
}

function reportPlaces(options: CompareOptions, name: string): Places {
  const folder = options.out ?? join('.modeshift', 'compare', name.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-') || 'report');
  return {
    json: options.json === '-' ? '-' : resolve(options.json ?? join(folder, 'report.json')),
    html: resolve(options.html ?? join(folder, 'report.html')),
  };
}

/** Made before the work starts: a place that cannot be written to should not be found out after an hour of training. */
async function prepareFolder(file: string): Promise<void> {
  const folder = dirname(file);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw invalidInput(
      `The report cannot be written to ${folder} (${(cause as { code?: string }).code}). Choose another place with --out.`,
    );
  }
}

async function writeReport(report: Report, places: Places, language: ReportLanguage, output: Output): Promise<void> {
  const json = `${JSON.stringify(report, undefined, 2)}\n`;
  if (places.json === '-') output.stdout.write(json);
  else await write(places.json, json);
  await write(places.html, reportPage(report, { language }));
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? 'unknown';
    const advice = code === 'ENOSPC' ? 'The disk is full: make room' : 'Check the place';
    throw new ModeshiftError(
      { tag: 'storage', code, path },
      `${path} could not be written (${code}). ${advice} and run the command again.`,
      { cause },
    );
  }
}

function list(value: string): string[] {
  const names = value
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Give names with commas between them, e.g. majority,nearest.');
  return [...new Set(names)];
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function price(value: string): Price {
  const [inputPerMillion = Number.NaN, outputPerMillion = Number.NaN, ...more] = value.split(',').map(Number);
  if (more.length > 0 || !(inputPerMillion >= 0) || !(outputPerMillion >= 0)) {
    throw new InvalidArgumentError('Give two numbers with a comma between them, e.g. 0.25,2.');
  }
  return { inputPerMillion, outputPerMillion, asOf: new Date().toISOString().slice(0, 10), source: '--price' };
}
