// What goes wrong on the way, each case against a server that does it.
import { inspect } from 'node:util';
import { type CallContext, generateText, type Message, ModeshiftError } from '@modeshift/core';
import { type FaultAnswer, faultServer } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { openai } from './openai.ts';

const key = 'sk-proj-SECRET0123456789';
const messages: Message[] = [{ role: 'user', content: '内容不外传' }];
const good = { body: { choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] } };
const sse = { 'content-type': 'text/event-stream' };
const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'r', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

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
  const model = openai('m', { baseURL: server.url, apiKey: key, maxRetries: 0, ...options });
  return await failure(generateText({ model, messages }));
}

async function streamFails(answer: FaultAnswer, options: object = {}, signal?: AbortSignal) {
  await using server = await faultServer(answer);
  const model = openai('m', { baseURL: server.url, apiKey: key, maxRetries: 0, ...options });
  const texts: string[] = [];
  const read = async (): Promise<void> => {
    for await (const event of model.stream({ messages }, signal ? { signal } : {})) {
      if (event.type === 'text-delta') texts.push(event.text);
    }
  };
  return { error: await failure(read()), texts };
}

const openaiError = (message: string, code: string | null, type = 'invalid_request_error') => ({
  error: { message, code, type, param: null },
});

describe('refusals', () => {
  it.each([
    [401, openaiError(`Incorrect API key provided: ${key}.`, 'invalid_api_key'), 'authentication', /OPENAI_API_KEY/],
    [403, openaiError('Country not supported', 'unsupported_country'), 'authentication', /rights/],
    [404, openaiError('The model `m` does not exist', 'model_not_found'), 'not-found', /model name/],
    [404, { detail: 'Not Found' }, 'not-found', /It said: Not Found/],
    [429, openaiError('Slow down', 'rate_limit_exceeded', 'requests'), 'rate-limit', /Wait/],
    [
      429,
      openaiError('You exceeded your current quota', 'insufficient_quota', 'insufficient_quota'),
      'quota',
      /credit/,
    ],
    [402, { error: 'Insufficient Balance' }, 'quota', /Insufficient Balance/],
    [400, openaiError('too long', 'context_length_exceeded'), 'context-length', /Shorten/],
    [400, { message: "This model's maximum context length is 4096 tokens", code: 400 }, 'context-length', /Shorten/],
    [400, openaiError('filtered', 'content_filter'), 'content-filter', /content/],
    [400, openaiError("Unsupported value: 'temperature'", 'unsupported_value'), 'refused', /temperature/],
    [422, { detail: [{ loc: ['body', 'stop'], msg: 'bad' }] }, 'refused', /"msg":"bad"/],
    [500, { error: { message: 'oops' } }, 'server', /oops/],
    [502, '<html>Bad gateway</html>', 'server', /HTTP 502/],
    [503, undefined, 'server', /HTTP 503/],
    [408, {}, 'server', /HTTP 408/],
  ] as const)('HTTP %i %j is %s', async (status, body, tag, words) => {
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    const error = await fails({ status, body, headers: { 'content-type': type, 'x-request-id': 'req_7' } });
    expect(error.reason).toEqual({ tag, status });
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain('<html>');
    expect(error.requestId).toBe('req_7');
    expect(error.isRetryable).toBe(tag === 'rate-limit' || tag === 'server');
    expect(error.request).toMatchObject({ provider: 'openai', modelId: 'm', method: 'POST' });
    expect(error.request!.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/chat\/completions$/);
  });

  it('asks for a key where none was sent', async () => {
    await using server = await faultServer({ status: 401, body: {} });
    const error = await failure(generateText({ model: openai('m', { baseURL: server.url }), messages }));
    expect(error.message).toMatch(/wants a key.*OPENAI_API_KEY/);
  });

  it('maps an error that comes inside a 200', async () => {
    const error = await fails({ body: { error: { message: 'Provider is busy', code: 429 } } });
    expect(error.reason).toEqual({ tag: 'rate-limit', status: 429 });
  });
});

