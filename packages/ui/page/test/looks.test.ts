// The page in both languages and themes, on a desk and on a phone, by axe-core and by what lies outside of the window.

import { describe, expect, it } from 'vitest';
import { type LookOptions, TestedApp } from '../../src/testing/tested-app.ts';
import { demoApp } from './demo-app.ts';
import { whySkipped } from './why-skipped.ts';

const skip = whySkipped() !== undefined;
const screenshots = process.env.MODESHIFT_SCREENSHOTS;

describe.skipIf(skip)('looks', () => {
  it('nothing is wrong with any part, also with what opens', async () => {
    await using app = new TestedApp(demoApp(), { server: { feedback: () => undefined } });
    await app.start();
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
    const problems: string[] = [];
    const look = async (name: string, prepare: NonNullable<LookOptions['prepare']>): Promise<void> => {
      // Colours depend on the theme, names on the language, what fits on the width: each is seen with each other once.
      const places = screenshots ? { screenshots: `${screenshots}/${name}` } : {};
      const found = [
        ...(await app.look({ prepare, langs: ['en'], widths: [1280], ...places })),
        ...(await app.look({ prepare, langs: ['zh'], widths: [390], ...places })),
      ];
      problems.push(...found.map(one => `${name}: ${one}`));
    };
    await look('functions', async (page, lang) => {
      await page.getByRole('button', { name: '更多', exact: true }).click();
      await page.locator('#fn-translate').getByRole('button', { name: words[lang].run }).click();
      await page.locator('#fn-fail').getByLabel('told').check();
      await page.locator('#fn-fail').getByRole('button', { name: words[lang].run }).click();
      await page.locator('#fn-slow').getByRole('button', { name: words[lang].run }).click();
      await page.locator('#fn-structured').getByRole('button', { name: words[lang].run }).click();
      await page.locator('#fn-structured .shown').first().waitFor();
      await page.locator('#fn-slow .shown').waitFor();
    });
    await look('shown', async page => {
      await page.getByRole('tab', { name: '显示' }).click();
      await page.locator('.katex-display').waitFor();
      await page.locator('canvas').waitFor();
    });
    await look('conversation', async (page, lang) => {
      await page.getByRole('tab', { name: '对话' }).click();
      await page.getByLabel(words[lang].message, { exact: true }).filter({ visible: true }).fill('你好');
      await page.keyboard.press('Enter');
      await page.getByText('script ·').waitFor();
    });
    await look('settings', async (page, lang) => {
      await page.getByRole('tab', { name: '对话' }).click();
      await page.getByRole('button', { name: words[lang].settings }).click();
      await page.getByRole('dialog').waitFor();
    });
    await look('job', async (page, lang) => {
      await page.getByRole('tab', { name: '任务' }).click();
      await page.getByRole('button', { name: words[lang].start, exact: true }).click();
      await page.locator('#fn-train canvas').waitFor();
    });
    await look('api', async (page, lang) => {
      await page.getByRole('button', { name: words[lang].api }).click();
      await page.getByRole('dialog').locator('.hljs-keyword').first().waitFor();
    });
    expect(problems).toEqual([]);
  }, 300_000);
});
