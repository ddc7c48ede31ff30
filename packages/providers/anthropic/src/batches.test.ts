// Batches, against a server that keeps one.
import { costOf, ModeshiftError } from '@modeshift/core';
import { type FaultAnswer, type FaultRequest, faultServer } from '@modeshift/testing';
import { expect, it } from 'vitest';
import { answerPrice } from './answer-price.ts';
import { anthropicBatches } from './anthropic-batches.ts';
import type { BatchEntry, BatchRequest } from './message-batch.ts';
import { listedRate, priceOf, prices } from './prices.ts';

const user = (content: string) => ({ messages: [{ role: 'user', content }] }) as const;
const requests: BatchRequest[] = [
  { id: 'a', call: { ...user('分类'), output: { type: 'choice', choices: ['物流', '退款'] } } },
  { id: 'b', call: user('你好') },
  { id: 'c', call: user('长') },
  { id: 'd', call: user('晚') },
];
const answered = (text: string) => ({
  type: 'succeeded',
  message: {
    type: 'message',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 2 },
  },
});
const lines = [
  { custom_id: 'b', result: answered('你好！') },
  { custom_id: 'a', result: answered('{"choice":"退款"}') },
  {
    custom_id: 'c',
    result: {
      type: 'errored',
      error: { error: { type: 'invalid_request_error', message: 'prompt is too long: 9 > 8' } },
    },
  },
  { custom_id: 'd', result: { type: 'expired' } },
].map(line => JSON.stringify(line));

function vendor(): (request: FaultRequest) => FaultAnswer {
  let asked = 0;
  const state = (processing_status: string, processing: number) => ({
    body: {
      id: 'msgbatch_1',
      processing_status,
      created_at: '2026-11-24T00:00:00Z',
      request_counts: {
        processing,
        succeeded: processing ? 0 : 2,
        errored: processing ? 0 : 1,
        canceled: 0,
        expired: processing ? 0 : 1,
      },
    },
  });
  return ({ method, path }) => {
    if (method === 'POST') return state(path.endsWith('/cancel') ? 'canceling' : 'in_progress', 4);
    if (path.endsWith('/results')) {
      const body = new TextEncoder().encode(`${lines.join('\n')}\n`);
      return { headers: { 'content-type': 'application/x-jsonl' }, chunks: [body.slice(0, 101), body.slice(101)] };
    }
    return ++asked < 3 ? state('in_progress', 4) : state('ended', 0);
  };
}

it('makes, waits for, reads and cancels a batch', async () => {
  await using server = await faultServer(vendor());
  const price = { inputPerMillion: 2, outputPerMillion: 4, asOf: '2026-11-01', source: 'a test' };
  const batches = anthropicBatches('claude-haiku-5-5', { baseURL: server.url, apiKey: 'sk-ant-1', price });
  const batch = await batches.create(requests);
  const sent = server.requests[0]!.json as { requests: { custom_id: string; params: object }[] };
  expect(sent.requests.map(one => one.custom_id)).toEqual(['a', 'b', 'c', 'd']);
  expect(sent.requests[1]!.params).toEqual({
    model: 'claude-haiku-5-5',
    max_tokens: 16_384,
    messages: [{ role: 'user', content: [{ type: 'text', text: '你好' }] }],
  });
  const told: number[] = [];
  const end = await batch.wait({ pollMs: 1, onProgress: progress => told.push(progress.done) });
  expect([end.state, told]).toEqual(['ended', [0, 0, 4]]);
  expect(end.createdAt?.toISOString()).toBe('2026-11-24T00:00:00.000Z');

  for (const handle of [batch, batches.open(batch.id, requests)]) {
    const entries = new Map<string, BatchEntry>();
    for await (const entry of handle.results()) entries.set(entry.id, entry);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(id => entries.get(id)!);
    expect(a!.ok && a!.result.content).toEqual([{ type: 'text', text: '退款' }]);
    expect(b!.ok && b!.result.content).toEqual([{ type: 'text', text: '你好！' }]);
    // Half of 10 × 2 + 2 × 4 millionths.
    expect(b!.ok && costOf(b!.result.usage, b!.result.price ?? price)).toBe(0.000014);
    expect(!c!.ok && c!.error.reason.tag).toBe('context-length');
    expect(!d!.ok && d!.error.message).toContain('another batch');
  }
  expect((await batch.cancel()).state).toBe('canceling');
  const paths = server.requests.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(paths)).toEqual(
    new Set([
      'POST /v1/messages/batches',
      'GET /v1/messages/batches/msgbatch_1',
      'GET /v1/messages/batches/msgbatch_1/results',
      'POST /v1/messages/batches/msgbatch_1/cancel',
    ]),
  );
});

it('refuses wrong batches before any request, and tells what the vendor refuses', async () => {
  const refusal = { type: 'error', error: { type: 'not_found_error', message: 'no results yet' } };
  await using server = await faultServer({ status: 404, body: refusal });
  const batches = anthropicBatches('m', { baseURL: server.url });
  const tag = async (work: () => Promise<unknown>) =>
    work().then(
      () => 'fine',
      (error: unknown) => (ModeshiftError.is(error) ? error.reason.tag : String(error)),
    );
  expect(await tag(() => batches.create([]))).toBe('invalid-input');
  expect(await tag(() => batches.create([requests[1]!, requests[1]!]))).toBe('invalid-input');
  expect(await tag(() => batches.create([{ id: '第一', call: user('x') }]))).toBe('invalid-input');
  expect(await tag(() => batches.create([{ id: 'x', call: { ...user('x'), seed: 1 } }]))).toBe('unsupported');
  expect(() => batches.open('../models')).toThrow(/no id of a batch/);
  expect(server.requests).toHaveLength(0);
  const batch = batches.open('msgbatch_1');
  expect(await tag(() => Array.fromAsync(batch.results()))).toBe('not-found');
  expect(await tag(() => batch.wait({ signal: AbortSignal.abort() }))).toBe('aborted');
});

it('prices an answer by the length of its prompt and the time of its cache', () => {
  const haiku = listedRate('claude-haiku-5-5')!;
  expect(answerPrice(haiku, { input_tokens: 100_000, output_tokens: 1 })).toBeUndefined();
  expect(answerPrice(haiku, { input_tokens: 1, cache_read_input_tokens: 100_000 })).toMatchObject({
    inputPerMillion: 0.5,
  });
  const opus = listedRate('claude-opus-5-5')!;
  const cache_creation = { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 300 };
  // 100 at 5 and 300 at 8 dollars.
  expect(answerPrice(opus, { input_tokens: 1, cache_creation })?.cacheWritePerMillion).toBe(7.25);
  expect(answerPrice(undefined, { input_tokens: 1 })).toBeUndefined();
  expect([priceOf('claude-haiku-4-5-20251001')?.inputPerMillion, priceOf('claude-2'), priceOf('toString')]).toEqual([
    1,
    undefined,
    undefined,
  ]);
  for (const price of Object.values(prices)) {
    expect(price.source).toMatch(/^https:/);
    expect(price.asOf).toMatch(/^2026-\d\d-\d\d$/);
    // As Anthropic's page says: writing for five minutes costs a quarter more than reading the prompt.
    expect(price.cacheWritePerMillion).toBeCloseTo(price.inputPerMillion * 1.25, 10);
  }
});
