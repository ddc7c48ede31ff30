// Every part of the page, and what opens from it, by axe-core and by what lies outside of the window.
import { scriptedModel } from '@modeshift/testing';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { app, text } from '../../src/index.ts';
import { launchBrowser, visit } from '../../src/testing/browser.ts';
import { checkPage } from '../../src/testing/check-page.ts';
import { TestedApp, testApp } from '../../src/testing/tested-app.ts';
import { demoApp } from './demo-app.ts';
import { whySkipped } from './why-skipped.ts';

const skip = whySkipped() !== undefined;
const screenshots = process.env.MODESHIFT_SCREENSHOTS;

// Colours depend on the theme, names on the language, what fits on the width: each is seen once.
const views = [
  { lang: 'en', theme: 'light', width: 1280 },
  { lang: 'zh', theme: 'dark', width: 390 },
] as const;

const words = {
  en: {
    message: 'Message',
    run: 'Run',
    start: 'Start',
    settings: 'Settings',
    list: 'Conversations',
    api: 'Use via API',
  },
  zh: { message: '消息', run: '运行', start: '开始', settings: '设置', list: '对话列表', api: '通过 API 使用' },
};

type Lang = keyof typeof words;
const parts: Readonly<Record<string, (page: Page, lang: Lang) => Promise<void>>> = {
  functions: async (page, lang) => {
    await page.getByRole('button', { name: '更多', exact: true }).click();
    const run = (name: string) => page.locator(`#fn-${name}`).getByRole('button', { name: words[lang].run }).click();
    await run('translate');
    await page.locator('#fn-fail').getByLabel('told').check();
    await run('fail');
    await run('slow');
    await run('structured');
    await page.locator('#fn-structured .shown').first().waitFor();
    await page.locator('#fn-slow .shown').waitFor();
  },
  shown: async page => {
    await page.getByRole('tab', { name: '显示' }).click();
    await page.locator('.katex-display').waitFor();
    await page.locator('canvas').waitFor();
  },
  conversation: async (page, lang) => {
    await page.getByRole('tab', { name: '对话' }).click();
    await page.getByLabel(words[lang].message, { exact: true }).filter({ visible: true }).fill('你好');
    await page.keyboard.press('Enter');
    await page.getByText('script ·').waitFor();
  },
  settings: async (page, lang) => {
    await page.getByRole('button', { name: words[lang].settings, exact: true }).click();
    await page.getByRole('dialog').waitFor();
  },
  conversations: async (page, lang) => {
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: words[lang].list, exact: true }).click();
    await page.getByRole('dialog').getByText('你好').waitFor();
  },
  job: async (page, lang) => {
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: '任务' }).click();
    await page.getByRole('button', { name: words[lang].start, exact: true }).click();
    await page.locator('#fn-train canvas').waitFor();
  },
  api: async (page, lang) => {
    await page.getByRole('button', { name: words[lang].api }).click();
    await page.getByRole('dialog').locator('.hljs-keyword').first().waitFor();
  },
};

describe.skipIf(skip)('looks', () => {
  it.each(views)(
    'nothing is wrong with any part: $lang, $theme, $width pixels',
    async ({ lang, theme, width }) => {
      await using tested = new TestedApp(demoApp(), { server: { feedback: () => undefined } });
      await tested.start();
      const browser: Browser = await launchBrowser();
      try {
        const page = await visit(browser, tested.url, { lang, theme, width });
        const problems: string[] = [];
        for (const [name, prepare] of Object.entries(parts)) {
          await prepare(page, lang);
          // What moves has come to rest.
          await page.waitForTimeout(300);
          if (screenshots) await page.screenshot({ path: `${screenshots}/${name}-${lang}-${theme}-${width}.png` });
          problems.push(...(await checkPage(page, { lang, theme })).map(one => `${name}: ${one}`));
        }
        expect(problems).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    180_000,
  );

  it('a conversation that is alone fills the window, also of a phone', async () => {
    const model = scriptedModel({ reply: () => `${'好。\n\n'.repeat(60)}完` });
    const alone = app({ title: 'Alone', description: 'Only a chat.' }).chat('chat', { model, examples: ['你好'] });
    await using tested = await testApp(alone);
    const page = await tested.open({ width: 390, height: 700 });
    await page.getByLabel('Message', { exact: true }).fill('你好');
    await page.keyboard.press('Enter');
    await page.getByText('完').waitFor();
    // The messages scroll, the page does not.
    expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
    expect(await page.getByLabel('Message', { exact: true }).isVisible()).toBe(true);
    expect(await checkPage(page, { shows: ['Only a chat.', '完'] })).toEqual([]);
  });

  it('two long threads on a phone leave the composer free, and a long title leaves the buttons beside it in sight', async () => {
    const model = scriptedModel({ reply: () => `${'好。\n\n'.repeat(60)}完` });
    const beside = app({ title: 'Beside' })
      .chat('chat', { model, settings: true })
      .fn('other', { output: text() }, async () => '');
    await using tested = await testApp(beside);
    const page = await tested.open({ width: 390, height: 700 });
    const message = page.getByLabel('Message', { exact: true });
    await message.fill('一句没有尽头的话'.repeat(40));
    await page.keyboard.press('Enter');
    await page.getByText('完').waitFor();
    await page.getByRole('button', { name: 'Side by side' }).click();
    await expect.poll(() => page.getByText('完').count()).toBe(2);
    await message.scrollIntoViewIfNeeded();
    const isFree = (field: Element): boolean => {
      const { x, y, width, height } = field.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2) === field;
    };
    expect(await message.evaluate(isFree)).toBe(true);
    for (const name of ['Left', 'Right'])
      expect((await page.getByRole('log', { name }).boundingBox())!.height, name).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'Conversations' }).click();
    const remove = page.getByRole('button', { name: /^Delete conversation/ });
    await expect.poll(async () => ((await remove.boundingBox()) ?? { x: 999 }).x + 20).toBeLessThan(390);
    expect(await checkPage(page, { shows: ['New conversation'] })).toEqual([]);
  });
});
