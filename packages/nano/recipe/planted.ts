// npm run planted:nano: how far each mode comes on the two planted tasks, in each language; writes the table into the model card.
// Options: --run F (the averaged weights of a run, nothing is written), --only TEXT, --threads T.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mode } from '@modeshift/core';
import { classificationTask } from '@modeshift/data';
import { compare, majority } from '@modeshift/eval';
import { full, lora } from '@modeshift/finetune';
import { local } from '@modeshift/local';
import { fewShot, prompted, softPrompt, verbalized } from '@modeshift/prompt-tuning';
import { nanoDirectory } from '../src/nano-directory.ts';
import { type NanoTask, nanoTasks } from '../src/nano-tasks.ts';
import { promptedShare, readPairs, tunedShare } from './evaluation/planted.ts';
import { runCheckpoint } from './run-checkpoint.ts';

const { values: options } = parseArgs({
  options: {
    run: { type: 'string' },
    only: { type: 'string' },
    threads: { type: 'string' },
  },
});
const packageFolder = dirname(import.meta.dirname);
const temporary = options.run === undefined ? undefined : mkdtempSync(join(tmpdir(), 'nano-run-'));
if (temporary) await runCheckpoint(options.run!, temporary);
const model = local(temporary ?? (await nanoDirectory()), options.threads ? { threads: Number(options.threads) } : {});
/** The columns, in the order of the table: a mode, and the share of test examples that it answers right. */
type Column = readonly [name: string, share: number];

/** Tasks with labels run through `compare`, as a user would run them. */
async function labelled(task: NanoTask): Promise<Column[]> {
  const examples = (file: string) => readPairs(file).map(([text, label]) => ({ text, label }));
  const { name, language, instruction } = task;
  const given = { name: `${name}-${language}`, instruction, train: examples(task.train), test: examples(task.test) };
  const modes: Mode<{ text: string }, string>[] = [
    majority(),
    prompted({ model, name: 'no example' }),
    verbalized({ model, name: 'verbalized' }),
    fewShot({ model, name: 'few-shot, generated', answer: 'generate' }),
    fewShot({ model, name: 'few-shot, scored' }),
    softPrompt({ model }),
    lora({ model }),
    full({ model }),
  ];
  const report = await compare(classificationTask(given), modes, { seed: 1, concurrency: () => 4 });
  return report.modes.map(one => [one.name, one.metrics.accuracy ?? Number.NaN]);
}

/** Tasks whose answer is a text: generated, and what is trained is trained through the trainer itself. */
async function written(task: NanoTask): Promise<Column[]> {
  const found: Column[] = [
    ['no example', await promptedShare(model, task, 0)],
    ['few-shot, generated', await promptedShare(model, task, 8)],
  ];
  for (const method of ['soft-prompt', 'lora', 'full'] as const)
    found.push([method, await tunedShare(model, task, method)]);
  return found;
}

const percent = (share: number | undefined): string => (share === undefined ? '' : `${(100 * share).toFixed(1)} %`);

/** One line for each mode, one column for each task and language. */
function tableLines(results: readonly { readonly task: NanoTask; readonly columns: readonly Column[] }[]): string[] {
  const names = [...new Set(results.flatMap(({ columns }) => columns.map(([name]) => name)))];
  const headings = results.map(({ task }) => `${task.name}, ${task.language === 'en' ? 'English' : 'Chinese'}`);
  return [
    `| mode | ${headings.join(' | ')} |`,
    `|---|${results.map(() => '---|').join('')}`,
    ...names.map(name => {
      const cells = results.map(({ columns }) => percent(columns.find(([one]) => one === name)?.[1]));
      return `| ${name} | ${cells.join(' | ')} |`;
    }),
  ];
}

try {
  const results: { task: NanoTask; columns: Column[] }[] = [];
  for (const task of nanoTasks) {
    if (options.only && !`${task.name}-${task.language}`.includes(options.only)) continue;
    const columns = await (task.labels ? labelled(task) : written(task));
    console.error(
      `${task.name}, ${task.language}: ${columns.map(([name, share]) => `${name} ${percent(share)}`).join(', ')}`,
    );
    results.push({ task, columns });
  }
  const lines = tableLines(results);
  console.log(lines.join('\n'));
  if (!options.run && !options.only) {
    const card = join(packageFolder, 'README.md');
    const text = readFileSync(card, 'utf8');
    const planted = /(<!-- planted -->\n)[\s\S]*(<!-- end of planted -->)/;
    writeFileSync(
      card,
      text.replace(planted, (_, a: string, b: string) => `${a}\n${lines.join('\n')}\n\n${b}`),
    );
  }
} finally {
  await model.dispose();
  if (temporary) rmSync(temporary, { recursive: true, force: true });
}
