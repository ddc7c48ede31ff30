// The app: data, the comparison as a run of its own, its examples, and a text in every mode.
import { join, resolve } from 'node:path';
import { bundledOffers } from '@modeshift/compare';
import { ModeshiftError } from '@modeshift/core';
import { describeWarning } from '@modeshift/data';
import type { ReportLanguage } from '@modeshift/eval';
import { openJobs } from '@modeshift/jobs';
import {
  type App,
  app,
  checkbox,
  column,
  dropdown,
  file,
  markdown,
  multiselect,
  number,
  plot,
  slider,
  table,
  tabs,
  text,
  type User,
} from '@modeshift/ui';
import { askModes } from './ask-modes.ts';
import { type Comparison, disposeModels, modesOf } from './comparison.ts';
import { DataSets } from './data-sets.ts';
import { KeptSolutions } from './kept-solutions.ts';
import { type ModelMaker, modelMaker, modelNamed, modelNames, type OfferedModel } from './model-named.ts';
import { type CompareParts, runComparison } from './run-comparison.ts';
import { RunRecords } from './run-records.ts';
import { cancelSamples, startSample } from './sample-run.ts';
import { answerTable, disagreementTable, escaped } from './shown-report.ts';
import { dynamicWords, translations, word } from './words.ts';

/** Options of {@link compareApp}. */
export interface CompareAppOptions {
  /** Where data, runs and reports are kept. Left out: `.modeshift/compare-app` in the folder where the process runs. */
  readonly folder?: string;
  /** The language of the page. Left out: `auto`, as the visitor's browser says. */
  readonly lang?: 'auto' | 'en' | 'zh';
  /** Models that visitors choose from, e.g. what `availableModels` of `@modeshift/compare` finds. Left out: none are listed. */
  readonly models?: readonly OfferedModel[];
  /**
   * Whether visitors may also write names of models: of any provider that there is a key for, and any checkpoint. Left out: `true`,
   * which is right for a page of your own and not for one that others reach.
   */
  readonly otherModels?: boolean;
  /** Makes a model of a name that is not listed. Left out: `nano` and `provider:id`. */
  readonly makeModel?: ModelMaker;
}

/** What {@link compareApp} makes. */
export type CompareApp = App<
  undefined,
  'data' | 'compare' | `compare_${'watch' | 'cancel' | 'retry' | 'runs'}` | 'examples' | 'ask' | 'sample'
>;

const modeNames = bundledOffers.map(({ name }) => name);
const withoutModel = bundledOffers.filter(({ needs, embeds }) => needs === 'none' && !embeds).map(({ name }) => name);
/** Comparisons that are kept after their end. */
const mostRuns = 200;
const accept = ['.csv', '.tsv', '.txt', '.jsonl', '.ndjson', '.json'];

/**
 * Makes the comparison app: data with its warnings, a comparison that runs detached and survives the server, the examples on
 * which modes disagree, one text in every mode, and the report as `modeshift compare` writes it.
 *
 * @throws ModeshiftError `storage` where the folder cannot be used.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { compareApp } from '@modeshift/app-compare';
 * import { testApp } from '@modeshift/ui/testing';
 *
 * const folder = await mkdtemp(join(tmpdir(), 'compare-'));
 * await using tested = await testApp(compareApp({ folder }));
 * const [run] = await tested.call('compare', { data: 'routing-zh', modes: ['majority', 'nearest'] });
 * const shown = await tested.call('compare_watch', { run });
 * console.log(shown[0]); // done
 * ```
 */
