// Conversations as a visitor has them, in Chromium.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptedModel } from '@modeshift/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { citations, app as declare, dropdown } from '../../src/index.ts';
import { faultsOf, launchBrowser, type Visit, visit } from '../../src/testing/browser.ts';
import { TestedApp } from '../../src/testing/tested-app.ts';
import type { Conversation } from '../src/chat/conversation.ts';
import { whySkipped } from './why-skipped.ts';

const skip = whySkipped() !== undefined;
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const token = '春眠不觉晓 ';

/** What models were asked. */
const asked: { model: string; messages: string[]; files: number }[] = [];

function chatApp() {
  let count = 0;
  const model = (name: string) =>
    scriptedModel({
      reply: ({ messages }) => {
        const texts = messages.map(({ content }) =>
          typeof content === 'string' ? content : (content[0] as { text: string }).text,
        );
        const last = messages.at(-1)!.content;
        asked.push({ model: name, messages: texts, files: typeof last === 'string' ? 0 : last.length - 1 });
        if (texts.at(-1) === '坏') throw new Error('no');
        return `${name} 第 ${++count} 答：**${texts.at(-1)}**`;
      },
    });
  const models = { 甲: model('甲'), 乙: model('乙') };
  return declare({ title: 'Chats' }).chat('chat', {
    inputs: { which: dropdown(['甲', '乙'], { value: '甲', label: 'Model' }) },
    model: ({ which }) => models[which],
    details: true,
    attachments: ['image/*', '.txt'],
    examples: ['写一首诗'],
    concurrency: 4,
  });
}

function streamApp() {
  return declare({ title: 'Stream' }).chat(
    'chat',
    { outputs: { sources: citations() } },
    async function* (messages, ctx) {
      const count = Number(messages.at(-1)!.content);
      yield { sources: [{ title: '孟浩然', text: '春眠不觉晓，处处闻啼鸟。', quote: '处处闻啼鸟' }] };
      // A hundred tokens a second.
      for (let i = 0; i < count && !ctx.signal.aborted; i++) {
        yield i % 40 === 39 ? `${token}\n\n` : token;
        await pause(10);
      }
      yield '完 [1](#cite-1)';
    },
  );
}

