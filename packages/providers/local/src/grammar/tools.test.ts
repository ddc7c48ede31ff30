// Tool calls: the forms of the models, and the schemas and gold calls of the Berkeley Function-Calling Leaderboard.
import { existsSync, readFileSync } from 'node:fs';
import { type Random, random } from '@modeshift/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { writings } from '../../bench/grammar/schemas.ts';
import { dataFile, syntheticVocabulary } from '../../bench/grammar/vocabularies.ts';
import { acceptAll, tokenize, walk } from '../../bench/grammar/walk.ts';
import { compileGrammar, type Grammar, type GrammarTool, type ToolsGrammarSpec } from './index.ts';

const vocabulary = syntheticVocabulary();
const ajv = new Ajv2020({ strict: false });
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const qwen = { before: '<tool_call>\n', after: '\n</tool_call>', between: '\n' };
const tools: readonly GrammarTool[] = [
  { name: '查天气', parameters: { type: 'object', properties: { 城市: { type: 'string' } }, required: ['城市'] } },
  { name: 'get_time', parameters: { type: 'object', properties: {} } },
  { name: 'get_timer', parameters: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } },
];

function fits(grammar: Grammar, text: string): boolean {
  const matcher = grammar.matcher();
  const tokens = tokenize(encoder.encode(text), vocabulary)!;
  return acceptAll(matcher, tokens) === tokens.length && matcher.isComplete;
}
const grammarOf = (spec: Omit<ToolsGrammarSpec, 'type'>): Grammar =>
  compileGrammar({ type: 'tools', ...spec }, vocabulary);
const call = (name: string, args: unknown): string => writings({ name, arguments: args }).spaced;

describe('forms of calls', () => {
  const weather = call('查天气', { 城市: '北京' });
  const time = call('get_time', {});
  const timer = call('get_timer', { id: 7 });

  it('required: calls and nothing else, arguments of the tool that is named', () => {
    const one = grammarOf({ tools, ...qwen });
    for (const text of [weather, time, timer]) expect(fits(one, `<tool_call>\n${text}\n</tool_call>`)).toBe(true);
    const bad = [
      ...[weather, `x<tool_call>\n${time}\n</tool_call>`, `<tool_call>\n${time}\n</tool_call> `, ''],
      `<tool_call>\n${call('get_time', { id: 7 })}\n</tool_call>`,
      `<tool_call>\n${call('get_timer', { 城市: '' })}\n</tool_call>`,
      `<tool_call>\n${call('get_tim', {})}\n</tool_call>`,
      `<tool_call>\n${time}\n</tool_call>\n<tool_call>\n${time}\n</tool_call>`,
    ];
    for (const text of bad) expect([text, fits(one, text)]).toEqual([text, false]);
    const two = grammarOf({ tools, ...qwen, maxCalls: 2 });
    const many = grammarOf({ tools, ...qwen, maxCalls: Number.POSITIVE_INFINITY });
    const times = (count: number): string =>
      Array.from({ length: count }, () => `<tool_call>\n${time}\n</tool_call>`).join('\n');
    expect([1, 2, 3, 9].map(count => fits(two, times(count)))).toEqual([true, true, false, false]);
    expect([1, 2, 3, 9].map(count => fits(many, times(count)))).toEqual([true, true, true, true]);
  });

  it('optional: free text, which may end, until the trigger; then a call', () => {
    const grammar = grammarOf({ tools, ...qwen, use: 'optional' });
    const good = [
      '',
      '你好',
      '好的。<tool_cal',
      'a<<tool_call',
      `让我看看<tool_call>\n${weather}\n</tool_call>`,
      `<<tool_call>\n${time}\n</tool_call>`,
    ];
    for (const text of good) expect([text, fits(grammar, text)]).toEqual([text, true]);
    for (const text of [
      '<tool_call>\n',
      '<tool_call>\nx',
      '<tool_call>',
      '<tool_call>{',
      `<tool_call>${time}\n</tool_call>`,
      `<tool_call>\n${time}\n</tool_call>x`,
    ])
      expect([text, fits(grammar, text)]).toEqual([text, false]);
    const matcher = grammar.matcher();
    expect(acceptAll(matcher, [0xff])).toBe(0);
    expect(acceptAll(matcher, [...encoder.encode('中').slice(0, 2), 0x20])).toBe(2);
  });

  it('lists of calls, other keys, compact form', () => {
    const mistral = grammarOf({
      tools,
      start: '[TOOL_CALLS][',
      between: ', ',
      end: ']',
      maxCalls: Number.POSITIVE_INFINITY,
    });
    expect(fits(mistral, `[TOOL_CALLS][${weather}, ${time}]`)).toBe(true);
    expect(fits(mistral, '[TOOL_CALLS][]')).toBe(false);
    const llama = grammarOf({ tools, argumentsKey: 'parameters', nameKey: 'function', whitespace: 'compact' });
    expect(fits(llama, '{"function":"get_timer","parameters":{"id":1}}')).toBe(true);
    expect(fits(llama, '{"function": "get_timer","parameters":{"id":1}}')).toBe(false);
  });
});

