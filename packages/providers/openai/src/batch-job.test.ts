// Batches, against an independent imitation of the service and against a server that does what services do.
import { LLMock } from '@copilotkit/aimock';
import { type BatchAnswer, costOf, type LanguageCall } from '@modeshift/core';
import { type FaultRequest, faultServer } from '@modeshift/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compatible } from './compatible.ts';
import { openai } from './openai.ts';
import { presets } from './presets.ts';

const key = 'sk-batch-0123456789abcdef';
const call = (content: string): LanguageCall => ({ messages: [{ role: 'user', content }] });
const calls = [
  call('一'),
  { ...call('二'), output: { type: 'choice', choices: ['账单', '物流'] } as const },
  call('三'),
  call('四'),
];
const groq = (baseURL: string) =>
  compatible({ ...presets.groq, baseURL, apiKey: key, pollMs: 2, maxRetries: 0 }).language('m');
const chat = (content: string) => ({ choices: [{ message: { content }, finish_reason: 'stop' }] });
const collect = async (answers: AsyncIterable<BatchAnswer>): Promise<BatchAnswer[]> => {
  const all: BatchAnswer[] = [];
  for await (const one of answers) all.push(one);
  return all;
};

/** A service whose batch ends as told. */
function service(end: object, files: Readonly<Record<string, readonly object[]>> = {}) {
  let looks = 0;
  return faultServer(({ path }: FaultRequest) => {
    if (path === '/files') return { body: { id: 'file-in' } };
    const file = /^\/files\/(.+)\/content$/.exec(path)?.[1];
    if (file) {
      const text = new TextEncoder().encode(files[file]!.map(line => `${JSON.stringify(line)}\n`).join(''));
      // Cut in the middle of a character.
      const cut = text.findIndex(byte => byte > 127) + 1;
      return {
        headers: { 'content-type': 'application/octet-stream' },
        chunks: [text.subarray(0, cut), text.subarray(cut)],
      };
    }
    const counts = { total: 4, completed: 1, failed: 0 };
    const isOver = path.endsWith('/cancel') || looks++ > 1;
    return { body: { id: 'batch_1', status: 'in_progress', request_counts: counts, ...(isOver && end) } };
  });
}

