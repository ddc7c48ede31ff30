import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { check, type JsonSchema, jsonSchema } from './json-schema.ts';
import { safeParse } from './parse.ts';
import { strictCodec } from './strict-codec.ts';

interface Pair {
  readonly schema: JsonSchema;
  readonly value: fc.Arbitrary<unknown>;
}

/** Shapes that strict mode can say, each with values that fit. Optional properties are never nullable: that is ambiguous. */
const pairs: fc.Memo<Pair> = fc.memo(depth => {
  const leaf: fc.Arbitrary<Pair> = fc.constantFrom(
    { schema: { type: 'string' }, value: fc.string({ unit: 'grapheme' }) },
    { schema: { type: 'integer' }, value: fc.integer() },
    { schema: { type: 'boolean' }, value: fc.boolean() },
    { schema: { enum: ['甲', '乙'] }, value: fc.constantFrom('甲', '乙') },
  );
  if (depth <= 1) return leaf;
  const inner = pairs(depth - 1);
  const array = inner.map(({ schema, value }) => ({
    schema: { type: 'array', items: schema },
    value: fc.array(value, { maxLength: 3 }) as fc.Arbitrary<unknown>,
  }));
  const fields = fc.array(fc.tuple(inner, fc.boolean()), { maxLength: 4 });
  const object = fields.map((parts): Pair => {
    const names = parts.map((_, i) => `字段${i}`);
    const required = names.filter((_, i) => parts[i]![1]);
    return {
      schema: {
        type: 'object',
        properties: Object.fromEntries(parts.map(([pair], i) => [names[i], pair.schema])),
        required,
      },
      value: fc.record<Record<string, unknown>, string>(
        Object.fromEntries(parts.map(([pair], i) => [names[i], pair.value])),
        { requiredKeys: required },
      ),
    };
  });
  const union = fc.tuple(inner, inner).map(([a, b]) => ({
    schema: {
      anyOf: [
        { type: 'object', properties: { kind: { const: 'a' }, a: a.schema }, required: ['kind'] },
        { type: 'object', properties: { kind: { const: 'b' }, b: b.schema }, required: ['kind', 'b'] },
      ],
    },
    value: fc.oneof(
      fc.record({ kind: fc.constant('a'), a: a.value }, { requiredKeys: ['kind'] }),
      fc.record({ kind: fc.constant('b'), b: b.value }),
    ) as fc.Arbitrary<unknown>,
  }));
  return fc.oneof(leaf, array, object, union);
});

/** Every object closed, every property required: what strict mode asks for. */
const isStrict = (node: unknown): boolean => {
  if (Array.isArray(node)) return node.every(isStrict);
  if (typeof node !== 'object' || node === null) return true;
  const { properties, required, additionalProperties, ...rest } = node as Record<string, unknown>;
  if (properties === undefined) return Object.values(rest).every(isStrict);
  return (
    additionalProperties === false &&
    Object.keys(properties as object).every(name => (required as string[]).includes(name)) &&
    Object.values(properties as object).every(isStrict) &&
    Object.values(rest).every(isStrict)
  );
};

