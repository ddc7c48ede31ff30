import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineTask } from './task.ts';

const base = {
  name: 'topic',
  instruction: 'Name the topic.',
  input: z.object({ text: z.string() }),
  output: z.enum(['billing', 'delivery']),
};
const train = [{ input: { text: 'charged twice' }, output: 'billing' as const }];
const test = [{ input: { text: 'parcel is late' }, output: 'delivery' as const }];

describe('defineTask', () => {
  it('keeps types, labels and examples', () => {
    const task = defineTask({ ...base, examples: { train, test } });
    expect(task.labels).toEqual(['billing', 'delivery']);
    expect(task.dev).toEqual([]);
    expectTypeOf(task.test[0]!.output).toEqualTypeOf<'billing' | 'delivery'>();
    expectTypeOf(task.text).parameter(0).toEqualTypeOf<{ text: string }>();
  });

  it('does not compile with an answer outside the labels, and says where at run time', () => {
    const wrong = [{ input: { text: 'x' }, output: 'other' }];
    // @ts-expect-error "other" is not a label
    const define = () => defineTask({ ...base, examples: { train, test: wrong } });
    expect(define).toThrow('The output of example 1 of test does not fit its schema');
  });

  it('keeps what a schema makes of an input', () => {
    const task = defineTask({
      ...base,
      input: z.object({ text: z.string().trim() }),
      examples: { train: [{ input: { text: ' a ' }, output: 'billing' }], test },
    });
    expect(task.train[0]!.input.text).toBe('a');
  });

  it('refuses a task with nothing to train on or to measure, and schemas that validate asynchronously', () => {
    expect(() => defineTask({ ...base, examples: { train: [], test } })).toThrow('no training examples');
    expect(() => defineTask({ ...base, examples: { train, test: [] } })).toThrow('no test examples');
    expect(() => defineTask({ ...base, name: ' ', examples: { train, test } })).toThrow('needs a name');
    const slow = z.object({ text: z.string().refine(async () => true) });
    expect(() => defineTask({ ...base, input: slow, examples: { train, test } })).toThrow('asynchronous');
  });

  it('reads inputs as text', () => {
    const text = (input: z.ZodType, value: unknown) =>
      defineTask({
        ...base,
        input,
        examples: { train: [{ input: value, output: 'billing' }], test: [{ input: value, output: 'billing' }] },
      }).text(value);
    expect(text(z.string(), '你好')).toBe('你好');
    expect(text(z.object({ message: z.string() }), { message: 'hi' })).toBe('hi');
    expect(text(z.object({ a: z.string(), n: z.number() }), { a: 'x', n: 3 })).toBe('a: x\nn: 3');
    expect(text(z.array(z.number()), [1, 2])).toBe('[1,2]');
  });
});
