// The command as it is run: a process, its lines, its pages, its end.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classificationTask } from '@modeshift/data';
import { compare, majority } from '@modeshift/eval';
import { testApp, whyNoBrowser } from '@modeshift/ui/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { studioApps } from './studio-apps.ts';

const script = join(import.meta.dirname, '..', 'main.ts');
const nodeArgs = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
const env = { OPENAI_API_KEY: '', OPENAI_BASE_URL: '', ANTHROPIC_API_KEY: '', HF_HUB_CACHE: 'no-such-folder' };
const why = whyNoBrowser();
if (why) console.log(`Tests of the studio's page are skipped: ${why}`);

let cwd = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'modeshift-studio-'));
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(cwd, { recursive: true, force: true });
  vi.restoreAllMocks();
});

function studio(...args: string[]): {
  child: ChildProcess;
  printed: () => string;
  until: (words: string) => Promise<void>;
} {
  const child = spawn(process.execPath, [...nodeArgs, script, 'studio', ...args], {
    cwd,
    env: { ...process.env, ...env },
  });
  children.push(child);
  let text = '';
  const read = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const until = (words: string) =>
    expect.poll(() => text + (child.exitCode === null ? '' : words), { timeout: 50_000 }).toContain(words);
  return { child, printed: () => text, until };
}
const exit = async (child: ChildProcess): Promise<unknown> =>
  (child.exitCode ?? (await once(child, 'close'))[0]) as unknown;

it('prints where it listens, serves the chat app under its path, and ends on Ctrl-C', async () => {
  await using tested = await testApp({ script, nodeArgs, args: ['studio', '--no-open'], env, cwd, path: '/chat' });
  const client = await tested.connect();
  const { data } = await client.predict('/chat', { message: '在吗', model: 'nano', max_tokens: 2 });
  expect(typeof data[0]).toBe('string');
  const list = await (await fetch(new URL('/', tested.url))).text();
  for (const { name, title } of studioApps) expect(list).toContain(`<a href="${name}/"><h2>${title.en}</h2>`);
  await tested.stop();
  await expect(fetch(tested.url)).rejects.toThrow();
});

it.skipIf(why)('the list is a page for everybody: both languages, both themes, phone', async () => {
  await using tested = await testApp({ script, nodeArgs, args: ['studio', '--no-open'], env, cwd });
  const shows = { en: ['Modeshift Studio', 'Chat'], zh: ['Modeshift 工作室', '聊天'] };
  expect(await tested.look({ shows })).toEqual([]);
  const page = await tested.open({ lang: 'zh' });
  await page.getByRole('link', { name: '聊天' }).click();
  await expect.poll(() => page.url()).toBe(`${tested.url}/chat/`);
});

describe('--sample', () => {
  it('first compares the modes that need no training, then listens', async () => {
    const { child, printed, until } = studio('--sample', '--port', '0');
    await until('listening on http://127.0.0.1:');
    expect(printed()).toMatch(/compared now[\s\S]*majority +5\.6[\s\S]*nearest +79\.2[\s\S]*listening on/);
    child.kill('SIGINT');
    expect(await exit(child)).toBe(0);
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
    const { printed, until } = studio('--sample', '--port', '0');
    await until('listening on http://127.0.0.1:');
    expect(printed()).toContain(`compared on ${report.startedAt.slice(0, 10)}`);
    expect(printed()).toMatch(/third +50/);
    expect(printed()).not.toContain('nearest');
  });
});

it('says what is wrong with its options, and with the port', async () => {
  for (const [args, words] of [
    [['--app', 'nothing'], 'There is no app "nothing". Known: chat'],
    [['--port', '99999'], '--port must be a number from 0 to 65535'],
  ] as const) {
    const { child, printed } = studio(...args);
    expect(await exit(child)).toBe(2);
    expect(printed()).toContain(words);
  }
  const taken = createServer();
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
  const { child, printed } = studio('--port', String((taken.address() as AddressInfo).port));
  expect(await exit(child)).toBe(1);
  expect(printed()).toMatch(/Port \d+ of 127\.0\.0\.1 is taken/);
  taken.close();
});
