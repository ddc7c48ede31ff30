// Grammars case by case: what is allowed, what is refused, what cannot be enforced.
import { type JsonSchema, ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { syntheticVocabulary } from '../../bench/grammar/vocabularies.ts';
import { acceptAll, allowedTokens } from '../../bench/grammar/walk.ts';
import { compileGrammar, type Grammar, type GrammarOptions, type GrammarSpec } from './index.ts';

const vocabulary = syntheticVocabulary();
const end = vocabulary.endTokens[0]!;
const encoder = new TextEncoder();
const idOf = (text: string): number =>
  vocabulary.tokens.findIndex(bytes => bytes && Buffer.from(bytes).equals(Buffer.from(text)));

/** Bytes of a text are the ids of their own tokens. */
function fits(grammar: Grammar, text: string): boolean {
  const matcher = grammar.matcher();
  const bytes = [...encoder.encode(text)];
  return acceptAll(matcher, bytes) === bytes.length && matcher.isComplete;
}

const json = (schema: JsonSchema | boolean, options?: GrammarOptions): Grammar =>
  compileGrammar({ type: 'json', schema }, vocabulary, options);

function expectTexts(grammar: Grammar, good: readonly string[], bad: readonly string[]): void {
  expect(good.filter(text => !fits(grammar, text))).toEqual([]);
  expect(bad.filter(text => fits(grammar, text))).toEqual([]);
}

describe('strings', () => {
  it('any JSON string and nothing else', () => {
    const good = ['""', '"中文😀é"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u4e2d\\uD83D\\uDE00"', '"\u2028\x7f"'];
    const bad = [
      '"',
      'x',
      '"a\nb"',
      '"\\x"',
      '"\\u12"',
      '"\\ud83d"',
      '"\\ud83dx"',
      '"\\ude00"',
      '"\\ud83d\\u0041"',
      '"" ',
    ];
    expectTexts(json({ type: 'string' }), good, bad);
  });

  it('no text that is not UTF-8', () => {
    const grammar = json({ type: 'string' });
    for (const bytes of [
      [0xc0, 0x80],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0x80],
      [0xff],
      [0xe4, 0x22],
    ]) {
      const matcher = grammar.matcher();
      expect([bytes, acceptAll(matcher, [0x22, ...bytes, 0x22])]).not.toEqual([bytes, bytes.length + 2]);
    }
  });

  it('lengths count code points', () => {
    const grammar = json({ type: 'string', minLength: 2, maxLength: 3 });
    expectTexts(grammar, ['"ab"', '"中文字"', '"😀😀😀"', '"\\ud83d\\ude00\\n"'], ['"a"', '"😀"', '"abcd"', '"\\n"']);
    const matcher = grammar.matcher();
    for (const id of [0x22, idOf('中文')]) matcher.accept(id);
    const mask = new Uint32Array(Math.ceil(vocabulary.tokens.length / 32));
    matcher.mask(mask);
    const allowed = allowedTokens(mask).map(id => Buffer.from(vocabulary.tokens[id]!).toString());
    expect(allowed).toContain('天');
    expect(allowed).toContain('"');
    expect(allowed).not.toContain('天气');
  });

  it('pattern searches, and is met together with lengths', () => {
    expectTexts(json({ type: 'string', pattern: '北京' }), ['"北京"', '"在北京，"'], ['"北"', '""']);
    expectTexts(json({ pattern: '^a+$', minLength: 2, maxLength: 3 }), ['"aa"', '"aaa"'], ['"a"', '"aaaa"', '"ab"']);
    expectTexts(json({ pattern: '^["\\\\\\n]$' }), ['"\\""', '"\\\\"', '"\\n"'], ['"""', '"n"', '"\\/"']);
  });
});

