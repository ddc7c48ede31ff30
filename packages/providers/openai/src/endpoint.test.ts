import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resolveEndpoint } from './endpoint.ts';
import { openai } from './openai.ts';
import { openaiCompletions } from './openai-completions.ts';
import { priceOf, prices } from './prices.ts';
import { providers } from './provider.ts';

const key = 'sk-proj-abcdefghijklmnop';

describe('resolveEndpoint', () => {
  it('says what to do when the key is missing', () => {
    expect(() => resolveEndpoint({}, {})).toThrow(
      expect.objectContaining({
        reason: { tag: 'authentication' },
        message: expect.stringContaining('OPENAI_API_KEY'),
      }),
    );
    expect(() => resolveEndpoint({}, { OPENAI_API_KEY: '  ' })).toThrow(/OPENAI_API_KEY/);
  });

  it('reads the environment', () => {
    const endpoint = resolveEndpoint({}, { OPENAI_API_KEY: key, OPENAI_BASE_URL: 'http://localhost:1234/v1/' });
    expect(endpoint).toMatchObject({
      apiKey: key,
      baseURL: 'http://localhost:1234/v1',
      host: 'localhost:1234',
      isOpenAI: false,
    });
    expect(resolveEndpoint({}, { OPENAI_API_KEY: key })).toMatchObject({ host: 'api.openai.com', isOpenAI: true });
    expect(resolveEndpoint({}, { OPENAI_BASE_URL: 'http://localhost:1/v1' }).apiKey).toBeUndefined();
  });

  it('never sends the key of the environment to a server named in code', () => {
    const endpoint = resolveEndpoint({ baseURL: 'https://example.com/v1' }, { OPENAI_API_KEY: key });
    expect(endpoint.apiKey).toBeUndefined();
  });

  it.each([
    { baseURL: 'localhost:8000/v1' },
    { baseURL: 'ftp://e.org' },
    { baseURL: `https://user:${key}@e.org/v1` },
    { apiKey: `${key}\nX: y` },
    { apiKey: '' },
    { apiKey: key, timeoutMs: 0 },
    { apiKey: key, timeoutMs: Number.NaN },
    { apiKey: key, maxRetries: 0.5 },
  ])('refuses %o without printing a key', options => {
    let message = '';
    try {
      resolveEndpoint(options, {});
    } catch (error) {
      message = inspect(error);
      expect(error).toMatchObject({ reason: { tag: 'invalid-input' } });
    }
    expect(message).not.toBe('');
    expect(message).not.toContain(key);
  });

  it.each([
    ['https://api.openai.com/v1', true],
    ['https://eu.api.openai.com/v1', true],
    ['https://x.openai.azure.com/openai/v1', true],
    ['https://notopenai.com/v1', false],
    ['https://openai.com.evil.org/v1', false],
  ])('knows OpenAI: %s %s', (baseURL, isOpenAI) => {
    expect(resolveEndpoint({ baseURL, apiKey: key }, {}).isOpenAI).toBe(isOpenAI);
  });
});

describe('models', () => {
  it('never show their key', () => {
    const headers = { 'X-Api-Key': key };
    for (const model of [
      openai('gpt-5.4-mini', { apiKey: key, headers }),
      openaiCompletions('m', { apiKey: key, headers }),
    ]) {
      const shown = [JSON.stringify(model), inspect(model, { depth: 9, showHidden: true }), String(model)].join();
      expect(shown).not.toContain(key);
      expect(Object.keys(model).sort()).toEqual(['modelId', 'price', 'provider']);
    }
  });

  it('need a name', () => {
    expect(() => openai(' ', { apiKey: key })).toThrow(/no name/);
    expect(() => openaiCompletions('', { apiKey: key })).toThrow(/no name/);
    expect(() => openaiCompletions('m', { apiKey: key, batchSize: 0 })).toThrow(/batchSize/);
  });

  it('know a listed price at OpenAI only, and take a given one', () => {
    const own = { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-01-01', source: 'me' };
    expect(openai('gpt-5.4-mini', { apiKey: key }).price).toBe(prices['gpt-5.4-mini']);
    expect(openai('gpt-5.4-mini', { baseURL: 'http://localhost:1/v1' }).price).toBeUndefined();
    expect(openai('gpt-5.4-mini', { apiKey: key, price: own }).price).toBe(own);
    expect(openai('some-model', { apiKey: key }).price).toBeUndefined();
    expect(priceOf('gpt-5.4-mini-2026-03-17')).toBe(prices['gpt-5.4-mini']);
    expect(priceOf('toString')).toBeUndefined();
    for (const price of Object.values(prices)) {
      expect(price.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(price.source).toMatch(/^https:\/\//);
      expect(price.cachedInputPerMillion!).toBeLessThan(price.inputPerMillion);
      expect(price.outputPerMillion).toBeGreaterThan(price.inputPerMillion);
    }
  });

  it('are offered to the command line', () => {
    const names = providers.map(one => one.name);
    expect(names.slice(0, 3)).toEqual(['openai', 'openai-completions', 'ollama']);
    expect(new Set(names).size).toBe(names.length);
    // A name is what stands before the first colon of `--model name:id`.
    expect(names.filter(name => name.includes(':'))).toEqual([]);
    const price = { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-11-01', source: 'a test' };
    expect(providers[2]!.model('qwen3:4b', { price })).toMatchObject({
      provider: 'ollama',
      modelId: 'qwen3:4b',
      price,
    });
    expect(() => providers.find(one => one.name === 'groq')!.model('m', {})).toThrow(/GROQ_API_KEY/);
  });
});
