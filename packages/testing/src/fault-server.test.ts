import { describe, expect, it } from 'vitest';
import { faultServer } from './fault-server.ts';

describe('faultServer', () => {
  it('answers in order, repeats the last answer and keeps a journal', async () => {
    await using server = await faultServer([
      { status: 429, headers: { 'Retry-After': '2' }, body: { error: 'slow' } },
      { headers: { 'Content-Type': 'text/html' }, body: '<p>你好</p>' },
    ]);
    const first = await fetch(`${server.url}/v1?a=1`, { method: 'POST', body: '{"b":"中"}' });
    expect([first.status, first.headers.get('retry-after'), await first.json()]).toEqual([429, '2', { error: 'slow' }]);
    for (let i = 0; i < 2; i++) {
      const next = await fetch(server.url);
      expect([next.headers.get('content-type'), await next.text()]).toEqual(['text/html', '<p>你好</p>']);
    }
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/v1?a=1', json: { b: '中' } });
    expect(server.requests).toHaveLength(3);
    expect(server.abandoned).toBe(0);
  });

  it('cuts the connection before the headers or after a part of the body', async () => {
    await using server = await faultServer([{ cut: 'before-headers' }, { chunks: ['half '], cut: 'after-body' }]);
    await expect(fetch(server.url)).rejects.toThrow();
    const cut = await fetch(server.url);
    expect(cut.status).toBe(200);
    await expect(cut.text()).rejects.toThrow();
    expect(server.abandoned).toBe(0);
  });

  it('delays, sends in pieces, and notices a client that leaves', async () => {
    await using server = await faultServer([
      { delayMs: 40, chunks: ['a', 'b', 'c'], chunkDelayMs: 15 },
      { chunks: ['a'], hang: true },
    ]);
    const start = performance.now();
    expect(await (await fetch(server.url)).text()).toBe('abc');
    expect(performance.now() - start).toBeGreaterThan(60);
    const controller = new AbortController();
    const hanging = await fetch(server.url, { signal: controller.signal });
    const body = hanging.text();
    controller.abort();
    await expect(body).rejects.toThrow();
    await expect.poll(() => server.abandoned).toBe(1);
  });
});