describe('objects and arrays', () => {
  const schema = {
    type: 'object',
    properties: { 城市: { type: 'string' }, days: { type: 'integer' }, unit: { enum: ['C', 'F'] } },
    required: ['days'],
  };

  it('members come in order, optional ones may be left out, undeclared ones are refused', () => {
    const good = [
      '{"days":3}',
      '{"城市":"北京","days":3}',
      '{"城市": "", "days": 3, "unit": "C"}',
      '{\n  "days": 3\n}',
    ];
    const bad = [
      '{}',
      '{"days":3,}',
      '{"days":3,"城市":""}',
      '{,"days":3}',
      '{"days":3,"x":1}',
      '{"days":3 ,"unit":"C"}',
    ];
    expectTexts(json(schema), good, bad);
    expectTexts(
      compileGrammar({ type: 'json', schema, whitespace: 'compact' }, vocabulary),
      ['{"days":3,"unit":"F"}'],
      ['{"days": 3}', '{ "days":3}', '{"days":3 }'],
    );
  });

  it('white space cannot go on for ever', () => {
    expectTexts(
      json({ type: 'array' }),
      ['[ 1]', '[\n\n]'.replace('\n\n', '\n'), `[\r\n${' '.repeat(64)}]`],
      [...['[  1]', '[\n\n1]', `[\n${' '.repeat(65)}]`, ' []', '[] ']],
    );
  });

  it('additional properties: any, of a schema, by pattern, named and counted', () => {
    expectTexts(
      json({ ...schema, additionalProperties: { type: 'boolean' } }),
      ['{"days":1,"好":true}'],
      [...['{"days":1,"好":1}', '{"好":true}', '{"days":1,"days":true}', '{"days":1,"\\u0064ays":true}']],
    );
    expectTexts(json({ type: 'object' }), ['{}', '{"a":[{"b":null}]}'], ['[]', '{a:1}']);
    const byPattern = {
      type: 'object',
      patternProperties: { '^n_': { type: 'integer' } },
      additionalProperties: false,
    };
    expectTexts(json(byPattern), ['{}', '{"n_a":1,"n_中":2}'], ['{"n_a":"x"}', '{"m":1}']);
    const both = { ...byPattern, additionalProperties: { type: 'string' } };
    expectTexts(json(both), ['{"m":"x","n_a":1}'], ['{"n_a":"x"}', '{"m":1}']);
    const named = { type: 'object', propertyNames: { pattern: '^[a-z]+$' }, additionalProperties: { type: 'null' } };
    expectTexts(json(named), ['{"ab":null}'], ['{"A":null}', '{"":null}']);
    const counted = { type: 'object', additionalProperties: { type: 'null' }, minProperties: 1, maxProperties: 2 };
    expectTexts(json(counted), ['{"a":null}', '{"a":null,"b":null}'], ['{}', '{"a":null,"b":null,"c":null}']);
    const declared = { type: 'object', properties: { a: {}, b: {}, c: {} }, minProperties: 2 };
    expectTexts(json(declared), ['{"a":1,"c":2}', '{"b":1,"c":2}'], ['{}', '{"a":1}', '{"c":1}']);
  });

  it('arrays: counts, tuples, items that cannot be', () => {
    expectTexts(
      json({ items: { type: 'null' }, minItems: 1, maxItems: 2 }),
      ['[null]', '[null,null]'],
      ['[]', '[null,null,null]', '[null,]'],
    );
    expectTexts(
      json({ prefixItems: [{ const: 1 }, { const: '二' }] }),
      ['[]', '[1]', '[1,"二"]'],
      ['["二"]', '[1,"二",3]'],
    );
    expectTexts(json({ prefixItems: [{ const: 1 }], items: { type: 'null' } }), ['[1,null,null]'], ['[1,1]']);
    expectTexts(json({ items: [{ const: 1 }], additionalItems: false }), ['[1]'], ['[1,1]', '[2]']);
    expectTexts(json({ type: 'array', items: false }), ['[]'], ['[1]']);
  });
});

