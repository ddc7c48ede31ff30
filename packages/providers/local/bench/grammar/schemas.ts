// Random JSON Schemas, each with a sampler of valid values, for judging grammars.
import type { Random } from '@modeshift/core';

/** A schema and what makes values that fit it, written in ways that a grammar allows. */
export interface SampledSchema {
  readonly schema: Record<string, unknown>;
  /** A value; numbers as `JSON.stringify` writes them. */
  sample(random: Random): unknown;
}

const words = [
  'a',
  'name',
  'city',
  '名字',
  '城市',
  'id',
  'a"b',
  'tab\there',
  'ключ',
  '😀',
  'value',
  'x',
  'y',
  'kind',
  '',
];
const letters = Array.from('abcXYZ019 _-"\\/\n\t中文北京，。é😀👍🏽\u2028');
const patterns: readonly [string, (r: Random) => string][] = [
  ['^[a-z]{2,5}$', r => text(r, 'abcdz', 2, 5)],
  ['^\\d{3}-\\d{4}$', r => `${text(r, '0123456789', 3, 3)}-${text(r, '0123456789', 4, 4)}`],
  ['^[\\u4e00-\\u9fff]+$', r => text(r, '中文北京天气', 1, 6)],
  ['b', r => `${text(r, 'ac"\n', 0, 3)}b${text(r, 'xyz中', 0, 3)}`],
  ['^(red|green|"blue")$', r => pick(r, ['red', 'green', '"blue"'])],
  ['^\\p{Lu}\\w*$', r => `${pick(r, ['A', 'Ж', 'É'])}${text(r, 'abc_9', 0, 4)}`],
];
const formats: Readonly<Record<string, readonly string[]>> = {
  date: ['2024-02-29', '1999-12-31'],
  time: ['12:30:00Z', '23:59:59.125+08:00'],
  'date-time': ['2026-11-24T08:00:00Z', '2000-02-29T00:00:00.5-05:30'],
  uuid: ['123e4567-e89b-12d3-a456-426614174000'],
  email: ['li.wei@example.com', 'a+b@x.co'],
  ipv4: ['127.0.0.1', '255.255.255.255'],
  uri: ['https://example.com/a/b?q=1#f', 'mailto:a@b.co'],
};

const integer = (r: Random, low: number, high: number): number => low + Math.floor(r.next() * (high - low + 1));
const pick = <T>(r: Random, list: readonly T[]): T => list[integer(r, 0, list.length - 1)]!;
const text = (r: Random, alphabet: string | readonly string[], least: number, most: number): string => {
  const chars = typeof alphabet === 'string' ? Array.from(alphabet) : alphabet;
  return Array.from({ length: integer(r, least, most) }, () => pick(r, chars)).join('');
};

type Definitions = Record<string, unknown>;

/** A random schema of at most `depth` levels. */
export function randomSchema(r: Random, depth = 3): SampledSchema {
  const definitions: Definitions = {};
  const { schema, sample } = anySchema(r, depth, definitions);
  return { schema: Object.keys(definitions).length > 0 ? { ...schema, $defs: definitions } : schema, sample };
}

function anySchema(r: Random, depth: number, definitions: Definitions): SampledSchema {
  const kinds: ((r: Random, depth: number, definitions: Definitions) => SampledSchema)[] = [
    ...[strings, numbers, integers, listed, patterned, formatted],
    ...(depth > 0 ? [objects, objects, objects, arrays, arrays, unions, merged, recursive, maps, tuples] : []),
  ];
  return pick(r, kinds)(r, depth, definitions);
}

function strings(r: Random): SampledSchema {
  const [least, most] = [integer(r, 0, 4), integer(r, 4, 12)];
  const schema: Record<string, unknown> = { type: 'string', description: '文字' };
  if (r.next() < 0.5) schema.minLength = least;
  if (r.next() < 0.5) schema.maxLength = most;
  return { schema, sample: s => text(s, letters, least, most) };
}

function patterned(r: Random): SampledSchema {
  const [pattern, sample] = pick(r, patterns);
  return { schema: { type: 'string', pattern }, sample };
}

function formatted(r: Random): SampledSchema {
  const format = pick(r, Object.keys(formats));
  return { schema: { type: 'string', format }, sample: s => pick(s, formats[format]!) };
}

function integers(r: Random): SampledSchema {
  const multipleOf = r.next() < 0.3 ? pick(r, [2, 3, 5, 10]) : undefined;
  const low = integer(r, -200, 100);
  const high = low + integer(r, 10, 1000);
  const schema: Record<string, unknown> = { type: 'integer' };
  if (multipleOf) schema.multipleOf = multipleOf;
  if (r.next() < 0.6) schema.minimum = low;
  if (r.next() < 0.3) schema.exclusiveMaximum = high + 1;
  else if (r.next() < 0.5) schema.maximum = high;
  return {
    schema,
    sample: s => {
      const value = integer(s, low, high - 10);
      // `+ 0` makes -0, which JSON writes as 0, the 0 it is read as.
      return multipleOf ? Math.ceil(value / multipleOf) * multipleOf + 0 : value;
    },
  };
}

function numbers(r: Random): SampledSchema {
  const low = Math.round(r.next() * 2000 - 1000) / 10;
  const high = low + 1 + Math.round(r.next() * 100) / 4;
  const schema: Record<string, unknown> = { type: 'number' };
  if (r.next() < 0.5) schema[pick(r, ['minimum', 'exclusiveMinimum'])] = low;
  if (r.next() < 0.5) schema[pick(r, ['maximum', 'exclusiveMaximum'])] = high;
  return { schema, sample: s => Math.round((low + 0.1 + s.next() * (high - low - 0.2)) * 1e4) / 1e4 + 0 };
}

