// What may be declared: types and errors.
import { scriptedModel } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { app } from './app.ts';
import { chat } from './components/chat.ts';
import { checkbox, dropdown, multiselect, radio } from './components/choice.ts';
import type { InputComponent, OutputComponent } from './components/component.ts';
import { json, table } from './components/data.ts';
import { file, gallery, image } from './components/file.ts';
import { number, slider } from './components/number.ts';
import { localFile } from './components/page-file.ts';
import { code, label, log, markdown, type PlotValue, plot, progress } from './components/shown.ts';
import { text } from './components/text.ts';
import { accordion, column, note, row, tabs } from './layout.ts';
import { uiServer } from './server/ui-server.ts';

const refused = (make: () => unknown, words: RegExp): void => {
  let error: unknown;
  try {
    make();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ name: 'ModeshiftError', reason: { tag: 'invalid-input' } });
  expect((error as Error).message).toMatch(words);
};
const page = () => app({ title: '页面' });

describe('types', () => {
  it('infers input and output of a handler from the components', () => {
    page().fn(
      'all',
      {
        input: {
          a: text(),
          b: number({ optional: true }),
          c: radio(['甲', '乙']),
          d: multiselect(['x', 'y']),
          e: checkbox(),
          f: slider({ min: 0, max: 1 }),
        },
        output: { sum: number(), name: text() },
      },
      async ({ a, b, c, d, e, f }) => {
        const typed: [string, number | undefined, '甲' | '乙', readonly ('x' | 'y')[], boolean, number] = [
          a,
          b,
          c,
          d,
          e,
          f,
        ];
        // @ts-expect-error an optional number may be missing
        const wrong: number = b;
        return { sum: typed.length + wrong, name: a };
      },
    );
    page().fn('stream', { output: { a: text(), b: number() } }, async function* () {
      yield { a: '先' };
      yield { b: 2 };
    });
    page().fn(
      'schema',
      { input: z.object({ n: z.number().min(0), who: z.enum(['我', '你']) }), output: text() },
      async ({ n, who }) => {
        const typed: [number, '我' | '你'] = [n, who];
        return typed.join();
      },
    );
    app({ title: 'x', state: () => ({ turns: 0 }) }).fn('s', { output: number() }, async (_, ctx) => {
      // @ts-expect-error the state has no such field
      void ctx.session.state.missing;
      return ++ctx.session.state.turns;
    });
    expect.assertions(0);
  });

  it('refuses wrong use at compile time and at declaration', () => {
    const none = async () => {};
    const answer = async () => '';
    // @ts-expect-error a number is given where text and number are expected by name
    page().fn('a', { output: { x: text(), y: number() } }, async () => 1);
    // @ts-expect-error the output is a number
    page().fn('a', { output: number() }, answer);
    const texts = async function* () {
      yield 'text';
    };
    // @ts-expect-error the generator yields the wrong type
    page().fn('a', { output: number() }, texts);
    const shown = { x: label() };
    // @ts-expect-error a label only shows something
    refused(() => page().fn('a', { input: shown }, none), /"x" is no input: label only shows/);
    // @ts-expect-error there is no such option
    refused(() => page().fn('a', { outputs: text() }, answer), /there is no option "outputs"/);
    const taken = page().fn('a', {}, none);
    // @ts-expect-error the name is taken
    refused(() => taken.fn('a', {}, none), /The name "a" is taken/);
    // @ts-expect-error the names of a job are taken, too
    refused(() => page().job('a', {}, none).fn('a_watch', {}, none), /The name "a_watch" is taken/);
    // @ts-expect-error a function that is no generator does not stream
    refused(() => page().chat('c', {}, answer), /must be an async generator/);
    // @ts-expect-error the layout names a function that is not there
    refused(() => taken.layout(row('b')), /"b", which is no function/);
    // @ts-expect-error a slider needs both ends
    refused(() => slider({ min: 1 }), /min below max/);
    // @ts-expect-error the value is none of the choices
    refused(() => radio(['a', 'b'], { value: 'c' }), /"c" is none of the choices: a, b/);
    // @ts-expect-error there is no such theme
    refused(() => app({ title: 'x', theme: 'blue' }), /theme "blue" is none of auto, light, dark/);
    const sync = function* () {};
    // @ts-expect-error a sync generator is no handler
    refused(() => page().fn('g', { output: text() }, sync), /async function\*/);
  });
});

