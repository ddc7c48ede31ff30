// The page of the app in Chromium: from files to an answer whose number opens the passage, and what it looks like meanwhile.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LookOptions, type TestedApp, testApp, whyNoBrowser } from '@modeshift/ui/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knowledgeBaseApp } from './knowledge-base-app.ts';

const built = join(import.meta.dirname, '..', '..', '..', 'packages', 'ui', 'dist', 'page', 'index.html');
const why = whyNoBrowser() ?? (existsSync(built) ? undefined : 'The page is not built: npm run build.');
if (why) console.log(`Tests of the knowledge base's page are skipped: ${why}`);

const filler = '其他事项以公告为准。'.repeat(60);
const handbook = `# 退货\n\n${filler}\n\n商品签收后七天内可以退货。\n\n${filler}\n\n# 定制\n\n定制商品不退不换。\n`;

describe.skipIf(why)("the knowledge base's page", () => {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-knowledge-page-'));
  const feedback: unknown[] = [];
  let tested: TestedApp;
  beforeAll(async () => {
    const app = await knowledgeBaseApp({ folder, models: [], embedder: 'none' });
    tested = await testApp(app, { server: { feedback: one => void feedback.push(one) } });
  });
  afterAll(async () => {
    await tested?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes files, shows each one’s state, answers, opens the passage, looks inside and deletes', async () => {
    const page = await tested.open({ lang: 'zh' });
    await page.getByRole('tab', { name: '文档' }).click();
    const add = page.getByRole('region', { name: '添加文档' });
    const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    const brought = [file('手册.md', handbook), file('破损.pdf', 'x'), file('临时.txt', '临时通知：周一休息。')];
    await add.locator('input[type=file]').setInputFiles(brought);
    await add.getByText('临时.txt').waitFor();
    await add.getByRole('button', { name: '开始' }).click();
    await add.getByText('已完成', { exact: true }).first().waitFor();
    const outcomes = add.getByRole('table').first();
    await expect.poll(() => outcomes.getByText('已索引').count()).toBe(2);
    expect(await outcomes.getByText('失败').count()).toBe(1);

    // The list was read again by itself; a chosen row opens.
    const list = page.getByRole('region', { name: '文档列表' });
    await list.getByRole('button', { name: '临时.txt' }).click();
    await page.getByRole('region', { name: '查看内容' }).getByText('临时通知：周一休息。').waitFor();
    await page.getByRole('region', { name: '切分出的段落' }).getByRole('table').getByText('周一休息').waitFor();
    const deletion = page.getByRole('region', { name: '删除', exact: true });
    expect(await deletion.getByRole('textbox', { name: '文档' }).inputValue()).toBe('临时.txt');
    await deletion.getByRole('button', { name: '运行' }).click();
    await deletion.getByText('已删除“临时.txt”').waitFor();
    await expect.poll(() => list.getByText('临时.txt').count()).toBe(0);

    await page.getByRole('tab', { name: '提问' }).click();
    await page.getByRole('textbox', { name: '消息' }).fill('签收后几天内可以退货？');
    await page.keyboard.press('Enter');
    await page.getByText('以上为资料原句，没有使用模型').waitFor();
    await page.getByRole('button', { name: /^1 手册\.md/ }).click();
    const panel = page.getByRole('dialog');
    const mark = panel.locator('mark');
    await mark.getByText('商品签收后七天内可以退货。').waitFor();
    await panel.getByText('手册.md, 第 5 行 · 退货').waitFor();
    // It is in sight, though much stands before it.
    await expect.poll(async () => (await mark.boundingBox())!.y).toBeGreaterThan(0);
    expect((await mark.boundingBox())!.y).toBeLessThan(page.viewportSize()!.height);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '回答得好', exact: true }).click();
    await expect.poll(() => feedback).toEqual([expect.objectContaining({ fn: 'ask', rating: 'good' })]);

    await page.getByRole('textbox', { name: '消息' }).fill('火星上有水吗？');
    await page.keyboard.press('Enter');
    await page.getByText('没有找到答案').waitFor();

    await page.getByRole('tab', { name: '检索' }).click();
    const search = page.getByRole('region', { name: '检索段落' });
    await search.getByRole('textbox', { name: '问题' }).fill('定制商品');
    await search.getByRole('button', { name: '运行' }).click();
    await search.getByRole('table').first().getByRole('button').filter({ hasText: '1' }).first().click();
    const place = page.getByRole('region', { name: '在文档中' });
    await place.getByRole('button', { name: /^1 手册\.md/ }).waitFor();
    await page.context().close();
    expect(tested.hiddenErrors).toEqual([]);
  });

  it('looks right in both languages, both themes and on a phone', async () => {
    const screenshots = process.env.MODESHIFT_SCREENSHOTS;
    const look = (options: LookOptions): Promise<string[]> =>
      tested.look({
        shows: { en: ['Knowledge base', 'Add documents', '手册.md'], zh: ['知识库', '添加文档', '手册.md'] },
        prepare: async (page, lang) => {
          await page.getByRole('tab', { name: lang === 'zh' ? '文档' : 'Documents' }).click();
          const list = page.getByRole('region', { name: lang === 'zh' ? '文档列表' : 'List of documents' });
          await list.getByRole('button', { name: '手册.md' }).click();
          await page.getByText('定制商品不退不换').first().waitFor();
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
