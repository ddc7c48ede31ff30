// The app from a file to a report: through HTTP and @gradio/client, cancelled, killed, and beside the command line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModel } from '@modeshift/core';
import type { Report } from '@modeshift/eval';
import { scriptedModel } from '@modeshift/testing';
import { type TestedApp, testApp } from '@modeshift/ui/testing';
import { runCli } from 'modeshift';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { compareApp } from './compare-app.ts';

// Processes and pages are started, on whatever machine this is.
vi.setConfig({ testTimeout: 180_000 });
const folder = mkdtempSync(join(tmpdir(), 'modeshift-compare-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ends: AsyncDisposable[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end[Symbol.asyncDispose]();
});

let made = 0;
async function tested(options: Parameters<typeof compareApp>[0] = {}): Promise<TestedApp> {
  const one = await testApp(compareApp({ folder: join(folder, String(++made)), ...options }));
  ends.push(one);
  return one;
}
type Shown = { headers: string[]; data: (string | number | null)[][] };

/** A task that every mode can get mostly right, in two languages, with a leak, a repeated row and an empty one. */
const rows = (count: number, from: number): string[] =>
  Array.from({ length: count }, (_, i) => [
    `第 ${from + i} 次要退款，订单有误,退款`,
    `包裹 ${from + i} 还没到，物流太慢,物流`,
    `invoice ${from + i} is wrong,账单`,
  ]).flat();
const trainCsv = ['内容,类别', ...rows(20, 1), ...rows(1, 1), ',退款', ...rows(1, 100)].join('\n');
const testCsv = ['内容,类别', ...rows(8, 100)].join('\n');

async function uploaded(app: TestedApp, name: string, text: string): Promise<unknown> {
  const body = new FormData();
  body.append('files', new Blob([text]), name);
  const [path] = (await (await fetch(`${app.url}/gradio_api/upload`, { method: 'POST', body })).json()) as string[];
  return { path, orig_name: name, meta: { _type: 'gradio.FileData' } };
}

/** All that a run shows, to its end. */
async function watched(app: TestedApp, run: unknown): Promise<unknown[][]> {
  const seen: unknown[][] = [];
  for await (const values of app.stream('compare_watch', { run })) seen.push([...values]);
  return seen;
}