describe('retries', () => {
  it('repeats after 429 and 5xx, and honours Retry-After', async () => {
    await using server = await faultServer([
      { status: 429, headers: { 'retry-after-ms': '30' }, body: openaiError('slow', null) },
      { status: 500, headers: { 'retry-after': '0' }, body: {} },
      good,
    ]);
    const model = openai('m', { baseURL: server.url });
    expect((await generateText({ model, messages })).text).toBe('ok');
    expect(server.requests).toHaveLength(3);
  });

  it('never repeats an empty account, a wrong key or a wrong request', async () => {
    for (const [status, code] of [
      [429, 'insufficient_quota'],
      [401, 'invalid_api_key'],
      [400, 'bad'],
    ] as const) {
      await using server = await faultServer({
        status,
        headers: { 'retry-after-ms': '1' },
        body: openaiError('x', code),
      });
      await failure(generateText({ model: openai('m', { baseURL: server.url, maxRetries: 5 }), messages }));
      expect(server.requests).toHaveLength(1);
    }
  });

  it('gives up after maxRetries and tells how long to wait', async () => {
    await using server = await faultServer({ status: 429, headers: { 'retry-after-ms': '5' }, body: {} });
    const error = await failure(generateText({ model: openai('m', { baseURL: server.url, maxRetries: 1 }), messages }));
    expect(server.requests).toHaveLength(2);
    expect(error.retryAfterMs).toBe(5);
  });

  it('tells of every response, also of those it repeats', async () => {
    await using server = await faultServer([
      { status: 503, headers: { 'retry-after-ms': '1', 'X-RateLimit-Remaining-Requests': '7' }, body: {} },
      good,
      { headers: sse, chunks: [chunk('你', 'stop')] },
    ]);
    const model = openai('m', { baseURL: server.url });
    const told: [number, string | undefined][] = [];
    const onResponse: CallContext['onResponse'] = ({ status, headers }) => {
      told.push([status, headers['x-ratelimit-remaining-requests']]);
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
    const model = openai('m', { baseURL: server.url, maxRetries: 0, apiKey: key });
    const error = await failure(generateText({ model, messages }));
    expect(error.reason).toEqual({ tag: 'network', code: 'ECONNREFUSED' });
    expect(error.message).toMatch(/Nothing listens at 127\.0\.0\.1:\d+.*OPENAI_BASE_URL/);
    expect(error.isRetryable).toBe(true);
  });

  it('tells a broken connection from a broken stream', async () => {
    expect((await fails({ cut: 'before-headers' })).reason.tag).toBe('network');
    expect((await fails({ chunks: ['{"choices":'], cut: 'after-body' })).reason.tag).toBe('network');
    const cut = await streamFails({ headers: sse, chunks: [chunk('你')], cut: 'after-body' });
    expect(cut.error.reason.tag).toBe('interrupted');
    expect(cut.texts).toEqual(['你']);
    const ended = await streamFails({ headers: sse, chunks: [chunk('你'), 'data: [DONE]\n\n'] });
    expect(ended.error.reason.tag).toBe('interrupted');
  });

  it('limits the time to the answer, to the first chunk and between chunks', async () => {
    const total = await fails({ ...good, delayMs: 1000 }, { timeoutMs: 40 });
    expect(total.reason).toEqual({ tag: 'timeout', limit: 'total', ms: 40 });
    const first = await streamFails({ headers: sse, chunks: [], hang: true }, { timeoutMs: 40 });
    expect(first.error.reason).toEqual({ tag: 'timeout', limit: 'first-chunk', ms: 40 });
    const idle = await streamFails({ headers: sse, chunks: [chunk('你')], hang: true }, { timeoutMs: 40 });
    expect(idle.error.reason).toEqual({ tag: 'timeout', limit: 'idle', ms: 40 });
    expect(idle.texts).toEqual(['你']);
  });

  it('does not count the time of a slow reader', async () => {
    await using server = await faultServer({ headers: sse, chunks: [chunk('a'), chunk('b', 'stop')] });
    const model = openai('m', { baseURL: server.url, timeoutMs: 60 });
    const seen: string[] = [];
    for await (const event of model.stream({ messages }, {})) {
      seen.push(event.type);
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(seen.at(-1)).toBe('finish');
  });

  it('stops on abort: before, while waiting and in the middle, and closes the connection', async () => {
    await using server = await faultServer([
      { ...good, delayMs: 2000 },
      { headers: sse, chunks: [chunk('你')], hang: true },
      { headers: sse, chunks: [chunk('你')], hang: true },
    ]);
    const model = openai('m', { baseURL: server.url });
    expect((await failure(generateText({ model, messages, signal: AbortSignal.abort() }))).reason.tag).toBe('aborted');
    expect(server.requests).toHaveLength(0);
    const waiting = failure(generateText({ model, messages, signal: AbortSignal.timeout(40) }));
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
    expect((await fails({ body: '{"choices": [' })).reason.tag).toBe('invalid-response');
    expect((await fails({ body: { ok: true } })).reason.tag).toBe('invalid-response');
    expect((await streamFails(html)).error.reason.tag).toBe('invalid-response');
    expect((await streamFails({ headers: sse, body: '' })).error.reason.tag).toBe('invalid-response');
    expect((await streamFails({ headers: sse, body: 'data: {"choi\n\n' })).error.reason.tag).toBe('invalid-response');
  });

  it('maps an error that comes inside a stream', async () => {
    const inside = 'data: {"error":{"message":"The server is overloaded","code":"server_error"}}\n\n';
    expect((await streamFails({ headers: sse, body: inside })).error.reason.tag).toBe('server');
    const later = await streamFails({ headers: sse, body: chunk('你') + inside });
    expect(later.error.reason.tag).toBe('interrupted');
    expect(later.error.message).toContain('overloaded');
    const limit = 'data: {"error":{"message":"limit","code":"rate_limit_exceeded"}}\n\n';
    expect((await streamFails({ headers: sse, body: limit })).error.reason.tag).toBe('rate-limit');
  });

  it('reads CRLF, comments, and characters split between pieces', async () => {
    const bytes = new TextEncoder().encode(`: ping\r\n\r\n${chunk('物流', 'stop').replaceAll('\n', '\r\n')}`);
    const pieces = Array.from(bytes, byte => new Uint8Array([byte]));
    await using server = await faultServer({ headers: sse, chunks: pieces });
    const texts: string[] = [];
    for await (const event of openai('m', { baseURL: server.url }).stream({ messages }, {})) {
      if (event.type === 'text-delta') texts.push(event.text);
    }
    expect(texts).toEqual(['物流']);
  });
});
