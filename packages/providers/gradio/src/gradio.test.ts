// The provider against an app that speaks Gradio's protocol, through the official client.
import { inspect } from 'node:util';
import { generateText, type Message, ModeshiftError, streamText } from '@modeshift/core';
import { testProvider } from '@modeshift/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AppEndpoint, diff, testApp } from '../test/gradio-app.ts';
import { DeltaReader, readText } from './app-output.ts';
import { type GradioStatus, gradio } from './gradio.ts';

const ask = (content: string): Message[] => [{ role: 'user', content }];
const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** As Gradio's ChatInterface: one parameter, the history lies in the session. */
const chat: AppEndpoint = {
  parameters: [{ name: 'message' }],
  async *run([message], { state, signal, send }) {
    if (message === 'boom') throw new Error('坏了');
    if (message === 'silent') throw new Error('');
    const turn = ((state.get('turn') as number | undefined) ?? 0) + 1;
    state.set('turn', turn);
    send({ msg: 'progress', progress_data: [{ index: 1, length: 4, unit: 'steps', progress: null, desc: '想' }] });
    send({ msg: 'log', log: '开始', level: 'info', title: 'Info', duration: 1, visible: true });
    let text = '';
    for (const char of `第${turn}轮：${message}`) {
      text += char;
      yield [text];
      if (message === 'slow') await pause(30_000, signal);
      if (signal.aborted) return;
    }
  },
};

/** As an app that keeps nothing: settings and history are parameters. */
const full: AppEndpoint = {
  parameters: [
    { name: 'message' },
    { name: 'history', component: 'Chatbot' },
    { name: 'system_message', fallback: '' },
    { name: 'max_tokens', fallback: 512 },
    { name: 'temperature', fallback: 0.7 },
    { name: 'top_p', fallback: 0.9 },
  ],
  run: async inputs => [JSON.stringify(inputs)],
};

afterEach(() => {
  vi.restoreAllMocks();
});

async function failure(work: Promise<unknown>): Promise<ModeshiftError> {
  const error: unknown = await work.then(
    value => Promise.reject(new Error(`It answered ${JSON.stringify(value)}`)),
    (reason: unknown) => reason,
  );
  if (!ModeshiftError.is(error)) throw error;
  return error;
}

