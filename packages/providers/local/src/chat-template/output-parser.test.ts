// What models write, cut at every place: the events must not depend on where the pieces end.
import { describe, expect, it } from 'vitest';
import { outputFormatOf } from './output-format.ts';
import { type OutputEvent, type OutputParserOptions, outputParser } from './output-parser.ts';

const hermes = { toolCalls: 'tagged', thinks: true, tools: ['weather'] } as const;
const llama = { toolCalls: 'json', thinks: false, tools: ['weather', 'add'] } as const;
const mistral = { toolCalls: 'bracketed', thinks: false, tools: ['weather'] } as const;
const text = (given: string): OutputEvent => ({ type: 'text-delta', text: given });
const thought = (given: string): OutputEvent => ({ type: 'reasoning-delta', text: given });
const call = (n: number, name: string, args: string): OutputEvent => ({
  type: 'tool-call',
  id: `call_${n}`,
  name,
  arguments: args,
});
const weather = '{"name": "weather", "arguments": {"city": "成都"}}';

const cases: readonly [string, OutputParserOptions, string, readonly OutputEvent[]][] = [
  ['plain text', hermes, 'Hello, 世界 <b> 1 < 2', [text('Hello, 世界 <b> 1 < 2')]],
  ['whitespace round text', hermes, '  two\n\n', [text('  two\n\n')]],
  ['nothing', hermes, '', []],
  ['a thought', hermes, '<think>\n一二三\n\n四\n</think>\n\n答案', [thought('一二三\n\n四'), text('答案')]],
  ['an empty thought', hermes, '<think>\n\n</think>\n\nyes', [text('yes')]],
  [
    'a thought that the prompt opened',
    { ...hermes, startsThinking: true },
    'hm\n</think>\nyes',
    [thought('hm'), text('yes')],
  ],
  ['a thought without end', hermes, '<think>\nfor ever\n', [thought('for ever')]],
  ['a tag within text', hermes, 'write <think> to think', [text('write <think> to think')]],
  ['a model that does not think', { ...hermes, thinks: false }, '<think>x</think>y', [text('<think>x</think>y')]],
  ['a call', hermes, `<tool_call>\n${weather}\n</tool_call>`, [call(0, 'weather', '{"city":"成都"}')]],
  [
    'thought, text and two calls',
    hermes,
    `<think>\nlook\n</think>\n\nLet me see.\n<tool_call>\n${weather}\n</tool_call>\n<tool_call>\n{"name":"x","arguments":"{}"}\n</tool_call>`,
    [thought('look'), text('Let me see.'), call(0, 'weather', '{"city":"成都"}'), call(1, 'x', '{}')],
  ],
  ['a call without its closing tag', hermes, `<tool_call>${weather}`, [call(0, 'weather', '{"city":"成都"}')]],
  [
    'a call with broken arguments',
    hermes,
    '<tool_call>{"name": "weather", "arguments": {"city": }}</tool_call>',
    [call(0, 'weather', '{"city": }')],
  ],
  [
    'a tag with no call in it',
    hermes,
    '<tool_call>nothing</tool_call> so',
    [text('<tool_call>nothing</tool_call> so')],
  ],
  ['a tag of which only a part comes', hermes, 'a <tool_ca', [text('a <tool_ca')]],
  [
    'a tag where there are no tools',
    { ...hermes, tools: [] },
    `<tool_call>${weather}</tool_call>`,
    [text(`<tool_call>${weather}</tool_call>`)],
  ],
  [
    'a closing tag in a text of the arguments',
    llama,
    '{"name": "weather", "parameters": {"city": "}\\"]"}}',
    [call(0, 'weather', '{"city":"}\\"]"}')],
  ],
  [
    'Llama: a call',
    llama,
    '\n{"name": "weather", "parameters": {"city": "北京"}}',
    [call(0, 'weather', '{"city":"北京"}')],
  ],
  [
    'Llama: calls one behind another',
    llama,
    '{"name":"add","parameters":{"a":1}}; {"name":"add","parameters":{}}',
    [call(0, 'add', '{"a":1}'), call(1, 'add', '{}')],
  ],
  [
    'Llama: behind its tag',
    llama,
    '<|python_tag|>{"name": "add", "parameters": {"a": 1}}',
    [call(0, 'add', '{"a":1}')],
  ],
  ['Llama: JSON that is an answer', llama, '{"city": "成都"}', [text('{"city": "成都"}')]],
  [
    'Llama: a call of no tool',
    llama,
    '{"name": "Anna", "parameters": {}}',
    [text('{"name": "Anna", "parameters": {}}')],
  ],
  ['Llama: text', llama, 'It is {warm}.', [text('It is {warm}.')]],
  [
    'Mistral: a list',
    mistral,
    `[TOOL_CALLS] [${weather}, ${weather}]`,
    [call(0, 'weather', '{"city":"成都"}'), call(1, 'weather', '{"city":"成都"}')],
  ],
  [
    'Mistral: newer',
    mistral,
    'One moment.[TOOL_CALLS]weather[ARGS]{"city": "成都"}[TOOL_CALLS]weather[CALL_ID]abc[ARGS]{}',
    [text('One moment.'), call(0, 'weather', '{"city": "成都"}'), call(1, 'weather', '{}')],
  ],
  ['Mistral: no call', mistral, '[TOOL_CALLS] sorry', [text('[TOOL_CALLS] sorry')]],
];

