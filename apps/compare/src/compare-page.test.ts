// The page of the app in Chromium: from a file to a report, as a visitor does it, and what it looks like meanwhile.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptedModel } from '@modeshift/testing';
import { type LookOptions, type TestedApp, testApp, whyNoBrowser } from '@modeshift/ui/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compareApp } from './compare-app.ts';

// Processes and pages are started, on whatever machine this is.
vi.setConfig({ testTimeout: 180_000 });
const built = join(import.meta.dirname, '..', '..', '..', 'packages', 'ui', 'dist', 'page', 'index.html');
const why = whyNoBrowser() ?? (existsSync(built) ? undefined : 'The page is not built: npm run build.');
if (why) console.log(`Tests of the comparison page are skipped: ${why}`);

describe.skipIf(why)('the comparison page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-compare-page-'));
  let tested: TestedApp;
  let release = (): void => undefined;
  let waits = Promise.resolve();
  beforeAll(async () => {
    const makeModel = async () => scriptedModel({ reply: () => waits.then(() => '云雀组') });
    tested = await testApp(compareApp({ folder, makeModel }));
  });
  afterAll(async () => {
    await tested?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes a file, says what is odd, fills the table while the run goes on, and gives it back after a reload', async () => {
    const page = await tested.open({ lang: 'zh' });
    const csv = [
      '内容,类别',
      ...['退款', '物流'].flatMap(label => Array.from({ length: 12 }, (_, i) => `第 ${i} 条${label},${label}`)),
      ',退款',
    ];
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        name: '工单.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(csv.join('\n')),
      });
    const data = page.getByRole('region', { name: '数据' });
    await data.getByText('工单.csv').first().waitFor();
    await data.getByRole('button', { name: '运行' }).click();
    await data.getByText('1 行没有文本').waitFor();
    await data.getByText('工单：训练样本').waitFor();

    await data.getByRole('button', { name: '下一步：运行比较' }).click();
    const run = page.getByRole('region', { name: '运行比较' });
    // What was looked at is what will be compared, and the keyboard is there already.
    await expect
      .poll(() => run.getByRole('textbox', { name: '数据编号' }).evaluate(one => one === document.activeElement))
      .toBe(true);
    await expect.poll(() => run.getByRole('textbox', { name: '数据编号' }).inputValue()).toMatch(/^工单-\w{16}$/);
    const modes = run.getByRole('combobox', { name: '模式' });
    await modes.click();
    for (const name of ['scratch', 'prompted']) await page.getByRole('option', { name, exact: true }).click();
    await page.keyboard.press('Escape');
    await run.getByRole('textbox', { name: '模型' }).fill('any');
    waits = new Promise(resolve => {
      release = resolve;
    });
    await run.getByRole('button', { name: '开始' }).click();
    const results = run.getByRole('table').first();
    await results.getByText('nearest').waitFor();
    await expect.poll(() => results.getByText('完成', { exact: true }).count()).toBe(2);
    await results.getByText(/预测|准备/).waitFor();
    await run.getByRole('button', { name: /^工单 · majority, nearest, prompted · any/ }).waitFor();
    await page.reload();
    await results.getByText('prompted').waitFor();
    release();
    await run.getByText('已完成', { exact: true }).first().waitFor();
    await expect.poll(() => results.getByText('完成', { exact: true }).count()).toBe(3);
    const download = page.waitForEvent('download');
    await run.getByRole('link', { name: /工单\.html/ }).click();
    expect((await download).suggestedFilename()).toBe('工单.html');

    await page.getByRole('tab', { name: '细看' }).click();
    const ask = page.getByRole('region', { name: '试一试' });
    await ask.getByRole('textbox', { name: '文本' }).fill('我的包裹，物流');
    await ask.getByRole('button', { name: '运行' }).click();
    await ask.getByRole('table').getByText('物流').first().waitFor();
    // The examples came with the end of the run; one of them is put to every mode again.
    const examples = page.getByRole('region', { name: '样本' });
    await examples.getByRole('columnheader', { name: '正确答案' }).waitFor();
    await examples.getByRole('button', { name: '1', exact: true }).click();
    await expect.poll(() => ask.getByRole('textbox', { name: '文本' }).inputValue()).toMatch(/^第 \d+ 条/);
    await page.context().close();
  });

  it('looks right in both languages, both themes and on a phone, with a run that is done', async () => {
    const [run] = await tested.call('compare', { data: 'routing-zh', modes: ['majority', 'nearest'] });
    for await (const [status] of tested.stream('compare_watch', { run })) if (status === 'done') break;
    const screenshots = process.env.MODESHIFT_SCREENSHOTS;
    const look = (options: LookOptions): Promise<string[]> =>
      tested.look({
        path: `/#/compare?run=${String(run)}`,
        shows: { en: ['Run the comparison', 'nearest'], zh: ['运行比较', 'nearest'] },
        prepare: async page => {
          await page.getByRole('table').first().getByText('nearest').waitFor();
        },
        ...options,
      });
    // Each value of each once; all of them together where pictures are wanted.
    const problems = screenshots
      ? await look({ screenshots })
      : [
          ...(await look({ langs: ['zh'], themes: ['light'], widths: [1280] })),
          ...(await look({ langs: ['en'], themes: ['dark'], widths: [390] })),
        ];
    expect(problems).toEqual([]);
  });
});