describe('declaration', () => {
  it('refuses what makes no sense, before anything is served', () => {
    refused(() => app({ title: ' ' }), /needs a title/);
    refused(() => page().fn('a b', {}, async () => {}), /no name for a function/);
    refused(() => page().fn('a', { input: { api_name: text() } }, async () => {}), /clients use that name/);
    refused(() => page().fn('a', { input: { 'a-b': text() } }, async () => {}), /no name for an input/);
    refused(() => page().fn('a', { concurrency: 0 }, async () => {}), /concurrency/);
    refused(() => page().fn('a', { maxWaiting: -1 }, async () => {}), /maxWaiting/);
    refused(() => page().fn('a', { timeoutMs: 0 }, async () => {}), /timeoutMs/);
    refused(() => page().fn('a', { examples: [{ b: 1 }] }, async () => {}), /an example has "b"/);
    const spec = { input: { n: number({ max: 3 }), f: file({ optional: true }) } };
    refused(
      () => page().fn('a', { ...spec, examples: [{ n: 4 }] }, async () => {}),
      /the example for "n": must be 3 or less/,
    );
    refused(() => page().fn('a', { ...spec, examples: [{ n: 1, f: 'x' }] }, async () => {}), /files cannot be given/);
    refused(() => page().batch('a', { batch: { maxSize: 0 } }, async () => []), /maxSize/);
    refused(() => page().batch('a', { batch: { maxSize: 1, waitMs: -1 } }, async () => []), /waitMs/);
    refused(() => page().chat('c', {}), /needs a model or a handler/);
    const model = scriptedModel({ reply: () => '好' });
    refused(() => page().chat('c', { model }, async function* () {}), /not both/);
    refused(() => page().chat('c', { system: 'x' }, async function* () {}), /system is for a model, not for a handler/);
    refused(() => text({ minLength: 5, maxLength: 1 }), /minLength/);
    refused(() => number({ value: 5, max: 1 }), /outside/);
    refused(() => slider({ min: 0, max: 1, step: 0 }), /step/);
    refused(() => dropdown([]), /nothing to choose/);
    refused(() => multiselect(['a', 'a']), /there twice/);
    refused(() => file({ accept: ['csv'] }), /no ending and no MIME type/);
    refused(() => table({ columns: ['a', 'a'] }), /there twice/);
    refused(() => localFile(''), /needs the path/);
    refused(() => row(), /empty/);
    refused(
      () =>
        page()
          .fn('a', {}, async () => {})
          .layout(column('a', 'a')),
      /"a" twice/,
    );
    refused(() => page().fn('a', { input: z.string() as never }, async () => {}), /must be an object/);
    refused(() => uiServer(page()), /has no function/);
    const one = page().fn('a', {}, async () => {});
    refused(() => uiServer(one, { rootPath: 'demo' }), /rootPath/);
    refused(() => uiServer(one, { auth: { users: {} } }), /nobody could log in/);
    refused(() => uiServer(one, { rate: { calls: 0 } }), /rate limit/);
    refused(() => uiServer(one, { limits: { maxBodyBytes: 0 } }), /maxBodyBytes/);
  });

  it('makes components of a schema, and checks with it', () => {
    const schema = z.object({
      words: z.string().max(5).describe('话').meta({ title: '文字' }),
      share: z.number().min(0).max(1).default(0.5),
      count: z.int().min(1).optional(),
      tone: z.enum(['正式', '随和']),
      tags: z.array(z.enum(['a', 'b'])),
      yes: z.boolean().default(true),
      rest: z.record(z.string(), z.number()).optional(),
      many: z.enum(['1', '2', '3', '4', '5', '6']),
    });
    const [endpoint] = page().fn('f', { input: schema, output: json() }, async input => input).definition.endpoints;
    expect(endpoint!.inputs.map(([name, one]) => `${name}:${one.kind}:${one.isOptional}`)).toEqual([
      'words:text:false',
      'share:slider:true',
      'count:number:true',
      'tone:radio:false',
      'tags:multiselect:true',
      'yes:checkbox:true',
      'rest:json:true',
      'many:dropdown:false',
    ]);
    expect(endpoint!.inputs[0]![1]).toMatchObject({ label: '文字', info: '话' });
    expect(endpoint!.check({ words: '你好', tone: '正式', tags: [], many: '1' })).toEqual({
      words: '你好',
      share: 0.5,
      tone: '正式',
      tags: [],
      yes: true,
      many: '1',
    });
    refused(() => endpoint!.check({ words: '你好你好你好', tone: '正式', tags: [], many: '1' }), /words/);
  });

  it('lays functions out', () => {
    const layout = tabs({ 主页: row('a', column(note('**说明**'), 'b')), 更多: accordion('高级', 'c') });
    const made = page()
      .fn('a', {}, async () => {})
      .fn('b', {}, async () => {})
      .fn('c', {}, async () => {});
    expect(made.layout(layout).definition.layout).toEqual(layout);
    expect(
      page()
        .fn('x', {}, async () => {})
        .fn('y', { listed: false }, async () => {}).definition.layout,
    ).toEqual(column('x'));
  });
});

