import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filePart } from './file-part.ts';
import { dropForeignReplay } from './foreign-replay.ts';
import type { Message } from './message.ts';
import { rateLimitsOf } from './rate-limit-headers.ts';
import { retryAfterMs } from './retry-after.ts';
import { deserialize, serialize } from './serialize.ts';
import { addUsage, costOf, type Usage } from './usage.ts';

describe('usage', () => {
  const count = fc.option(fc.nat(1_000_000), { nil: undefined });
  const usages = fc.record({
    inputTokens: count,
    outputTokens: count,
    cachedInputTokens: count,
    cacheWriteTokens: count,
  });
  const price = {
    inputPerMillion: 0.3,
    outputPerMillion: 1.7,
    cachedInputPerMillion: 0.03,
    cacheWritePerMillion: 0.375,
    asOf: '',
    source: '',
  };

  it('is never NaN: a sum is exact or unknown', () => {
    fc.assert(
      fc.property(fc.array(usages), parts => {
        const sum = addUsage(parts as Usage[]);
        for (const field of ['inputTokens', 'outputTokens', 'cachedInputTokens', 'cacheWriteTokens'] as const) {
          const known = parts.every(part => part[field] !== undefined);
          const wanted = known ? parts.reduce((total, part) => total + part[field]!, 0) : undefined;
          if (parts.length > 0) expect(sum[field]).toBe(wanted);
        }
        expect(Object.values(sum).some(Number.isNaN)).toBe(false);
      }),
    );
  });

  it('costs what its parts cost, never less than nothing, unknown where unknown', () => {
    fc.assert(
      fc.property(usages, usage => {
        const cost = costOf(usage as Usage, price);
        if (usage.inputTokens === undefined || usage.outputTokens === undefined) expect(cost).toBeUndefined();
        else {
          expect(cost).toBeGreaterThanOrEqual(0);
          expect(cost).toBeLessThanOrEqual(
            Number(((usage.inputTokens * 0.375 + usage.outputTokens * 1.7) / 1e6).toPrecision(12)),
          );
        }
      }),
    );
  });

  it('charges what is read from and written to the cache at its own price, and no NaN from a bad report', () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 0, cachedInputTokens: 200_000, cacheWriteTokens: 300_000 };
    expect(costOf(usage, price)).toBe(0.15 + 0.006 + 0.1125);
    const bad = { inputTokens: Number.NaN, outputTokens: 1 };
    expect(costOf(bad, price)).toBeUndefined();
    expect(addUsage([bad]).inputTokens).toBeUndefined();
  });
});

describe('serialize', () => {
  it('goes there and back', () => {
    const bytes = fc.uint8Array();
    const floats = fc.float32Array();
    const value = fc.anything({
      withDate: true,
      withBigInt: true,
      withNullPrototype: false,
      values: [
        fc.string({ unit: 'grapheme' }),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        bytes,
        floats,
        fc.webUrl().map(url => new URL(url)),
      ],
      key: fc.oneof(fc.string(), fc.constantFrom('$modeshift', 'value', '__proto__')),
    });
    fc.assert(
      fc.property(value, one => {
        expect(deserialize(serialize(one))).toEqual(one);
      }),
    );
  });

  it('keeps a conversation as it is', () => {
    const conversation: Message[] = [
      { role: 'user', content: [{ type: 'text', text: '看' }, filePart(new URL('https://example.com/a.png'))] },
      { role: 'assistant', content: [{ type: 'reasoning', text: '', replay: { provider: 'a', data: { b: [1] } } }] },
      {
        role: 'tool',
        content: [{ type: 'tool-result', id: '1', name: 'f', content: [filePart(new Uint8Array([0xff, 0xd8, 0xff]))] }],
      },
    ];
    expect(deserialize(serialize(conversation))).toEqual(conversation);
  });
});

describe('headers', () => {
  const now = Date.parse('2026-11-24T00:00:00Z');

  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': ' 0.5 ' }, 500],
    [{ 'retry-after-ms': '120', 'retry-after': '9' }, 120],
    [{ 'retry-after': 'Tue, 24 Nov 2026 00:00:10 GMT' }, 10_000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j', (headers, wanted) => expect(retryAfterMs(headers as Record<string, string>, now)).toBe(wanted));

  it('reads limits of both families', () => {
    const openai = {
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '6m0.5s',
    };
    expect(rateLimitsOf(openai).tokens).toEqual({ limit: 150_000, remaining: 149_984, resetMs: 360_500 });
    expect(rateLimitsOf({ 'x-ratelimit-reset-requests': '12ms' }).requests).toEqual({ resetMs: 12 });
    const anthropic = {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-11-24T00:00:30Z',
    };
    expect(rateLimitsOf(anthropic, now).requests).toEqual({ remaining: 0, resetMs: 30_000 });
    expect(rateLimitsOf({ 'x-ratelimit-remaining-requests': 'many' })).toEqual({ requests: {}, tokens: {} });
  });
});

describe('filePart', () => {
  it.each([
    ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d]],
    ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
    ['image/webp', [...new TextEncoder().encode('RIFF1234WEBP')]],
    ['audio/wav', [...new TextEncoder().encode('RIFF1234WAVE')]],
    ['application/pdf', [...new TextEncoder().encode('%PDF-1.7')]],
    ['video/mp4', [0, 0, 0, 0, ...new TextEncoder().encode('ftypisom')]],
  ])('tells %s', (mediaType, bytes) => expect(filePart(new Uint8Array(bytes)).mediaType).toBe(mediaType));

  it('reads the end of a URL, believes the caller, and says when it cannot tell', () => {
    expect(filePart(new URL('https://example.com/声音.MP3?x=1')).mediaType).toBe('audio/mpeg');
    expect(filePart(new URL('data:image/gif;base64,AAAA')).mediaType).toBe('image/gif');
    expect(filePart(new Uint8Array([1]), { mediaType: 'text/csv', filename: '表.csv' })).toMatchObject({
      filename: '表.csv',
    });
    expect(() => filePart(new Uint8Array([1, 2, 3]))).toThrow('Give "mediaType"');
  });
});

it('dropForeignReplay drops what is foreign, and only that', () => {
  const own = { type: 'reasoning', text: '想', replay: { provider: 'b', data: 1 } } as const;
  const messages: Message[] = [
    { role: 'user', content: '?' },
    {
      role: 'assistant',
      content: [own, { type: 'reasoning', text: '', replay: { provider: 'a', data: 2 } }, { type: 'text', text: '好' }],
    },
  ];
  expect(dropForeignReplay(messages, 'b')[1]!.content).toEqual([own, { type: 'text', text: '好' }]);
  expect(dropForeignReplay(messages, 'a')[1]!.content).toHaveLength(3);
  expect(dropForeignReplay(messages, 'b')[0]).toBe(messages[0]);
});