describe('strictCodec', () => {
  it('goes there and back without a loss, through a schema that is strict', () => {
    fc.assert(
      fc.property(
        pairs(4).chain(({ schema, value }) => fc.tuple(fc.constant(schema), value)),
        ([schema, value]) => {
          const codec = strictCodec(schema);
          expect(codec.isStrict).toBe(true);
          expect(isStrict(codec.schema)).toBe(true);
          const encoded = codec.encode(value);
          expect(check(codec.schema, encoded, codec.schema)).toEqual([]);
          expect(codec.decode(encoded)).toEqual(value);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads what zod prints: optional, default, nullish, nested, recursive', () => {
    interface Node {
      name: string;
      note?: string | undefined;
      children?: Node[] | undefined;
    }
    const node: z.ZodType<Node> = z.object({
      name: z.string(),
      note: z.string().optional(),
      children: z.lazy(() => z.array(node)).optional(),
    });
    const schema = z.object({ root: node, limit: z.number().default(5), tag: z.string().nullish() });
    const codec = strictCodec(schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }));
    expect(codec.problem).toBeUndefined();
    const written = {
      root: { name: '根', note: null, children: [{ name: '叶', note: '好', children: null }] },
      limit: null,
      tag: null,
    };
    expect(check(codec.schema, written, codec.schema)).toEqual([]);
    expect(schema.parse(codec.decode(written))).toEqual({
      root: { name: '根', children: [{ name: '叶', note: '好' }] },
      limit: 5,
      tag: null,
    });
  });

  it('leaves alone what cannot be strict, and says why', () => {
    const record = z.object({ counts: z.record(z.string(), z.number()) });
    const json = record['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
    const codec = strictCodec(json);
    expect(codec).toMatchObject({ isStrict: false, schema: json });
    expect(codec.problem).toContain('"counts"');
    expect(codec.decode({ counts: { a: null } })).toEqual({ counts: { a: null } });
    expect(strictCodec({ type: 'object', properties: { a: {} } }).problem).toContain('allows anything');
    expect(strictCodec({ allOf: [] }).problem).toContain('allOf');
  });
});

describe('jsonSchema', () => {
  const checks: readonly (readonly [JsonSchema, readonly unknown[], readonly unknown[]])[] = [
    [{ type: ['string', 'null'] }, ['', null], [1, [], {}]],
    [{ type: 'integer' }, [1, -3, 2.0], [1.5, '1']],
    [{ minimum: 1, exclusiveMaximum: 3 }, [1, 2.9, 'text'], [0, 3]],
    [{ multipleOf: 0.1 }, [0.3, 1], [0.25]],
    [{ minLength: 2, maxLength: 3, pattern: '^\\p{L}+$' }, ['成都', '你好吗'], ['成', '成都成都', '12']],
    [{ items: { type: 'number' }, minItems: 1, uniqueItems: true }, [[1], [1, 2]], [[], [1, 1], ['a']]],
    [{ prefixItems: [{ const: 1 }], items: false }, [[1], []], [[2], [1, 2]]],
    [{ contains: { const: 7 }, maxContains: 1 }, [[7], [7, 1]], [[], [7, 7]]],
    [{ required: ['a'], properties: { a: { const: { b: [1] } } } }, [{ a: { b: [1] } }], [{}, { a: { b: [2] } }]],
    [{ additionalProperties: false, patternProperties: { '^x': {} } }, [{ x1: 1 }], [{ y: 1 }]],
    [{ propertyNames: { maxLength: 1 }, maxProperties: 2 }, [{ a: 1 }], [{ ab: 1 }, { a: 1, b: 1, c: 1 }]],
    [{ dependentRequired: { a: ['b'] } }, [{}, { a: 1, b: 1 }], [{ a: 1 }]],
    [{ anyOf: [{ type: 'string' }, { minimum: 5 }] }, ['a', 6], [4]],
    [{ oneOf: [{ type: 'integer' }, { minimum: 5 }] }, [1, 5.5], [6, 1.5]],
    [{ allOf: [{ minimum: 1 }, { maximum: 2 }], not: { const: 1.5 } }, [1, 2], [0, 3, 1.5]],
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    [{ if: { type: 'string' }, then: { minLength: 1 }, else: { type: 'number' } }, ['a', 1], ['', null]],
    [{ $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'boolean' } } }, [true], [0]],
    [{ enum: [1, [2], null] }, [1, [2], null], [2, undefined]],
  ];
  it.each(checks)('%j', (schema, right, wrong) => {
    for (const value of right)
      expect(safeParse(jsonSchema(schema), value), JSON.stringify(value)).toMatchObject({ ok: true });
    for (const value of wrong)
      expect(safeParse(jsonSchema(schema), value), JSON.stringify(value)).toMatchObject({ ok: false });
  });

  it('says where and what', () => {
    const city = jsonSchema({ type: 'object', properties: { 城市: { type: 'array', items: { enum: ['成都'] } } } });
    expect(safeParse(city, { 城市: ['成都', '北京'] })).toEqual({
      ok: false,
      issues: ['城市.1: expected one of "成都"'],
    });
  });

  it('refuses at construction what it would not check', () => {
    expect(() => jsonSchema({ unevaluatedProperties: false })).toThrow('not supported');
    expect(() => jsonSchema({ $ref: '#/$defs/x' })).toThrow('points at nothing');
    expect(() => jsonSchema({ $ref: 'https://example.com/x' })).toThrow('points at nothing');
    jsonSchema({ properties: { unevaluatedProperties: {} } });
  });

  it('agrees with zod about values of zod schemas', () => {
    const schema = z.object({
      a: z.string().min(2),
      b: z.array(z.int()).optional(),
      c: z.union([z.boolean(), z.null()]),
    });
    const json = jsonSchema(schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }));
    const values = fc.record(
      {
        a: fc.oneof(fc.string({ unit: 'grapheme-ascii', maxLength: 4 }), fc.integer()),
        b: fc.array(fc.oneof(fc.integer(), fc.double())),
        c: fc.constantFrom(true, null, 1),
      },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(values, value => safeParse(json, value).ok === schema.safeParse(value).success));
  });
});