describe('outputParser', () => {
  it.each(cases)('%s', (_, options, written, expected) => {
    const parse = (...pieces: string[]): OutputEvent[] => {
      const parser = outputParser(options);
      return merged([...pieces.flatMap(piece => parser.push(piece)), ...parser.end()]);
    };
    expect(parse(written)).toEqual(expected);
    expect(parse(...written)).toEqual(expected);
    for (let cut = 1; cut < written.length; cut++) {
      expect(parse(written.slice(0, cut), written.slice(cut))).toEqual(expected);
    }
  });

  it('gives text at once where nothing speaks against it', () => {
    const parser = outputParser(hermes);
    expect(parser.push('Hel')).toEqual([text('Hel')]);
    expect(parser.push('lo <')).toEqual([text('lo')]);
    expect(parser.push('b>')).toEqual([text(' <b>')]);
  });

  it('is linear: a long thought and a long text in small pieces', () => {
    const parser = outputParser(hermes);
    let length = 0;
    const count = (events: readonly OutputEvent[]): void => {
      for (const event of events) if (event.type !== 'tool-call') length += event.text.length;
    };
    count(parser.push('<think>'));
    for (let i = 0; i < 50_000; i++) count(parser.push('想 '));
    count(parser.push('</think>'));
    for (let i = 0; i < 50_000; i++) count(parser.push(' 说'));
    count(parser.end());
    expect(length).toBe(199_998);
  });
});

describe('outputFormatOf', () => {
  it('reads the format from a template', () => {
    expect(outputFormatOf("{{- '\\n<tool_call>' }} … </think>")).toEqual({ toolCalls: 'tagged', thinks: true });
    expect(outputFormatOf('[TOOL_CALLS] [')).toEqual({ toolCalls: 'bracketed', thinks: false });
    expect(outputFormatOf('Environment: ipython')).toEqual({ toolCalls: 'json', thinks: false });
    expect(outputFormatOf('{{ messages }}')).toEqual({ toolCalls: undefined, thinks: false });
  });
});

/** Neighbouring deltas of one kind as one. */
function merged(events: readonly OutputEvent[]): OutputEvent[] {
  const result: OutputEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (last !== undefined && last.type === event.type && last.type !== 'tool-call' && event.type !== 'tool-call') {
      result[result.length - 1] = { ...event, text: last.text + event.text };
    } else result.push(event);
  }
  return result;
}
