// What goes wrong on the way, each case against a server that does it.
import { inspect } from 'node:util';
import { type CallContext, generateText, type Message, ModeshiftError } from '@modeshift/core';
import { type FaultAnswer, faultServer } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { anthropic } from './anthropic.ts';

const key = 'sk-ant-SECRET0123456789';
const messages: Message[] = [{ role: 'user', content: '内容不外传' }];
const good = { body: { type: 'message', content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn', usage: {} } };
const sse = { 'content-type': 'text/event-stream' };
const wire = (event: { type: string }): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const start = wire({ type: 'message_start', message: { id: 'r', content: [], usage: { input_tokens: 3 } } } as never);
const text = (piece: string): string =>
  wire({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece } } as never);
const end =
  wire({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } } as never) +
  wire({ type: 'message_stop' });
const refusal = (type: string, message: string, details?: object) => ({
  type: 'error',
  error: { type, message, ...(details && { details }) },
  request_id: 'req_body',
});

async function failure(work: Promise<unknown>): Promise<ModeshiftError> {
  const error: unknown = await work.then(
    value => Promise.reject(new Error(`It answered ${JSON.stringify(value)}`)),
    (reason: unknown) => reason,
  );
  if (!ModeshiftError.is(error)) throw error;
  const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + error.message;
  expect(shown).not.toContain(key);
  expect(shown).not.toContain('内容不外传');
  return error;
}

async function fails(answer: FaultAnswer, options: object = {}): Promise<ModeshiftError> {
  await using server = await faultServer(answer);
  const model = anthropic('m', { baseURL: server.url, apiKey: key, maxRetries: 0, ...options });
  return await failure(generateText({ model, messages }));
}

async function streamFails(answer: FaultAnswer, options: object = {}) {
  await using server = await faultServer(answer);
  const model = anthropic('m', { baseURL: server.url, apiKey: key, maxRetries: 0, ...options });
  const texts: string[] = [];
  const read = async (): Promise<void> => {
    for await (const event of model.stream({ messages }, {})) if (event.type === 'text-delta') texts.push(event.text);
  };
  return { error: await failure(read()), texts };
}

