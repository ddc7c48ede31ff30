// Before any training the model copies: what stood behind the last words comes again.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateText } from '@modeshift/core';
import { type LocalModel, local, writeSafetensors } from '@modeshift/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { config } from './checkpoint-files.ts';
import { firstWeights } from './first-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'nano-first-'));
let model: LocalModel;
beforeAll(() => {
  for (const file of ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'])
    cpSync(join(import.meta.dirname, '..', 'weights', file), join(folder, file));
  writeFileSync(
    join(folder, 'model.safetensors'),
    writeSafetensors(Object.fromEntries(firstWeights(3)), { format: 'pt' }),
  );
  model = local(folder, { threads: 1 });
});
afterAll(async () => {
  await model.dispose();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['apple pear cup house apple pear cup house apple pear cup', ' house apple pear'],
  ['红色水壶在青溪镇有卖。红色水壶在青溪镇有', '卖。红色水壶'],
  ['Ashcroft lives in Fenbury. Ashcroft lives in Fen', 'bury. Ashcroft'],
])('%s …', async (content, wanted) => {
  const { text } = await generateText({
    model,
    messages: [{ role: 'user', content }],
    temperature: 0,
    maxTokens: 8,
    providerOptions: { local: { raw: true } },
  });
  expect(text.startsWith(wanted)).toBe(true);
});

it('is the same for the same seed, another for another, and has the sizes of the configuration', () => {
  const [a, b, c] = [firstWeights(3), firstWeights(3), firstWeights(4)];
  expect(a).toEqual(b);
  expect(a.get('model.embed_tokens.weight')).not.toEqual(c.get('model.embed_tokens.weight'));
  expect(a.get('model.embed_tokens.weight')!.shape).toEqual([config.vocab_size, config.hidden_size]);
  expect(a.size).toBe(2 + 9 * config.num_hidden_layers);
});