it('takes a file, tells what is odd, compares, shows where modes disagree and writes what the command line writes', async () => {
  const app = await tested({ lang: 'zh' });
  const [train, test] = [await uploaded(app, '工单.csv', trainCsv), await uploaded(app, 'test.csv', testCsv)];
  const [data, summary, warnings, preview, labels] = (await app.call('data', { train, test, seed: 3 })) as [
    string,
    string,
    string,
    Shown,
    Shown,
  ];
  expect(summary).toBe('**工单**：训练样本 63 条，测试样本 24 条，标签 3 个。文本来自 `内容` 列，标签来自 `类别` 列。');
  expect(warnings).toMatch(/1 行没有文本/);
  expect(warnings).toMatch(/3 行训练数据的文本也出现在测试数据中/);
  expect(preview.data[0]).toEqual(['第 1 次要退款，订单有误', '退款']);
  expect(labels).toMatchObject({ headers: ['标签', '训练', '测试'], data: expect.arrayContaining([['退款', 21, 8]]) });

  const modes = ['majority', 'nearest'];
  const [run] = await app.call('compare', { data, modes });
  const seen = await watched(app, run);
  const [status, progress, , about, results, verdict, chart, , disagreements, html, json] = seen.at(-1)! as [
    string,
    { done: number; total: number },
    string,
    string,
    Shown,
    string,
    { plot: { series: { name: string }[] } },
    unknown,
    Shown,
    { url: string; orig_name: string },
    { url: string },
  ];
  expect(status).toBe('done');
  expect(progress).toMatchObject({ done: 2, total: 2 });
  expect(about).toBe('**工单**：训练样本 63 条，测试样本 24 条');
  expect(results.headers.slice(0, 3)).toEqual(['模式', '状态', '准确率 %']);
  expect(results.data.map(row => row.slice(0, 2))).toEqual([
    ['majority', '完成'],
    ['nearest', '完成'],
  ]);
  expect(verdict).toContain('nearest');
  expect(chart.plot.series.map(({ name }) => name)).toEqual(modes);
  expect(disagreements.headers).toEqual(['#', 'text', 'expected', ...modes]);
  expect(disagreements.data).toHaveLength(16);
  expect(String(disagreements.data[0]![4])).toMatch(/^✓ /);
  expect(html.orig_name).toBe('工单.html');
  expect(await (await fetch(html.url)).text()).toMatch(/^<!doctype html>\n<html lang="zh-Hans">/);
  const report = (await (await fetch(json.url)).json()) as Report;

  // The command line, on the same files.
  writeFileSync(join(folder, '工单.csv'), trainCsv);
  writeFileSync(join(folder, 'test.csv'), testCsv);
  const sink = { write: () => true };
  const file = (name: string): string => join(folder, name);
  const columns = ['--input', '内容', '--label', '类别', '--test', file('test.csv'), '--seed', '3', '--lang', 'zh'];
  const places = ['--modes', modes.join(','), '--quiet', '--json', file('cli.json'), '--html', file('cli.html')];
  expect(await runCli(['compare', file('工单.csv'), ...columns, ...places], { stdout: sink, stderr: sink })).toBe(0);
  const theirs = JSON.parse(readFileSync(file('cli.json'), 'utf8')) as Report;
  expect(Object.keys(report)).toEqual(Object.keys(theirs));
  expect(Object.keys(report.modes[1]!)).toEqual(Object.keys(theirs.modes[1]!));
  const figures = ({ modes, paired, verdict, data, task }: Report) => ({
    paired,
    task,
    best: verdict.best,
    counts: data.labelCounts,
    modes: modes.map(({ name, metrics, intervals, confusions }) => ({ name, metrics, intervals, confusions })),
  });
  expect(figures(report)).toEqual(figures(theirs));
  expect(
    report.data.notes.map(note => note.replace(/"Keep leaks"|--keep-leaks/, '…').replace(/^train\.csv/, '工单.csv')),
  ).toEqual(theirs.data.notes.map(note => note.replace(/"Keep leaks"|--keep-leaks/, '…')));

  const all = (await app.call('examples', { show: 'all', label: '账单' }))[0] as Shown;
  expect(all.data).toHaveLength(8);
  expect(all.data.every(row => row[2] === '账单')).toBe(true);
  expect(((await app.call('examples', { show: 'wrong everywhere' }))[0] as Shown).data).toEqual([]);
  const [answers] = (await app.call('ask', { text: '我的包裹 7 呢，物流' })) as [Shown];
  expect(answers.data[1]!.slice(0, 2)).toEqual(['nearest', '物流']);
  expect(app.hiddenErrors).toEqual([]);
});

it('asks models of several names, refuses what cannot run before it begins, and speaks English', async () => {
  const asked: string[] = [];
  const makeModel = async (name: string): Promise<LanguageModel> => {
    asked.push(name);
    return scriptedModel({
      reply: ({ messages }) => {
        const text = JSON.stringify(messages.at(-1));
        if (text.includes('broken')) throw new Error('/srv/models/小明 with sk-proj-0123456789abcdef');
        return /parcel|包裹/.test(text) ? 'delivery' : 'billing';
      },
    });
  };
  const app = await tested({ lang: 'en', makeModel });
  const lines = Array.from(
    { length: 12 },
    (_, i) => `{"text":"parcel ${i}","topic":"delivery"}\n{"text":"bill ${i}","topic":"billing"}`,
  );
  const train = await uploaded(app, `${'库'.repeat(39)}𠮷.jsonl`, lines.join('\n'));
  const [data, summary] = await app.call('data', { train, split: 0.5 });
  expect(summary).toContain('Texts from `text`, labels from `topic`');

  const refused = (input: object) => app.call('compare', { data, ...input } as never);
  await expect(refused({ modes: [] })).rejects.toThrow(/Choose at least one mode/);
  await expect(refused({ modes: ['prompted'] })).rejects.toThrow(/needs a model\. Add "Models": provider:id/);
  await expect(refused({ modes: ['lora'], other_models: 'small' })).rejects.toThrow(/cannot be trained here/);
  await expect(refused({ data: 'nowhere', modes: ['majority'] })).rejects.toThrow(/There is no data "nowhere"/);
  await expect(refused({ data: '../jobs', modes: ['majority'] })).rejects.toThrow(/There is no data/);
  expect(((await app.call('compare_runs'))[0] as Shown).data).toEqual([]);

  const client = await app.connect();
  const started = await client.predict('/compare', {
    data,
    modes: ['majority', 'prompted'],
    other_models: 'small, large',
  });
  const seen = await watched(app, started.data[0]);
  expect(seen.at(-1)![0]).toBe('done');
  const results = seen.at(-1)![4] as Shown;
  expect(results.data.map(row => row[0])).toEqual(['majority', 'prompted · small', 'prompted · large']);
  expect(results.data[1]![2]).toBe('100.0 [75.8–100.0]');
  expect(new Set(asked)).toEqual(new Set(['small', 'large']));
  const [answers] = (await app.call('ask', { text: 'another parcel' })) as [Shown];
  expect(answers.data.map(row => row[1])).toEqual([expect.any(String), 'delivery', 'delivery']);
  const log = vi.spyOn(console, 'error').mockReturnValue(undefined);
  const [broken] = (await app.call('ask', { text: 'broken' })) as [Shown];
  expect(broken.data.slice(1).map(row => row[1])).toEqual(['✗ no answer', '✗ no answer']);
  expect(JSON.stringify(log.mock.calls.map(([words]) => words))).toContain('prompted · small');
  log.mockRestore();
  expect(app.hiddenErrors).toEqual([]);
});

