// Detached runs: started, watched by several, left alone, cancelled, and at the end of the server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invalidInput } from '@modeshift/core';
import { memoryJobs, openJobs } from '@modeshift/jobs';
import { afterEach, expect, it } from 'vitest';
import { messagesOf, pause, post, start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { json } from './components/data.ts';
import { file } from './components/file.ts';
import { number } from './components/number.ts';
import { plot } from './components/shown.ts';
import { text } from './components/text.ts';
import type { JobContext } from './job-endpoints.ts';
import { serve } from './server/serve.ts';

afterEach(stopAll);

function training() {
  const next: (() => void)[] = [];
  const aborted: string[] = [];
  const page = app({ title: '训练' })
    .job(
      'train',
      {
        input: { steps: number({ value: 3, integer: true }) },
        output: { curve: plot(), verdict: text() },
        description: '训练一个模型',
      },
      async function* ({ steps }, ctx: JobContext) {
        ctx.signal.addEventListener('abort', () => aborted.push(ctx.run.id));
        ctx.log(`开始，${steps} 步`);
        const y: number[] = [];
        for (let step = 1; step <= steps; step++) {
          await new Promise<void>(resolve => {
            next.push(resolve);
            ctx.signal.addEventListener('abort', () => resolve());
          });
          if (ctx.signal.aborted) return;
          if (step === 13) throw invalidInput('第 13 步不吉利');
          ctx.progress(step, steps, { unit: 'steps' });
          y.push(1 / step);
          yield { curve: { series: [{ name: '损失', x: y.map((_, i) => i + 1), y: [...y] }] } };
        }
        ctx.log('结束', 'success');
        yield { verdict: '好' };
      },
    )
    .job('quick', { output: text() }, async () => '完成');
  return { page, aborted, step: () => next.shift()?.() };
}

async function run<Data = [string]>(
  url: string,
  name: string,
  data: unknown[] = [],
  headers: Record<string, string> = {},
): Promise<Data> {
  return ((await (await post(`${url}/gradio_api/run/${name}`, { data }, headers)).json()) as { data: Data }).data;
}
type Listed = [{ readonly data: readonly string[][] }];

async function watch(url: string, id: string, signal?: AbortSignal): Promise<Response> {
  const { event_id } = (await (await post(`${url}/gradio_api/call/train_watch`, { data: [id] })).json()) as {
    event_id: string;
  };
  return fetch(`${url}/gradio_api/call/train_watch/${event_id}`, signal ? { signal } : {});
}
const lastOf = (text: string): unknown[] => JSON.parse(/data: (.*)\n\n$/.exec(text)![1]!);

/** Reads until something was said; what it gives reads the rest, and gives all. */
async function reading(response: Promise<Response>, said: string): Promise<() => Promise<string>> {
  const pieces = (await response).body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes(said)) text += (await pieces.read()).value ?? '';
  return async () => {
    for (;;) {
      const { done, value } = await pieces.read();
      if (done) return text;
      text += value;
    }
  };
}

it('goes on without a reader; a reader who comes sees all so far, then follows', async () => {
  const { page, step } = training();
  const url = await start(page, { limits: { graceMs: 1 } });
  const [id] = await run(url, 'train');
  expect(id).toMatch(/^[0-9a-f]{24}$/);
  const leaving = new AbortController();
  const left = await watch(url, id, leaving.signal);
  step();
  const reader = left.body!.getReader();
  await reader.read();
  leaving.abort();
  await pause(50);
  step();
  await expect
    .poll(async () => (await run(url, 'train_runs'))[0])
    .toMatchObject({
      headers: ['run', 'status', 'started', 'ended'],
      data: [[id, 'running', expect.any(String), null]],
    });
  const readers = await Promise.all([reading(watch(url, id), '"running"'), reading(watch(url, id), '"running"')]);
  step();
  for (const rest of readers) {
    const text = await rest();
    expect(lastOf(text)).toEqual([
      'done',
      { done: 3, total: 3, label: 'steps' },
      '开始，3 步\nsuccess: 结束',
      {
        type: 'lines',
        plot: { series: [{ name: '损失', x: [1, 2, 3], y: [1, 0.5, 1 / 3] }], x_label: null, y_label: null },
      },
      '好',
    ]);
  }
  // Also when it is long over.
  expect(lastOf(await (await watch(url, id)).text())[0]).toBe('done');
});