/** BFCL writes types in the words of Python and Java. */
const types: Readonly<Record<string, string | undefined>> = {
  dict: 'object',
  HashMap: 'object',
  float: 'number',
  double: 'number',
  tuple: 'array',
  Array: 'array',
  ArrayList: 'array',
  String: 'string',
  char: 'string',
  long: 'integer',
  Boolean: 'boolean',
};
type Schema = { [keyword: string]: unknown };

function schemaOf(given: Schema): Schema {
  const { type, properties, items, required, enum: values } = given;
  const known = types[String(type)] ?? (['any', ''].includes(String(type)) ? undefined : type);
  return {
    ...(known ? { type: known } : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties as Record<string, Schema>).map(([k, v]) => [k, schemaOf(v)]),
          ),
        }
      : {}),
    ...(items && known === 'array' ? { items: schemaOf(items as Schema) } : {}),
    ...(required ? { required } : {}),
    ...(values ? { enum: values } : {}),
  };
}

/** The first of the listed answers, in the schema's order. An empty text stands for "may be left out". */
function goldOf(options: unknown, schema: Schema): unknown {
  const members = (value: Record<string, unknown>, properties: Record<string, Schema>): unknown =>
    Object.fromEntries(
      Object.keys({ ...properties, ...value }).flatMap(name => {
        const listed = value[name];
        if (!Array.isArray(listed)) return [];
        const first = goldOf(listed, properties[name] ?? {});
        return first === '' && !((schema.required as string[] | undefined) ?? []).includes(name) ? [] : [[name, first]];
      }),
    );
  if (!Array.isArray(options))
    return members(options as Record<string, unknown>, (schema.properties ?? {}) as Record<string, Schema>);
  const [value] = options as unknown[];
  const isRecord = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  if (isRecord(value)) return goldOf(value, schema);
  const items = (schema.items ?? {}) as Schema;
  return Array.isArray(value) ? value.map(item => (isRecord(item) ? goldOf(item, items) : item)) : value;
}

interface Question {
  readonly id: string;
  readonly function: readonly { readonly name: string; readonly parameters: Schema }[];
}
interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

const folder = dataFile('bfcl');
const lines = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as T);
const parts = ['simple_python', 'multiple', 'parallel', 'parallel_multiple'].map(part => `BFCL_v4_${part}.json`);

const isThere = folder !== undefined && parts.every(part => existsSync(`${folder}/${part}`));