it('makes no model of a path or a package, and none that is not in the list', async () => {
  const open = await tested();
  const evil = join(folder, 'evil.mjs');
  writeFileSync(evil, 'globalThis.wasRun = true; export const providers = [];');
  for (const models of [
    `${evil}:x`,
    './evil.mjs:x',
    'vitest:x',
    'gradio:http://127.0.0.1:9',
    folder,
    'file:///x',
    ':',
    '模型',
  ])
    await expect(open.call('compare', { modes: ['prompted'], other_models: models })).rejects.toThrow(/names no model/);
  expect((globalThis as { wasRun?: boolean }).wasRun).toBeUndefined();
  const make = () => scriptedModel({ reply: () => '好' });
  const listed = await tested({ models: [{ name: '甲', make }], otherModels: false });
  const called = (models: string[]) => listed.call('compare', { modes: ['majority'], models } as never);
  await expect(called(['openai:gpt-5.4-mini'])).rejects.toThrow();
  expect(await called(['甲'])).toHaveLength(1);
  const both = await tested({ models: [{ name: '甲', make }], makeModel: async () => make() });
  const chosen = { modes: ['prompted'], models: ['甲'], other_models: '乙' };
  const [run] = await both.call('compare', { data: 'routing-zh', ...chosen } as never);
  for await (const values of both.stream('compare_watch', { run })) {
    const rows = (values[4] as Shown | null)?.data.map(row => row[0]);
    if (!rows) continue;
    expect(rows).toEqual(['prompted · 甲', 'prompted · 乙']);
    break;
  }
  await both.call('compare_cancel', { run: run as string });
});

it('keeps what is done when it is cancelled, stopped and started anew', async () => {
  const place = join(folder, 'kept');
  let calls = 0;
  let isSlow = true;
  const makeModel = async (): Promise<LanguageModel> =>
    scriptedModel({
      reply: async () => {
        calls++;
        if (isSlow && calls > 5) await new Promise(resolve => setTimeout(resolve, 60_000).unref());
        return '云雀组';
      },
    });
  const first = await testApp(compareApp({ folder: place, makeModel }));
  ends.push(first);
  const input = { data: 'routing-zh', modes: ['majority', 'nearest', 'prompted'], other_models: 'any', concurrency: 1 };
  const [run] = await first.call('compare', input);
  const rowsSeen = async (app: TestedApp): Promise<(string | number | null)[][]> => {
    for await (const values of app.stream('compare_watch', { run })) {
      const shown = values[4] as Shown | null;
      if (shown && shown.data[2]?.[1] !== 'waiting') return shown.data;
    }
    return [];
  };
  await expect.poll(async () => calls, { timeout: 30_000 }).toBeGreaterThan(5);
  const before = await rowsSeen(first);
  expect(before[1]![1]).toBe('complete');
  expect(before[2]![1]).toMatch(/predicting|solving/);
  await first.stop();
  const callsBefore = calls;

  isSlow = false;
  const second = await testApp(compareApp({ folder: place, makeModel }));
  ends.push(second);
  const seen = await watched(second, run);
  expect(seen.at(-1)![0]).toBe('done');
  const after = (seen.at(-1)![4] as Shown).data;
  // What was measured the first time, times included, is what stands there now.
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  expect(after[2]![1]).toBe('complete');
  expect(calls).toBeGreaterThanOrEqual(callsBefore + 120);

  isSlow = true;
  const [cancelled] = await second.call('compare', input);
  await expect.poll(async () => calls, { timeout: 30_000 }).toBeGreaterThan(callsBefore + 120);
  await second.call('compare_cancel', { run: cancelled! as string });
  const end = (await watched(second, cancelled)).at(-1)!;
  expect(end[0]).toBe('cancelled');
  expect((end[4] as Shown).data.map(row => row[1])).toEqual([
    'complete',
    'complete',
    expect.stringMatching(/partial|cancelled/),
  ]);
  expect(second.hiddenErrors).toEqual([]);
});

