import { describe, expect, it } from 'vitest';
import { ModeshiftError } from '../errors.ts';
import { type FailedRequest, failureOf } from './failure.ts';
import { tellResponse } from './observe-response.ts';
import { redactSecrets, secretsOf, serverWords } from './redact-secrets.ts';

const key = 'sk-proj-0123456789abcdef';
const failed: FailedRequest = {
  host: 'example.com',
  wire: 'the Acme API',
  where: 'ACME_URL',
  request: { provider: 'acme', modelId: 'm' },
  secrets: secretsOf({ keys: [key, undefined], headers: { 'X-Token': 'Basic 钥匙钥匙', accept: 'json' } }),
  timeoutMs: 50,
};

describe('failureOf', () => {
  it.each<[string, unknown, Partial<FailedRequest>, object]>([
    ['a caller who cancelled', new Error('x'), { signal: AbortSignal.abort() }, { tag: 'aborted' }],
    [
      'silence at the start',
      new Error('x'),
      { timedOut: 'first-chunk' },
      { tag: 'timeout', limit: 'first-chunk', ms: 50 },
    ],
    ['silence later', new Error('x'), { timedOut: 'idle', began: true }, { tag: 'timeout', limit: 'idle', ms: 50 }],
    ['broken JSON', new SyntaxError('Unexpected token'), {}, { tag: 'invalid-response' }],
    ['an end after content', new TypeError('terminated'), { began: true }, { tag: 'interrupted' }],
    ['no connection', new TypeError('fetch failed'), {}, { tag: 'network' }],
    ['anything else', 'what?', {}, { tag: 'internal' }],
  ])('names %s', (_, error, more, reason) => {
    expect(failureOf(error, { ...failed, ...more }).reason).toEqual(reason);
  });

  it('finds what the system said below its wrappers, and shows no secret', () => {
    const system = Object.assign(new Error(`connect with ${key}`), { code: 'ENOTFOUND' });
    const error = failureOf(new TypeError('fetch failed', { cause: new Error('x', { cause: system }) }), failed);
    expect(error.reason).toEqual({ tag: 'network', code: 'ENOTFOUND' });
    expect(error.message).toContain('Check ACME_URL');
    expect((error.cause as Error).message).toBe('connect with ***');
    const own = new ModeshiftError({ tag: 'quota' }, 'empty');
    expect(failureOf(own, { ...failed, signal: AbortSignal.abort() })).toBe(own);
  });
});

describe('secrets', () => {
  it('are the keys, and the headers that sound like one, with their scheme or without', () => {
    expect(failed.secrets).toEqual([key, 'Basic 钥匙钥匙', '钥匙钥匙']);
    expect(redactSecrets(`${key} 钥匙钥匙 Bearer abc gsk_12345678 AKIA0123456789ABCDEF`, failed.secrets)).toBe(
      '*** *** Bearer *** gsk-*** ***',
    );
  });

  it('are taken out of what a server says, which is cut, and never a web page', () => {
    expect(serverWords(`  没有模型 ${key} `, failed.secrets)).toBe('没有模型 ***');
    expect(serverWords('<!doctype html>', [])).toBe('');
    expect(serverWords('长'.repeat(600), [])).toBe(`${'长'.repeat(500)}…`);
  });
});

it('an observer of responses sees names in lower case, and may fail', () => {
  const seen: unknown[] = [];
  tellResponse(response => seen.push(response), { status: 429, headers: new Headers({ 'Retry-After': '1' }) });
  tellResponse(
    () => {
      throw new Error('x');
    },
    { status: 200, headers: {} },
  );
  tellResponse(undefined, { status: 200, headers: {} });
  expect(seen).toEqual([{ status: 429, headers: { 'retry-after': '1' } }]);
});