describe.skipIf(skip)('conversations', () => {
  let browser: Browser;
  let chats: TestedApp;
  let streams: TestedApp;
  /** Where most is tried, one thing after another, as a visitor would. */
  let page: Page;
  let streamed: Page;
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  const feedback = join(folder, 'feedback.jsonl');

  beforeAll(async () => {
    browser = await launchBrowser();
    chats = new TestedApp(chatApp(), { server: { feedback } });
    streams = new TestedApp(streamApp());
    await Promise.all([chats.start(), streams.start()]);
    page = await visit(browser, chats.url);
  });
  afterAll(async () => {
    await browser.close();
    await chats[Symbol.asyncDispose]();
    await streams[Symbol.asyncDispose]();
  });

  const say = async (page: Page, words: string): Promise<void> => {
    await page.getByLabel('Message', { exact: true }).fill(words);
    await page.keyboard.press('Enter');
  };
  const answers = (page: Page) => page.locator('.message[data-role=assistant] .bubble');
  /** What the browser's database holds. */
  const kept = (page: Page): Promise<Conversation[]> =>
    page.evaluate(
      () =>
        new Promise<Conversation[]>(resolve => {
          const opened = indexedDB.open('modeshift', 1);
          opened.onsuccess = () => {
            const all = opened.result.transaction('conversations').objectStore('conversations').getAll();
            all.onsuccess = () => {
              opened.result.close();
              resolve(all.result as Conversation[]);
            };
          };
        }),
    );
  const open = (url: string, how: Visit = {}): Promise<Page> => visit(browser, url, how);

  it('is answered, edited, answered again, stopped, told apart by versions, and kept', async () => {
    await page.getByRole('button', { name: '写一首诗' }).click();
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('写一首诗');
    await page.keyboard.press('Enter');
    await answers(page).getByText('写一首诗').waitFor();
    expect(await answers(page).locator('strong').textContent()).toBe('写一首诗');
    await page.getByText(/\d+ tokens/).waitFor();
    await say(page, '再来');
    await expect.poll(() => answers(page).count()).toBe(2);
    await page.getByText('第 2 答').waitFor();
    expect(asked.at(-1)!.messages.slice(0, 1)).toEqual(['写一首诗']);

    await page.getByRole('button', { name: 'Answer again' }).last().click();
    await page.getByText('第 3 答').waitFor();
    expect(asked.at(-1)!.messages).toHaveLength(3);
    await page.getByRole('button', { name: 'Previous version' }).click();
    await page.getByText('第 2 答').waitFor();

    await page.getByRole('button', { name: 'Edit message' }).first().click();
    await page.getByRole('textbox', { name: 'Edit message' }).fill('写两首诗');
    await page.getByRole('button', { name: 'Send anew' }).click();
    await answers(page).getByText('写两首诗').waitFor();
    expect(await answers(page).count()).toBe(1);
    expect(asked.at(-1)!.messages).toEqual(['写两首诗']);
    await page.getByRole('button', { name: 'Previous version' }).first().click();
    await page.getByText('第 2 答').waitFor();

    // What is kept is there after the page was loaded anew.
    await expect
      .poll(async () => (await kept(page)).map(({ threads: [thread] }) => thread!.nodes[thread!.chosen.root!]!.content))
      .toEqual(['写一首诗']);
    await page.reload();
    await page.getByRole('button', { name: 'Conversations' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^写一首诗/ })
      .click();
    await page.getByText('第 2 答').waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('is found, exported and deleted', async () => {
    for (const words of ['关于熊猫', '关于老虎']) {
      await page.getByRole('button', { name: 'New conversation' }).first().click();
      await say(page, words);
      await answers(page).getByText(words).waitFor();
    }
    await expect
      .poll(async () => (await kept(page)).map(one => one.title))
      .toEqual(expect.arrayContaining(['关于熊猫', '关于老虎']));
    await page.getByRole('button', { name: 'Conversations' }).click();
    await page.getByLabel('Search conversations').fill('熊猫');
    await expect.poll(() => page.locator('.kept').count()).toBe(1);
    await page.getByRole('button', { name: 'Download: 关于熊猫' }).click();
    const [markdown] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export as Markdown' }).click(),
    ]);
    expect(markdown.suggestedFilename()).toBe('关于熊猫.md');
    expect(readFileSync(await markdown.path(), 'utf8')).toMatch(
      /^# 关于熊猫\n\n## You\n\n关于熊猫\n\n## Assistant\n\n甲 第 \d+ 答：\*\*关于熊猫\*\*\n$/,
    );
    await page.getByRole('button', { name: 'Download: 关于熊猫' }).click();
    const [json] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export as JSON' }).click(),
    ]);
    expect(JSON.parse(readFileSync(await json.path(), 'utf8'))).toMatchObject({
      format: 'modeshift-conversations',
      version: 1,
      conversations: [{ title: '关于熊猫' }],
    });
    const [all] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export all' }).click(),
    ]);

    // In another browser, beside a file that nobody should have sent.
    const other = await open(chats.url);
    await other.getByRole('button', { name: 'Conversations' }).click();
    const [whole, evil] = [join(folder, 'all.json'), join(folder, 'evil.json')];
    await all.saveAs(whole);
    writeFileSync(evil, readFileSync(whole, 'utf8').replaceAll('"role": "user"', '"role": "system"'));
    await other.locator('input[type=file][accept=".json"]').setInputFiles([evil, whole]);
    await other.getByRole('alert').getByText('evil.json: This export is damaged.').waitFor();
    await other.getByText(/^3 conversations imported$/).waitFor();
    expect(await other.locator('.kept').count()).toBe(3);
    await other.getByRole('button', { name: /^关于熊猫/ }).click();
    await answers(other).getByText('关于熊猫').waitFor();
    await say(other, '再说一次');
    await answers(other).getByText('再说一次').waitFor();
    expect(asked.at(-1)!.messages).toHaveLength(3);
    await expect
      .poll(async () => (await kept(other)).map(one => Object.keys(one.threads[0]!.nodes).length).toSorted())
      .toContain(4);
    await other.context().close();
    await page.getByRole('button', { name: 'Delete conversation: 关于熊猫' }).click();
    await page.getByText('Nothing found').waitFor();
    await page.getByLabel('Search conversations').fill('');
    await expect.poll(() => page.locator('.kept').count()).toBe(2);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('takes files, settings, two models side by side, and what one thinks of an answer', async () => {
    const page = await open(chats.url, { path: '#/chat?message=%E7%9C%8B%E5%9B%BE&which=%E4%B9%99' });
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('看图');
    expect(await page.getByRole('combobox', { name: 'Model' }).inputValue()).toBe('乙');
    await page.getByRole('combobox', { name: 'Model' }).click();
    await page.getByRole('option', { name: '甲' }).click();
    const file = join(folder, '图.png');
    writeFileSync(
      file,
      Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      ),
    );
    await page.locator('input[type=file]').setInputFiles([file, file]);
    await expect.poll(() => page.getByRole('button', { name: 'Remove 图.png' }).count()).toBe(2);
    await say(page, '看图');
    await answers(page).getByText('看图').waitFor();
    expect(asked.at(-1)).toMatchObject({ model: '甲', files: 2 });
    expect(await page.getByRole('img', { name: '图.png' }).count()).toBe(2);

    await page.getByRole('button', { name: 'Good answer' }).click();
    await page.getByLabel('What was good or bad about it?').fill('很清楚');
    await page.keyboard.press('Enter');
    await page.getByText('Thank you').waitFor();
    const lines = readFileSync(feedback, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines).toMatchObject([
      { fn: 'chat', rating: 'good', comment: '', user: null },
      { rating: 'good', comment: '很清楚', messages: [{ role: 'user', content: '看图' }, { role: 'assistant' }] },
    ]);

    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByRole('combobox', { name: 'Model, Right' }).click();
    await page.getByRole('option', { name: '乙' }).click();
    await say(page, '两边');
    await expect.poll(() => answers(page).filter({ hasText: '两边' }).count()).toBe(2);
    expect(await page.getByRole('log', { name: 'Right' }).getByText('乙 第').count()).toBe(1);
    expect(new Set(asked.slice(-2).map(one => one.model))).toEqual(new Set(['甲', '乙']));
    await page.context().close();
  });

  it('an Enter that ends a composition sends nothing; the next one does', async () => {
    await page.getByRole('button', { name: 'New conversation' }).first().click();
    const field = page.getByLabel('Message', { exact: true });
    await field.focus();
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: '你好', selectionStart: 2, selectionEnd: 2 });
    expect(await field.inputValue()).toBe('你好');
    await page.keyboard.press('Enter');
    await session.send('Input.insertText', { text: '你好' });
    expect(await page.locator('.message').count()).toBe(0);
    await page.keyboard.press('Shift+Enter');
    expect(await page.locator('.message').count()).toBe(0);
    await field.fill('你好');
    await page.keyboard.press('Enter');
    await answers(page).getByText('你好').waitFor();
  });

  it('a failed answer says why, and is tried again', async () => {
    await page.getByRole('button', { name: 'New conversation' }).first().click();
    await say(page, '坏');
    await page.getByRole('alert').waitFor();
    const before = asked.length;
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => asked.length).toBe(before + 1);
  });

  it('a hundred tokens a second are drawn at most once a frame, and no frames are lost to them', async () => {
    const page = await open(streams.url);
    streamed = page;
    await page.getByLabel('Message', { exact: true }).waitFor();
    // Frames in a second of nothing, and in a second of streaming: the machine is as busy in both.
    const frames = (): Promise<number> =>
      page.evaluate(
        () =>
          new Promise<number>(resolve => {
            const until = performance.now() + 1000;
            let count = 0;
            const next = (): void => {
              if (performance.now() >= until) resolve(count);
              else {
                count++;
                requestAnimationFrame(next);
              }
            };
            requestAnimationFrame(next);
          }),
      );
    await page.evaluate(() => {
      const seen = { frame: 0, changes: new Map<number, number>() };
      Object.assign(globalThis, { seen });
      const tick = (): void => {
        seen.frame++;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
      new MutationObserver(changes => {
        if (changes.some(one => one.type === 'characterData'))
          seen.changes.set(seen.frame, (seen.changes.get(seen.frame) ?? 0) + 1);
      }).observe(document.body, { subtree: true, characterData: true });
    });
    const shares: number[] = [];
    for (let attempt = 0; attempt < 5 && (shares.at(-1) ?? 0) < 0.8; attempt++) {
      const idle = await frames();
      await say(page, '10000');
      // What is loaded for the first answer is there.
      const length = async (): Promise<number> => (await answers(page).last().textContent())!.length;
      await expect.poll(length, { timeout: 20_000 }).toBeGreaterThan(200);
      shares.push((await frames()) / idle);
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Send' }).waitFor();
    }
    expect(Math.max(...shares)).toBeGreaterThanOrEqual(0.8);
    const changes = await page.evaluate(() => [
      ...(globalThis as unknown as { seen: { changes: Map<number, number> } }).seen.changes.values(),
    ]);
    expect(changes.length).toBeGreaterThan(10);
    expect(Math.max(...changes)).toBe(1);
    await page.getByRole('button', { name: 'New conversation' }).click();
    await say(page, '120');
    await answers(page).getByText('完').waitFor();
    // What was streamed is whole.
    const text = (await answers(page).first().textContent())!.replaceAll(/\s/g, '');
    expect(text).toBe(`${token.trim().repeat(120)}完1`);
    await answers(page).first().getByRole('button', { name: '1' }).click();
    expect(await page.getByRole('dialog').locator('mark').textContent()).toBe('处处闻啼鸟');
    await page.keyboard.press('Escape');
  });

  it('Stop ends the answer in the handler, and keeps what there is', async () => {
    const page = streamed;
    await page.getByRole('button', { name: 'New conversation' }).click();
    await say(page, '10000');
    await answers(page).getByText('春眠').first().waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped.').waitFor();
    const length = (await answers(page).textContent())!.length;
    expect(length).toBeLessThan(token.length * 10_000);
    await say(page, '10');
    await answers(page).last().getByText('完').waitFor();
    await page.context().close();
  });

  it('of two thousand messages only those in sight are drawn, first and last alike', async () => {
    await page.getByLabel('Message', { exact: true }).waitFor();
    await page.waitForTimeout(100);
    await page.evaluate(async () => {
      const nodes: Record<string, object> = {};
      const chosen: Record<string, string> = {};
      for (let i = 0; i < 2000; i++) {
        const parent = i === 0 ? null : `n${i - 1}`;
        nodes[`n${i}`] = { id: `n${i}`, parent, role: i % 2 ? 'assistant' : 'user', content: `消息 ${i} 号`, at: 0 };
        chosen[parent ?? 'root'] = `n${i}`;
      }
      const request = indexedDB.open('modeshift', 1);
      await new Promise(resolve => {
        request.onsuccess = resolve;
      });
      const store = request.result.transaction('conversations', 'readwrite').objectStore('conversations');
      const thread = { nodes, chosen };
      const saved = store.put({
        id: 'long',
        scope: '/ chat ',
        title: '很长',
        createdAt: 0,
        updatedAt: Date.now(),
        threads: [thread],
        settings: [{}],
      });
      await new Promise(resolve => {
        saved.onsuccess = resolve;
      });
      request.result.close();
    });
    await page.reload();
    await page.getByRole('button', { name: 'Conversations' }).click();
    await page.getByRole('dialog').getByRole('button', { name: /^很长/ }).click();
    await page.getByText('消息 1999 号').waitFor();
    expect(await page.locator('.message').count()).toBeLessThan(40);
    await page.getByRole('log').evaluate(one => {
      one.scrollTop = 0;
    });
    await page.getByText('消息 0 号').waitFor();
    expect(await page.locator('.message').count()).toBeLessThan(40);
    await page.getByRole('button', { name: 'To the newest message' }).click();
    await page.getByText('消息 1999 号').waitFor();
  });
});
