// Calls in line: places, limits, batches, cancelling, readers that leave, and the end of the server.
import { afterEach, describe, expect, it } from 'vitest';
import { messagesOf, pause, post, start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { number } from './components/number.ts';
import { text } from './components/text.ts';
import { serve } from './server/serve.ts';

afterEach(stopAll);

/** A function whose calls a test ends one by one. */
function gate() {
  const open: (() => void)[] = [];
  const started: string[] = [];
  const aborted: string[] = [];
  return {
    started,
    aborted,
    /** Lets the oldest go. */
    release: () => open.shift()!(),
    wait: (name: string, signal: AbortSignal, heeds = true) => {
      started.push(name);
      return new Promise<void>(resolve => {
        open.push(resolve);
        signal.addEventListener('abort', () => {
          aborted.push(name);
          if (heeds) resolve();
        });
      });
    },
  };
}

const join = async (url: string, session_hash: string, data: unknown[], fn_index = 1): Promise<string> => {
  const response = await post(`${url}/gradio_api/queue/join`, { data, fn_index, session_hash });
  return ((await response.json()) as { event_id: string }).event_id;
};
const read = (url: string, session: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}/gradio_api/queue/data?session_hash=${session}`, signal ? { signal } : {});
const metricsOf = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

const gated = (
  g: ReturnType<typeof gate>,
  spec: { concurrency?: number; maxWaiting?: number; timeoutMs?: number } = {},
  heeds = true,
) =>
  app({ title: '排队' }).fn('work', { input: { name: text() }, output: text(), ...spec }, async ({ name }, ctx) => {
    await g.wait(name, ctx.signal, heeds);
    return `${name}好`;
  });

describe('places', () => {
  it('are told, again whenever the line moves, with the time that calls have taken', async () => {
    const g = gate();
    const url = await start(gated(g));
    await join(url, 'first', ['零']);
    await expect.poll(() => g.started).toEqual(['零']);
    await pause(100);
    g.release();
    await messagesOf(await read(url, 'first'));
    for (const name of ['甲', '乙', '丙']) await join(url, name, [name]);
    const reading = read(url, encodeURIComponent('丙')).then(messagesOf);
    await expect.poll(() => g.started.length).toBe(2);
    await pause(50);
    g.release();
    await expect.poll(() => g.started.length).toBe(3);
    await pause(50);
    g.release();
    await expect.poll(() => g.started.length).toBe(4);
    g.release();
    const messages = await reading;
    const places = messages.filter(one => one.msg === 'estimation') as {
      rank: number;
      queue_size: number;
      rank_eta: number;
    }[];
    expect(places.map(one => [one.rank, one.queue_size])).toEqual([
      [1, 2],
      [0, 1],
    ]);
    // About 0.1 s each: what runs, who is ahead, itself.
    expect(places[0]!.rank_eta).toBeGreaterThan(0.15);
    expect(places[0]!.rank_eta).toBeLessThan(3);
    expect(messages.find(one => one.msg === 'process_starts')!.eta).toBeGreaterThan(0.02);
  });

  it('let so many run at once, and share a line where they are told to', async () => {
    const g = gate();
    const url = await start(
      gated(g, { concurrency: 2 })
        .fn(
          'a',
          { input: { name: text() }, output: text(), queueId: '一起', concurrency: 3 },
          async ({ name }, ctx) => {
            await g.wait(name, ctx.signal);
            return name;
          },
        )
        .fn(
          'b',
          { input: { name: text() }, output: text(), queueId: '一起', concurrency: 1 },
          async ({ name }, ctx) => {
            await g.wait(name, ctx.signal);
            return name;
          },
        ),
    );
    for (const name of ['1', '2', '3']) await join(url, name, [name]);
    await expect.poll(() => g.started).toEqual(['1', '2']);
    await join(url, 'a', ['甲'], 2);
    await join(url, 'b', ['乙'], 3);
    await expect.poll(() => g.started).toEqual(['1', '2', '甲']);
    const metrics = await metricsOf(url);
    expect(metrics).toContain('modeshift_ui_waiting{queue="fn:work"} 1\n');
    expect(metrics).toContain('modeshift_ui_running{queue="一起"} 1\n');
  });

  it('are refused when the line is full', async () => {
    const g = gate();
    const url = await start(gated(g, { maxWaiting: 1 }));
    await join(url, '1', ['1']);
    await join(url, '2', ['2']);
    const refused = await post(`${url}/gradio_api/queue/join`, { data: ['3'], fn_index: 1, session_hash: '3' });
    expect([refused.status, await refused.json()]).toEqual([503, { detail: 'Queue is full: 1 calls wait already.' }]);
  });

  it('are left by cancelling, before the call has begun', async () => {
    const g = gate();
    const url = await start(gated(g));
    await join(url, '1', ['1']);
    const event_id = await join(url, '2', ['2']);
    await join(url, '3', ['3']);
    const reading = read(url, '3').then(messagesOf);
    await post(`${url}/gradio_api/cancel`, { event_id });
    expect((await messagesOf(await read(url, '2'))).at(-2)).toMatchObject({ success: false, title: 'Cancelled' });
    g.release();
    await expect.poll(() => g.started).toEqual(['1', '3']);
    g.release();
    expect((await reading).at(-2)).toMatchObject({ output: { data: ['3好'] } });
  });

  it('stay taken by a handler that does not heed its signal, so that no more run than may', async () => {
    const g = gate();
    const url = await start(gated(g, {}, false));
    const event_id = await join(url, '1', ['1']);
    await expect.poll(() => g.started).toEqual(['1']);
    await post(`${url}/gradio_api/cancel`, { event_id });
    expect((await messagesOf(await read(url, '1'))).at(-2)).toMatchObject({ title: 'Cancelled' });
    await join(url, '2', ['2']);
    await pause(50);
    expect(g.started).toEqual(['1']);
    g.release();
    await expect.poll(() => g.started).toEqual(['1', '2']);
    expect(await metricsOf(url)).toContain('modeshift_ui_calls_total{fn="work",outcome="cancelled"} 1\n');
  });
});

it('a generator that does not heed its signal is stopped at its next yield', async () => {
  let isOver = false;
  let count = 0;
  const url = await start(
    app({ title: '不听' }).fn('loop', { output: number() }, async function* () {
      try {
        for (;;) {
          await pause(5);
          yield ++count;
        }
      } finally {
        isOver = true;
      }
    }),
  );
  const event_id = await join(url, 's', []);
  await expect.poll(() => count).toBeGreaterThan(3);
  await post(`${url}/gradio_api/cancel`, { event_id });
  await expect.poll(() => isOver).toBe(true);
  const seen = count;
  await pause(50);
  expect(count).toBe(seen);
});

it('a call that takes too long is ended with words', async () => {
  const g = gate();
  const url = await start(gated(g, { timeoutMs: 50 }));
  const response = await post(`${url}/gradio_api/run/work`, { data: ['慢'] });
  expect(await response.json()).toMatchObject({ error: 'The call took longer than the 0.05 s that it may take.' });
  expect(g.aborted).toEqual(['慢']);
});

describe('batches', () => {
  const sizes: number[] = [];
  const page = (maxSize: number, waitMs?: number) =>
    app({ title: '批' }).batch(
      'double',
      { input: { n: number() }, output: number(), batch: { maxSize, ...(waitMs !== undefined && { waitMs }) } },
      async (inputs, { signal }) => {
        sizes.push(inputs.length);
        await pause(30);
        if (inputs.some(one => one.n === 13)) throw new Error('unlucky');
        return signal.aborted ? [] : inputs.map(one => one.n * 2);
      },
    );
  const run = async (url: string, n: number) =>
    (await (await post(`${url}/gradio_api/run/double`, { data: [n] })).json()) as { data?: number[]; error?: string };

  it('take what waits, up to their size, and give each its own answer', async () => {
    sizes.length = 0;
    const url = await start(page(4, 60));
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(n => run(url, n)));
    expect(answers.map(one => one.data)).toEqual([2, 4, 6, 8, 10, 12, 14].map(n => [n]));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(7);
    expect(sizes.length).toBeLessThan(7);
  });

  it('fail together, and one that is cancelled leaves the others alone', async () => {
    const url = await start(page(4, 80));
    expect(await Promise.all([run(url, 13), run(url, 1)])).toMatchObject([{ title: 'Error' }, { title: 'Error' }]);
    const [gone, kept] = [await join(url, 'gone', [1]), await join(url, 'kept', [2])];
    await post(`${url}/gradio_api/cancel`, { event_id: gone });
    expect((await messagesOf(await read(url, 'gone'))).at(-2)).toMatchObject({ title: 'Cancelled', event_id: gone });
    expect((await messagesOf(await read(url, 'kept'))).at(-2)).toMatchObject({ output: { data: [4] }, event_id: kept });
  });
});

describe('readers', () => {
  it('that leave for good end their calls, after a while', async () => {
    const g = gate();
    const url = await start(gated(g), { limits: { graceMs: 100 } });
    await join(url, 's', ['走']);
    const leaving = new AbortController();
    await read(url, 's', leaving.signal);
    await expect.poll(() => g.started).toEqual(['走']);
    leaving.abort();
    await pause(40);
    expect(g.aborted).toEqual([]);
    await expect.poll(() => g.aborted).toEqual(['走']);
  });

  it('that come back in time find their calls going on', async () => {
    const g = gate();
    const url = await start(gated(g), { limits: { graceMs: 2000 } });
    await join(url, 's', ['回']);
    const leaving = new AbortController();
    await read(url, 's', leaving.signal);
    leaving.abort();
    await pause(50);
    const reading = read(url, 's').then(messagesOf);
    await expect.poll(() => g.started).toEqual(['回']);
    g.release();
    expect((await reading).at(-2)).toMatchObject({ output: { data: ['回好'] } });
  });

  it('of one session are one: the second takes the place of the first', async () => {
    const g = gate();
    const url = await start(gated(g));
    await join(url, 's', ['一']);
    const first = read(url, 's').then(messagesOf);
    await expect.poll(async () => await metricsOf(url)).toContain('modeshift_ui_streams 1\n');
    const second = read(url, 's').then(messagesOf);
    expect((await first).map(one => one.msg)).not.toContain('process_completed');
    g.release();
    expect((await second).at(-2)).toMatchObject({ output: { data: ['一好'] } });
  });
});

describe('sessions', () => {
  it('are forgotten when idle, and make room when there are too many', async () => {
    const page = app({ title: '数', state: () => ({ n: 0 }) }).fn(
      'up',
      { output: number() },
      async (_, ctx) => ++ctx.session.state.n,
    );
    const url = await start(page, { limits: { maxSessions: 2, sessionIdleMs: 150 } });
    const up = async (session_hash: string) =>
      ((await (await post(`${url}/gradio_api/run/up`, { session_hash })).json()) as { data: number[] }).data[0];
    expect([await up('a'), await up('b'), await up('a'), await up('c')]).toEqual([1, 1, 2, 1]);
    // "b" was used the longest ago.
    expect([await up('a'), await up('b')]).toEqual([3, 1]);
    await expect.poll(async () => await metricsOf(url)).toContain('modeshift_ui_sessions 0\n');
    expect(await up('a')).toBe(1);
  });
});

describe('the end', () => {
  it('waits for what runs, lets nobody in, and closes', async () => {
    const g = gate();
    const server = await serve(gated(g), { port: 0 });
    await join(server.url, 's', ['末']);
    await expect.poll(() => g.started).toEqual(['末']);
    const reading = read(server.url, 's').then(messagesOf);
    await expect.poll(async () => await metricsOf(server.url)).toContain('modeshift_ui_streams 1\n');
    // A connection that is open already still gets answers.
    const probe = await fetch(`${server.url}/health`);
    expect(await probe.json()).toEqual({ status: 'ok' });
    const closing = server.close({ graceMs: 5000 });
    await pause(50);
    g.release();
    expect((await reading).at(-2)).toMatchObject({ output: { data: ['末好'] } });
    await closing;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it('cancels what does not end in time, and says so', async () => {
    const g = gate();
    const server = await serve(gated(g), { port: 0 });
    await join(server.url, 's', ['久']);
    await expect.poll(() => g.started).toEqual(['久']);
    const reading = read(server.url, 's').then(messagesOf);
    await pause(50);
    await server.close({ graceMs: 50 });
    expect((await reading).find(one => one.msg === 'process_completed')).toMatchObject({
      output: { error: 'The server is stopping. Try again later.' },
    });
    expect(g.aborted).toEqual(['久']);
  });

  it('says what is wrong with a port', async () => {
    const page = app({ title: '口' }).fn('f', {}, async () => {});
    const url = await start(page);
    await expect(serve(page, { port: Number(new URL(url).port) })).rejects.toMatchObject({
      reason: { tag: 'refused' },
      message: expect.stringContaining('is taken. Choose another'),
    });
  });
});