describe('gradio', () => {
  it('streams what is new of the text that grows, whole characters only, and prints nothing', async () => {
    const printed = vi.spyOn(console, 'error');
    await using app = await testApp({ '/chat': chat }, { hasState: true });
    const deltas: string[] = [];
    for await (const text of streamText({ model: gradio(app.url), messages: ask('你好😀') }).textStream)
      deltas.push(text);
    expect(deltas).toEqual(['第', '1', '轮', '：', '你', '好', '😀']);
    const answer = await generateText({ model: gradio(app.url), messages: ask('你好') });
    expect(answer).toMatchObject({ text: '第1轮：你好', finishReason: 'stop', usage: { inputTokens: undefined } });
    expect(printed).not.toHaveBeenCalled();
    await expect.poll(() => app.openStreams).toBe(0);
  });

  it('tells the place in the queue, progress and log', async () => {
    await using app = await testApp({ '/chat': chat });
    const seen: GradioStatus[] = [];
    const onStatus = (status: GradioStatus): void => {
      seen.push(status);
      throw new Error('What an observer throws does not matter.');
    };
    await generateText({ model: gradio(app.url, { onStatus }), messages: ask('x') });
    expect(seen).toEqual([
      { stage: 'queued', position: 1, size: 2, etaSeconds: 3.5 },
      { stage: 'started' },
      { stage: 'progress', fraction: 0.25, description: '想' },
      { stage: 'log', level: 'info', message: '开始' },
    ]);
  });

  it('goes on with the session of a conversation, and with no other', async () => {
    await using app = await testApp({ '/chat': chat });
    const model = gradio(app.url);
    const talk = async (start: string) => {
      const first = ask(start);
      const one = await generateText({ model, messages: first });
      return [...first, { role: 'assistant', content: one.content } as const, ...ask(`再${start}`)];
    };
    const [a, b] = [await talk('甲'), await talk('乙')];
    expect((await generateText({ model, messages: b })).text).toBe('第2轮：再乙');
    expect((await generateText({ model, messages: a })).text).toBe('第2轮：再甲');
    const hashes = app.requests.filter(one => one.path.endsWith('/join')).map(one => one.body.session_hash);
    expect(new Set(hashes).size).toBe(2);
    const again = await failure(generateText({ model, messages: a }));
    expect(again.reason).toEqual({ tag: 'unsupported', feature: 'history' });
    expect(again.message).toContain("history: 'text'");
    const flat = await generateText({ model: gradio(app.url, { history: 'text' }), messages: a });
    expect(flat.text).toBe('第1轮：User: 甲\n\nAssistant: 第1轮：甲\n\nUser: 再甲\n\nAssistant:');
  });

  it('gives history, system message and settings to the parameters of their names', async () => {
    await using app = await testApp({ '/full': full });
    const messages: Message[] = [
      { role: 'system', content: '简短' },
      ...ask('甲'),
      { role: 'assistant', content: '乙' },
      ...ask('丙'),
    ];
    const model = gradio(app.url, { inputs: { top_p: 0.5 } });
    const { text } = await generateText({ model, messages, temperature: 0.1, maxTokens: 9 });
    const history = [
      { role: 'user', content: '甲' },
      { role: 'assistant', content: '乙' },
    ];
    expect(JSON.parse(text)).toEqual(['丙', history, '简短', 9, 0.1, 0.5]);
    const own = gradio(app.url, {
      input: call => ({ message: `[${call.stop?.[0]}]`, history: [] }),
      output: () => 'fixed',
    });
    expect((await generateText({ model: own, messages, stop: ['。'] })).text).toBe('fixed');
    expect(app.requests.findLast(one => one.path.endsWith('/join'))?.body.data).toEqual([
      '[。]',
      [],
      '',
      512,
      0.7,
      0.9,
    ]);
  });

  it('refuses what the app has no parameter for, and what no app takes', async () => {
    await using app = await testApp({
      '/chat': chat,
      '/other': { parameters: [{ name: 'message' }, { name: 'style' }], run: async () => [1] },
    });
    const tag = async (call: object, options = {}) =>
      (await failure(generateText({ model: gradio(app.url, options), messages: ask('x'), ...call }))).reason;
    expect(await tag({ temperature: 0 })).toEqual({ tag: 'unsupported', feature: 'temperature' });
    expect(await tag({ stop: ['a'] })).toEqual({ tag: 'unsupported', feature: 'stop' });
    expect(await tag({ tools: [{ name: 'a', parameters: {} }] })).toEqual({ tag: 'unsupported', feature: 'tools' });
    expect(await tag({ messages: [{ role: 'system', content: 's' }, ...ask('x')] })).toMatchObject({
      tag: 'unsupported',
    });
    expect(await tag({}, { endpoint: '/other' })).toEqual({ tag: 'invalid-input' });
    expect(await tag({}, { endpoint: '/none' })).toEqual({ tag: 'invalid-input' });
    expect(app.requests.some(one => one.path.endsWith('/join'))).toBe(false);
    for (const wrong of ['', 'nonsense', 'ftp://x', 'http://user:pass@host'])
      expect(() => gradio(wrong)).toThrow(ModeshiftError);
    expect(() => gradio('http://host', { endpoint: 'chat' })).toThrow('/chat');
    expect(gradio('owner/space').modelId).toBe('owner/space');
  });

  it('cancels the job when the call is cancelled, or its reader leaves', async () => {
    const printed = vi.spyOn(console, 'error');
    await using app = await testApp({ '/chat': chat }, { hasState: true });
    const model = gradio(app.url);
    const start = performance.now();
    const cancelled = await failure(generateText({ model, messages: ask('slow'), signal: AbortSignal.timeout(150) }));
    expect(cancelled.reason.tag).toBe('aborted');
    for await (const event of model.stream({ messages: ask('slow') }, {})) if (event.type === 'text-delta') break;
    await expect.poll(() => app.cancelled).toEqual(['e1', 'e2']);
    expect(performance.now() - start).toBeLessThan(5000);
    await expect.poll(() => app.openStreams).toBe(0);
    const before = app.requests.length;
    await failure(generateText({ model, messages: ask('x'), signal: AbortSignal.abort() }));
    expect(app.requests).toHaveLength(before);
    expect(printed).not.toHaveBeenCalled();
  });

  it('tells failures of the app, a full queue, a login, no server and no app apart', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    await using app = await testApp({ '/chat': chat });
    const model = gradio(app.url);
    const boom = await failure(generateText({ model, messages: ask('boom') }));
    expect([boom.reason.tag, boom.message]).toEqual(['server', expect.stringContaining('坏了')]);
    expect((await failure(generateText({ model, messages: ask('silent') }))).reason.tag).toBe('server');
    await using busy = await testApp({ '/chat': chat }, { isFull: true });
    const full = await failure(generateText({ model: gradio(busy.url), messages: ask('x') }));
    expect([full.reason.tag, full.isRetryable]).toEqual(['rate-limit', true]);
    await using locked = await testApp({ '/chat': chat }, { login: ['ann', 'geheim-99'] });
    expect((await failure(generateText({ model: gradio(locked.url), messages: ask('x') }))).reason.tag).toBe(
      'authentication',
    );
    const wrong = gradio(locked.url, { auth: ['ann', 'falsch-99'] });
    const refused = await failure(generateText({ model: wrong, messages: ask('x') }));
    expect(refused.reason.tag).toBe('authentication');
    expect(inspect(refused, { depth: 9 }) + inspect(wrong, { depth: 9, showHidden: true })).not.toContain('falsch-99');
    const right = gradio(locked.url, { auth: ['ann', 'geheim-99'] });
    expect((await generateText({ model: right, messages: ask('x') })).text).toBe('第1轮：x');
    expect((await failure(generateText({ model: gradio('http://127.0.0.1:9'), messages: ask('x') }))).reason.tag).toBe(
      'network',
    );
  });

  it('sends headers of model and call', async () => {
    await using app = await testApp({ '/chat': chat });
    const model = gradio(app.url, { headers: { 'X-Team': 'a' } });
    const seen: number[] = [];
    await generateText({
      model,
      messages: ask('x'),
      headers: { 'X-Trace': 'b' },
      onResponse: one => seen.push(one.status),
    });
    for (const path of ['/config', '/gradio_api/queue/join', '/gradio_api/queue/data'])
      expect(app.requests.find(one => one.path === path)?.headers).toMatchObject({ 'x-team': 'a', 'x-trace': 'b' });
    expect(seen).toEqual([200, 200, 200]);
  });
});

