// Batches, against a server that keeps one.
import { costOf, type LanguageCall } from '@modeshift/core';
import { type FaultAnswer, type FaultRequest, faultServer } from '@modeshift/testing';
import { expect, it } from 'vitest';
import { answerPrice } from './answer-price.ts';
import { anthropic } from './anthropic.ts';
import { listedRate, priceOf, prices } from './prices.ts';

const user = (content: string) => ({ messages: [{ role: 'user', content }] }) as const;
const calls: LanguageCall[] = [
  { ...user('分类'), output: { type: 'choice', choices: ['物流', '退款'] } },
  user('你好'),
  user('长'),
  user('晚'),
  user('丢'),
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
  { custom_id: '1', result: answered('你好！') },
  { custom_id: '0', result: answered('{"choice":"退款"}') },
  {
    custom_id: '2',
    result: {
      type: 'errored',
      error: { error: { type: 'invalid_request_error', message: 'prompt is too long: 9 > 8' } },
    },
  },
  { custom_id: '3', result: { type: 'expired' } },
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

const price = { inputPerMillion: 2, outputPerMillion: 4, asOf: '2026-11-01', source: 'a test' };
const modelAt = (baseURL: string, more: object = {}) =>
  anthropic('claude-haiku-5-5', { baseURL, apiKey: 'sk-ant-1', price, pollMs: 1, maxRetries: 0, ...more });

it('submits, follows and reads a batch, and finds it again by its id', async () => {
  await using server = await faultServer(vendor());
  const model = modelAt(server.url);
  const batch = model.batch(calls, {});
  const told: unknown[] = [];
  for await (const { phase, done, total } of batch.progress) told.push([phase, done, total]);
  expect(told).toEqual([
    ['in progress', 0, 5],
    ['ended', 4, 5],
  ]);
  const sent = server.requests[0]!.json as { requests: { custom_id: string; params: object }[] };
  expect(sent.requests.map(one => one.custom_id)).toEqual(['0', '1', '2', '3', '4']);
  expect(sent.requests[1]!.params).toEqual({
    model: 'claude-haiku-5-5',
    max_tokens: 16_384,
    messages: [{ role: 'user', content: [{ type: 'text', text: '你好' }] }],
  });
  const posts = server.requests.filter(request => request.method === 'POST').length;
  for (const job of [batch, model.batch(calls, { resume: await batch.id })]) {
    const answers = await Array.fromAsync(job.answers);
    expect(answers.map(one => one.index)).toEqual([1, 0, 2, 3, 4]);
    const [b, a, c, d, e] = answers;
    expect(a!.result!.content).toEqual([{ type: 'text', text: '退款' }]);
    expect(b!.result!.content).toEqual([{ type: 'text', text: '你好！' }]);
    // Half of 10 × 2 + 2 × 4 millionths.
    expect(costOf(b!.result!.usage, b!.result!.price)).toBe(0.000014);
    expect(c!.error!.reason.tag).toBe('context-length');
    expect(d!.error).toMatchObject({
      reason: { tag: 'interrupted' },
      message: expect.stringContaining('another batch'),
    });
    expect(e!.error!.reason.tag).toBe('interrupted');
  }
  expect(server.requests.filter(request => request.method === 'POST')).toHaveLength(posts);
});

it('is cancelled by cancel and by the signal, at the vendor too', async () => {
  for (const how of ['cancel', 'signal'] as const) {
    let cancelled = 0;
    await using server = await faultServer(({ path }: FaultRequest) => {
      if (path.endsWith('/results')) return { body: '' };
      if (path.endsWith('/cancel')) cancelled++;
      const processing_status = cancelled ? 'ended' : 'in_progress';
      return { body: { id: 'msgbatch_1', processing_status } };
    });
    const controller = new AbortController();
    const batch = modelAt(server.url, { pollMs: 60_000 }).batch(calls, { signal: controller.signal });
    for await (const _ of batch.progress) break;
    if (how === 'cancel') {
      await batch.cancel();
      const answers = await Array.fromAsync(batch.answers);
      expect(answers).toHaveLength(5);
    } else {
      controller.abort();
      await expect(Array.fromAsync(batch.answers)).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    }
    expect(cancelled).toBe(1);
  }
});

it('refuses wrong batches before any request, and tells what the vendor refuses', async () => {
  const refusal = { type: 'error', error: { type: 'not_found_error', message: 'no such batch' } };
  await using server = await faultServer({ status: 404, body: refusal });
  const model = modelAt(server.url);
  expect(() => model.batch([], {})).toThrow(/1 to 100000 calls/);
  expect(() => model.batch([{ ...user('x'), seed: 1 }], {})).toThrow(/seed/);
  expect(() => model.batch(calls, { resume: '../models' })).toThrow(/no id of a batch/);
  expect(server.requests).toHaveLength(0);
  const job = model.batch(calls, { resume: 'msgbatch_1' });
  await expect(Array.fromAsync(job.answers)).rejects.toMatchObject({ reason: { tag: 'not-found' } });
  const late = model.batch(calls, { signal: AbortSignal.abort() });
  await expect(Array.fromAsync(late.answers)).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  // A page in the place of the results.
  await using page = await faultServer(({ path }: FaultRequest) =>
    path.endsWith('/results') ? { body: '<html>' } : { body: { id: 'b', processing_status: 'ended' } },
  );
  const broken = modelAt(page.url).batch(calls, { resume: 'b' });
  await expect(Array.fromAsync(broken.answers)).rejects.toMatchObject({ reason: { tag: 'invalid-response' } });
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