describe('combinations', () => {
  it('types, enum, const and what stands beside them', () => {
    expectTexts(json({ type: ['string', 'null'] }), ['null', '"a"'], ['1', 'nul']);
    expectTexts(
      json({ enum: ['a', 1, null, '中', { k: [1, 2] }] }),
      ['"a"', '1', 'null', '"中"', '{"k": [1, 2]}', '{"k":[1,2]}'],
      ['"b"', '"\\u4e2d"', '{"k":[1]}'],
    );
    expectTexts(json({ enum: ['a', 'bcd', 5], type: 'string', minLength: 2 }), ['"bcd"'], ['"a"', '5']);
    expectTexts(json({ enum: [1, 2, 3, 2.5], type: 'integer', minimum: 2 }), ['2', '3'], ['1', '2.5']);
    expectTexts(json(true), ['1', '{"a":[]}', '"x"'], ['', '{']);
    expectTexts(json({ const: false }), ['false'], ['true']);
  });

  it('allOf merges, anyOf branches keep what stands beside them, references recurse', () => {
    const merged = {
      allOf: [{ properties: { a: { type: 'integer' } }, required: ['a'] }, { $ref: '#/$defs/b' }],
      properties: { a: { minimum: 5 } },
      $defs: { b: { properties: { b: { type: 'string' } }, required: ['b'] } },
    };
    expectTexts(json(merged), ['{"a":5,"b":""}'], ['{"a":4,"b":""}', '{"a":5}', '{"a":5.5,"b":""}']);
    const either = { properties: { a: {}, b: {} }, anyOf: [{ required: ['a'] }, { required: ['b'] }] };
    expectTexts(json(either), ['{"a":1}', '{"b":1}', '{"a":1,"b":1}'], ['{}']);
    const list = {
      $ref: '#/$defs/链',
      $defs: {
        链: {
          type: 'object',
          properties: { next: { anyOf: [{ $ref: '#/$defs/链' }, { type: 'null' }] } },
          required: ['next'],
        },
      },
    };
    expectTexts(json(list), ['{"next":null}', '{"next":{"next":{"next":null}}}'], ['{"next":{}}', 'null']);
    expectTexts(
      json({ type: 'object', properties: { self: { $ref: '#' } } }),
      ['{}', '{"self":{"self":{}}}'],
      ['{"self":1}'],
    );
    expectTexts(
      json({ allOf: [{ type: 'array', items: { minimum: 3 } }, { items: { type: 'integer' } }] }),
      ['[3]'],
      ['[2]', '[3.5]'],
    );
    const closed = { allOf: [{ properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }] };
    expectTexts(json(closed), ['{}', '{"a":1}'], ['{"b":1}']);
  });

  it('oneOf is followed where no value fits two branches, and refused elsewhere', () => {
    const shapes = {
      oneOf: [
        { type: 'object', properties: { kind: { const: '圆' }, r: { type: 'number' } }, required: ['kind', 'r'] },
        { type: 'object', properties: { kind: { enum: ['方'] }, a: { type: 'number' } }, required: ['kind', 'a'] },
        { type: 'string' },
      ],
    };
    expectTexts(json(shapes), ['{"kind":"圆","r":1}', '{"kind":"方","a":2}', '"x"'], ['{"kind":"圆","a":1}']);
    expect(() => json({ properties: { n: { oneOf: [{ type: 'integer' }, { minimum: 3 }] } } })).toThrow(
      /^#\/properties\/n\/oneOf: a value may fit both/,
    );
  });

  it('depth is limited, and no text runs into the limit without a way out', () => {
    const tree = { type: 'object', properties: { left: { $ref: '#' }, n: { type: 'integer' } }, required: ['n'] };
    const grammar = json(tree, { maxDepth: 3 });
    const nested = (depth: number): string => (depth === 0 ? '{"n":1}' : `{"left":${nested(depth - 1)},"n":1}`);
    expectTexts(grammar, [nested(0), nested(2)], [nested(3), nested(9)]);
    expectTexts(json({}, { maxDepth: 2 }), ['[[1]]', '[[[]]]'], ['[[[1]]]', '[[[[]]]]']);
  });
});