describe('reading outputs', () => {
  it('finds text, the last answer of a chat, and the parts of a message', () => {
    expect(readText([null, '好'])).toBe('好');
    expect(
      readText([
        [
          { role: 'user', content: '甲' },
          { role: 'assistant', content: '乙' },
          { role: 'assistant', content: [{ type: 'text', text: '丙' }] },
        ],
      ]),
    ).toBe('乙\n丙');
    expect(
      readText([
        [
          ['甲', '乙'],
          ['丙', null],
        ],
      ]),
    ).toBe('');
    expect(readText([[['甲', '乙']]])).toBe('乙');
    expect(readText([{ text: '好', files: [] }])).toBe('好');
    expect(readText([[], { path: 'a.png' }])).toBeUndefined();
  });

  it('waits while an app takes text back, and says so when it never comes back', () => {
    const reader = new DeltaReader();
    expect([reader.push('你好'), reader.push('你'), reader.push('你好吗'), reader.end()]).toEqual([
      '你好',
      '',
      '吗',
      '',
    ]);
    reader.push('别的');
    expect(() => reader.end()).toThrow(/changed text/);
    const half = new DeltaReader();
    expect([half.push('a\ud83d'), half.push('a\ud83d\ude00')]).toEqual(['a', '😀']);
  });
});

describe('conformance', () => {
  let url = '';
  const cases = testProvider({
    create: async () => {
      const app = await testApp({
        '/chat': {
          parameters: [{ name: 'message' }, { name: 'history', component: 'Chatbot' }],
          async *run([message]) {
            yield ['回'];
            yield [`回：${message}`];
          },
        },
      });
      url = app.url;
      return gradio(url);
    },
    capabilities: ['stream', 'generate'],
    language: [
      { name: 'plain', call: { messages: ask('你好') }, expected: { text: '回：你好', finishReason: 'stop' } },
    ],
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

it('the test app makes the edits of Gradio', () => {
  expect(diff(['你'], ['你好', '!'])).toEqual([
    ['append', [0], '好'],
    ['add', [1], '!'],
  ]);
  expect(diff({ a: 'x' }, { a: 'y' })).toEqual([['replace', ['a'], 'y']]);
});
