// The official client, as it is on npm, in a browser on the address of an app: what a page of somebody else's would do.
import type { Browser, Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { app, chat, file, text } from '../../src/index.ts';
import { launchBrowser } from '../../src/testing/browser.ts';
import { TestedApp } from '../../src/testing/tested-app.ts';
import { whySkipped } from './why-skipped.ts';

const stopped: string[] = [];
const called = app({ title: '调用' })
  .fn('reverse', { input: { words: text() }, output: text() }, async ({ words }) => [...words].reverse().join(''))
  .fn('spell', { input: { words: text() }, output: text(), yields: 'all' }, async function* ({ words }) {
    for (const letter of [...words].keys()) yield [...words].slice(0, letter + 1).join('');
  })
  .fn('size', { input: { one: file() }, output: text() }, async ({ one }) => `${one.name} ${one.size}`)
  .fn('talk', { input: { history: chat() }, output: chat() }, async ({ history }) => [
    ...history,
    { role: 'assistant' as const, content: '在' },
  ])
  .fn('wait', { output: text() }, async function* (_, { signal }) {
    yield '开始';
    await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
    stopped.push('wait');
  })
  .fn('fail', { output: text() }, async () => {
    throw new Error('secret');
  });

/** The client as a script of its own. It is built here as an application would build it. */
async function clientScript(): Promise<string> {
  const entry = '\0entry';
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    plugins: [
      {
        name: 'entry',
        resolveId: id => (id === 'entry' ? entry : undefined),
        load: id =>
          id === entry
            ? `import { Client, handle_file } from '@gradio/client'; Object.assign(globalThis, { Client, handle_file });`
            : undefined,
      },
    ],
    build: { write: false, rolldownOptions: { input: 'entry', output: { format: 'iife' } } },
  })) as Rolldown.RolldownOutput;
  return built.output[0].code;
}

/** What the script leaves in the window. */
declare global {
  var Client: typeof import('@gradio/client').Client;
  var handle_file: typeof import('@gradio/client').handle_file;
}

describe.skipIf(whySkipped() !== undefined)('@gradio/client in a page', () => {
  let browser: Browser;
  let tested: TestedApp;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    tested = new TestedApp(called);
    await tested.start();
    // The app's own page allows no script but its own; a page of another application would be served with another policy.
    page = await (await browser.newContext({ bypassCSP: true })).newPage();
    await page.goto(tested.url);
    await page.addScriptTag({ content: await clientScript() });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await tested?.[Symbol.asyncDispose]();
  });

  it('connects, lists, predicts, streams, uploads and holds a conversation', async () => {
    const seen = await page.evaluate(async () => {
      const client = await Client.connect(location.href);
      const api = await client.view_api();
      const spelled: unknown[] = [];
      for await (const event of client.submit('/spell', { words: '你好吗' }))
        if (event.type === 'data') spelled.push(event.data[0]);
      const blob = new File(['12345'], '文.txt', { type: 'text/plain' });
      const data = async (name: string, input: Record<string, unknown>) => (await client.predict(name, input)).data;
      const found = {
        names: Object.keys(api.named_endpoints),
        reversed: await data('/reverse', { words: '床前明月光' }),
        spelled,
        size: await data('/size', { one: handle_file(blob) }),
        talk: await data('/talk', { history: [{ role: 'user', content: '在吗' }] }),
      };
      client.close();
      return found;
    });
    expect(seen.names).toEqual(['/reverse', '/spell', '/size', '/talk', '/wait', '/fail']);
    expect(seen.reversed).toEqual(['光月明前床']);
    expect([...new Set(seen.spelled)]).toEqual(['你', '你好', '你好吗']);
    expect(seen.size).toEqual(['文.txt 5']);
    expect(seen.talk).toEqual([
      [expect.objectContaining({ role: 'user' }), expect.objectContaining({ role: 'assistant' })],
    ]);
  });

  it('cancels, and is told of errors without what they hide', async () => {
    const failed = await page.evaluate(async () => {
      const client = await Client.connect(location.href);
      const waiting = client.submit('/wait', {});
      const first = await waiting.next();
      await waiting.cancel();
      const failed = await client.predict('/fail', {}).then(String, (error: unknown) => JSON.stringify(error));
      client.close();
      return { failed, first: (first.value as { data: unknown }).data };
    });
    expect(failed.failed).not.toContain('secret');
    expect(failed.failed).toContain('"stage":"error"');
    expect(failed.first).toEqual(['开始']);
    await expect.poll(() => stopped).toEqual(['wait']);
  });
});
