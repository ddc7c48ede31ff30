import { describe, expect, it, vi } from 'vitest';
import type { LanguageEvent } from '../language-event.ts';
import { unknownUsage } from '../usage.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { readChoice } from './choice-output.ts';
import { StreamWatch } from './stream-watch.ts';
import { withWholeChoice } from './whole-choice.ts';

const bytes = new TextEncoder();
const bodyOf = (pieces: readonly Uint8Array[], end = true): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      if (end) controller.close();
    },
  });

describe('StreamWatch', () => {
  it('gives lines wherever the bytes are cut', async () => {
    const whole = bytes.encode('{"一":1}\r\n\n{"二":2}\n{"三":3}');
    for (let size = 1; size <= whole.length; size++) {
      const pieces = [];
      for (let i = 0; i < whole.length; i += size) pieces.push(whole.subarray(i, i + size));
      const watch = new StreamWatch(1000, undefined);
      expect(await Array.fromAsync(watch.lines(bodyOf(pieces)))).toEqual(['{"一":1}', '{"二":2}', '{"三":3}']);
      watch.close();
    }
    expect(await Array.fromAsync(new StreamWatch(1000, undefined).lines(null))).toEqual([]);
  });

  it.each([false, true])('counts silence only while the network is waited for; began: %s', async began => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const watch = new StreamWatch(100, undefined);
      watch.began = began;
      const reader = bodyOf([bytes.encode('a')], false).getReader();
      expect((await watch.read(reader)).done).toBe(false);
      await vi.advanceTimersByTimeAsync(500);
      expect([watch.timedOut, watch.signal.aborted]).toEqual([undefined, false]);
      void watch.read(reader);
      await vi.advanceTimersByTimeAsync(99);
      expect(watch.signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(120);
      expect([watch.timedOut, watch.signal.aborted]).toEqual([began ? 'idle' : 'first-chunk', true]);
      watch.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('fires with its caller and when it is closed', () => {
    const controller = new AbortController();
    const watch = new StreamWatch(1000, controller.signal);
    controller.abort();
    expect([watch.signal.aborted, watch.timedOut]).toEqual([true, undefined]);
    const closed = new StreamWatch(1000, undefined);
    closed.close();
    expect(closed.signal.aborted).toBe(true);
  });
});

describe('choices', () => {
  const choices = ['账单', '物流'];
  const read = async (events: readonly LanguageEvent[]) => {
    const source = async function* () {
      yield* events;
    };
    return await Array.fromAsync(withWholeChoice(source(), choices));
  };

  it('come out as the chosen string, whole and streamed, with their log-probabilities', async () => {
    const usage: LanguageEvent = { type: 'usage', usage: unknownUsage };
    const finish: LanguageEvent = { type: 'finish', reason: 'stop' };
    const logprobs = [{ token: '物', logprob: -1 }];
    const piece = (text: string): LanguageEvent => ({ type: 'text-delta', text, logprobs });
    expect(await read([piece('{"choice":"物'), piece('流"}'), usage, finish])).toEqual([
      { type: 'text-delta', text: '物流', logprobs: [...logprobs, ...logprobs] },
      usage,
      finish,
    ]);
    expect(await read([finish])).toEqual([finish]);
  });

  it('stay as they are where they are none: the caller judges', () => {
    const answer = (text: string) =>
      ({ content: [{ type: 'text', text }], finishReason: 'stop', usage: unknownUsage }) as const;
    const output = { type: 'choice', choices } as const;
    for (const text of ['物流', '{"choice":"别的"}', '{"choice":1}', 'null', '{'])
      expect(readChoice(answer(text), output)).toEqual(answer(text));
    expect(readChoice(answer('{"choice":"物流"}'), output).content).toEqual([{ type: 'text', text: '物流' }]);
    const same = answer('{"choice":"物流"}');
    expect(readChoice(same, undefined)).toBe(same);
  });
});

it('base64 goes there and back, whatever the length', () => {
  for (const length of [0, 1, 2, 3, 70_000]) {
    const data = Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
    expect(toBase64(data)).toBe(Buffer.from(data).toString('base64'));
    expect(fromBase64(toBase64(data).replace(/=+$/, ''))).toEqual(data);
  }
});
