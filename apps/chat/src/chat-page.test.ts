// The page of the app in Chromium: what a visitor does, and what it looks like meanwhile.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modelFaults, scriptedModel } from '@modeshift/testing';
import { type TestedApp, testApp, whyNoBrowser } from '@modeshift/ui/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatApp } from './chat-app.ts';

const built = join(import.meta.dirname, '..', '..', '..', 'packages', 'ui', 'dist', 'page', 'index.html');
const why = whyNoBrowser() ?? (existsSync(built) ? undefined : 'The page is not built: npm run build.');
if (why) console.log(`Tests of the chat page are skipped: ${why}`);

describe.skipIf(why)('the chat page', () => {
  let tested: TestedApp;
  const price = { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-11-01', source: 'made up for this test' };
  let failures = 1;
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
      moody: scriptedModel({ reply: () => (failures-- > 0 ? new Error('no mood') : '现在好了。') }),
    };
    tested = await testApp(
      await chatApp({ models: Object.entries(models).map(([name, model]) => ({ name, make: () => model })) }),
    );
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
});
