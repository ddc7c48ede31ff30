// Many at once, slow readers, and memory that comes back.
import { request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { applyDiff } from '../test/official-apply-diff.ts';
import { messagesOf, pause, post, start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { json } from './components/data.ts';
import { number } from './components/number.ts';
import { text } from './components/text.ts';
import type { Edit } from './protocol/diff.ts';

afterEach(stopAll);

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

/** Megabytes of the heap that are still needed. */
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await pause(20);
    collect();
  }
  return process.memoryUsage().heapUsed / 1e6;
}

/** The values that a reader sees, put together as the official client does. */
function valuesOf(messages: readonly Record<string, unknown>[]): unknown[][] {
  let last: unknown[] | undefined;
  return messages
    .filter(one => one.msg === 'process_generating')
    .map(one => {
      const { data } = one.output as { data: unknown[] };
      last = last ? last.map((value, i) => applyDiff(value, data[i] as Edit[])) : data;
      return structuredClone(last);
    });
}

const streams = () =>
  app({ title: '多' })
    .fn(
      'every',
      { input: { who: text(), to: number() }, output: text(), yields: 'all', concurrency: Number.POSITIVE_INFINITY },
      async function* ({ who, to }) {
        for (let n = 1; n <= to; n++) {
          yield `${who}${n}`;
          if (n % 20 === 0) await pause(1);
        }
      },
    )
    .fn(
      'grow',
      { input: { who: text(), to: number() }, output: json(), concurrency: Number.POSITIVE_INFINITY },
      async function* ({ who, to }) {
        const list: string[] = [];
        for (let n = 1; n <= to; n++) {
          list.push(`${who}${n}`);
          yield list;
          await pause(2);
        }
      },
    );

it('200 clients stream at once: nothing is lost or out of order, and memory comes back', async () => {
  const url = await start(streams());
  const round = async (fn_index: number, clients: number, to: number) =>
    Promise.all(
      Array.from({ length: clients }, async (_, i) => {
        const session_hash = `${fn_index}-${i}`;
        await post(`${url}/gradio_api/queue/join`, { data: [`第${i}位`, to], fn_index, session_hash });
        const messages = await messagesOf(await fetch(`${url}/gradio_api/queue/data?session_hash=${session_hash}`));
        const values = valuesOf(messages).map(one => one[0]);
        const end = messages.at(-2) as { msg: string; output: { data: unknown[] } };
        expect(end.msg).toBe('process_completed');
        return { who: `第${i}位`, values, end: end.output.data[0] };
      }),
    );
  await round(1, 20, 200);
  await round(2, 10, 100);
  const before = await heap();
  for (const { who, values, end } of await round(1, 200, 200)) {
    expect(values).toEqual(Array.from({ length: 200 }, (_, n) => `${who}${n + 1}`));
    expect(end).toBe(`${who}200`);
  }
  for (const { who, values, end } of await round(2, 60, 100)) {
    const whole = Array.from({ length: 100 }, (_, n) => `${who}${n + 1}`);
    expect(end).toEqual(whole);
    const sizes = values.map(one => (one as string[]).length);
    for (const [i, one] of values.entries()) expect(one).toEqual(whole.slice(0, sizes[i]));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const line of [
    'modeshift_ui_streams 0',
    'modeshift_ui_running{queue="fn:every"} 0',
    'modeshift_ui_waiting{queue="fn:grow"} 0',
    'modeshift_ui_calls_total{fn="every",outcome="ok"} 220',
  ])
    expect(metrics).toContain(`${line}\n`);
  expect((await heap()) - before).toBeLessThan(25);
});

it('memory stays flat over thousands of calls', async () => {
  const url = await start(
    app({ title: '平', state: () => ({ n: 0 }) }).fn(
      'echo',
      { input: { words: text() }, output: text(), concurrency: 8 },
      async ({ words }) => words,
    ),
  );
  const calls = async (count: number) => {
    for (let done = 0; done < count; done += 50)
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const answer = await post(`${url}/gradio_api/run/echo`, { data: [`${i}${'好'.repeat(1000)}`] });
          expect(((await answer.json()) as { data: string[] }).data[0]!.length).toBeGreaterThan(1000);
        }),
      );
  };
  await calls(300);
  const before = await heap();
  await calls(300);
  const middle = await heap();
  await calls(300);
  expect((await heap()) - Math.min(before, middle)).toBeLessThan(3);
});

/** A reader that reads nothing until it is told to. */
function slowReader(url: string, session: string) {
  let resume = (): void => undefined;
  const whole = new Promise<string>((resolve, reject) => {
    request(`${url}/gradio_api/queue/data?session_hash=${session}`, response => {
      let text = '';
      response.pause();
      resume = () => {
        response.setEncoding('utf8').on('data', piece => {
          text += piece;
        });
        response.on('end', () => resolve(text)).resume();
      };
    })
      .on('error', reject)
      .end();
  });
  return { whole, resume: () => resume() };
}

it('a slow reader costs no memory, and still gets the end', async () => {
  let yields = 0;
  const size = 50_000;
  const url = await start(
    app({ title: '慢' }).fn('flood', { output: json() }, async function* () {
      // 2000 values of 50 kB: 100 MB, were they kept.
      for (; yields < 2000; yields++) {
        yield { 次: yields, 文: `${yields}`.repeat(size).slice(0, size) };
        await new Promise(resolve => setImmediate(resolve));
      }
    }),
  );
  const before = await heap();
  await post(`${url}/gradio_api/queue/join`, { data: [], fn_index: 1, session_hash: 's' });
  const reader = slowReader(url, 's');
  await expect.poll(() => yields, { timeout: 30_000 }).toBe(2000);
  // What may be kept: the last value, the one before, and what the socket holds.
  expect((await heap()) - before).toBeLessThan(15);
  reader.resume();
  const blocks = (await reader.whole).split('\n\n').filter(Boolean);
  const end = JSON.parse(blocks.at(-2)!.slice(6)) as { output: { data: [{ 次: number }] } };
  expect(end.output.data[0].次).toBe(1999);
});

it('a slow reader of every value holds the function back', async () => {
  let yields = 0;
  const url = await start(
    app({ title: '全' }).fn('flood', { output: text(), yields: 'all' }, async function* () {
      for (; yields < 20_000; yields++) yield `${yields} `.padEnd(20_000, '.');
    }),
  );
  await post(`${url}/gradio_api/queue/join`, { data: [], fn_index: 1, session_hash: 's' });
  const reader = slowReader(url, 's');
  let seen = -1;
  await expect
    .poll(
      () => {
        const hasStopped = yields === seen;
        seen = yields;
        return hasStopped;
      },
      { interval: 200, timeout: 20_000 },
    )
    .toBe(true);
  expect(yields).toBeGreaterThan(60);
  // 64 that wait, and a few megabytes in the sockets.
  expect(yields).toBeLessThan(2000);
  yields = Math.max(yields, 19_900);
  reader.resume();
  const blocks = (await reader.whole).split('\n\n').filter(Boolean);
  expect(JSON.parse(blocks.at(-2)!.slice(6)).output.data[0]).toMatch(/^19999 /);
});