it('sends only the new points of a curve', async () => {
  const { page, step } = training();
  const url = await start(page);
  const [id] = await run(url, 'train', [30]);
  const config = (await (await fetch(`${url}/config`)).json()) as { dependencies: { id: number; api_name: string }[] };
  const fn_index = config.dependencies.find(one => one.api_name === 'train_watch')!.id;
  await post(`${url}/gradio_api/queue/join`, { data: [id], fn_index, session_hash: 's' });
  const reading = fetch(`${url}/gradio_api/queue/data?session_hash=s`).then(messagesOf);
  for (let i = 0; i < 13; i++) {
    await pause(45);
    step();
  }
  const messages = await reading;
  const edits = messages.filter(one => one.msg === 'process_generating').slice(2) as {
    output: { data: unknown[][][] };
  }[];
  expect(edits[3]!.output.data[3]!.every(([action, path]) => action === 'add' && /,[xy],\d+$/.test(String(path)))).toBe(
    true,
  );
  expect(messages.at(-2)).toMatchObject({
    output: { data: ['第 13 步不吉利', expect.anything(), '开始，30 步', expect.anything(), null] },
  });
});

it('is cancelled by its own function, and waits for its turn', async () => {
  const { page, aborted, step } = training();
  const url = await start(page);
  const [first] = await run(url, 'train');
  const [second] = await run(url, 'train');
  const [third] = await run(url, 'train');
  expect(await run(url, 'train_cancel', [second])).toEqual(['cancelled']);
  await run(url, 'train_cancel', [first]);
  expect(aborted).toEqual([first]);
  const statuses = async () => (await run<Listed>(url, 'train_runs'))[0].data.map(row => row[1]);
  await expect.poll(statuses).toEqual(['running', 'cancelled', 'cancelled']);
  for (let i = 0; i < 3; i++) {
    step();
    step();
    await pause(10);
  }
  await expect.poll(statuses).toEqual(['done', 'cancelled', 'cancelled']);
  expect(third).not.toBe(first);
  const unknown = await post(`${url}/gradio_api/run/train_watch`, { data: ['000'] });
  expect(await unknown.json()).toMatchObject({ error: 'There is no run "000" of "train".' });
});

it('is refused where too many wait, and taken again when there is room', async () => {
  let end = (): void => {};
  const page = app({ title: '训练' }).job('train', { output: text(), maxWaiting: 1 }, async (_, ctx: JobContext) => {
    await new Promise<void>(resolve => {
      end = resolve;
      ctx.signal.addEventListener('abort', () => resolve());
    });
    return '好';
  });
  const url = await start(page);
  const begin = async () =>
    (await post(`${url}/gradio_api/run/train`, { data: [] })).json() as Promise<{ data?: [string]; error?: string }>;
  const statuses = async () => (await run<Listed>(url, 'train_runs'))[0].data.map(row => row[1]);
  await begin();
  await expect.poll(statuses).toEqual(['running']);
  await begin();
  expect((await begin()).error).toBe('As many runs of "train" wait as may (1). Try again when some are over.');
  expect(await statuses()).toEqual(['waiting', 'running']);
  end();
  await expect.poll(statuses).toEqual(['running', 'done']);
  expect((await begin()).data).toHaveLength(1);
  expect(await statuses()).toHaveLength(3);
});

it('belongs to who started it', async () => {
  const { page } = training();
  const url = await start(page, { auth: { identify: asked => ({ name: asked.headers.get('x-user')! }) } });
  const [mei, li] = [{ 'x-user': 'mei' }, { 'x-user': 'li' }];
  const [id] = await run(url, 'quick', [], mei);
  expect((await run<Listed>(url, 'quick_runs', [], mei))[0].data).toHaveLength(1);
  expect((await run<Listed>(url, 'quick_runs', [], li))[0].data).toHaveLength(0);
  expect((await post(`${url}/gradio_api/run/quick_cancel`, { data: [id] }, li)).status).toBe(500);
  expect(await run(url, 'quick_watch', [id], mei)).toEqual(['done', null, '', '完成']);
});

