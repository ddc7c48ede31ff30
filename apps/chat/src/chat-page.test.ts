// The page of the app in Chromium: what a visitor does, and what it looks like meanwhile.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { modelFaults, scriptedModel } from '@modeshift/testing';
import { type TestedApp, testApp, whyNoBrowser } from '@modeshift/ui/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatApp } from './chat-app.ts';

const built = join(import.meta.dirname, '..', '..', '..', 'packages', 'ui', 'dist', 'page', 'index.html');
const why = whyNoBrowser() ?? (existsSync(built) ? undefined : 'The page is not built: npm run build.');
if (why) console.log(`Tests of the chat page are skipped: ${why}`);

describe.skipIf(why)('the chat page', { timeout: 120_000 }, () => {
  let tested: TestedApp;
  const price = { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-11-01', source: 'made up for this test' };
  const busy = new ModeshiftError({ tag: 'rate-limit' }, 'Too many calls: wait a moment.');
  let failures = 1;
  let isSlow = true;
  beforeAll(async () => {
    const models = {
      聪明: scriptedModel({
        price,
        modelId: 'clever',
        reply: () => '成都在**四川**。\n\n| 城市 | 人口 |\n|---|---|\n| 成都 | 2140 万 |',
      }),
      quick: scriptedModel({ price, modelId: 'quick', reply: () => 'In Sichuan.' }),
      broken: modelFaults.breaksAfter(1)(scriptedModel({ modelId: 'broken', reply: () => '床前明月光' })),
      form: scriptedModel({ reply: () => '{"item":"雨伞","quantity":3,"price":45,"color":"蓝色"}', deltaLength: 6 }),
      moody: scriptedModel({ reply: () => (failures-- > 0 ? busy : '现在好了。') }),
    };
    const poem = scriptedModel({ reply: () => '床前明月光，疑是地上霜。' });
    const slow = modelFaults.slow(600_000, { afterDeltas: 1 })(poem);
    const offered = [
      ...Object.entries(models).map(([name, model]) => ({ name, make: () => model })),
      { name: 'slow', make: () => (isSlow ? slow : poem) },
    ];
    tested = await testApp(await chatApp({ models: offered }));
  });
  afterAll(() => tested?.[Symbol.asyncDispose]());

  it('looks right in both languages, both themes and on a phone, in the middle of a conversation', async () => {
    const problems = await tested.look({
      shows: { en: ['Fill a form', 'Chengdu where?'], zh: ['填写表单', '成都在哪里？', '2140 万'] },
      prepare: async (page, lang) => {
        await page
          .getByRole('textbox')
          .last()
          .fill(lang === 'zh' ? '成都在哪里？' : 'Chengdu where?');
        await page.keyboard.press('Enter');
        await page.getByText('clever').waitFor();
      },
    });
    expect(problems).toEqual([]);
  });

  it('models are chosen, two answer side by side, and what failed is tried again', async () => {
    const page = await tested.open({ lang: 'zh' });
    const choose = async (label: string, model: string): Promise<void> => {
      await page.getByRole('combobox', { name: label, exact: true }).click();
      await page.getByRole('option', { name: model, exact: true }).click();
    };
    const say = async (words: string): Promise<void> => {
      await page.getByRole('textbox', { name: '消息' }).fill(words);
      await page.keyboard.press('Enter');
    };
    await choose('模型', 'moody');
    await say('在吗？');
    await page.getByRole('alert').getByText('Too many calls').waitFor();
    await page.getByRole('alert').getByRole('button', { name: '重试' }).click();
    await page.getByText('现在好了。').waitFor();
    // The second try is no second message.
    expect(await page.getByRole('log').getByText('在吗？').count()).toBe(1);

    await page.getByRole('button', { name: '新对话' }).first().click();
    await page.getByRole('button', { name: '并排比较' }).click();
    await choose('模型, 左侧', '聪明');
    await choose('模型, 右侧', 'broken');
    await say('成都在哪里？');
    const [left, right] = [page.getByRole('log', { name: '左侧' }), page.getByRole('log', { name: '右侧' })];
    await left.getByText('2140 万').waitFor();
    await left.getByText(/clever · \d+ 个词元/).waitFor();
    // What had come before the answer broke off stays, and the other side is whole.
    await right.getByText('床前明月').waitFor();
    await page.getByRole('alert').getByText('broke off').waitFor();
    await page.context().close();
  });

  it('a form is filled by the model, corrected and sent', async () => {
    const page = await tested.open();
    await page.getByRole('tab', { name: 'Fill a form' }).click();
    const reading = page.getByRole('region', { name: 'Fill a form' });
    await reading.getByRole('textbox', { name: 'Text' }).fill('三把蓝色的雨伞，每把45元。');
    await reading.getByRole('combobox', { name: 'Model' }).click();
    await page.getByRole('option', { name: 'form', exact: true }).click();
    await reading.getByRole('button', { name: 'Run' }).click();
    const order = page.getByRole('region', { name: 'Order' });
    await expect.poll(() => order.getByRole('textbox', { name: 'Item' }).inputValue()).toBe('雨伞');
    await order.getByRole('textbox', { name: 'Price of one' }).fill('50');
    await order.getByRole('button', { name: 'Run' }).click();
    await order.getByText('3 × 雨伞, 蓝色 = 150').waitFor();
    await page.context().close();
  });

  it('a server that is killed in the middle of an answer is told of, and once it is back the answer can be asked for again', async () => {
    const page = await tested.open({ lang: 'zh' });
    await page.getByRole('combobox', { name: '模型', exact: true }).click();
    await page.getByRole('option', { name: 'slow', exact: true }).click();
    await page.getByRole('textbox', { name: '消息' }).fill('背一首诗');
    await page.keyboard.press('Enter');
    await page.getByText('床前明月').waitFor();
    await tested.kill();
    await page.getByRole('alert').first().waitFor();
    isSlow = false;
    await tested.start();
    await page.getByRole('button', { name: '重试' }).click();
    await page.getByText('床前明月光，疑是地上霜。').waitFor();
    await page.context().close();
  });
});
