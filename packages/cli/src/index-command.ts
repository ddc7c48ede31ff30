// `modeshift index`: files, folders, pages and repositories into a knowledge base, once or as they change.
import { embedderToIndexWith } from '@modeshift/compare';
import { invalidInput, ModeshiftError, type Progress } from '@modeshift/core';
import { codeChunker, type IngestOptions, type IngestReport, ingest, watchFolders } from '@modeshift/rag';
import type { Command } from 'commander';
import { documentsOf, type FetchOptions, findPlaces, foldersOf, unknownInWords } from './index-sources.ts';
import { interruptible } from './interruptible.ts';
import { addPlaceOptions, checkPlace, type PlaceOptions, shownPlace, withCollection } from './knowledge-base.ts';
import type { Output } from './output.ts';
import { printable, printableJson } from './printable.ts';
import { type ProgressLine, progressLine } from './progress-line.ts';

interface IndexOptions extends PlaceOptions, FetchOptions {
  readonly prune?: boolean;
  readonly watch?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the command to the program; `finish` is told the exit code. */
export function addIndexCommand(program: Command, output: Output, finish: (code: number) => void): void {
  addPlaceOptions(
    program
      .command('index')
      .description(
        'read files, folders, pages and git repositories into a knowledge base; what is unchanged is not read again',
      )
      .argument('<path...>', 'files, folders, http(s) addresses, or git+https://host/repository#branch'),
  )
    .option('--prune', 'delete documents that are not among the paths any more')
    .option('--watch', 'go on while the folders change, until Ctrl-C; documents whose files go are deleted')
    .option('--dry-run', 'change nothing: say what would be done and what it would cost')
    .option('--private-addresses', 'addresses may lead to this machine and to private networks')
    .option('--ignore-robots <reason>', 'why robots.txt of the addresses need not be kept to, e.g. "our own site"')
    .option('--json', 'print the report as JSON; with --watch each on a line')
    .option('--quiet', 'no progress and no report')
    .action(async (paths: string[], options: IndexOptions) => {
      finish(await runIndex(paths, options, output));
    });
}

/** What makes the documents of a run; gives a report for each round. */
type Rounds = (
  ingestion: Omit<IngestOptions, 'documents' | 'deleteMissing' | 'dryRun'>,
) => AsyncGenerator<IngestReport>;

async function runIndex(paths: readonly string[], options: IndexOptions, output: Output): Promise<number> {
  const quiet = options.quiet ?? false;
  const line = progressLine(output.stderr, quiet);
  checkPlace(options.store);
  const rounds = options.watch ? await watching(paths, options) : await once(paths, options, output);
  const { embedder, note, mustTell = false } = await embedderToIndexWith(options.embedder);
  if (!quiet || mustTell) output.stderr.write(`${note}\n`);
  const chunker = await codeChunker();
  let code = 0;
  try {
    await withCollection(options, true, collection =>
      interruptible(output.stderr, async signal => {
        const ingestion = { collection, chunker, signal, ...(embedder && { embedder: embedder.forPassages }) };
        const onProgress = (progress: Progress): void => show(progress, line);
        for await (const report of rounds({ ...ingestion, onProgress })) {
          line.clear();
          tell(report, options, output);
          const read = report.added + report.changed + report.unchanged;
          code = read === 0 && report.failed.length > 0 && !options.watch ? 1 : 0;
        }
      }),
    );
    return code;
  } catch (error) {
    if (ModeshiftError.is(error, 'aborted')) return 130;
    throw error;
  } finally {
    line.clear();
    await embedder?.dispose();
  }
}

async function once(paths: readonly string[], options: IndexOptions, { stderr }: Output): Promise<Rounds> {
  const { prune = false, dryRun = false, ignoreRobots } = options;
  if (ignoreRobots?.trim() === '') throw invalidInput('--ignore-robots is empty. Say why it need not be kept to.');
  const places = await findPlaces(paths, prune);
  const leftOut = unknownInWords(places.unknown).trim();
  return async function* (ingestion) {
    if (leftOut !== '' && !options.quiet) stderr.write(`${printable(leftOut)}\n`);
    const documents = documentsOf(places, options, prune, ingestion.signal!);
    yield await ingest({ ...ingestion, documents, deleteMissing: prune, dryRun });
  };
}

async function watching(paths: readonly string[], { prune, dryRun }: IndexOptions): Promise<Rounds> {
  if (prune || dryRun)
    throw invalidInput('--watch goes with neither --prune nor --dry-run. Run them one after another.');
  const folders = await foldersOf(paths);
  return ingestion => watchFolders(folders, ingestion);
}

function tell(report: IngestReport, options: IndexOptions, { stdout, stderr }: Output): void {
  const { quiet = false, json = false, watch = false } = options;
  for (const { id, error } of quiet ? [] : report.failed)
    stderr.write(`${printable(`${id}: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`)}\n`);
  if (json) stdout.write(`${printableJson(asJson(report, options), watch ? 0 : 2)}\n`);
  else if (!quiet) stdout.write(`${inWords(report, options)}\n`);
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
