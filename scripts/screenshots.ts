// The pictures of the apps in READMEs and the docs: `npm run screenshots`. Models are scripted, so that a picture shows the page and
// claims nothing of a model.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chatApp } from '@modeshift/app-chat';
import { compareApp } from '@modeshift/app-compare';
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
  const shown = await comparing.open({ width: 1280, height: 1040, path: `/#/compare?run=${String(run)}` });
  await shown.locator('canvas').first().waitFor();
  await shown.mouse.move(640, 10);
  await shown.waitForTimeout(600);
  await shown.screenshot({ path: join(folder, 'compare.png') });
}
await rm(state, { recursive: true, force: true });
console.log('docs/public/compare.png');
