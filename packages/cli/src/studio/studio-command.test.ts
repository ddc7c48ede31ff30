// The command as it is run: a process, its lines, its pages, its end.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classificationTask } from '@modeshift/data';
import { compare, majority } from '@modeshift/eval';
import { testApp, whyNoBrowser } from '@modeshift/ui/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Output } from '../output.ts';
import { runCli } from '../run-cli.ts';
import { printSampleSummary } from './sample-summary.ts';
import { studioApps } from './studio-apps.ts';

const script = join(import.meta.dirname, '..', 'main.ts');
const nodeArgs = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
const env = { OPENAI_API_KEY: '', OPENAI_BASE_URL: '', ANTHROPIC_API_KEY: '', HF_HUB_CACHE: 'no-such-folder' };
const built = join(import.meta.dirname, '..', '..', '..', 'ui', 'dist', 'page', 'index.html');
const why = whyNoBrowser() ?? (existsSync(built) ? undefined : 'The page is not built: npm run build.');
if (why) console.log(`Tests of the studio's page are skipped: ${why}`);

let cwd = '';
const home = process.cwd();
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'modeshift-studio-'));
  process.chdir(cwd);
  // @gradio/client prints what it also throws.
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(() => {
  process.chdir(home);
  rmSync(cwd, { recursive: true, force: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function written(): { output: Output; text: () => string } {
  let text = '';
  const sink = {
    write: (more: string) => {
      text += more;
    },
  };
  return { output: { stdout: sink, stderr: sink }, text: () => text };
}

it('prints where it listens, serves the chat app under its path, and ends on Ctrl-C', async () => {
  await using tested = await testApp({ script, nodeArgs, args: ['studio', '--no-open'], env, cwd, path: '/chat' });
  const client = await tested.connect();
  const { data } = await client.predict('/chat', { message: '在吗', model: 'nano', max_tokens: 2 });
  expect(typeof data[0]).toBe('string');
  const messages = [
    { role: 'user', content: '在吗' },
    { role: 'assistant', content: data[0] },
  ];
  const body = JSON.stringify({ fn: 'chat', rating: 'good', comment: '不错', messages });
  expect((await fetch(`${tested.url}/feedback`, { method: 'POST', body })).ok).toBe(true);
  expect(readFileSync(join(cwd, '.modeshift', 'feedback', 'chat.jsonl'), 'utf8')).toContain('"comment":"不错"');
  const list = await (await fetch(new URL('/', tested.url))).text();
  for (const { name, title } of studioApps) expect(list).toContain(`<a href="${name}/"><h2>${title.en}</h2>`);
  await tested.stop();
  await expect(fetch(tested.url)).rejects.toThrow();
});

it('runs a task in every mode on nano, once, and shows where', async () => {
  const args = ['studio', '--no-open', '--sample'];
  await using tested = await testApp({ script, nodeArgs, args, env: { ...env, LC_ALL: 'zh_CN.UTF-8' }, cwd });
  await expect.poll(() => tested.printed, { timeout: 30_000 }).toMatch(/in every mode.* runs now/);
  const [, run = ''] = /#\/compare\?run=(\w+)/.exec(tested.printed)!;
  expect(await (await fetch(`${tested.url}/?lang=zh`)).text()).toContain(`href="compare/#/compare?run=${run}"`);
  const started = async () => {
    const call = await fetch(`${tested.url}/compare/gradio_api/run/sample`, {
      method: 'POST',
      body: '{"data":[]}',
      headers: { 'accept-language': 'zh' },
    });
    return ((await call.json()) as { data: unknown[] }).data;
  };
  expect((await started())[0]).toBe(run);
  await fetch(`${tested.url}/compare/gradio_api/run/compare_cancel`, {
    method: 'POST',
    body: JSON.stringify({ data: [run] }),
  });
  await expect.poll(async () => (await started())[1], { timeout: 30_000 }).toBe('cancelled');
  await tested.stop();
  await tested.start();
  await expect
    .poll(() => tested.printed, { timeout: 30_000 })
    .toMatch(new RegExp(`in every mode[^\\n]*model nano: [^\\n]*run=${run}`));
});

it('lets one user in, once for all apps, with a password that is given or printed', async () => {
  const args = ['studio', '--no-open', '--sample', '--host', '0.0.0.0', '--user', '小明'];
  const given = { ...env, MODESHIFT_STUDIO_PASSWORD: '山高 水长' };
  await using tested = await testApp({ script, nodeArgs, args, env: given, cwd });
  const enter = async (place: string, password: string): Promise<Response> => {
    const body = new URLSearchParams({ username: '小明', password });
    return fetch(`${tested.url}/${place}/login`, { method: 'POST', body });
  };
  expect(tested.printed).toContain('Passwords and answers travel to 0.0.0.0 as they are');
  expect(tested.printed).not.toMatch(/Whoever|山高/);
  expect((await fetch(`${tested.url}/chat/config`)).status).toBe(401);
  expect((await enter('chat', '水长')).status).toBe(401);
  const cookie = (await enter('chat', '山高 水长')).headers.get('set-cookie')!.split(';')[0]!;
  for (const { name } of studioApps)
    expect((await fetch(`${tested.url}/${name}/config`, { headers: { cookie } })).status, name).toBe(200);
  // The sample is this user's.
  await expect.poll(() => tested.printed, { timeout: 30_000 }).toMatch(/in every mode.* runs now/);
  const call = (name: string, data: unknown[], headers = {}): Promise<Response> =>
    fetch(`${tested.url}/compare/gradio_api/run/${name}`, { method: 'POST', body: JSON.stringify({ data }), headers });
  const [, run] = /#\/compare\?run=(\w+)/.exec(tested.printed)!;
  expect((await call('compare_cancel', [run])).status).toBe(401);
  expect((await call('compare_cancel', [run], { cookie })).status).toBe(200);
  await tested.stop();

  const printing = { script, nodeArgs, args: ['studio', '--no-open', '--user', '小明'], env, cwd, path: '/chat' };
  await using other = await testApp(printing);
  const [, password = ''] = /Log in as 小明 with the password (\S{16})\n/.exec(other.printed)!;
  await expect(other.connect()).rejects.toThrow();
  const client = await other.connect({ auth: ['小明', password] });
  expect((await client.predict('/chat', { message: '在吗', model: 'nano', max_tokens: 2 })).data).toHaveLength(2);
});

it('lets visitors from other machines name no models of their own', async () => {
  const named = async (host: string): Promise<boolean> => {
    await using tested = await testApp({
      script,
      nodeArgs,
      args: ['studio', '--no-open', '--host', host],
      env,
      cwd,
      path: '/compare',
    });
    expect(tested.printed.includes(`Whoever reaches ${host} can use`)).toBe(host === '0.0.0.0');
    return (await (await fetch(`${tested.url}/config`)).text()).includes('other_models');
  };
  expect([await named('127.0.0.1'), await named('0.0.0.0')]).toEqual([true, false]);
});

it.skipIf(why)('the list and every app are pages for everybody, also on a phone', { timeout: 120_000 }, async () => {
  await using tested = await testApp({ script, nodeArgs, args: ['studio', '--no-open'], env, cwd });
  const shows = { en: ['Modeshift Studio', 'Chat'], zh: ['Modeshift 工作室', '聊天'] };
  expect(await tested.look({ shows, widths: [390] })).toEqual([]);
  // Every app as it opens: its own tests look closer.
  const once = { langs: ['zh'], themes: ['dark'], widths: [390] } as const;
  for (const { name, title } of studioApps)
    expect(await tested.look({ ...once, path: `${name}/`, shows: { zh: [title.zh] } }), name).toEqual([]);
  const page = await tested.open({ lang: 'zh' });
  await page.getByRole('link', { name: '聊天' }).click();
  await expect.poll(() => page.url()).toBe(`${tested.url}/chat/`);
  await page.getByRole('link', { name: '全部应用' }).click();
  await expect.poll(() => page.url()).toBe(`${tested.url}/`);
});

describe('the summary of the sample', () => {
  it('compares the modes that need no training', async () => {
    const { output, text } = written();
    await printSampleSummary(output);
    expect(text()).toMatch(/compared now[\s\S]*majority +5\.6[\s\S]*nearest +79\.2[\s\S]*compare --sample/);
  });

  it('shows the whole comparison where it was run before', async () => {
    const rows = ['退款', '我要退款', '快递', '快递没到'].map((text, i) => ({
      text,
      label: i < 2 ? 'refund' : 'parcel',
    }));
    const task = classificationTask({ name: 'service-desk', train: rows, test: rows });
    const mode = (name: string) => ({ ...majority(), name });
    const report = await compare(task, [mode('first'), mode('second'), mode('third')]);
    const folder = join(cwd, '.modeshift', 'compare', 'service-desk');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
    const { output, text } = written();
    await printSampleSummary(output);
    expect(text()).toContain(`compared on ${report.startedAt.slice(0, 10)}`);
    expect(text()).toMatch(/third +50/);
    expect(text()).not.toContain('nearest');
  });
});

it('says what is wrong with its options, and with the port', async () => {
  const taken = createServer();
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  for (const [args, code, words] of [
    [['--app', 'nothing'], 2, 'There is no app "nothing". Known: chat'],
    [['--user', ' '], 2, '--user needs a name'],
    [['--port', '99999'], 2, '--port must be a number from 0 to 65535'],
    [['--port', String(port)], 1, `Port ${port} of 127.0.0.1 is taken`],
  ] as const) {
    const { output, text } = written();
    expect(await runCli(['studio', ...args], output)).toBe(code);
    expect(text()).toContain(words);
  }
  taken.close();
  vi.stubEnv('MODESHIFT_STUDIO_PASSWORD', '秘密');
  const { output, text } = written();
  expect(await runCli(['studio'], output)).toBe(2);
  expect(text()).toMatch(/^modeshift: MODESHIFT_STUDIO_PASSWORD is set, but .*add --user NAME\.\n$/);
});