describe('components', () => {
  const files = { file: () => Promise.reject(new Error('no file here')) };
  const read = <V>(component: InputComponent<V>, wire: unknown): V =>
    component.read(wire, {
      file: () => ({
        name: '数据.csv',
        size: 9,
        mediaType: 'text/csv',
        path: '',
        bytes: async () => new Uint8Array(),
        text: async () => '',
      }),
    });
  const write = <V>(component: OutputComponent<V>, value: V): unknown => component.write(value, files);

  it('reads what clients send, and refuses the rest', () => {
    expect(read(text(), '你好')).toBe('你好');
    expect(read(text(), 5)).toBe('5');
    expect(read(text({ optional: true }), null)).toBeUndefined();
    expect(() => read(text(), null)).toThrow('expected string, got null');
    expect(() => read(text({ maxLength: 2 }), '一二三')).toThrow('2 characters or fewer');
    expect(read(text({ maxLength: 2 }), '😀😀')).toBe('😀😀');
    expect(read(number(), 1.5)).toBe(1.5);
    expect(() => read(number({ integer: true }), 1.5)).toThrow('expected integer');
    expect(() => read(number(), '1')).toThrow('expected number');
    expect(() => read(slider({ min: 0, max: 1 }), 2)).toThrow('1 or less');
    expect(() => read(radio(['甲', '乙']), '丙')).toThrow('expected one of "甲", "乙"');
    expect(read(multiselect(['甲', '乙']), ['乙'])).toEqual(['乙']);
    expect(() => read(multiselect(['a', 'b'], { maxChoices: 1 }), ['a', 'b'])).toThrow('1 items or fewer');
    expect(() => read(checkbox(), 'true')).toThrow('expected boolean');
    expect(read(json(), { 键: [1] })).toEqual({ 键: [1] });
    expect(read(table(), { headers: ['城市'], data: [['成都']], metadata: null })).toEqual({
      columns: ['城市'],
      rows: [['成都']],
    });
    expect(read(table({ columns: ['a', 'b'] }), [[1, 2]])).toEqual({ columns: ['a', 'b'], rows: [[1, 2]] });
    expect(() => read(table(), { headers: ['a'], data: [[1, 2]] })).toThrow('Row 1 has 2 cells instead of 1');
    expect(() => read(table({ columns: ['a'] }), { headers: ['b'], data: [] })).toThrow('columns must be a');
    expect(read(code(), 'x = 1')).toBe('x = 1');
    expect(read(file({ accept: ['.csv'] }), { path: 'x' }).name).toBe('数据.csv');
    expect(read(file({ accept: ['text/*'] }), { path: 'x' }).size).toBe(9);
    expect(() => read(image(), { path: 'x' })).toThrow('not of a kind that is taken: image/*');
    expect(() => read(file({ maxBytes: 8 }), { path: 'x' })).toThrow('9 bytes; at most 8');
  });

  it('reads conversations in each form that clients send', () => {
    const sent = [
      { role: 'user', content: '你好', metadata: null, options: null },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: '您' },
          { type: 'text', text: '好' },
        ],
      },
      { role: 'user', content: { type: 'text', text: '再见' } },
    ];
    expect(read(chat(), sent).map(one => one.content)).toEqual(['你好', '您\n好', '再见']);
    expect(read(chat(), null)).toEqual([]);
    expect(() => read(chat(), [{ role: 'tool', content: '' }])).toThrow('expected one of');
  });

  it('writes what Gradio shows', () => {
    expect(write(text(), 42)).toBe('42');
    expect(write(text(), null)).toBeNull();
    expect(write(label({ top: 2 }), { 负: 0.1, 正: 0.7, 中: 0.2 })).toEqual({
      label: '正',
      confidences: [
        { label: '正', confidence: 0.7 },
        { label: '中', confidence: 0.2 },
      ],
    });
    expect(write(label(), {})).toEqual({ label: null, confidences: [] });
    expect(write(table(), { columns: ['a'], rows: [[1]] })).toEqual({ headers: ['a'], data: [[1]], metadata: null });
    expect(write(log(), ['一', '二'])).toBe('一\n二');
    expect(write(progress(), { done: 1 })).toEqual({ done: 1, total: null, label: null });
    expect(write(markdown(), '# 你好')).toBe('# 你好');
    const curve = { name: '损失', x: [1], y: [2] };
    expect(write(plot(), { series: [curve], xLabel: 'steps' })).toEqual({
      type: 'lines',
      plot: { series: [curve], x_label: 'steps', y_label: null },
    });
    expect(() => write(plot(), { series: [{ name: '损失', x: [1], y: [] }] })).toThrow('"损失" has 1 x but 0 y');
    expect(write(plot(), { series: [curve], xScale: 'log' })).toMatchObject({ plot: { x_scale: 'log' } });
    const atZero: PlotValue = { series: [{ ...curve, x: [0] }], xScale: 'log' };
    expect(() => write(plot(), atZero)).toThrow('every x must be above 0');
    expect(write(chat(), [{ role: 'user', content: '嗨' }])).toEqual([
      { role: 'user', content: '嗨', metadata: null, options: null },
    ]);
    expect(gallery().wire.type).toBe('gallery');
  });
});

it('an app tells its words in other languages, and is told when its server has ended', async () => {
  let ended = 0;
  const translations = { zh: { Helper: '助手', Words: '词' } };
  const onClose = async () => {
    ended++;
  };
  const page = app({ title: 'Helper', translations, onClose }).fn(
    'a',
    { input: { w: text({ label: 'Words' }) } },
    async () => {},
  );
  const server = uiServer(page);
  const config = await (await server.fetch(new Request('http://localhost/config'))).json();
  expect(config).toMatchObject({ title: 'Helper', modeshift: { translations } });
  // What a conversation's own settings are called is there already.
  expect(config).toMatchObject({ modeshift: { translations: { zh: { Temperature: '温度' } } } });
  await server.close();
  await server.close();
  expect(ended).toBe(1);
});