describe('what cannot be enforced', () => {
  it.each<[string, JsonSchema]>([
    ['#/not', { type: 'string', not: { const: 'a' } }],
    ['#/properties/a/uniqueItems', { properties: { a: { type: 'array', uniqueItems: true } } }],
    ['#/if', { if: { type: 'string' }, else: { minimum: 1 } }],
    ['#/items/contains', { items: { contains: {}, type: 'array' } }],
    ['#/properties/c~1d/format', { properties: { 'c/d': { type: 'string', format: 'iri' } } }],
    ['#/dependentRequired', { type: 'object', dependentRequired: { a: ['b'] } }],
  ])('%s throws, or is listed', (pointer, schema) => {
    expect(() => json(schema)).toThrow(pointer);
    try {
      json(schema);
    } catch (error) {
      expect(ModeshiftError.is(error, 'unsupported')).toBe(true);
    }
    const grammar = json(schema, { unenforced: 'ignore' });
    expect(grammar.unenforced.map(one => one.pointer)).toEqual([pointer]);
  });

  it('names the place of a pattern that no automaton can hold', () => {
    expect(() => json({ properties: { a: { pattern: '(?=x)' } } })).toThrow(/^#\/properties\/a\/pattern: .*lookaround/);
  });

  it.each<[RegExp, GrammarSpec]>([
    [/exclude each other/, { type: 'json', schema: { allOf: [{ type: 'string' }, { type: 'null' }] } }],
    [/exclude each other/, { type: 'json', schema: { type: 'integer', minimum: 3, maximum: 2 } }],
    [
      /exclude each other/,
      { type: 'json', schema: { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] } },
    ],
    [/exclude each other/, { type: 'json', schema: { type: 'integer', multipleOf: 5, minimum: 6, maximum: 9 } }],
    [/is not there/, { type: 'json', schema: { $ref: '#/$defs/x' } }],
    [/only places in the same schema/, { type: 'json', schema: { $ref: 'https://example.com/a.json' } }],
    [/#\/properties must be an object/, { type: 'json', schema: { properties: ['a'] } }],
    [/#\/type is "dict"/, { type: 'json', schema: { type: 'dict' } }],
    [/#\/minLength must be a whole number/, { type: 'json', schema: { type: 'string', minLength: -1 } }],
    [/at least one text/, { type: 'choice', choices: [] }],
    [/at least one tool/, { type: 'tools', tools: [] }],
    [/Optional tool calls need/, { type: 'tools', tools: [{ name: 'a', parameters: {} }], use: 'optional' }],
    [
      /Two tools are named "a"/,
      {
        type: 'tools',
        tools: [
          { name: 'a', parameters: {} },
          { name: 'a', parameters: {} },
        ],
      },
    ],
    [/^#\/tools\/0\/parameters\/not: /, { type: 'tools', tools: [{ name: '天气', parameters: { not: {} } }] }],
    [/not "xml"/, { type: 'xml' } as unknown as GrammarSpec],
  ])('wrong specs: %s', (message, spec) => {
    expect(() => compileGrammar(spec, vocabulary)).toThrow(message);
  });

  it('wrong vocabularies', () => {
    const spec: GrammarSpec = { type: 'choice', choices: ['a'] };
    expect(() => compileGrammar(spec, { tokens: [encoder.encode('a')], endTokens: [] })).toThrow(/no end token/);
    expect(() => compileGrammar(spec, { tokens: [encoder.encode('a')], endTokens: [7] })).toThrow(/end token 7/);
    const poor = compileGrammar(spec, { tokens: [encoder.encode('b'), undefined], endTokens: [1] }).matcher();
    expect(() => poor.mask(new Uint32Array(1))).toThrow(/No token of this vocabulary can spell/);
  });
});

describe('choices', () => {
  it('one of the texts, also where one begins another', () => {
    const grammar = compileGrammar({ type: 'choice', choices: ['是', '是的', 'no', '😀'] }, vocabulary);
    expectTexts(grammar, ['是', '是的', 'no', '😀'], ['', '的', 'n', '是的是']);
  });
});

describe('a matcher', () => {
  const grammar = compileGrammar({ type: 'choice', choices: ['{"name":"北京"}', '{"name":"上海"}'] }, vocabulary);
  const words = Math.ceil(vocabulary.tokens.length / 32);

  it('masks exactly the tokens that it accepts, in both kinds of arrays', () => {
    const matcher = json({
      type: 'object',
      properties: { a: { type: 'string', maxLength: 3 }, b: { type: 'number' } },
    }).matcher();
    for (const token of [idOf('{"'), idOf('a'), idOf('":"'), idOf('中'), idOf('","'), 0x62, idOf('":'), 0x2d, 0x31]) {
      const mask = new Uint32Array(words);
      const signed = new Int32Array(words + 1).fill(7);
      matcher.mask(mask);
      matcher.mask(signed);
      expect([...new Uint32Array(signed.buffer, 0, words)]).toEqual([...mask]);
      expect(signed[words]).toBe(0);
      const allowed = new Set(allowedTokens(mask));
      for (let id = 0; id < vocabulary.tokens.length; id++)
        expect([token, id, acceptAll(matcher.clone(), [id]) === 1]).toEqual([token, id, allowed.has(id)]);
      matcher.accept(token);
    }
  });

  it('knows what is forced, and leaves a token that could grow to the model', () => {
    const matcher = grammar.matcher();
    expect(matcher.forced()).toEqual([idOf('{"name":"')]);
    matcher.accept(idOf('{"name":"'));
    expect(matcher.forced()).toBeUndefined();
    matcher.accept(idOf('北京'));
    expect(matcher.forced()).toEqual([idOf('"}')]);
    matcher.accept(idOf('"}'));
    expect(matcher.forced()).toEqual([end]);
    matcher.accept(end);
    expect(matcher.forced()).toBeUndefined();
    expect([matcher.hasEnded, matcher.isComplete]).toEqual([true, true]);
    const mask = new Uint32Array(words).fill(9);
    matcher.mask(mask);
    expect(allowedTokens(mask)).toEqual([]);

    // After `{"` the name may go on in the token `name`: `a` of `{"a` is not forced although its byte is.
    const open = compileGrammar({ type: 'regex', pattern: '\\{"a[bc]' }, vocabulary).matcher();
    expect(open.forced()).toEqual([idOf('{"')]);
  });

  it('goes back, forks, and refuses without moving', () => {
    const matcher = grammar.matcher();
    for (const token of [idOf('{"'), idOf('name'), idOf('":"')]) matcher.accept(token);
    const fork = matcher.clone();
    expect(() => matcher.accept(idOf('天'))).toThrow(/not allowed here/);
    expect(() => matcher.accept(end)).toThrow(/before the text is complete/);
    matcher.accept(idOf('上海'));
    fork.accept(encoder.encode('北')[0]!);
    matcher.rollback(1);
    matcher.accept(idOf('北京'));
    matcher.accept(idOf('"}'));
    expect([matcher.isComplete, fork.isComplete]).toEqual([true, false]);
    expect(() => fork.rollback(9)).toThrow(/4 were accepted/);
    expect(() => matcher.mask(new Uint32Array(1))).toThrow(/needs \d+ words/);
    fork.dispose();
    expect(() => fork.accept(1)).toThrow(/disposed/);
  });

  it('compiles the same spec once per vocabulary', () => {
    const spec = (): GrammarSpec => ({ type: 'json', schema: { type: 'object', properties: { a: { type: 'null' } } } });
    expect(compileGrammar(spec(), vocabulary)).toBe(compileGrammar(spec(), vocabulary));
    expect(compileGrammar(spec(), syntheticVocabulary())).not.toBe(compileGrammar(spec(), vocabulary));
    expect(compileGrammar(spec(), vocabulary, { maxDepth: 2 })).not.toBe(compileGrammar(spec(), vocabulary));
  });
});
