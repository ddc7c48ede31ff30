// Reports on the way, modes that are not run again, and where modes disagree.
import { defineTask, labels, type Mode } from '@modeshift/core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { type CompareOptions, compare } from './compare.ts';
import { disagreements } from './disagreements.ts';
import type { Report } from './report.ts';
import { reportFigures } from './report-figures.ts';
import { reportTable } from './terminal/report-table.ts';

const names = ['退款', '物流', '账单'] as const;
const texts = ['退款一', '退款二', '物流一', '物流二', '账单一', '账单二'];
const task = defineTask({
  name: '工单',
  instruction: '说出主题。',
  input: z.string(),
  output: labels(names),
  examples: {
    train: names.map(name => ({ input: name, output: name })),
    test: texts.map(text => ({ input: text, output: text.slice(0, 2) as (typeof names)[number] })),
  },
});

const footprint = { trainedParameters: 0, totalParameters: undefined, bytes: 0, trainMs: 1, trainUsd: 0 };
let solved: string[] = [];
function mode(name: string, answer: (text: string) => string | undefined): Mode<string, (typeof names)[number]> {
  return {
    name,
    kind: 'api',
    async solve() {
      solved.push(name);
      const predict = async (text: string) => ({
        output: answer(text) as (typeof names)[number] | undefined,
        probabilities: { 退款: 0.5, 物流: 0.25, 账单: 0.25 },
        usd: 0.001,
      });
      return { footprint, predict, save: async () => {} };
    },
  };
}
const modes = [
  mode('right', text => text.slice(0, 2)),
  mode('always', () => '退款'),
  mode('silent', text => (text.endsWith('一') ? undefined : '账单')),
  mode('broken', () => {
    throw new Error('坏了');
  }),
];
/** Without what differs from run to run: times, and the verdict, which says who is faster. */
const lasting = (report: Report): unknown =>
  JSON.parse(
    JSON.stringify(report, (key, value) =>
      ['startedAt', 'elapsedMs', 'ms', 'latency', 'predictMs', 'solveMs', 'verdict'].includes(key) ? undefined : value,
    ),
  );

it('gives a report of those that have ended, each time one has', async () => {
  const reports: Report[] = [];
  const options: CompareOptions<string, string> = { predictions: true, replicates: 50 };
  const last = await compare(task, modes, { ...options, onReport: report => reports.push(report) });
  expect(reports.map(report => report.modes.map(row => row.name))).toEqual([
    ['right'],
    ['right', 'always'],
    ['right', 'always', 'silent'],
    ['right', 'always', 'silent', 'broken'],
  ]);
  expect(lasting(reports[3]!)).toEqual(lasting(last));
  expect(reports[3]!.verdict).toEqual(last.verdict);
  expect(lasting(reports[1]!)).toEqual(lasting(await compare(task, modes.slice(0, 2), options)));
});

it('runs no mode again that its steps know, and reports the same', async () => {
  const stored = new Map<string, string>();
  const step = async <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    if (!stored.has(name)) stored.set(name, JSON.stringify(await run()));
    return JSON.parse(stored.get(name)!) as Result;
  };
  const options = { predictions: true, replicates: 50 };
  solved = [];
  const first = await compare(task, modes, { ...options, step });
  const second = await compare(task, modes, { ...options, step });
  expect(solved).toEqual(['right', 'always', 'silent', 'broken']);
  expect(second.modes).toEqual(first.modes);
  expect(second.verdict).toEqual(first.verdict);
  expect(lasting(second)).toEqual(lasting(first));
  expect(lasting(first)).toEqual(lasting(await compare(task, modes, options)));
});

it('finds where modes disagree, the most divided first', async () => {
  const report = await compare(task, modes.slice(0, 3), { predictions: true, replicates: 50 });
  const found = disagreements(report);
  expect(found.map(({ index, right, answers }) => [texts[index], right, [...answers.values()]])).toEqual([
    ['退款一', 2, ['退款', '退款', undefined]],
    ['退款二', 2, ['退款', '退款', '账单']],
    ['物流一', 1, ['物流', '退款', undefined]],
    ['物流二', 1, ['物流', '退款', '账单']],
    ['账单一', 1, ['账单', '退款', undefined]],
    ['账单二', 2, ['账单', '退款', '账单']],
  ]);
  expect(disagreements(await compare(task, modes.slice(0, 1), { predictions: true }))).toEqual([]);
  expect(disagreements(await compare(task, modes.slice(0, 3)))).toEqual([]);
  const four = [...modes.slice(0, 2), mode('half', text => (text.endsWith('一') ? text.slice(0, 2) : '退款'))];
  const even = disagreements(await compare(task, [...four, modes[2]!], { predictions: true, replicates: 50 }));
  expect(even[0]).toMatchObject({ right: 2 });
  expect(even[0]!.answers.size).toBe(4);
});

it('has the figures of the terminal', async () => {
  const report = await compare(task, modes, { replicates: 50 });
  for (const language of ['en', 'zh'] as const) {
    const { columns, rows } = reportFigures(report, language);
    const shown = reportTable(report, { columns: 120, color: false, language });
    for (const row of rows) expect(row).toHaveLength(columns.length);
    for (const text of [columns[2]!, ...rows[0]!.slice(2)]) expect(shown).toContain(text);
  }
  const [right, , , broken] = reportFigures(report, 'zh').rows;
  expect(right!.slice(0, 3)).toEqual(['right', '完成', '100.0 [61.0–100.0]']);
  expect(broken!.slice(0, 3)).toEqual(['broken', '失败: 坏了', '']);
});
