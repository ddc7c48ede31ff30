import { mkdtempSync } from 'node:fs';
import { knowledgeBaseApp } from '@modeshift/app-knowledge-base';
import { testApp } from '@modeshift/ui/testing';

const folder = mkdtempSync('/tmp/kb-');
const tested = await testApp(await knowledgeBaseApp({ folder, models: [], embedder: 'none' }));
const page = await tested.open({ lang: 'zh', width: 1280, height: 900 });
await page.getByRole('tab', { name: '文档' }).click();
const add = page.getByRole('region', { name: '添加文档' });
await add.locator('input[type=file]').setInputFiles([
  {
    name: '退货.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from(
      '# 退货\n\n商品签收后七天内可以退货。运费由买家承担。\n\n# 定制\n\n定制商品不退不换。\n\n' +
        '其他条款。'.repeat(300),
    ),
  },
  { name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') },
]);
await page.waitForTimeout(800);
await add.getByRole('button', { name: '开始' }).click();
await add.getByText('已完成', { exact: true }).first().waitFor();
await page.waitForTimeout(800);
await page.screenshot({ path: '/tmp/kb1.png', fullPage: true });
await page.getByRole('region', { name: '文档列表' }).getByRole('button', { name: '退货.md' }).click();
await page.waitForTimeout(800);
await page.screenshot({ path: '/tmp/kb2.png', fullPage: true });
await page.getByRole('tab', { name: '提问' }).click();
await page.getByRole('textbox', { name: '消息' }).fill('几天内可以退货？');
await page.keyboard.press('Enter');
await page.getByText('资料原句').waitFor();
await page.screenshot({ path: '/tmp/kb3.png' });
await page
  .getByRole('button', { name: '1', exact: true })
  .first()
  .click()
  .catch(async () => page.getByText('退货.md').first().click());
await page.waitForTimeout(800);
await page.screenshot({ path: '/tmp/kb4.png' });
console.log(tested.hiddenErrors);
await tested[Symbol.asyncDispose]();
process.exit();