export function compareApp(options: CompareAppOptions = {}): CompareApp {
  const { lang = 'auto', models: offered = [], otherModels = true } = options;
  const makeModel = modelMaker(offered, otherModels ? (options.makeModel ?? modelNamed) : undefined);
  const folder = resolve(options.folder ?? join('.modeshift', 'compare-app'));
  const jobs = openJobs(join(folder, 'jobs.db'), { keep: mostRuns });
  const dataSets = new DataSets(join(folder, 'data'));
  const parts: CompareParts = {
    dataSets,
    records: new RunRecords(join(folder, 'runs'), mostRuns),
    solutions: new KeptSolutions(),
    makeModel,
  };
  const sample = dataSets.bundled[0]!;
  const names = offered.map(({ name }) => name);
  const listed = {
    models: multiselect(names.length > 0 ? names : ['nano'], {
      optional: true,
      label: word('Models'),
      info: word('For the modes that need one.'),
    }),
  };
  const written = {
    other_models: text({
      optional: true,
      advanced: names.length > 0,
      label: names.length > 0 ? word('Other models') : word('Models'),
      info: word(
        'For the modes that need one: openai:gpt-5.4-mini, anthropic:…, local:Qwen/Qwen3-0.6B, nano. Several with commas.',
      ),
    }),
  };

  /** The run that is meant: of this user, the last one where none is named. */
  const runOf = async (id: string | undefined, user: User | undefined): Promise<string> => {
    const wanted = id?.trim();
    const run = wanted ? await jobs.get(wanted) : (await jobs.list({ job: 'compare', owner: user?.name, limit: 1 }))[0];
    if (run && run.job === 'compare' && run.owner === user?.name) return run.id;
    throw new ModeshiftError(
      { tag: 'not-found' },
      wanted ? `There is no run "${wanted}".` : 'There is no run yet: run a comparison first.',
    );
  };
  const runInput = text({ optional: true, label: word('Id of the run'), info: word('Left out: the last one.') });

  return app({
    title: word('Compare'),
    description: word(
      'Which way should you build it? Your task, once, in every mode: a prompt, retrieval, training. Quality, cost and speed side by side.',
    ),
    lang,
    translations,
    jobs,
    onClose: () => parts.solutions.release(),
  })
    .fn(
      'data',
      {
        label: word('Data'),
        description: word(
          'Bring a CSV, TSV, JSONL or JSON file with a column of texts and one of labels, or take a bundled task. What is odd about it is told before anything runs.',
        ),
        fills: 'compare',
        concurrency: 2,
        input: {
          bundled: dropdown(dataSets.bundled, {
            value: sample,
            label: word('Bundled task'),
            info: word('Taken where there is no file.'),
          }),
          train: file({ accept, optional: true, label: word('Your file') }),
          test: file({
            accept,
            optional: true,
            label: word('Test file'),
            info: word('Left out: a part of your file is held out.'),
          }),
          text_column: text({ optional: true, label: word('Text column'), info: word('Left out: found out.') }),
          label_column: text({ optional: true, label: word('Label column'), info: word('Left out: found out.') }),
          instruction: text({
            optional: true,
            advanced: true,
            label: word('Instruction'),
            info: word('For the modes that ask a model.'),
          }),
          split: slider({
            min: 0.1,
            max: 0.95,
            step: 0.05,
            value: 0.8,
            advanced: true,
            label: word('Share to train on'),
          }),
          limit: number({
            min: 1,
            integer: true,
            optional: true,
            advanced: true,
            label: word('At most examples'),
            info: word('Of training and of test examples, each.'),
          }),
          per_label: number({
            min: 1,
            integer: true,
            optional: true,
            advanced: true,
            label: word('Examples per label'),
            info: word('Training examples only.'),
          }),
          seed: number({ integer: true, value: 0, advanced: true, label: word('Seed') }),
          keep_leaks: checkbox({
            value: false,
            advanced: true,
            label: word('Keep leaks'),
            info: word('Training texts that stand in the test data, too.'),
          }),
        },
        output: {
          data: text({ label: word('Id of the data') }),
          summary: markdown({ label: word('Summary') }),
          warnings: markdown({ label: word('Warnings') }),
          preview: table({ label: word('Preview') }),
          labels: table({ label: word('Labels') }),
        },
      },
      async (input, ctx) => {
        const { train, test, bundled, text_column, label_column, instruction, seed } = input;
        const id = await dataSets.add(
          {
            source: train ? { train, test } : bundled,
            input: filled(text_column),
            label: filled(label_column),
            instruction: filled(instruction),
            split: train && !test ? input.split : undefined,
            limit: input.limit,
            perLabel: input.per_label,
            seed,
            keepLeaks: input.keep_leaks,
          },
          ctx.user,
        );
        return { data: id, ...shownData(await dataSets.read(id, ctx.user), ctx.language) };
      },
    )
    .job(
      'compare',
      {
        label: word('Run the comparison'),
        description: word(
          'Runs on its own: close the page and come back. What is done is kept, also when the server is stopped in between.',
        ),
        whenKilled: 'resume',
        examples: [
          { data: sample, modes: withoutModel },
          ...(otherModels
            ? [{ data: 'routing-en', modes: ['nearest', 'verbalized', 'head'], other_models: 'nano' }]
            : []),
        ],
        input: {
          data: text({
            value: sample,
            label: word('Id of the data'),
            info: word('Filled in by "Data"; the name of a bundled task will do, too.'),
          }),
          modes: multiselect(modeNames, {
            value: withoutModel,
            label: word('Modes'),
            info: word(
              'majority, nearest and scratch need no model. head, lora, full and soft-prompt train one that runs here.',
            ),
          }),
          ...(names.length > 0 ? listed : {}),
          ...(otherModels ? written : {}),
          concurrency: number({
            min: 1,
            max: 64,
            integer: true,
            value: 4,
            advanced: true,
            label: word('Calls at once'),
          }),
        },
        output: {
          about: markdown({ label: word('Task') }),
          results: table({ label: word('Results') }),
          verdict: markdown({ label: word('Verdict') }),
          chart: plot({ label: word('Quality against speed') }),
          curves: plot({ label: word('Training curves') }),
          disagreements: table({ label: word('Disagreements') }),
          report_html: file({ label: word('Report (HTML)') }),
          report_json: file({ label: word('Report (JSON)') }),
        },
        prepare: async (input, ctx): Promise<Comparison> => {
          const { data, modes, concurrency } = input;
          const comparison = {
            data: data.trim(),
            modes,
            models: modelNames(input.models, input.other_models),
            concurrency,
            language: ctx.language,
          };
          await dataSets.read(comparison.data, ctx.user);
          await disposeModels((await modesOf(comparison, makeModel)).models);
          await cancelSamples(jobs);
          return comparison;
        },
        // The id of data is its name and a number.
        runTitle: ({ data, modes, models }) =>
          [data.replace(/-[0-9a-f]{16}$/, ''), modes.join(', '), ...models].join(' · '),
      },
      (comparison, ctx) => runComparison(comparison, ctx, parts),
    )
    .fn(
      'examples',
      {
        label: word('Examples'),
        description: word(
          'The test examples of a run, with what each mode answered. Choose a row to put its text to every mode again.',
        ),
        trigger: ['submit', { after: 'compare' }],
        concurrency: 4,
        input: {
          show: dropdown(['disagreements', 'all', 'wrong everywhere'], { value: 'disagreements', label: word('Show') }),
          label: text({ optional: true, label: word('Label') }),
          limit: number({ min: 1, max: 5000, integer: true, value: 200, label: word('At most') }),
          run: runInput,
        },
        output: table({ label: word('Examples') }),
      },
      async ({ show, label, limit, run }, ctx) => {
        const id = await runOf(run, ctx.user);
        const report = await parts.records.report(id);
        const { data } = await parts.records.comparison(id);
        const { language } = ctx;
        const { task } = await dataSets.read(data, ctx.user);
        const texts = task.test.map(({ input }) => input.text);
        if (show !== 'disagreements')
          return answerTable(report, texts, language, { only: show, label: filled(label), limit });
        const found = disagreementTable(report, texts, language, Number.POSITIVE_INFINITY);
        const rows = filled(label) === undefined ? found.rows : found.rows.filter(row => row[2] === filled(label));
        return { ...found, rows: rows.slice(0, limit) };
      },
    )
    .fn(
      'ask',
      {
        label: word('Try a text'),
        description: word(
          'One text to every mode of a run at once. What was made in the run is used; after a restart it is made anew.',
        ),
        trigger: ['submit', { select: 'examples.output' }],
        input: { text: text({ minLength: 1, lines: 3, label: word('Text') }), run: runInput },
        output: table({ label: word('Answers') }),
        examples: [{ text: 'Where is my parcel?' }, { text: '我要退款' }],
      },
      async function* ({ text: given, run }, ctx) {
        yield* askModes(await runOf(run, ctx.user), given, ctx, parts);
      },
    )
    .fn(
      'sample',
      {
        label: word('The sample'),
        description: word(
          'Starts a bundled task in every mode, on nano, and gives the run; a further call gives the same run. It ends when a comparison is started.',
        ),
        output: { run: text({ label: word('Id of the run') }), status: text({ label: word('Status') }) },
      },
      async (_, { language, user }) => {
        const { id, status } = await startSample(jobs, makeModel, { language, user });
        return { run: id, status };
      },
    )
    .layout(
      tabs({
        [word('Data')]: 'data',
        [word('Compare')]: 'compare',
        [word('Look closer')]: column('examples', 'ask'),
      }),
    );
}

function shownData({ task, warnings, files }: Awaited<ReturnType<DataSets['read']>>, language: ReportLanguage) {
  const words = dynamicWords[language];
  const { train, test, labels = [] } = task;
  const count = (examples: typeof train, label: string): number => examples.filter(one => one.output === label).length;
  return {
    summary: words.summary({
      name: escaped(files.name),
      train: train.length,
      test: test.length,
      labels: labels.length,
      input: files.input,
      label: files.label,
    }),
    warnings:
      warnings.map(warning => `- ${escaped(describeWarning(warning, language))}`).join('\n') || words.noWarnings,
    preview: {
      columns: [words.text, words.label],
      rows: train.slice(0, 20).map(({ input, output }) => [input.text, output]),
    },
    labels: {
      columns: [words.label, words.train, words.test],
      rows: labels.map(label => [label, count(train, label), count(test, label)]),
    },
  };
}

/** What was written, or nothing where it is empty. */
function filled(value: string | undefined): string | undefined {
  return value?.trim() || undefined;
}