describe('refusals', () => {
  it.each([
    [401, refusal('authentication_error', `invalid x-api-key ${key}`), 'authentication', /ANTHROPIC_API_KEY/],
    [403, refusal('permission_error', 'no access'), 'authentication', /rights/],
    [404, refusal('not_found_error', 'model: m'), 'not-found', /does not know m/],
    [429, refusal('rate_limit_error', 'too many'), 'rate-limit', /Wait/],
    [529, refusal('overloaded_error', 'Overloaded'), 'server', /overloaded/],
    [500, refusal('api_error', 'oops'), 'server', /oops/],
    [504, refusal('timeout_error', 'slow'), 'server', /slow/],
    [502, '<html>Bad gateway</html>', 'server', /HTTP 502/],
    [503, undefined, 'server', /HTTP 503/],
    [409, refusal('conflict_error', 'again'), 'server', /again/],
    [
      400,
      refusal('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
      'context-length',
      /Shorten/,
    ],
    [
      400,
      refusal('invalid_request_error', 'input length and `max_tokens` exceed context limit: 199000 + 32000 > 200000'),
      'context-length',
      /lower maxTokens/,
    ],
    [400, refusal('invalid_request_error', 'Your credit balance is too low to access the API.'), 'quota', /credit/],
    [
      400,
      refusal('invalid_request_error', 'You have reached your specified API usage limits.'),
      'quota',
      /waiting does not help/,
    ],
    [402, refusal('billing_error', 'pay'), 'quota', /credit/],
    [
      429,
      refusal('rate_limit_error', 'month is over', { error_code: 'enforced_spend_limit_reached' }),
      'quota',
      /raise the limit/,
    ],
    [413, refusal('request_too_large', 'Request exceeds the maximum size'), 'refused', /Send less/],
    [400, refusal('invalid_request_error', 'Output blocked by content filtering policy'), 'content-filter', /Change/],
    [400, refusal('invalid_request_error', 'temperature: not supported'), 'refused', /temperature/],
    [422, { detail: 'bad stop' }, 'refused', /bad stop/],
  ] as const)('HTTP %i %j is %s', async (status, body, tag, words) => {
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    const error = await fails({ status, body, headers: { 'content-type': type, 'request-id': 'req_7' } });
    expect(error.reason).toEqual({ tag, status });
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain('<html>');
    expect(error.requestId).toBe('req_7');
    expect(error.isRetryable).toBe(tag === 'rate-limit' || tag === 'server');
    expect(error.request).toMatchObject({ provider: 'anthropic', modelId: 'm', method: 'POST' });
    expect(error.request!.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1\/messages$/);
  });

  it('asks for a key where none was sent, and sends none', async () => {
    await using server = await faultServer({ status: 401, body: {} });
    const error = await failure(generateText({ model: anthropic('m', { baseURL: server.url }), messages }));
    expect(error.message).toMatch(/wants a key.*ANTHROPIC_API_KEY/);
    expect(server.requests[0]!.headers).not.toHaveProperty('x-api-key');
    expect(server.requests[0]!.headers).not.toHaveProperty('authorization');
  });

  it('maps an error that comes inside a 200', async () => {
    const error = await fails({ body: refusal('overloaded_error', 'busy') });
    expect(error.reason).toEqual({ tag: 'server' });
    expect(error.requestId).toBe('req_body');
  });
});

describe('retries', () => {
  it('repeats after 429, 529 and 5xx, and honours Retry-After', async () => {
    await using server = await faultServer([
      { status: 429, headers: { 'retry-after-ms': '30' }, body: refusal('rate_limit_error', 'slow') },
      { status: 529, headers: { 'retry-after-ms': '1' }, body: refusal('overloaded_error', 'busy') },
      good,
    ]);
    const model = anthropic('m', { baseURL: server.url });
    expect((await generateText({ model, messages })).text).toBe('ok');
    expect(server.requests).toHaveLength(3);
  });

  it('stops at once when the money is gone', async () => {
    const details = { error_code: 'enforced_spend_limit_reached' };
    await using server = await faultServer({ status: 429, body: refusal('rate_limit_error', 'over', details) });
    const error = await failure(generateText({ model: anthropic('m', { baseURL: server.url }), messages }));
    expect(error.reason.tag).toBe('quota');
    expect(error.isRetryable).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it('tells how long to wait, in every form of Retry-After', async () => {
    const wait = async (headers: Record<string, string>) =>
      (await fails({ status: 429, headers, body: refusal('rate_limit_error', 'slow') })).retryAfterMs;
    expect(await wait({ 'retry-after': '2' })).toBe(2000);
    expect(await wait({ 'retry-after': '1.5' })).toBe(1500);
    expect(await wait({ 'retry-after-ms': '250', 'retry-after': '9' })).toBe(250);
    const inAMinute = await wait({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
    expect(inAMinute).toBeGreaterThan(50_000);
    expect(inAMinute).toBeLessThanOrEqual(60_000);
    expect(await wait({ 'retry-after': 'soon' })).toBeUndefined();
    expect(await wait({})).toBeUndefined();
  });

  it('tells the caller of every response, and does not mind what the caller throws', async () => {
    const limits = { 'anthropic-ratelimit-requests-remaining': '7', 'retry-after-ms': '1' };
    await using server = await faultServer([
      { status: 503, headers: limits },
      good,
      { headers: sse, body: start + end },
    ]);
    const model = anthropic('m', { baseURL: server.url });
    const told: [number, string | undefined][] = [];
    const onResponse: CallContext['onResponse'] = ({ status, headers }) => {
      told.push([status, headers['anthropic-ratelimit-requests-remaining']]);
      throw new Error('ignored');
    };
    await model.generate({ messages }, { onResponse });
    for await (const event of model.stream({ messages }, { onResponse })) expect(event).toBeDefined();
    expect(told).toEqual([
      [503, '7'],
      [200, undefined],
      [200, undefined],
    ]);
  });
});

describe('connection', () => {
  it('says that nothing listens, and where', async () => {
    const server = await faultServer(good);
    await server.close();
    const model = anthropic('m', { baseURL: server.url, maxRetries: 0, apiKey: key });
    const error = await failure(generateText({ model, messages }));
    expect(error.reason).toEqual({ tag: 'network', code: 'ECONNREFUSED' });
    expect(error.message).toMatch(/Nothing listens at 127\.0\.0\.1:\d+.*ANTHROPIC_BASE_URL/);
  });

  it('tells a broken connection from a broken stream', async () => {
    expect((await fails({ cut: 'before-headers' })).reason.tag).toBe('network');
    expect((await fails({ chunks: ['{"content":'], cut: 'after-body' })).reason.tag).toBe('network');
    const cut = await streamFails({ headers: sse, chunks: [start + text('你')], cut: 'after-body' });
    expect(cut.error.reason.tag).toBe('interrupted');
    expect(cut.texts).toEqual(['你']);
    // The official client ends such a stream in silence.
    const ended = await streamFails({ headers: sse, chunks: [start + text('你')] });
    expect(ended.error.reason.tag).toBe('interrupted');
  });

  it('limits the time to the answer, to its end, to the first chunk and between chunks', async () => {
    const total = await fails({ ...good, delayMs: 1000 }, { timeoutMs: 40 });
    expect(total.reason).toEqual({ tag: 'timeout', limit: 'total', ms: 40 });
    const body = await fails({ chunks: ['{"type":'], hang: true }, { timeoutMs: 40 });
    expect(body.reason).toEqual({ tag: 'timeout', limit: 'total', ms: 40 });
    const first = await streamFails({ headers: sse, chunks: [start], hang: true }, { timeoutMs: 40 });
    expect(first.error.reason).toEqual({ tag: 'timeout', limit: 'first-chunk', ms: 40 });
    const idle = await streamFails({ headers: sse, chunks: [start + text('你')], hang: true }, { timeoutMs: 40 });
    expect(idle.error.reason).toEqual({ tag: 'timeout', limit: 'idle', ms: 40 });
    expect(idle.texts).toEqual(['你']);
  });

  it('takes a ping as a sign of life, and does not count the time of a slow reader', async () => {
    const ping = wire({ type: 'ping' });
    const chunks = [start, ping, ping, ping, text('a'), text('b'), end];
    await using server = await faultServer({ headers: sse, chunks, chunkDelayMs: 25 });
    const model = anthropic('m', { baseURL: server.url, timeoutMs: 70 });
    const seen: string[] = [];
    for await (const event of model.stream({ messages }, {})) {
      seen.push(event.type);
      if (event.type === 'text-delta') await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(seen).toEqual(['response', 'text-delta', 'text-delta', 'usage', 'finish']);
  });

  it('stops on abort: before, while waiting and in the middle, and closes the connection', async () => {
    await using server = await faultServer([
      { ...good, delayMs: 2000 },
      { headers: sse, chunks: [start + text('你')], hang: true },
      { headers: sse, chunks: [start + text('你')], hang: true },
    ]);
    const model = anthropic('m', { baseURL: server.url });
    expect((await failure(model.generate({ messages }, { signal: AbortSignal.abort() }))).reason.tag).toBe('aborted');
    expect(server.requests).toHaveLength(0);
    const waiting = failure(model.generate({ messages }, { signal: AbortSignal.timeout(40) }));
    expect((await waiting).reason.tag).toBe('aborted');
    const controller = new AbortController();
    const middle = async (): Promise<void> => {
      for await (const event of model.stream({ messages }, { signal: controller.signal })) {
        if (event.type === 'text-delta') setTimeout(() => controller.abort(), 10);
      }
    };
    expect((await failure(middle())).reason.tag).toBe('aborted');
    for await (const event of model.stream({ messages }, {})) if (event.type === 'text-delta') break;
    await expect.poll(() => server.abandoned).toBeGreaterThanOrEqual(2);
  });
});

describe('wrong answers', () => {
  it('calls a web page, broken JSON and an empty stream invalid', async () => {
    const html = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Welcome</p>' };
    expect((await fails(html)).message).toMatch(/web page.*base URL/);
    expect((await fails({ body: '{"content": [' })).reason.tag).toBe('invalid-response');
    expect((await fails({ body: { ok: true } })).reason.tag).toBe('invalid-response');
    expect((await streamFails(html)).error.reason.tag).toBe('invalid-response');
    expect((await streamFails(good)).error.reason.tag).toBe('invalid-response');
    expect((await streamFails({ headers: sse, body: '' })).error.reason.tag).toBe('invalid-response');
    expect((await streamFails({ headers: sse, body: 'data: {"type\n\n' })).error.reason.tag).toBe('invalid-response');
  });

  it('maps an error event, before content and after it', async () => {
    const overloaded = wire(refusal('overloaded_error', 'Overloaded'));
    const first = await streamFails({ headers: sse, body: start + overloaded });
    expect(first.error.reason).toEqual({ tag: 'server' });
    expect(first.error.requestId).toBe('req_body');
    const later = await streamFails({ headers: sse, body: start + text('你') + overloaded });
    expect(later.error.reason.tag).toBe('interrupted');
    expect(later.error.message).toContain('It said: Overloaded');
    expect(later.texts).toEqual(['你']);
    const limit = await streamFails({ headers: sse, body: wire(refusal('rate_limit_error', 'slow')) });
    expect(limit.error.reason.tag).toBe('rate-limit');
    const whole = await streamFails({ body: refusal('overloaded_error', 'Overloaded') });
    expect(whole.error.reason.tag).toBe('server');
  });

  it('reads CRLF, comments, events without names, and characters split between pieces', async () => {
    const body = `: hello\n\n${start}${text('物流🚚')}${end}`.replaceAll(/event: .*\n/g, '').replaceAll('\n', '\r\n');
    const pieces = Array.from(new TextEncoder().encode(body), byte => new Uint8Array([byte]));
    await using server = await faultServer({ headers: sse, chunks: pieces });
    const texts: string[] = [];
    for await (const event of anthropic('m', { baseURL: server.url }).stream({ messages }, {})) {
      if (event.type === 'text-delta') texts.push(event.text);
    }
    expect(texts).toEqual(['物流🚚']);
  });
});