it('keeps the last runs and the last lines', async () => {
  const jobs = memoryJobs({ keep: 2, maxLogLines: 3 });
  const page = app({ title: '记', jobs }).job('note', { output: text() }, async (_, ctx) => {
    for (let i = 1; i <= 5; i++) ctx.log(`第 ${i} 行`);
    return '好';
  });
  const url = await start(page);
  for (let i = 0; i < 4; i++) await run(url, 'note');
  await expect.poll(async () => (await jobs.list()).map(one => one.status)).toEqual(['done', 'done']);
  const [last] = await jobs.list();
  expect((await run(url, 'note_watch', [last!.id]))[2 as 0]).toBe('第 3 行\n第 4 行\n第 5 行');
});

it('is cancelled when the server ends', async () => {
  const { page, aborted } = training();
  const server = await serve(page, { port: 0 });
  const [id] = await run(server.url, 'train');
  await server.close({ graceMs: 0 });
  expect(aborted).toEqual([id]);
});

it('goes on after the server was stopped, and gives out the files of a run that is over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-ui-jobs-'));
  const computed: string[] = [];
  let isOpen = false;
  const page = () =>
    app({ title: '记', jobs: openJobs(join(folder, 'jobs.db')) }).job(
      'index',
      {
        input: { words: text(), more: json() },
        output: { report: file(), picked: json() },
        whenKilled: 'resume',
        prepare: async ({ words, more }) => ({ words, more, letters: [...words].length }),
        runTitle: ({ words, letters }) => `${words} (${letters})`,
      },
      async ({ words, more }, ctx) => {
        const report = await ctx.step('数', () => {
          computed.push(words);
          return `${words}：${[...words].length}`;
        });
        if (!isOpen) await new Promise(resolve => ctx.signal.addEventListener('abort', resolve));
        return { report: { name: '报告.txt', data: new TextEncoder().encode(report) }, picked: more };
      },
    );
  try {
    const first = await serve(page(), { port: 0 });
    // What looks like a mark of ours is data like any other: it reads no file.
    const more = { $modeshift: 'local-file', value: { path: join(folder, 'jobs.db'), name: 'x' } };
    const [id] = await run(first.url, 'index', ['知识库', more]);
    await expect.poll(() => computed).toEqual(['知识库']);
    await first.close();
    isOpen = true;
    await using second = await serve(page(), { port: 0 });
    const call = { data: [id] };
    await expect.poll(async () => (await run<string[]>(second.url, 'index_watch', [id]))[0]).toBe('done');
    const watched = await post(`${second.url}/gradio_api/run/index_watch`, call);
    const { data } = (await watched.json()) as { data: [string, null, string, { url: string }, unknown] };
    expect(await (await fetch(data[3].url)).text()).toBe('知识库：3');
    expect(data[4]).toEqual(more);
    expect(computed).toEqual(['知识库']);
    const [{ data: runs }] = await run<Listed>(second.url, 'index_runs');
    expect(runs.map(row => [row[0], row[4]])).toEqual([[id, '知识库 (3)']]);
    const again = await post(`${second.url}/gradio_api/run/index_retry`, call);
    expect(await again.json()).toMatchObject({ error: expect.stringContaining('is done') });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('checks and prepares in the call that starts', async () => {
  const page = app({ title: '备', state: () => ({ prefix: '前缀' }) }).job(
    'write',
    {
      input: { words: text() },
      output: text(),
      prepare: async ({ words }, ctx) => {
        if (words === '') throw invalidInput('请写点什么。');
        return { characters: [...`${ctx.session.state.prefix}${words}`] };
      },
    },
    async ({ characters }) => characters.join('·'),
  );
  const url = await start(page);
  const refused = await post(`${url}/gradio_api/run/write`, { data: [''] });
  expect(await refused.json()).toMatchObject({ error: '请写点什么。' });
  expect((await run<Listed>(url, 'write_runs'))[0].data).toEqual([]);
  const [id] = await run(url, 'write', ['字']);
  expect(await run(url, 'write_watch', [id])).toEqual(['done', null, '', '前·缀·字']);
});
