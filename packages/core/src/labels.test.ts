import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { labels, labelsOf } from './labels.ts';
import { safeParse } from './parse.ts';

describe('labels', () => {
  it('accepts exactly its labels, Chinese ones too', () => {
    const schema = labels(['退款', 'delivery']);
    expect(safeParse(schema, '退款')).toEqual({ ok: true, value: '退款' });
    expect(safeParse(schema, 'Delivery')).toEqual({ ok: false, issues: ['"Delivery" is none of the 2 labels'] });
    expect(labelsOf(schema)).toEqual(['退款', 'delivery']);
  });

  it('refuses no label, an empty one and a repeated one', () => {
    expect(() => labels([])).toThrow('at least one label');
    expect(() => labels(['a', ' '])).toThrow('empty');
    expect(() => labels(['a', 'a'])).toThrow('twice');
  });
});

describe('labelsOf', () => {
  it('reads the choices of zod enums, unions of literals and single literals', () => {
    expect(labelsOf(z.enum(['a', 'b']))).toEqual(['a', 'b']);
    expect(labelsOf(z.union([z.literal('a'), z.literal('b')]))).toEqual(['a', 'b']);
    expect(labelsOf(z.literal('a'))).toEqual(['a']);
  });

  it('is undefined for what is not a choice between strings', () => {
    expect(labelsOf(z.string())).toBeUndefined();
    expect(labelsOf(z.enum({ one: 1, two: 2 }))).toBeUndefined();
    expect(labelsOf(z.union([z.literal('a'), z.string()]))).toBeUndefined();
    expect(labelsOf(z.date())).toBeUndefined(); // JSON Schema cannot say it: zod throws
  });
});
