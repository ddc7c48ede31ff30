// `modeshift index`: files and folders into a knowledge base.
import { stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { embedderToIndexWith } from '@modeshift/compare';
import { invalidInput, ModeshiftError, type Progress } from '@modeshift/core';
import {
  type FailedSource,
  type IngestReport,
  ingest,
  listFiles,
  loadFiles,
  loadUrls,
  type SourceDocument,
} from '@modeshift/rag';
import type { Command } from 'commander';
import { interruptible } from './interruptible.ts';
import { addPlaceOptions, checkPlace, type PlaceOptions, shownPlace, withCollection } from './knowledge-base.ts';
import type { Output } from './output.ts';
import { printable, printableJson } from './printable.ts';
import { type ProgressLine, progressLine } from './progress-line.ts';

interface IndexOptions extends PlaceOptions {
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the command to the program; `finish` is told the exit code. */
export function addIndexCommand(program: Command, output: Output, finish: (code: number) => void): void {
  addPlaceOptions(
    program
      .command('index')
      .description('read files, folders and pages into a knowledge base; what is unchanged is not read again')
      .argument('<path...>', 'files, folders, or http(s) addresses'),
  )
    .option('--prune', 'delete documents that are not among the paths any more')
    .option('--dry-run', 'change nothing: say what would be done and what it would cost')
    .option('--json', 'print the report as JSON')
    .option('--quiet', 'no progress and no report')
    .action(async (paths: string[], options: IndexOptions) => {
      finish(await runIndex(paths, options, output));
    });
}

async function runIndex(paths: readonly string[], options: IndexOptions, output: Output): Promise<number> {
  const quiet = options.quiet ?? false;
  const say = (text: string): unknown => !quiet && output.stderr.write(`${text}\n`);
  const line = progressLine(output.stderr, quiet);
  checkPlace(options.store);
  const files = await filesOf(paths, options.prune ?? false);
  const { embedder, note, mustTell = false } = await embedderToIndexWith(options.embedder);
  if (!quiet || mustTell) output.stderr.write(`${note}\n`);
  try {
    const report = await withCollection(options, true, collection =>
      interruptible(output.stderr, signal =>
        ingest({
          collection,
          documents: sources(files, signal),
          ...(embedder && { embedder: embedder.forPassages }),
          deleteMissing: options.prune ?? false,
          dryRun: options.dryRun ?? false,
          signal,
          onProgress: progress => show(progress, line),
        }),
      ),
    );
    line.clear();
    for (const { id, error } of report.failed) say(printable(`${id}: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`));
    if (options.json) output.stdout.write(`${printableJson(asJson(report, options))}\n`);
    else if (!quiet) output.stdout.write(`${inWords(report, options)}\n`);
    const read = report.added + report.changed + report.unchanged;
    return read === 0 && report.failed.length > 0 ? 1 : 0;
  } catch (error) {
    if (ModeshiftError.is(error, 'aborted')) return 130;
    throw error;
  } finally {
    line.clear();
    await embedder?.dispose();
  }
}

interface Places {
  readonly files: readonly string[];
  readonly urls: readonly string[];
  /** Folders that cannot be read. */
  readonly failed: readonly FailedSource[];
}

/** Where documents are to be deleted, a folder that cannot be read is an error: what is in it is not gone. */
async function filesOf(paths: readonly string[], prune: boolean): Promise<Places> {
  const failed: FailedSource[] = [];
  const files = new Set<string>();
  const urls = new Set<string>();
  for (const path of paths) {
    if (/^https?:\/\//i.test(path)) {
      urls.add(path);
      continue;
    }
    const found = await stat(path).catch(() => undefined);
    if (!found) throw invalidInput(`There is no file or folder ${path}. Check the path.`);
    // One file has one name, however its path is written: ./a.md, docs/../a.md.
    const name = normalize(path).replaceAll('\\', '/');
    if (!found.isDirectory()) files.add(name);
    else {
      const onUnreadable = (folder: string, error: ModeshiftError) => failed.push({ id: join(name, folder), error });
      for await (const file of listFiles(name, prune ? {} : { onUnreadable })) files.add(file.replace(/^\.\//, ''));
    }
  }
  if (files.size + urls.size === 0) throw invalidInput(`There is no file that can be read in ${paths.join(', ')}.`);
  return { files: [...files], urls: [...urls], failed };
}

async function* sources(
  { files, urls, failed }: Places,
  signal: AbortSignal,
): AsyncGenerator<SourceDocument | FailedSource> {
  yield* failed;
  yield* loadFiles(files, { signal });
  if (urls.length === 0) return;
  // Naming an address allows its host and no other.
  const allow = urls.map(url => URL.parse(url)?.hostname ?? '').filter(Boolean);
  yield* loadUrls(urls, { allow, signal });
}

function show({ done, figures = {} }: Progress, line: ProgressLine): void {
  line.show(`${done} documents, ${figures.chunks ?? 0} passages, ${figures.embedded ?? 0} embedded`);
}

function inWords(report: IngestReport, { store, dryRun }: IndexOptions): string {
  const { added, changed, unchanged, deleted, failed, chunks, usd } = report;
  const counts = [
    `${added} added, ${changed} changed, ${unchanged} unchanged`,
    ...(deleted > 0 ? [`${deleted} deleted`] : []),
    ...(failed.length > 0 ? [`${failed.length} not read`] : []),
    `${chunks.written} passages written`,
    ...(chunks.embedded > 0 ? [`${chunks.embedded} embedded${usd ? ` for $${usd.toFixed(4)}` : ''}`] : []),
  ];
  return `${dryRun ? 'Would be: ' : ''}${counts.join(', ')} · ${shownPlace(store)}`;
}

function asJson({ failed, ...report }: IngestReport, { store, collection }: IndexOptions): object {
  const reasons = failed.map(({ id, error }) => ({ source: id, reason: error.reason.tag, message: error.message }));
  return { store: shownPlace(store), collection, ...report, failed: reasons };
}