describe('batch', () => {
  it('sends the calls as one file and gives every answer, errors and lost ones included', async () => {
    const line = (id: number, status: number, body: object) => ({
      custom_id: `${id}`,
      response: { status_code: status, body },
    });
    await using server = await service(
      { status: 'expired', output_file_id: 'out', error_file_id: 'err' },
      {
        out: [line(1, 200, chat('{"choice":"物流"}')), line(0, 200, chat('你好'))],
        err: [line(2, 429, { error: { message: `slow ${key}`, code: 'rate_limit_exceeded' } })],
      },
    );
    const job = groq(server.url).batch(calls, {});
    const answers = await collect(job.answers);
    expect(answers.map(one => one.index)).toEqual([1, 0, 2, 3]);
    expect(answers[0]!.result).toMatchObject({ content: [{ text: '物流' }], finishReason: 'stop' });
    expect(answers[1]!.result).toMatchObject({ content: [{ text: '你好' }] });
    expect(answers[2]!.error).toMatchObject({ reason: { tag: 'rate-limit', status: 429 } });
    expect(answers[2]!.error!.message).not.toContain(key);
    expect(answers[3]!.error).toMatchObject({
      reason: { tag: 'interrupted' },
      message: expect.stringContaining('expired'),
    });
    const phases: unknown[] = [];
    for await (const { phase, done, total } of job.progress) phases.push([phase, done, total]);
    expect(phases).toEqual([
      ['in progress', 1, 4],
      ['expired', 1, 4],
    ]);
    expect(await job.id).toBe('batch_1');
    expect(server.requests[0]!.text).toContain(
      '{"custom_id":"0","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"一"}]}}\n',
    );
    expect(server.requests[1]!.json).toEqual({
      input_file_id: 'file-in',
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
  });

  it('is resumed by its id without being sent again', async () => {
    const out = calls.map((_, i) => ({ custom_id: `${i}`, response: { status_code: 200, body: chat(`答${i}`) } }));
    await using server = await service({ status: 'completed', output_file_id: 'out' }, { out });
    const answers = await collect(groq(server.url).batch(calls, { resume: 'batch_1' }).answers);
    expect(answers).toHaveLength(4);
    expect(server.requests.every(request => request.method === 'GET')).toBe(true);
  });

  it('says what a refused batch complains about, and what wrong use is', async () => {
    await using server = await service({ status: 'failed', errors: { data: [{ message: 'line 2 is no JSON' }] } });
    const model = groq(server.url);
    await expect(collect(model.batch(calls, {}).answers)).rejects.toMatchObject({
      reason: { tag: 'refused' },
      message: expect.stringContaining('line 2'),
    });
    expect(() => model.batch([], {})).toThrow(/1 to 50000 calls/);
    expect(() => model.batch([{ ...call('x'), topK: 3 }], {})).toThrow(/topK/);
  });

  it('names a file of answers that cannot be read, and calls that were never tried', async () => {
    const out = { custom_id: '0', response: { status_code: 200, body: chat('好') } };
    const untried = {
      custom_id: '1',
      response: null,
      error: { code: 'batch_expired', message: 'not executed in time' },
    };
    await using server = await service({ status: 'expired', output_file_id: 'out' }, { out: [out, untried] });
    const answers = await collect(groq(server.url).batch(calls.slice(0, 2), {}).answers);
    expect(answers[1]!.error).toMatchObject({ reason: { tag: 'interrupted' } });
    const broken = { body: '{"custom_id":"0"\n', headers: { 'content-type': 'application/octet-stream' } };
    for (const [file, tag] of [
      [broken, 'invalid-response'],
      [{ chunks: ['{"custom_id":'], cut: 'after-body' }, 'network'],
      [{ status: 404, body: {} }, 'not-found'],
    ] as const) {
      await using other = await faultServer(({ path }: FaultRequest) =>
        path.includes('/content') ? file : { body: { id: 'b', status: 'completed', output_file_id: 'out' } },
      );
      await expect(collect(groq(other.url).batch(calls, { resume: 'b' }).answers)).rejects.toMatchObject({
        reason: { tag },
        request: { method: 'GET', url: expect.stringContaining('/files/out/content') },
      });
    }
  });

  it('costs half, where the price is known', async () => {
    const usage = { prompt_tokens: 1_000_000, completion_tokens: 0 };
    const line = { custom_id: '0', response: { status_code: 200, body: { ...chat('好'), usage } } };
    await using server = await service({ status: 'completed', output_file_id: 'out' }, { out: [line] });
    const price = { inputPerMillion: 2, outputPerMillion: 8, asOf: '2026-11-01', source: 'a test' };
    const model = compatible({ ...presets.groq, baseURL: server.url, apiKey: key, pollMs: 2 }).language('m', { price });
    const [answer] = await collect(model.batch([call('一')], {}).answers);
    expect(costOf(answer!.result!.usage, answer!.result!.price)).toBe(1);
    const [unknown] = await collect(groq(server.url).batch([call('一')], { resume: 'batch_1' }).answers);
    expect(unknown!.result!.price).toBeUndefined();
  });

  it('is cancelled: what was not answered says so', async () => {
    await using server = await service({ status: 'cancelled' });
    const job = groq(server.url).batch(calls, {});
    await job.cancel();
    const answers = await collect(job.answers);
    expect(answers.map(one => one.error?.reason.tag)).toEqual(['aborted', 'aborted', 'aborted', 'aborted']);
    expect(server.requests.some(request => request.path === '/batches/batch_1/cancel')).toBe(true);
  });

  it('is offered only where the server takes batches', () => {
    const together = compatible({ ...presets.together, apiKey: key }).language('m');
    // @ts-expect-error Together's batches are not known to speak this wire.
    expect(together.batch).toBeUndefined();
    const bedrock = compatible({ ...presets.bedrock, baseURL: 'https://bedrock.example.com/v1', apiKey: key });
    // @ts-expect-error Bedrock's jobs are reinforcement only.
    expect(bedrock.language('m').tune).toBeUndefined();
    // @ts-expect-error A server of one's own tunes nothing.
    expect(openai('m', { baseURL: 'http://localhost:1/v1' }).tune).toBeUndefined();
  });
});

describe('batch over HTTP', () => {
  const mock = new LLMock({ port: 0 });
  beforeAll(() => mock.start());
  afterAll(() => mock.stop());

  it.each(['responses', 'chat'] as const)('%s works with an independent imitation of the service', async api => {
    vi.stubEnv('OPENAI_BASE_URL', `${mock.url}/v1`);
    vi.stubEnv('OPENAI_API_KEY', key);
    const model = openai('gpt-test', { api, pollMs: 2 });
    vi.unstubAllEnvs();
    const answers = await collect(model.batch([call('一'), call('二')], {}).answers);
    expect(answers.map(one => one.result?.content)).toEqual(
      [0, 1].map(() => [{ type: 'text', text: 'Mock batch completion' }]),
    );
  });
});