function listed(r: Random): SampledSchema {
  const all = ['a', 'ab', 'abc', '中', '中文', 1, 1.5, -2, true, null, { k: [1] }, ['x'], '"', '😀', 10, 100];
  const values = all.filter(() => r.next() < 0.4);
  if (values.length === 0) return { schema: { const: '北京' }, sample: () => '北京' };
  return { schema: { enum: values }, sample: s => pick(s, values) };
}

function objects(r: Random, depth: number, definitions: Definitions): SampledSchema {
  const names = words.filter(() => r.next() < 0.3);
  const members = names.map(name => ({ name, required: r.next() < 0.6, value: anySchema(r, depth - 1, definitions) }));
  const other = r.next() < 0.25 ? anySchema(r, 0, definitions) : undefined;
  const schema: Record<string, unknown> = {
    type: 'object',
    properties: Object.fromEntries(members.map(({ name, value }) => [name, value.schema])),
    required: members.filter(member => member.required).map(member => member.name),
    additionalProperties: other ? other.schema : false,
  };
  return {
    schema,
    sample: s => {
      const kept = members.filter(member => member.required || s.next() < 0.5);
      const entries = kept.map(({ name, value }): [string, unknown] => [name, value.sample(s)]);
      if (other && s.next() < 0.5) entries.push([`其他 ${integer(s, 0, 9)}`, other.sample(s)]);
      return Object.fromEntries(entries);
    },
  };
}

function maps(r: Random, depth: number, definitions: Definitions): SampledSchema {
  const value = anySchema(r, depth - 1, definitions);
  const most = integer(r, 1, 4);
  const schema = { type: 'object', additionalProperties: value.schema, minProperties: 1, maxProperties: most };
  return {
    schema,
    sample: s =>
      Object.fromEntries(Array.from({ length: integer(s, 1, most) }, (_, i) => [`键${i}`, value.sample(s)] as const)),
  };
}

function arrays(r: Random, depth: number, definitions: Definitions): SampledSchema {
  const item = anySchema(r, depth - 1, definitions);
  const [least, most] = [integer(r, 0, 2), integer(r, 2, 4)];
  const schema: Record<string, unknown> = { type: 'array', items: item.schema };
  if (r.next() < 0.5) schema.minItems = least;
  if (r.next() < 0.5) schema.maxItems = most;
  return { schema, sample: s => Array.from({ length: integer(s, least, most) }, () => item.sample(s)) };
}

function tuples(r: Random, depth: number, definitions: Definitions): SampledSchema {
  const items = Array.from({ length: integer(r, 1, 3) }, () => anySchema(r, depth - 1, definitions));
  const schema = { type: 'array', prefixItems: items.map(item => item.schema), items: false, minItems: items.length };
  return { schema, sample: s => items.map(item => item.sample(s)) };
}

function unions(r: Random, depth: number, definitions: Definitions): SampledSchema {
  if (r.next() < 0.4) {
    const branches = ['甲', '乙', 'c'].map(kind => ({ kind, value: anySchema(r, depth - 1, definitions) }));
    return {
      schema: {
        oneOf: branches.map(({ kind, value }) => ({
          type: 'object',
          properties: { kind: { const: kind }, value: value.schema },
          required: ['kind', 'value'],
          additionalProperties: false,
        })),
      },
      sample: s => {
        const { kind, value } = pick(s, branches);
        return { kind, value: value.sample(s) };
      },
    };
  }
  const branches = [
    anySchema(r, depth - 1, definitions),
    anySchema(r, depth - 1, definitions),
    { schema: { type: 'null' }, sample: () => null },
  ];
  return { schema: { anyOf: branches.map(branch => branch.schema) }, sample: s => pick(s, branches).sample(s) };
}

function merged(r: Random, depth: number, definitions: Definitions): SampledSchema {
  const [one, other] = [anySchema(r, depth - 1, definitions), anySchema(r, depth - 1, definitions)];
  return {
    schema: {
      allOf: [
        { type: 'object', properties: { one: one.schema }, required: ['one'] },
        { properties: { other: other.schema, one: {} } },
      ],
    },
    sample: s => ({ one: one.sample(s), ...(s.next() < 0.5 ? { other: other.sample(s) } : {}) }),
  };
}

function recursive(r: Random, depth: number, definitions: Definitions): SampledSchema {
  const value = anySchema(r, depth - 1, definitions);
  const name = `tree/${Object.keys(definitions).length}`;
  const items = { $ref: `#/$defs/${name.replace('/', '~1')}` };
  definitions[name] = {
    type: 'object',
    properties: { value: value.schema, children: { type: 'array', items } },
    required: ['value', 'children'],
    additionalProperties: false,
  };
  const tree = (s: Random, left: number): unknown => ({
    value: value.sample(s),
    children: Array.from({ length: left > 0 ? integer(s, 0, 2) : 0 }, () => tree(s, left - 1)),
  });
  return { schema: items, sample: s => tree(s, 2) };
}

/** The ways in which a value is written in the tests: as JavaScript, Python and a person would. */
export function writings(value: unknown): { compact: string; spaced: string; indented: string } {
  const spaced = (inner: unknown): string => {
    if (Array.isArray(inner)) return `[${inner.map(spaced).join(', ')}]`;
    if (typeof inner !== 'object' || inner === null) return JSON.stringify(inner);
    return `{${Object.entries(inner)
      .map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`)
      .join(', ')}}`;
  };
  return { compact: JSON.stringify(value), spaced: spaced(value), indented: JSON.stringify(value, null, 2) };
}
