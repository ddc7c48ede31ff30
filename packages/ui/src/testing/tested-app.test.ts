// The harness: every way in, and every way to break an app, against the server and Chromium.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { modelFaults, scriptedModel } from '@modeshift/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { app } from '../app.ts';
import { text } from '../components/text.ts';
import { checkPage, type TestedApp, testApp, whyNoBrowser } from './index.ts';

const why = whyNoBrowser();
if (why) console.log(`Tests of pages are skipped: ${why}`);

beforeEach(() => {
  // @gradio/client prints what it also throws.
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const page = (model = scriptedModel({ reply: () => '床前明月光，疑是地上霜。' })) =>
  app({ title: '助手 Assistant', description: '一个**助手**。 An assistant for tests.' })
    .chat('chat', { model })
    .fn('fail', { output: text() }, async () => {
      throw new Error('password=hunter2');
    })
    .fn('count', { input: { words: text({ minLength: 2 }) }, output: text() }, async ({ words }) => words.length);

/** The stages and texts that a client sees. */
async function drained(tested: TestedApp, message: string): Promise<string[]> {
  const client = await tested.connect();
  const seen: string[] = [];
  for await (const one of client.submit('/chat', { message }))
    if (one.type === 'data') seen.push(String(one.data![0]));
    else if (one.stage === 'error') {
      seen.push(`error: ${one.message}`);
      break;
    }
  return seen;
}

describe('an app in this process', () => {
  it('is called over HTTP and through the official client', async () => {
    await using tested = await testApp(page());
    expect(await tested.call('chat', { message: '在吗' })).toEqual(['床前明月光，疑是地上霜。']);
    const values: unknown[] = [];
    for await (const [value] of tested.stream('chat', { message: '在吗' })) values.push(value);
    expect(values.at(-1)).toBe('床前明月光，疑是地上霜。');
    expect((await drained(tested, '在吗')).at(-1)).toBe('床前明月光，疑是地上霜。');
    expect(Object.keys((await (await tested.connect()).view_api()).named_endpoints)).toEqual([
      '/chat',
      '/fail',
      '/count',
    ]);
  });

  it('tells wrong input, refusals and failures apart, and keeps what visitors are not shown', async () => {
    await using tested = await testApp(page());
    const failure = async (work: Promise<unknown>): Promise<ModeshiftError> => {
      const error = await work.catch((reason: unknown) => reason);
      if (!ModeshiftError.is(error)) throw error;
      return error;
    };
    expect((await failure(tested.call('count', { words: '一' }))).reason).toMatchObject({ tag: 'invalid-input' });
    expect((await failure(tested.call('nothing'))).reason).toEqual({ tag: 'refused', status: 404 });
    const failed = await failure(tested.call('fail'));
    expect(failed.reason.tag).toBe('server');
    expect(failed.message).not.toContain('hunter2');
    expect(tested.hiddenErrors.map(String)).toEqual(['Error: password=hunter2']);
  });

  it('shows what becomes of a slow model, a broken answer and a client that is gone', async () => {
    const aborted = vi.fn();
    const scripted = scriptedModel({
      reply: () => {
        scripted.journal[0]!.context.signal!.addEventListener('abort', aborted);
        return '快了';
      },
    });
    await using waiting = await testApp(page(modelFaults.slow(60_000)(scripted)));
    const gone = new AbortController();
    const call = waiting.call('chat', { message: '在吗' }, gone.signal).catch((reason: unknown) => reason);
    await expect.poll(() => scripted.journal.length).toBe(1);
    gone.abort();
    expect(await call).toMatchObject({ name: 'AbortError' });
    await expect.poll(() => aborted.mock.calls.length, { timeout: 20_000 }).toBe(1);

    const broken = modelFaults.breaksAfter(2)(scriptedModel({ reply: () => '床前明月光', deltaLength: 1 }));
    await using tested = await testApp(page(broken));
    const seen = await drained(tested, '在吗');
    expect(seen.at(-2)).toBe('床前');
    expect(seen.at(-1)).toMatch(/^error: .*broke off/);
  });

  it('can be killed in mid-call and comes back at the same address', async () => {
    const model = modelFaults.slow(60_000, { afterDeltas: 1 })(scriptedModel({ reply: () => '床前明月光' }));
    await using tested = await testApp(page(model));
    const { url } = tested;
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const [value] of tested.stream('chat', { message: '在吗' })) {
        seen.push(value);
        await tested.kill();
      }
    })();
    await expect(reading).rejects.toThrow();
    expect(seen).toEqual(['床前明月']);
    await expect(fetch(`${url}/config`)).rejects.toThrow();
    await tested.start();
    expect(tested.url).toBe(url);
    expect((await fetch(`${url}/config`)).status).toBe(200);
    await expect(tested.start()).rejects.toThrow(/running already/);
  });
});

describe('a script', () => {
  const script = join(import.meta.dirname, '..', '..', 'test', 'echo-app.ts');
  const nodeArgs = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];

  it('runs in a process of its own, that is killed and started anew', async () => {
    await using tested = await testApp({ script, nodeArgs });
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const [value] of tested.stream('echo', { words: '等' })) {
          seen.push(value);
          await tested.kill();
        }
      })(),
    ).rejects.toThrow();
    expect(seen).toEqual(['等']);
    await tested.start();
    expect(await tested.call('echo', { words: '你好' })).toEqual(['你好']);
    await tested.stop();
    await expect(fetch(tested.url)).rejects.toThrow();
  });

  it('that ends too early says what it printed', async () => {
    await expect(testApp({ script, nodeArgs, args: ['--colour', 'red'] })).rejects.toThrow(/Known: --port N/);
  });
});

describe.skipIf(why)('a page', { timeout: 120_000 }, () => {
  const plain = join(import.meta.dirname, '..', '..', 'test', 'plain-page.ts');

  it('is looked at in both languages and both themes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'modeshift-look-'));
    try {
      await using tested = await testApp({ script: plain });
      const problems = await tested.look({
        widths: [390],
        screenshots: folder,
        shows: { en: ['Nothing is wrong'], zh: ['平常的一页'] },
      });
      expect(problems).toEqual([]);
      const pictures = readdirSync(folder).sort();
      expect(pictures).toHaveLength(4);
      expect(pictures).toContain('zh-dark-390.png');
      expect(statSync(join(folder, 'zh-dark-390.png')).size).toBeGreaterThan(2000);
    } finally {
      rmSync(folder, { recursive: true });
      expect(existsSync(folder)).toBe(false);
    }
  });

  it('that is wrong is found out', async () => {
    await using tested = await testApp({ script: plain });
    const wrong = await tested.open();
    await wrong.evaluate(() => {
      document.documentElement.lang = 'zh-CN';
      document.body.innerHTML =
        '<div style="width:3000px;color:#ccc;background:#fff">much too wide and much too pale 太宽</div><img src="x">';
      console.error('说明');
    });
    const problems = (await checkPage(wrong, { shows: ['你好'], lang: 'en', theme: 'dark' })).join('\n');
    for (const expected of [
      'not visible: "你好"',
      'wider than the window',
      'language is "zh-CN"',
      'not dark',
      'console: 说明',
      'axe color-contrast',
      'axe image-alt',
    ])
      expect(problems).toContain(expected);
    await wrong.evaluate(() => document.body.replaceChildren());
    expect((await checkPage(wrong)).join('\n')).toContain('nearly nothing is visible');
  });
});
