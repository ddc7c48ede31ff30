// The pictures of the apps in READMEs and the docs: `npm run screenshots`. Models are scripted, so that a picture shows the page and
// claims nothing of a model.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chatApp } from '@modeshift/app-chat';
import { compareApp } from '@modeshift/app-compare';
import { knowledgeBaseApp } from '@modeshift/app-knowledge-base';
import { scriptedModel } from '@modeshift/testing';
import { testApp } from '@modeshift/ui/testing';

const folder = join(import.meta.dirname, '..', 'docs', 'public');
const price = { inputPerMillion: 0.75, outputPerMillion: 4.5, asOf: '2026-11-01', source: 'for the picture' };

const models = {
  'model A': `Chengdu lies in **Sichuan**, in the south-west of China.

| in Chinese | known for |
|---|---|
| 成都 | pandas, tea houses, hot pot |

\`\`\`ts
const city = { name: '成都', province: '四川' };
\`\`\``,
  'model B': `In Sichuan (四川).

- in the west of the Sichuan basin (四川盆地)
- the capital of the province`,
};

await using tested = await testApp(
  await chatApp({
    models: Object.entries(models).map(([name, reply]) => ({
      name,
      make: () => scriptedModel({ price, modelId: name, reply: () => reply }),
    })),
  }),
);
const page = await tested.open({ width: 1280, height: 860 });
await page.getByRole('button', { name: 'Side by side' }).click();
await page.getByRole('combobox', { name: 'Model, Right' }).click();
await page.getByRole('option', { name: 'model B' }).click();
await page.getByRole('textbox', { name: 'Message' }).fill('Where is Chengdu? 成都在哪里？');
await page.keyboard.press('Enter');
await page.getByText(/model B · .* tokens/).waitFor();
await page.mouse.move(640, 10);
await page.waitForTimeout(600);
await page.screenshot({ path: join(folder, 'chat.png') });
console.log('docs/public/chat.png');

// The comparison on a bundled task, with the modes that need no model.
const state = await mkdtemp(join(tmpdir(), 'modeshift-screenshots-'));
{
  await using comparing = await testApp(compareApp({ folder: state }));
  const [run] = await comparing.call('compare', { data: 'routing-en' });
  for await (const [status] of comparing.stream('compare_watch', { run })) if (status === 'done') break;
  const shown = await comparing.open({
    width: 1280,
    height: 1040,
    path: `/#/compare?run=${String(run)}&data=routing-en`,
  });
  await shown.locator('canvas').first().waitFor();
  await shown.mouse.move(640, 10);
  await shown.waitForTimeout(600);
  await shown.screenshot({ path: join(folder, 'compare.png') });
}
console.log('docs/public/compare.png');

// Two documents and a question, answered without a model.
{
  const app = await knowledgeBaseApp({ folder: join(state, 'knowledge'), models: [], embedder: 'none' });
  await using asking = await testApp(app);
  const files = {
    'returns.md': `# Returns

Send a product back within thirty days of delivery. The postage of a return is paid by the buyer.

# Made to measure

What was made to measure is not taken back. Faults are repaired free of charge.`,
    '保修.md': '# 保修\n\n自购买之日起保修二十四个月。人为损坏不在保修范围内。',
  };
  const body = new FormData();
  for (const [name, words] of Object.entries(files)) body.append('files', new Blob([words]), name);
  const sent = await fetch(`${asking.url}/gradio_api/upload`, { method: 'POST', body });
  const names = Object.keys(files);
  const uploads = ((await sent.json()) as string[]).map((path, i) => {
    return { path, orig_name: names[i], meta: { _type: 'gradio.FileData' } };
  });
  const [run] = await asking.call('add', { files: uploads });
  for await (const [status] of asking.stream('add_watch', { run })) if (status === 'done') break;
  const shown = await asking.open({ width: 1280, height: 860 });
  await shown.getByRole('textbox', { name: 'Message' }).fill('Who pays the postage of a return?');
  await shown.keyboard.press('Enter');
  await shown.getByText('no model wrote this').waitFor();
  await shown.getByRole('button', { name: /^1 returns/ }).click();
  await shown.getByRole('dialog').locator('mark').waitFor();
  await shown.waitForTimeout(600);
  await shown.screenshot({ path: join(folder, 'knowledge-base.png') });
}
await rm(state, { recursive: true, force: true });
console.log('docs/public/knowledge-base.png');
