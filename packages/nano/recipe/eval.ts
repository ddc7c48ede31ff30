// npm run eval:nano: prints what nano can do, and writes it into weights/evaluation.json and the model card.
// Options: --count N (held-out examples of each row and language, default 200), --folder F (another checkpoint, nothing is written),
// --run F (the averaged weights of a run that is not published, nothing is written), --only TEXT, --train (such examples as training sees, nothing is written), --wrong (prints wrong answers), --threads T.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LocalModel, local } from '@modeshift/local';
import { nanoDirectory } from '../src/nano-directory.ts';
import { answerOf, inTurns } from './evaluation/answers.ts';
import { examplesOf, rows } from './evaluation/rows.ts';
import { runCheckpoint } from './run-checkpoint.ts';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    folder: { type: 'string' },
    run: { type: 'string' },
    only: { type: 'string' },
    threads: { type: 'string' },
    wrong: { type: 'boolean' },
    train: { type: 'boolean' },
  },
});
const count = Number(options.count);
const packageFolder = dirname(import.meta.dirname);
const temporary = options.run === undefined ? undefined : mkdtempSync(join(tmpdir(), 'nano-run-'));
if (temporary) await runCheckpoint(options.run!, temporary);
const folder = options.folder ?? temporary ?? (await nanoDirectory());
const model = local(folder, options.threads ? { threads: Number(options.threads) } : {});
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

try {
  const table = await measureRows();
  const lines = tableLines(table);
  console.log(lines.join('\n'));
  if (!options.only) console.log(await speedLine(model));
  if (!options.folder && !options.run && !options.only && !options.train) write(table, lines);
} finally {
  await model.dispose();
  if (temporary) rmSync(temporary, { recursive: true, force: true });
}

interface Figures {
  readonly name: string;
  readonly aim?: number;
  readonly en: number;
  readonly zh: number;
}

async function measureRows(): Promise<Figures[]> {
  const table: Figures[] = [];
  for (const row of rows.filter(({ name, task }) => !options.only || `${task} ${name}`.includes(options.only))) {
    const shares: Record<string, number> = {};
    for (const language of ['en', 'zh'] as const) {
      const examples = examplesOf(row, language, count, options.train ? 'train' : 'heldOut');
      const answers = await inTurns(examples, 8, example => answerOf(model, example, row.decoding));
      const right = examples.filter((example, i) => row.right(example, answers[i]!));
      shares[language] = right.length / count;
      if (options.wrong)
        for (const [i, example] of examples.entries())
          if (!right.includes(example) && i < 40)
            console.log(
              JSON.stringify([example.messages.slice(-3, -1).map(one => one.content), example.answer, answers[i]]),
            );
    }
    table.push({ name: row.name, ...(row.aim === undefined ? {} : { aim: row.aim }), en: shares.en!, zh: shares.zh! });
    console.error(`${row.name}: ${percent(shares.en!)}, ${percent(shares.zh!)}`);
  }
  return table;
}

function tableLines(table: readonly Figures[]): string[] {
  const lines = [
    `| ${count} ${options.train ? 'training-like' : 'held-out'} examples each | English | Chinese | aim |`,
    '|---|---|---|---|',
  ];
  for (const { name, en, zh, aim } of table)
    lines.push(`| ${name} | ${percent(en)} | ${percent(zh)} | ${aim === undefined ? '' : `≥ ${100 * aim} %`} |`);
  return lines;
}

/** The time to the first token and tokens per second of answers one after another; depends on what else the machine does. */
async function speedLine(of: LocalModel): Promise<string> {
  const firsts: number[] = [];
  const rates: number[] = [];
  for (const example of examplesOf(rows.find(({ task }) => task === 'rewrite')!, 'en', 20)) {
    const start = performance.now();
    let first = 0;
    let last = 0;
    let pieces = 0;
    for await (const event of of.stream(
      { messages: example.messages.slice(0, -1), temperature: 0, maxTokens: 64 },
      {},
    )) {
      if (event.type !== 'text-delta') continue;
      last = performance.now();
      first ||= last;
      pieces++;
    }
    if (pieces < 4) continue;
    firsts.push(first - start);
    rates.push((1000 * (pieces - 1)) / (last - first));
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return `On this machine now, with everything else that runs on it: first token after ${median(firsts).toFixed(1)} ms, then ${Math.round(median(rates))} tokens/s (medians).`;
}

function write(table: readonly Figures[], lines: readonly string[]): void {
  const training = JSON.parse(readFileSync(join(packageFolder, 'weights', 'training.json'), 'utf8'));
  const { step, tokens, seconds } = training;
  writeFileSync(
    join(packageFolder, 'weights', 'evaluation.json'),
    `${JSON.stringify({ count, step, tokens, table }, null, 2)}\n`,
  );
  const card = join(packageFolder, 'README.md');
  const text = readFileSync(card, 'utf8');
  const said = `Printed by \`npm run eval:nano\` for the weights in this package: step ${step}, ${(tokens / 1e6).toFixed(1)} million tokens, ${(seconds / 3600).toFixed(1)} hours of training.`;
  writeFileSync(
    card,
    text.replace(
      /(<!-- figures -->\n)[\s\S]*(<!-- end of figures -->)/,
      (_, a: string, b: string) => `${a}\n${said}\n\n${lines.join('\n')}\n\n${b}`,
    ),
  );
}
