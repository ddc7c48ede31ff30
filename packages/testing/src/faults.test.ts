import { describe, expect, it } from 'vitest';
import { type FaultAnswer, faultServer } from './fault-server.ts';
import { faults } from './faults.ts';

const sse = (body: string): FaultAnswer => ({ headers: { 'content-type': 'text/event-stream' }, body });
const events = sse('data: 物\n\ndata: 流\n\ndata: 到\n\ndata: 了\n\n');

async function pieces(answer: FaultAnswer): Promise<{ pieces: Uint8Array[]; text: string; broke: boolean }> {
  await using server = await faultServer(answer);
  const got: Uint8Array[] = [];
  let broke = false;
  try {
    for await (const piece of (await fetch(server.url)).body!) got.push(piece);
  } catch {
    broke = true;
  }
  return { pieces: got, text: Buffer.concat(got).toString('utf8'), broke };
}

describe('faults', () => {
  it('says how long to wait in each form', async () => {
    await using server = await faultServer([
      faults.rateLimited({ seconds: 7 }),
      faults.rateLimited({ dateIn: 60 }),
      faults.rateLimited({ ms: 1500 }),
      faults.rateLimited(),
    ]);
    const headers = [];
    for (let i = 0; i < 4; i++) {
      const response = await fetch(server.url);
      expect(response.status).toBe(429);
      headers.push([response.headers.get('retry-after'), response.headers.get('retry-after-ms')]);
    }
    expect(headers[0]).toEqual(['7', null]);
    const date = Date.parse(headers[1]![0]!) - Date.now();
    expect(date).toBeGreaterThan(55_000);
    expect(date).toBeLessThan(61_000);
    expect(headers.slice(2)).toEqual([
      [null, '1500'],
      [null, null],
    ]);
  });

  it('sends bytes one by one, and cuts characters in two', async () => {
    const single = await pieces(faults.byteByByte(sse('data: 物\n\n')));
    expect(single.text).toBe('data: 物\n\n');
    expect(single.pieces.length).toBeGreaterThan(5);
    const split = await pieces(faults.splitUtf8(sse('物流')));
    expect(split.text).toBe('物流');
    const broken = split.pieces.map(piece => new TextDecoder().decode(piece)).join('');
    expect(broken).toContain('\ufffd');
  });

  it('makes CRLF of LF, once', async () => {
    expect((await pieces(faults.crlf(sse('a\nb\r\n')))).text).toBe('a\r\nb\r\n');
    expect((await pieces(faults.crlf(faults.byteByByte(sse('a\n\n'))))).text).toBe('a\r\n\r\n');
  });

  it('breaks off after whole events: by a cut, by a proper end, by silence', async () => {
    const half = 'data: 物\n\ndata: 流\n\n';
    expect(await pieces(faults.cut(events))).toMatchObject({ text: half, broke: true });
    expect(await pieces(faults.truncated(events))).toMatchObject({ text: half, broke: false });
    expect((await pieces(faults.truncated(events, 0.99))).text).toBe('data: 物\n\ndata: 流\n\ndata: 到\n\n');
    expect((await pieces(faults.truncated({ body: { a: 1 } }))).text).toBe('{"a');
    await using server = await faultServer(faults.stalled(events));
    const response = await fetch(server.url, { signal: AbortSignal.timeout(80) });
    await expect(response.text()).rejects.toThrow();
  });

  it('gives slow headers, no headers, a web page, broken JSON and a huge error', async () => {
    await using server = await faultServer([
      faults.slowHeaders({ body: 1 }, 60),
      faults.webPage(),
      faults.malformedJson(),
      faults.malformedJson(events),
      faults.hugeError(),
      faults.lost(),
    ]);
    const start = performance.now();
    await fetch(server.url);
    expect(performance.now() - start).toBeGreaterThan(50);
    expect((await fetch(server.url)).headers.get('content-type')).toBe('text/html');
    await expect(fetch(server.url).then(response => response.json())).rejects.toThrow(SyntaxError);
    expect(await (await fetch(server.url)).text()).toBe('data: {"broken":\n\n');
    const huge = await fetch(server.url);
    expect([huge.status, (await huge.text()).length > 4_000_000]).toEqual([500, true]);
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
