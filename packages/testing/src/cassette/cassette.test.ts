import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateText, ModeshiftError, streamText } from '@modeshift/core';
import { openai } from '@modeshift/openai';
import { describe, expect, it } from 'vitest';
import { type FaultAnswer, faultServer } from '../fault-server.ts';
import { cassette } from './cassette.ts';

const folder = mkdtempSync(join(tmpdir(), 'cassette-'));
let count = 0;
const newFile = (): string => join(folder, 'sub', `${count++}.json`);
const post = (fetch: typeof globalThis.fetch, url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/chat`, { method: 'POST', body, headers });

async function record(
  answer: FaultAnswer | FaultAnswer[],
  work: (fetch: typeof globalThis.fetch, url: string) => Promise<void>,
) {
  const file = newFile();
  await using server = await faultServer(answer);
  await using recorder = cassette({ file, mode: 'record' });
  await work(recorder.fetch, server.url);
  return file;
}

describe('cassette', () => {
  it('replays text, bytes, status and headers; the order of names and the host do not matter', async () => {
    const answers = [
      { status: 429, headers: { 'retry-after': '2', 'set-cookie': 'session=abc' }, body: { error: '慢' } },
      { headers: { 'content-type': 'image/png' }, body: Uint8Array.of(0x89, 0x50, 0xff) },
    ];
    const file = await record(answers, async (fetch, url) => {
      await (await post(fetch, url, '{"a":1,"b":{"c":"中","d":2}}')).text();
      await (await post(fetch, url, 'no json')).arrayBuffer();
    });
    await using player = cassette({ file });
    const limited = await post(player.fetch, 'http://another.example', '{"b":{"d":2,"c":"中"},"a":1}');
    expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('set-cookie')]).toEqual([
      429,
      '2',
      null,
    ]);
    expect(await limited.json()).toEqual({ error: '慢' });
    const image = await post(player.fetch, 'http://another.example', 'no json');
    expect(new Uint8Array(await image.arrayBuffer())).toEqual(Uint8Array.of(0x89, 0x50, 0xff));
  });

  it('gives the same request made again what it got the second time', async () => {
    const file = await record([{ body: '1' }, { body: '2' }], async (fetch, url) => {
      await (await post(fetch, url, '{}')).text();
      await (await post(fetch, url, '{}')).text();
    });
    const player = cassette({ file });
    expect(await (await post(player.fetch, 'http://x', '{}')).text()).toBe('1');
    expect(await (await post(player.fetch, 'http://x', '{}')).text()).toBe('2');
    await expect(post(player.fetch, 'http://x', '{}')).rejects.toThrow(/fewer times/);
  });

  it('keeps the pieces of a stream, their time, a cut and characters split between pieces', async () => {
    const bytes = new TextEncoder().encode('data: 物流\n\n');
    const chunks = [bytes.subarray(0, 7), bytes.subarray(7), 'data: end\n\n'];
    const file = await record({ chunks, chunkDelayMs: 60, cut: 'after-body' }, async (fetch, url) => {
      await (await post(fetch, url, '{}')).text().catch(() => undefined);
    });
    const player = cassette({ file, timing: 'recorded' });
    const start = performance.now();
    const response = await post(player.fetch, 'http://x', '{}');
    const got: Uint8Array[] = [];
    const read = async (): Promise<void> => {
      for await (const piece of response.body!) got.push(piece);
    };
    await expect(read()).rejects.toThrow('terminated');
    expect(performance.now() - start).toBeGreaterThan(90);
    expect(got.map(piece => piece.length)).toEqual([7, bytes.length - 7, 11]);
    expect(Buffer.concat(got).toString('utf8')).toBe('data: 物流\n\ndata: end\n\n');
  });

  it('lets a slow replay be cancelled', async () => {
    const file = await record(
      { body: 'x', delayMs: 1500 },
      async (fetch, url) => void (await (await post(fetch, url, '{}')).text()),
    );
    const player = cassette({ file, timing: 'recorded' });
    const start = performance.now();
    const request = player.fetch('http://x/v1/chat', { method: 'POST', body: '{}', signal: AbortSignal.timeout(20) });
    await expect(request).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('keeps what comes right after a client has cancelled, and refuses what was cancelled in the middle', async () => {
    const read = async (fetch: typeof globalThis.fetch, url: string): Promise<void> => {
      const controller = new AbortController();
      const response = await fetch(url, { method: 'POST', body: '{}', signal: controller.signal });
      const reader = response.body!.getReader();
      await reader.read();
      controller.abort();
      await expect(reader.read()).rejects.toThrow();
    };
    const file = await record({ chunks: ['last event', 'farewell'], chunkDelayMs: 100 }, read);
    const player = cassette({ file });
    expect(await (await player.fetch('http://x', { method: 'POST', body: '{}' })).text()).toBe('last eventfarewell');
    await expect(record({ chunks: ['first'], hang: true }, read)).rejects.toThrow(/cancelled before its end/);
  });

  it('fails loudly on a miss: at the call, and again at the end where a client swallowed it', async () => {
    const file = await record(
      { body: '1' },
      async (fetch, url) => void (await (await post(fetch, url, '{"q":"你好"}')).text()),
    );
    const player = cassette({ file });
    const miss: unknown = await post(player.fetch, 'http://x', '{"q":"您好"}').catch((error: unknown) => error);
    expect(ModeshiftError.is(miss, 'not-found')).toBe(true);
    expect((miss as Error).message).toMatch(/POST http:\/\/x\/v1\/chat.*differs.*您好.*recorded.*你好.*mode: 'record'/);
    expect(player.misses).toHaveLength(1);
    await expect(player.close()).rejects.toThrow(/not on the cassette/);
    expect(() => cassette({ file: newFile() })).toThrow(/There is no cassette/);
    await using fresh = cassette({ file: newFile(), mode: 'auto' });
    expect(fresh.mode).toBe('record');
    expect(cassette({ file, mode: 'auto' }).mode).toBe('replay');
  });

  it('keeps no header of a request, and refuses secrets in a body, a URL or an answer', async () => {
    const headers = { authorization: 'Bearer my-own-key-123456', 'x-api-key': 'another-key-123456' };
    const file = await record({ body: 'fine' }, async (fetch, url) => {
      await (await post(fetch, url, '{"q":1}', headers)).text();
    });
    expect(readFileSync(file, 'utf8')).not.toMatch(/key-123456/);
    const refused = async (answer: string, body: string, path = '') => {
      const target = newFile();
      await using server = await faultServer({ body: answer });
      const recorder = cassette({ file: target, mode: 'record' });
      const said = await post(recorder.fetch, server.url + path, body, headers)
        .then(response => response.text())
        .catch((error: Error) => error.message);
      await expect(recorder.close()).rejects.toThrow(/not written.*secret/);
      expect(() => readFileSync(target)).toThrow(/ENOENT/);
      return said;
    };
    expect(await refused('fine', '{"q":"my-own-key-123456"}')).toMatch(/not recorded/);
    expect(await refused('fine', '{"q":"sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"}')).toMatch(/not recorded/);
    expect(await refused('you sent another-key-123456', '{}')).toBe('you sent another-key-123456');
  });

  it('records and replays a provider: streamed, whole, and its requests with a time in them', async () => {
    const chunk = (content: string, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason }] })}\n\n`;
    const answers = [
      {
        headers: { 'content-type': 'text/event-stream' },
        chunks: [chunk('物'), chunk('流', 'stop'), 'data: [DONE]\n\n'],
      },
      { body: { choices: [{ message: { content: '账单' }, finish_reason: 'stop' }] } },
    ];
    const ask = async (fetch: typeof globalThis.fetch, baseURL: string, apiKey: string): Promise<string[]> => {
      const model = openai('m', { baseURL, apiKey, fetch, maxRetries: 0 });
      const messages = [{ role: 'user', content: '哪一类？' }] as const;
      return [(await streamText({ model, messages }).result).text, (await generateText({ model, messages })).text];
    };
    const file = await record(answers, async (fetch, url) => {
      expect(await ask(fetch, url, 'first-key-000')).toEqual(['物流', '账单']);
    });
    await using player = cassette({ file });
    expect(await ask(player.fetch, 'http://127.0.0.1:9', 'second-key-000')).toEqual(['物流', '账单']);
    const normalize = <T extends { body: unknown }>(request: T): T => ({
      ...request,
      body: { ...(request.body as object), at: 0 },
    });
    const timed = newFile();
    await using server = await faultServer({ body: 'ok' });
    const recorder = cassette({ file: timed, mode: 'record', normalize });
    await (await post(recorder.fetch, server.url, '{"at":1}')).text();
    await recorder.close();
    expect(await (await post(cassette({ file: timed, normalize }).fetch, server.url, '{"at":2}')).text()).toBe('ok');
  });
});
