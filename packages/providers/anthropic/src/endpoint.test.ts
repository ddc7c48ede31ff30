// Keys, addresses, and what the environment may add.
import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';
import { ModeshiftError } from '@modeshift/core';
import { faultServer } from '@modeshift/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { anthropic } from './anthropic.ts';
import { resolveEndpoint } from './endpoint.ts';
import { providers } from './provider.ts';

const good = { body: { type: 'message', content: [], stop_reason: 'end_turn' } };
const call = { messages: [{ role: 'user', content: '你好' }] } as const;
afterEach(() => vi.unstubAllEnvs());

describe('an endpoint', () => {
  it('takes keys from the environment only for the server that the environment names', () => {
    const environment = { ANTHROPIC_API_KEY: ' sk-ant-a ', ANTHROPIC_AUTH_TOKEN: 'token' };
    expect(resolveEndpoint({}, environment)).toMatchObject({ apiKey: 'sk-ant-a', isAnthropic: true });
    expect(resolveEndpoint({}, environment).authToken).toBeUndefined();
    expect(resolveEndpoint({}, { ANTHROPIC_AUTH_TOKEN: 'token' })).toMatchObject({ authToken: 'token' });
    expect(resolveEndpoint({ authToken: 'mine' }, environment).apiKey).toBeUndefined();
    const other = resolveEndpoint({ baseURL: 'http://127.0.0.1:1/v1/' }, environment);
    expect(other).toMatchObject({ baseURL: 'http://127.0.0.1:1', apiKey: undefined, authToken: undefined });
  });

  it.each([
    [{}, 'authentication'],
    [{ baseURL: 'ftp://x' }, 'invalid-input'],
    [{ baseURL: 'https://user:pw@x' }, 'invalid-input'],
    [{ apiKey: 'a b' }, 'invalid-input'],
    [{ apiKey: '' }, 'invalid-input'],
    [{ apiKey: 'a', authToken: 'b' }, 'invalid-input'],
    [{ apiKey: 'a', timeoutMs: 0 }, 'invalid-input'],
    [{ apiKey: 'a', maxRetries: 1.5 }, 'invalid-input'],
    [{ apiKey: 'a', maxTokens: 0 }, 'invalid-input'],
  ] as const)('refuses %j at construction', (options, tag) => {
    vi.stubEnv('ANTHROPIC_API_KEY', '');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', '');
    vi.stubEnv('ANTHROPIC_BASE_URL', '');
    let thrown: unknown;
    try {
      anthropic('claude-sonnet-5-5', options);
    } catch (error) {
      thrown = error;
    }
    expect(ModeshiftError.is(thrown, tag)).toBe(true);
  });

  it('sends the key, the version and given headers; no header of the environment goes to a server named in code', async () => {
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-corporate: secret\nx-other: 1');
    await using server = await faultServer(good);
    const model = anthropic('m', { baseURL: `${server.url}/v1`, apiKey: 'sk-ant-1', headers: { 'x-mine': '2' } });
    await model.generate({ ...call, providerOptions: { anthropic: { betas: ['a-2026', 'b-2026'] } } }, {});
    const [request] = server.requests;
    expect(request).toMatchObject({ path: '/v1/messages', method: 'POST' });
    expect(request!.headers).toMatchObject({
      'x-api-key': 'sk-ant-1',
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'a-2026,b-2026',
      'x-mine': '2',
    });
    expect(request!.headers).not.toHaveProperty('x-corporate');
    vi.stubEnv('ANTHROPIC_BASE_URL', server.url);
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'gateway');
    vi.stubEnv('ANTHROPIC_API_KEY', '');
    await anthropic('m').generate(call, {});
    expect(server.requests[1]!.headers).toMatchObject({ authorization: 'Bearer gateway', 'x-corporate': 'secret' });
  });

  it('never shows the key', () => {
    const model = anthropic('claude-sonnet-5-5', { apiKey: 'sk-ant-VERYSECRET' });
    expect(inspect(model, { depth: 9, showHidden: true }) + JSON.stringify(model)).not.toContain('VERYSECRET');
  });

  it('is offered to tools, with a price of theirs', () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-1');
    const price = { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-11-01', source: 'a test' };
    expect(providers.map(provider => provider.model('claude-opus-5', { price }).price)).toEqual([price]);
  });

  it('loads the official client on the first call, not on import and not for a model', () => {
    const script = `
      import { registerHooks } from 'node:module';
      let loaded = false;
      registerHooks({ resolve: (name, context, next) => {
        if (name.startsWith('@anthropic-ai/sdk')) loaded = true;
        return next(name, context);
      } });
      const { anthropic } = await import('./anthropic.ts');
      await import('./index.ts');
      const model = anthropic('m', { baseURL: 'http://127.0.0.1:9', maxRetries: 0 });
      const before = loaded;
      await model.generate({ messages: [{ role: 'user', content: 'x' }] }, {}).catch(() => undefined);
      console.log(before, loaded);
    `;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=modeshift-source', '--input-type=module', '-e', script],
      { cwd: import.meta.dirname, encoding: 'utf8' },
    );
    expect(stdout.trim(), stderr).toBe('false true');
  });
});