describe.runIf(isThere)('BFCL', () => {
  // The body of a suite that is skipped still runs.
  const cases = (isThere ? parts : []).flatMap(part => {
    const answers = new Map(
      lines<{ id: string; ground_truth: Record<string, Record<string, unknown>>[] }>(
        `${folder}/possible_answer/${part}`,
      ).map(a => [a.id, a.ground_truth]),
    );
    return lines<Question>(`${folder}/${part}`).map(question => {
      const own = question.function.map(tool => ({ name: tool.name, parameters: schemaOf(tool.parameters) }));
      const calls = answers.get(question.id)!.map((truth): Call => {
        const [name, args] = Object.entries(truth)[0]!;
        const parameters = own.find(tool => tool.name === name)!.parameters;
        return { name, arguments: goldOf(args, parameters) as Record<string, unknown> };
      });
      return { id: question.id, tools: own, calls };
    });
  });
  const grammar = (one: (typeof cases)[number]): Grammar =>
    grammarOf({ tools: one.tools, ...qwen, maxCalls: Number.POSITIVE_INFINITY });
  const write = (calls: readonly Call[]): string =>
    calls.map(c => `<tool_call>\n${call(c.name, c.arguments)}\n</tool_call>`).join('\n');

  it('gold calls are accepted where they fit their own schemas, as ajv says', () => {
    let [accepted, valid] = [0, 0];
    for (const one of cases) {
      const fitsSchema = one.calls.every(c =>
        ajv.validate(one.tools.find(tool => tool.name === c.name)!.parameters, c.arguments),
      );
      const taken = fits(grammar(one), write(one.calls));
      if (fitsSchema) valid++;
      if (taken) accepted++;
      // Where ajv refuses, so do we; where it does not, only keys that are not declared may be refused.
      if (taken) expect([one.id, fitsSchema]).toEqual([one.id, true]);
    }
    console.log(`BFCL: of ${cases.length} gold answers ${accepted} are accepted; ${valid} fit their own schemas`);
    expect(accepted / cases.length).toBeGreaterThanOrEqual(0.94);
    expect(accepted / valid).toBeGreaterThanOrEqual(0.99);
  });

  it('mutants of gold calls are refused', () => {
    const wrong: Record<string, (c: Call, tool: GrammarTool, r: Random) => Call | undefined> = {
      'unknown tool': c => ({ ...c, name: `${c.name}_x` }),
      'unknown argument': c => ({ ...c, arguments: { ...c.arguments, zz_unknown: 1 } }),
      'missing argument': (c, tool, r) => {
        const required = ((tool.parameters as Schema).required ?? []) as string[];
        if (required.length === 0) return undefined;
        const { [required[r.integer(required.length)]!]: _, ...rest } = c.arguments;
        return { ...c, arguments: rest };
      },
      'wrong type': (c, tool, r) => {
        const properties = ((tool.parameters as Schema).properties ?? {}) as Record<string, Schema>;
        const typed = Object.keys(c.arguments).filter(name => properties[name]?.type);
        if (typed.length === 0) return undefined;
        const name = typed[r.integer(typed.length)]!;
        const value = properties[name]!.type === 'string' ? 5 : '五';
        return { ...c, arguments: { ...c.arguments, [name]: value } };
      },
    };
    const counts: Record<string, number> = {};
    for (const [i, one] of cases.entries()) {
      const compiled = grammar(one);
      for (const [kind, mutate] of Object.entries(wrong)) {
        const last = one.calls.at(-1)!;
        const tool = one.tools.find(candidate => candidate.name === last.name)!;
        const mutant = mutate(last, tool, random(i));
        if (!mutant) continue;
        counts[kind] = (counts[kind] ?? 0) + 1;
        expect([one.id, kind, fits(compiled, write([...one.calls.slice(0, -1), mutant]))]).toEqual([
          one.id,
          kind,
          false,
        ]);
      }
    }
    console.log(`BFCL mutants refused: ${JSON.stringify(counts)}`);
    expect(Object.keys(counts).length).toBe(4);
  });

  it('whatever is generated calls a tool with arguments that fit', () => {
    for (const [i, one] of cases.entries()) {
      if (i % 5 !== 0) continue;
      const text = decoder.decode(walk(grammarOf({ tools: one.tools, ...qwen }).matcher(), vocabulary, random(i), 40)!);
      const made = JSON.parse(text.slice('<tool_call>\n'.length, -'\n</tool_call>'.length)) as Call;
      const tool = one.tools.find(candidate => candidate.name === made.name)!;
      expect([one.id, text, ajv.validate(tool.parameters, made.arguments)]).toEqual([one.id, text, true]);
    }
  });
});
