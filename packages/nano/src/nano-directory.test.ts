// The package as users have it: the folder, what local() makes of it, the sizes.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateText, score } from '@modeshift/core';
import { type LocalModel, local } from '@modeshift/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nanoDirectory } from './nano-directory.ts';

const cacheDir = mkdtempSync(join(tmpdir(), 'nano-test-'));
const weights = join(import.meta.dirname, '..', 'weights');
const manifest = JSON.parse(readFileSync(join(weights, 'manifest.json'), 'utf8'));
afterAll(() => rmSync(cacheDir, { recursive: true, force: true }));

describe('the folder', () => {
  it('is unpacked once, by whoever comes first, with the checksum of the manifest', async () => {
    const folders = await Promise.all([1, 2, 3].map(() => nanoDirectory({ cacheDir })));
    expect(new Set(folders).size).toBe(1);
    expect(readdirSync(cacheDir)).toHaveLength(1);
    const file = join(folders[0]!, 'model.safetensors');
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(manifest.sha256);
    const { mtimeMs } = statSync(file);
    await nanoDirectory({ cacheDir });
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
  });

  it('is made anew when it is not whole', async () => {
    const folder = await nanoDirectory({ cacheDir });
    const file = join(folder, 'model.safetensors');
    truncateSync(file, 1000);
    await nanoDirectory({ cacheDir });
    expect(statSync(file).size).toBe(manifest.bytes);
  });

  it('the package stays below 8 MB', () => {
    const size = readdirSync(weights).reduce((sum, name) => sum + statSync(join(weights, name)).size, 0);
    expect(size).toBeLessThan(8e6);
  });
});

describe('the model', () => {
  let model: LocalModel;
  beforeAll(async () => {
    model = local(await nanoDirectory({ cacheDir }), { threads: 1 });
  });
  afterAll(() => model.dispose());
  const ask = (content: string, more: object = {}) =>
    generateText({ model, messages: [{ role: 'user', content }], temperature: 0, maxTokens: 40, ...more });

  it('has 3 to 6 million parameters and no room for mistakes about its sizes', async () => {
    const { vocabularySize, contextLength } = (await model.load()) as unknown as Record<string, number>;
    const { bytes } = manifest as { bytes: number };
    expect(bytes / 4).toBeGreaterThan(3e6);
    expect(bytes / 4).toBeLessThan(6e6);
    expect([vocabularySize ?? 4096, contextLength]).toEqual([4096, 1024]);
  });

  it('answers in both languages, the same each time, and stops by itself', async () => {
    for (const question of [
      'Rowan Keld lives in Ostmere.\nWhere does Rowan Keld live?',
      '李小川住在青云镇。\n李小川住在哪里？',
    ]) {
      const first = await ask(question);
      expect(first.text.length).toBeGreaterThan(0);
      expect(first.finishReason).toBe('stop');
      expect((await ask(question)).text).toBe(first.text);
    }
  });

  it('calls a tool when it has to, with arguments that fit', async () => {
    const tools = [
      {
        name: 'get_weather',
        description: 'Tells the weather of a town',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
          additionalProperties: false,
        },
      },
    ] as const;
    const { toolCalls } = await ask('What is the weather in Fenbury?', { tools, toolChoice: 'required' });
    expect(toolCalls[0]!.name).toBe('get_weather');
  });

  it('scores continuations', async () => {
    const { scores } = await score({ model, prompt: [{ role: 'user', content: '1+1=' }], continuations: ['2', '猫'] });
    expect(scores[0]!.logprob).toBeGreaterThan(scores[1]!.logprob);
  });
});