it('begins its sample once in each language, and ends it when somebody compares', async () => {
  let isSlow = true;
  let calls = 0;
  // A model that only answers: the modes that score or train leave it out.
  const makeModel = async (name: string): Promise<LanguageModel> => {
    expect(name).toBe('nano');
    return scriptedModel({
      reply: async () => {
        calls++;
        if (isSlow) await new Promise(resolve => setTimeout(resolve, 60_000).unref());
        return '云雀组';
      },
    });
  };
  const app = await tested({ makeModel });
  const sample = async (language: string): Promise<unknown[]> => {
    const headers = { 'accept-language': language };
    const response = await fetch(`${app.url}/gradio_api/run/sample`, { method: 'POST', headers, body: '{"data":[]}' });
    return ((await response.json()) as { data: unknown[] }).data;
  };
  const [[run], [again]] = [await sample('zh-CN'), await sample('zh')];
  expect(again).toBe(run);
  await expect.poll(() => calls, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(await sample('zh')).toEqual([run, 'running']);
  const [english, waits] = await sample('en-GB');
  expect([english === run, waits]).toEqual([false, 'waiting']);

  const [wanted] = await app.call('compare', { data: 'routing-zh', modes: ['majority', 'nearest'] });
  expect((await watched(app, wanted)).at(-1)![0]).toBe('done');
  expect([await sample('zh'), await sample('en')]).toEqual([
    [run, 'cancelled'],
    [english, 'cancelled'],
  ]);
  const shown = (await watched(app, run)).at(-1)![4] as Shown;
  expect(shown.data.slice(0, 2).map(row => row.slice(0, 2))).toEqual([
    ['majority', '完成'],
    ['nearest', '完成'],
  ]);
  expect(shown.data.map(row => row[0])).toEqual(expect.arrayContaining(['prompted', 'few-shot', 'scratch']));
  // Whoever wants the rest has it begun again, and nobody's comparison ends that.
  const [retried] = await app.call('compare_retry', { run: run as string });
  for await (const [status] of app.stream('compare_watch', { run: retried })) if (status === 'running') break;
  const [next] = await app.call('compare', { data: 'routing-zh', modes: ['majority'] });
  const [{ data: runs }] = (await app.call('compare_runs')) as [Shown];
  expect(runs.slice(0, 2).map(row => row.slice(0, 2))).toEqual([
    [next, 'waiting'],
    [retried, 'running'],
  ]);
  isSlow = false;
  await app.call('compare_cancel', { run: retried as string });
  expect(app.hiddenErrors).toEqual([]);
});

it('goes on after kill -9, with the modes that were done', async () => {
  // In a process of its own, as visitors start it, with the page of this repository's sources.
  const app = await testApp({
    script: join(import.meta.dirname, 'main.ts'),
    nodeArgs: ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'],
    args: ['--no-open'],
    cwd: mkdtempSync(join(folder, 'killed-')),
  });
  ends.push(app);
  const modes = ['majority', 'nearest', 'scratch'];
  const [data] = await app.call('data', { bundled: 'routing-zh', per_label: 30 });
  const [run] = await app.call('compare', { data: data as string, modes });
  const shownOf = async (isWanted: (rows: Shown['data'], status: unknown) => boolean): Promise<Shown['data']> => {
    for await (const values of app.stream('compare_watch', { run })) {
      const rows = (values[4] as Shown | null)?.data;
      if (rows && isWanted(rows, values[0])) return rows;
    }
    throw new Error('The run ended without showing it.');
  };
  const before = await shownOf(rows => /^(training|solving)/.test(String(rows[2]?.[1])));
  await app.kill();
  await app.start();
  const after = await shownOf((_, status) => status === 'done');
  expect(after.map(row => row[1])).toEqual(['complete', 'complete', 'complete']);
  // With the times that were measured before the kill; what was trained is a column of its own once something was.
  expect(after.slice(0, 2).map(row => row.slice(0, 9))).toEqual(before.slice(0, 2));
  const [runs] = (await app.call('compare_runs')) as [Shown];
  expect(runs.data.map(row => row.slice(0, 2))).toEqual([[run, 'done']]);
});
