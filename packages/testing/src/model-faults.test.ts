import { ModeshiftError, streamText } from '@modeshift/core';
import { expect, it } from 'vitest';
import { modelFaults } from './model-faults.ts';
import { scriptedModel } from './scripted-model.ts';

const messages = [{ role: 'user', content: '在吗' }] as const;
const model = () => scriptedModel({ reply: () => '床前明月光', deltaLength: 2 });
const read = async (faulty: ReturnType<typeof model>, signal?: AbortSignal): Promise<[string, unknown]> => {
  let text = '';
  try {
    for await (const piece of streamText({ model: faulty, messages, ...(signal && { signal }) }).textStream)
      text += piece;
    return [text, undefined];
  } catch (error) {
    return [text, error];
  }
};

it('an answer breaks after so many pieces, and at its end at the latest', async () => {
  for (const [pieces, text] of [
    [0, ''],
    [2, '床前明月'],
    [9, '床前明月光'],
  ] as const) {
    const [seen, error] = await read(modelFaults.breaksAfter(pieces)(model()));
    expect(seen).toBe(text);
    expect(ModeshiftError.is(error, 'interrupted')).toBe(true);
  }
  const own = new ModeshiftError({ tag: 'rate-limit' }, '太多了');
  expect(await read(modelFaults.breaksAfter(1, own)(model()))).toEqual(['床前', own]);
});

it('a slow answer waits once, and no longer than its caller', async () => {
  expect(await read(modelFaults.slow(1)(model()))).toEqual(['床前明月光', undefined]);
  const gone = new AbortController();
  const faulty = modelFaults.slow(600_000, { afterDeltas: 1 })(model());
  const waiting = read(faulty, gone.signal);
  setTimeout(() => gone.abort(), 50);
  const [seen, error] = await waiting;
  expect(seen).toBe('床前');
  expect(ModeshiftError.is(error, 'aborted')).toBe(true);
});

it('numbers below 0 are refused at once', () => {
  expect(() => modelFaults.slow(-1)).toThrow(/ms is -1/);
  expect(() => modelFaults.breaksAfter(Number.NaN)).toThrow(/number of pieces is NaN/);
});
