import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateText } from '@modeshift/core';
import { presets } from '@modeshift/openai';
import { afterEach, expect, it } from 'vitest';
import { availableModels } from './available-models.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server of OpenAI's wire that remembers what keys it was shown. */
async function listing(body: string, status = 200): Promise<{ url: string; keys: (string | undefined)[] }> {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    response.writeHead(request.url === '/v1/models' ? status : 404, { 'content-type': 'application/json' });
    response.end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, keys };
}
const nothing = { cacheDir: 'no-such-folder', servers: [] };
const names = async (options: Parameters<typeof availableModels>[0]) =>
  (await availableModels(options)).map(one => one.name);

it('without keys and servers there is nano, which answers', async () => {
  const models = await availableModels({ env: {}, ...nothing });
  expect(models.map(one => one.name)).toEqual(['nano']);
  const model = await models[0]!.make();
  const call = { model, messages: [{ role: 'user', content: '你好' }] as const, maxTokens: 4, temperature: 0 };
  expect((await generateText(call)).usage.outputTokens).toBeGreaterThan(0);
  await (model as unknown as { dispose(): Promise<void> }).dispose();
});

it('keys bring the models of their vendors', async () => {
  const env = { OPENAI_API_KEY: 'sk-test', ANTHROPIC_API_KEY: 'sk-ant-test' };
  const found = await names({ env, ...nothing });
  expect(found).toContain('openai:gpt-5.4-mini');
  expect(found).toContain('anthropic:claude-sonnet-5');
  expect(found.at(-1)).toBe('nano');
  expect(new Set(found).size).toBe(found.length);
});

it('servers are asked what they have, and keys go where they belong only', async () => {
  const ids = ['qwen3:4b', 'nomic-embed-text', '小模型'].map(id => ({ id }));
  const [own, keyed, free, broken] = await Promise.all([
    listing(JSON.stringify({ data: [{ id: 'big' }] })),
    listing(JSON.stringify({ data: [{ id: 'deep' }] })),
    listing(JSON.stringify({ data: ids })),
    listing('<html>hello</html>'),
  ]);
  const servers = [
    { ...presets.deepseek, baseURL: keyed.url },
    { ...presets.moonshot, baseURL: broken.url },
    { ...presets.ollama, baseURL: free.url },
    { ...presets.vllm, baseURL: broken.url },
    { ...presets.lmStudio, baseURL: 'http://127.0.0.1:9' },
  ];
  const env = { OPENAI_API_KEY: 'sk-own', OPENAI_BASE_URL: own.url, DEEPSEEK_API_KEY: 'sk-deep' };
  expect(await names({ env, cacheDir: 'no-such-folder', servers })).toEqual([
    'openai:big',
    'deepseek:deep',
    'ollama:qwen3:4b',
    'ollama:小模型',
    'nano',
  ]);
  expect([own.keys, keyed.keys, free.keys]).toEqual([['Bearer sk-own'], ['Bearer sk-deep'], [undefined]]);
  // Of the two at that address, the one without its key was not asked.
  expect(broken.keys).toEqual([undefined]);
});

it('MODESHIFT_MODELS comes first, and says what is wrong with it', async () => {
  const found = await names({ env: { MODESHIFT_MODELS: 'ollama:qwen3:4b, local:Qwen/Qwen3-0.6B' }, ...nothing });
  expect(found).toEqual(['ollama:qwen3:4b', 'local:Qwen/Qwen3-0.6B', 'nano']);
  // What is there anyway is there once, where it was named.
  const again = { MODESHIFT_MODELS: 'nano, openai:gpt-5.4-mini,nano', OPENAI_API_KEY: 'sk-test' };
  const once = await names({ env: again, ...nothing });
  expect(once.slice(0, 2)).toEqual(['nano', 'openai:gpt-5.4-mini']);
  expect(new Set(once).size).toBe(once.length);
  await expect(names({ env: { MODESHIFT_MODELS: 'opnai:gpt' }, ...nothing })).rejects.toThrow(
    /there is no provider "opnai"\. Known: openai, /,
  );
});
