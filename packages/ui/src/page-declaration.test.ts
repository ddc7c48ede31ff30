// What a declaration says to the page: what follows what, what stands beside an answer, files by the dozen, feedback.
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { scriptedModel } from '@modeshift/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../page/src/wire/config.ts';
import { post, start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { citations } from './components/citations.ts';
import { table } from './components/data.ts';
import { files } from './components/file.ts';
import { number } from './components/number.ts';
import { text } from './components/text.ts';
import type { Feedback } from './server/feedback.ts';
import { PageFiles } from './server/page-files.ts';

afterEach(stopAll);

const configOf = async (url: string): Promise<Config> => (await (await fetch(`${url}/config`)).json()) as Config;
const call = async (url: string, name: string, data: unknown[]): Promise<unknown[]> =>
  (await (await post(`${url}/gradio_api/run/${name}`, { data })).json()).data;

async function upload(url: string, names: readonly string[]): Promise<string[]> {
  const body = new FormData();
  for (const name of names) body.append('files', new File([name], name, { type: 'text/plain' }));
  return (await (await fetch(`${url}/gradio_api/upload`, { method: 'POST', body })).json()) as string[];
}

describe('what follows what', () => {
  const documents = () =>
    app({ title: '文档' })
      .fn('list', { output: { rows: table() }, trigger: ['load', { after: 'add' }] }, async () => ({
        rows: { columns: ['id'], rows: [['甲']] },
      }))
      .fn('open', { input: { id: text() }, output: text(), trigger: { select: 'list.rows' } }, async ({ id }) => id)
      .fn(
        'add',
        { input: { n: number({ advanced: true }) }, trigger: { after: 'open' }, fills: 'open' },
        async () => {},
      );

  it('is told to the page, and to Gradio’s clients in their own way', async () => {
    const { modeshift, dependencies, components } = await configOf(await start(documents()));
    expect(modeshift.functions.map(({ triggers, fills }) => [...triggers, fills])).toEqual([
      ['load', { after: 'add' }, null],
      [{ select: 'list.rows' }, null],
      [{ after: 'open' }, 'open'],
    ]);
    const rows = components.find(one => one.modeshift.name === 'rows')!;
    expect(dependencies[0]).toMatchObject({
      targets: [
        [null, 'load'],
        [null, 'success'],
      ],
      trigger_after: 3,
    });
    expect(dependencies[1]).toMatchObject({ targets: [[rows.id, 'select']], trigger_after: null });
    expect(dependencies[2]).toMatchObject({
      targets: [[null, 'success']],
      trigger_after: 2,
      trigger_only_on_success: true,
    });
    expect(components.find(one => one.modeshift.name === 'n')!.modeshift.advanced).toBe(true);
  });

  it('must be there', () => {
    const page = () => documents();
    const wrong = [
      [page().fn('a', { trigger: { after: 'nobody' } }, async () => {}), /comes after "nobody"/],
      [page().fn('a', { trigger: { select: 'list.cells' } }, async () => {}), /"list.cells" is no output/],
      [page().fn('a', { trigger: { select: 'open.output' } }, async () => {}), /it is text, not a table/],
      [page().fn('a', { trigger: ['load', { after: 'nobody' }] }, async () => {}), /comes after/],
      [page().fn('a', { fills: 'nobody' }, async () => {}), /fills "nobody"/],
    ] as const;
    for (const [one, message] of wrong) expect(() => one.definition).toThrow(message);
    expect(() => page().fn('a', { trigger: [] }, async () => {})).toThrow(/empty list/);
    // @ts-expect-error an output is named with its function
    page().fn('a', { trigger: { select: 'list' } }, async () => {});
  });
});

describe('beside an answer', () => {
  it('a handler gives passages and text in pieces', async () => {
    const passage = { title: '手册', text: '三十天内可以退货。', quote: '三十天内', url: 'https://example.org/a' };
    const page = app({ title: '问' }).chat('ask', { outputs: { sources: citations() } }, async function* () {
      yield '可以 ';
      yield { sources: [passage, { title: '别的', text: '…' }] };
      yield { text: '[1](#cite-1)' };
    });
    expect(await call(await start(page), 'ask', ['能退货吗'])).toEqual([
      '可以 [1](#cite-1)',
      [
        { number: 1, ...passage },
        { number: 2, title: '别的', text: '…' },
      ],
    ]);
    // @ts-expect-error passages have a text
    app({ title: '问' }).chat('ask', { outputs: { sources: citations() } }, async function* () {
      yield { sources: [{ title: '手册' }] };
    });
  });

  it('refuses outputs that a model could not give, and names that are taken', () => {
    const model = scriptedModel({ reply: () => '' });
    expect(() => app({ title: '问' }).chat('a', { model, outputs: { sources: citations() } })).toThrow(/for a handler/);
    expect(() => app({ title: '问' }).chat('a', { outputs: { answer: text() } }, async function* () {})).toThrow(
      /cannot be called "answer"/,
    );
  });
});

describe('several files', () => {
  const page = () =>
    app({ title: '多' })
      .fn('names', { input: { sources: files({ accept: ['.txt'] }) }, output: files() }, async ({ sources }) => sources)
      .chat('chat', {
        model: scriptedModel({ reply: ({ messages }) => String(messages.at(-1)!.content.length) }),
        attachments: ['.txt'],
      });

  it('come in a list, or one alone, and go back', async () => {
    const url = await start(page());
    const paths = await upload(url, ['甲.txt', '乙.txt']);
    const names = async (sent: unknown) =>
      ((await call(url, 'names', [sent]))[0] as { orig_name: string }[]).map(one => one.orig_name);
    expect(await names(paths.map(path => ({ path })))).toEqual(['甲.txt', '乙.txt']);
    expect(await names({ path: paths[0] })).toEqual(['甲.txt']);
    expect(await names(null)).toEqual([]);
    const other = await upload(url, ['丙.csv']);
    expect((await post(`${url}/gradio_api/run/names`, { data: [[{ path: other[0] }]] })).status).toBe(422);
  });

  it('all reach the model', async () => {
    const url = await start(page());
    const paths = await upload(url, ['甲.txt', '乙.txt']);
    expect(await call(url, 'chat', ['看', [], paths.map(path => ({ path }))])).toEqual(['3']);
  });
});

describe('feedback', () => {
  const page = () => app({ title: '评' }).chat('chat', { model: scriptedModel({ reply: () => '好' }) });
  const given = {
    fn: 'chat',
    rating: 'good',
    comment: '不错',
    messages: [{ role: 'user', content: '在吗', secret: 1 }],
  };

  it('is added to a file, a line each, as it was checked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'feedback-'));
    const file = join(folder, '评价.jsonl');
    const url = await start(page(), { feedback: file, auth: { users: { 小明: '密码' } } });
    expect((await post(`${url}/feedback`, given)).status).toBe(401);
    const login = await fetch(`${url}/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: '小明', password: '密码' }),
    });
    const headers = { cookie: login.headers.getSetCookie()[0]!.split(';')[0]! };
    expect((await (await fetch(`${url}/config`, { headers })).json()).modeshift.takesFeedback).toBe(true);
    await Promise.all([1, 2, 3].map(() => post(`${url}/feedback`, given, headers)));
    for (const wrong of [
      { ...given, fn: 'nobody' },
      { ...given, rating: 'great' },
      { ...given, comment: 1 },
      { ...given, messages: [{ role: 'system', content: '' }] },
      { ...given, messages: undefined },
      { ...given, messages: [{ role: 'user', content: '长'.repeat(1_000_001) }] },
    ])
      expect((await post(`${url}/feedback`, wrong, headers)).status).toBe(400);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(3);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    truncateSync(file, 1e9 + 1);
    expect((await post(`${url}/feedback`, given, headers)).status).toBe(413);
    const { at, ...rest } = JSON.parse(lines[0]!) as Feedback;
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
    expect(rest).toEqual({ ...given, user: '小明', messages: [{ role: 'user', content: '在吗' }] });
    rmSync(folder, { recursive: true });
  });

  it('is not asked for where it goes nowhere', async () => {
    const url = await start(page());
    expect((await configOf(url)).modeshift.takesFeedback).toBe(false);
    expect((await post(`${url}/feedback`, given)).status).toBe(404);
  });
});

describe.skipIf(!PageFiles.find())('the page’s files', () => {
  it('are kept by browsers, sent packed, and nothing else is sent', async () => {
    const url = await start(
      app({ title: '<b>页</b>' }).fn('f', {}, async () => {}),
      { rootPath: '/demo' },
    );
    const html = await (await fetch(`${url}/`)).text();
    expect(html).toContain('<base href="/demo/">');
    expect(html).toContain('<title>&lt;b&gt;页&lt;/b&gt;</title>');
    const script = html.match(/src="\.\/(assets\/[^"]+\.js)"/)![1]!;
    const plain = await fetch(`${url}/${script}`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(plain.headers.get('cache-control')).toContain('immutable');
    const code = await plain.text();
    const packed = await fetch(`${url}/${script}`, { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.text()).toBe(code);
    expect(gunzipSync(Buffer.from(await (await rawGet(`${url}/${script}`)).arrayBuffer())).toString()).toBe(code);
    for (const path of ['assets/none.js', 'assets/../index.html', 'assets/%2e%2e/index.html', 'assets/', 'index.html'])
      expect((await fetch(`${url}/${path}`)).status, path).toBe(404);
  });
});

/** The bytes as they travel. */
async function rawGet(url: string): Promise<Response> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, response => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve(new Response(Buffer.concat(pieces))));
    }).on('error', reject);
  });
}
