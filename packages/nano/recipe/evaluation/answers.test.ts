import { expect, it } from 'vitest';
import { exampleOf } from '../stream.ts';
import { type Answer, inTurns, isExact, isRightTool } from './answers.ts';
import { examplesOf, rows } from './rows.ts';

const text = (said: string): Answer => ({ text: said, call: undefined });
const call = (name: string, given: unknown): Answer => ({ text: '', call: { name, arguments: given } });

it('text counts when it is the same, and not when something is added', () => {
  const example = exampleOf('reading', 'zh', 'heldOut', '1');
  expect(isExact(example, text(example.answer))).toBe(true);
  expect(isExact(example, text(`${example.answer}。`))).toBe(false);
});

it('JSON counts by its values, in any order of fields', () => {
  const example = exampleOf('extract', 'zh', 'heldOut', '3');
  const object = JSON.parse(example.answer);
  const turned = JSON.stringify(Object.fromEntries(Object.entries(object).reverse()));
  expect(isExact(example, text(turned))).toBe(true);
  expect(isExact(example, text(JSON.stringify({ ...object, more: 1 })))).toBe(false);
  expect(isExact(example, text(`${example.answer} and so on`))).toBe(false);
});

it('a call counts with its name and all arguments; the choice of the tool by its name alone', () => {
  const row = rows.find(({ name }) => name.startsWith('Tools: full'))!;
  for (const example of examplesOf(row, 'zh', 20)) {
    const { name, arguments: given } = example.call!;
    expect(isExact(example, call(name, { ...given }))).toBe(true);
    expect(isExact(example, call(name, { ...given, x: 1 }))).toBe(false);
    expect(isRightTool(example, call(name, {}))).toBe(true);
    expect(isRightTool(example, text(example.answer))).toBe(false);
  }
});

it('where no tool fits, any call is wrong', () => {
  const example = Array.from({ length: 60 }, (_, i) => exampleOf('tools', 'en', 'heldOut', `${i}`)).find(
    one => !one.call,
  )!;
  expect(isRightTool(example, text('None of the tools fits.'))).toBe(true);
  expect(isRightTool(example, call(example.tools![0]!.name, {}))).toBe(false);
});

it.each(rows)('the examples of "$name" are there, each once, and answers that are wanted are right', row => {
  for (const language of ['en', 'zh'] as const) {
    const examples = examplesOf(row, language, 40);
    expect(new Set(examples.map(one => JSON.stringify(one.messages))).size).toBeGreaterThan(25);
    for (const example of examples) expect(row.right(example, { text: example.answer, call: example.call })).toBe(true);
  }
});

it('works a few at a time and keeps the order', async () => {
  let running = 0;
  let most = 0;
  const results = await inTurns([3, 1, 2, 0], 2, async item => {
    most = Math.max(most, ++running);
    await new Promise(done => setTimeout(done, item));
    running--;
    return item * 2;
  });
  expect(results).toEqual([6, 2, 4, 0]);
  expect(most).toBe(2);
});
