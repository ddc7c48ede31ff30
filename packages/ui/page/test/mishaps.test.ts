// What goes wrong for visitors: links that hold anything, runs that cannot be had, answers left in the middle.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as ui from '../../src/index.ts';
import { faultsOf, launchBrowser, visit } from '../../src/testing/browser.ts';
import { TestedApp } from '../../src/testing/tested-app.ts';
import { demoApp } from './demo-app.ts';
import { whySkipped } from './why-skipped.ts';

describe.skipIf(whySkipped() !== undefined)('mishaps', () => {
  let browser: Browser;
  let app: TestedApp;
  beforeAll(async () => {
    browser = await launchBrowser();
    app = new TestedApp(demoApp());
    await app.start();
  });
  afterAll(async () => {
    await browser.close();
    await app[Symbol.asyncDispose]();
  });
  const open = (path: string): Promise<Page> => visit(browser, app.url, { path });

  it('a link whose values have another form leaves them out, and brings the others', async () => {
    const values = { 'words:': '{"a":1}', topics: '旅行', 'tone:': '[1]', 'temperature:': '"warm"', 'polite:': '3' };
    const page = await open(`#/translate?${new URLSearchParams({ ...values, 'count:': '2' })}`);
    const part = page.locator('#fn-translate');
    expect(await part.getByLabel('Words').inputValue()).toBe('');
    await page.evaluate(() => {
      location.hash = '#/files?sources:=5&picture:=[7]';
    });
    await page.locator('#fn-files').waitFor();
    await page.evaluate(() => {
      location.hash = '#/structured?rows:={"headers":3}&data:=[1]';
    });
    await page.evaluate(() => {
      location.hash = '#/chat?message:=7&which:={}';
    });
    await page.getByLabel('Message', { exact: true }).waitFor();
    expect(faultsOf(page)).toEqual([]);
    await page.context().close();
  });

  it('another run’s address in the same tab shows that run; one that cannot be tried again says why', async () => {
    const [run] = (await app.call('train', { steps: 1 })) as [string];
    const page = await open('#/train?run=nowhere');
    const part = page.locator('#fn-train');
    await part.getByText('There is no run "nowhere" of "train".').waitFor();
    await part.getByRole('button', { name: 'Try again' }).first().click();
    await expect.poll(() => part.getByText('There is no run "nowhere" of "train".').count()).toBe(2);
    await page.evaluate(id => {
      location.hash = `#/train?run=${id}`;
    }, run);
    await part.getByText('1 of 1').waitFor();
    expect(await part.getByText('nowhere').count()).toBe(0);
    expect(faultsOf(page)).toEqual([]);
    await page.context().close();
  });

  it('text from right to left runs its own way, and a citation of no number is no error', async () => {
    const words = 'مرحبا بالعالم! [1](#cite-%E0%A4) [2](#cite-1)';
    const echo = ui
      .app({ title: '回声' })
      .fn(
        'echo',
        { input: { words: ui.text() }, output: { said: ui.markdown(), sources: ui.citations() } },
        async () => ({
          said: words,
          sources: [{ title: '手册', text: '保修' }],
        }),
      );
    await using tested = new TestedApp(echo);
    await tested.start();
    const page = await visit(browser, tested.url);
    await page.getByLabel('words').fill('مرحبا!');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const said = page.locator('.markdown p');
    await said.waitFor();
    const [first, mark] = await said.evaluate(paragraph => {
      const leftOf = (at: number): number => {
        const range = document.createRange();
        range.setStart(paragraph.firstChild!, at);
        range.setEnd(paragraph.firstChild!, at + 1);
        return range.getBoundingClientRect().left;
      };
      return [leftOf(0), leftOf('مرحبا بالعالم'.length)] as const;
    });
    expect(mark).toBeLessThan(first);
    await said.getByText('1', { exact: true }).click();
    await said.getByRole('button', { name: '2' }).click();
    await page.getByRole('dialog').getByText('保修').waitFor();
    expect(faultsOf(page)).toEqual([]);
    await page.context().close();
  });

  it('an answer that is left in the middle says that it was stopped, also of a side that is gone', async () => {
    const talk = ui
      .app({ title: '慢' })
      .chat(
        'talk',
        { concurrency: 4, inputs: { tone: ui.radio(['甲', '乙'], { value: '甲' }) } },
        async function* (_, { signal }) {
          for (let i = 0; i < 500 && !signal.aborted; i++) {
            yield '字';
            await new Promise(resolve => setTimeout(resolve, 20));
          }
        },
      );
    await using slow = new TestedApp(talk);
    await slow.start();
    const page = await visit(browser, slow.url);
    const answers = page.locator('.message[data-role=assistant] .bubble');
    const stopped = page.locator('.message[data-role=assistant]').getByText('Stopped.');
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByLabel('Message', { exact: true }).fill('你好');
    await page.keyboard.press('Enter');
    await answers.getByText('字字').nth(1).waitFor();
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByRole('button', { name: 'Send' }).waitFor();
    await stopped.waitFor();
    expect(await answers.count()).toBe(1);

    await page.getByLabel('Message', { exact: true }).fill('再说');
    await page.keyboard.press('Enter');
    await answers.nth(1).getByText('字字').waitFor();
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.getByRole('button', { name: 'Conversations' }).click();
    await page.getByRole('button', { name: /^你好/ }).first().click();
    await expect.poll(() => stopped.count()).toBe(2);
    expect(faultsOf(page)).toEqual([]);
    await page.context().close();
  });
});
