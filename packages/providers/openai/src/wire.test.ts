// The requests that are really sent, against an independent imitation of OpenAI's server.
import { LLMock } from '@copilotkit/aimock';
import { generateText, type LanguageEvent, type LanguageModel, type Message } from '@modeshift/core';
import { faultServer } from '@modeshift/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openai } from './openai.ts';

const mock = new LLMock({ port: 0, chunkSize: 2 });
const ask = (content: string): Message[] => [{ role: 'user', content }];
let model: LanguageModel;

beforeAll(async () => {
  mock.onMessage('你好', { content: '你好！很高兴见到你。' });
  mock.onMessage('think', { content: 'four', reasoning: '2+2' });
  mock.onMessage('weather', { toolCalls: [{ name: 'weather', arguments: '{"city":"北京"}', id: 'call_1' }] });
  mock.onMessage('pick', { content: '{"choice":"物流"}' });
  await mock.start();
  model = openai('gpt-test', { baseURL: `${mock.url}/v1`, apiKey: 'sk-test-0123456789' });
});
afterAll(() => mock.stop());

async function events(content: string, call: object = {}): Promise<LanguageEvent[]> {
  const all: LanguageEvent[] = [];
  for await (const event of model.stream({ messages: ask(content), ...call }, {})) all.push(event);
  return all;
}

describe('openai over HTTP', () => {
  it('generates without streaming on the wire', async () => {
    const answer = await generateText({ model, messages: ask('你好') });
    expect(answer).toMatchObject({ text: '你好！很高兴见到你。', finishReason: 'stop' });
    expect(answer.usage.inputTokens).toBeGreaterThan(0);
    const request = mock.getLastRequest()!;
    expect(request.body).toMatchObject({ model: 'gpt-test', stream: false });
    expect(request.body).not.toHaveProperty('stream_options');
    expect(request.headers.authorization).toBeDefined();
  });

  it('streams with usage, and the stream joined is the answer', async () => {
    const streamed = await events('你好');
    const text = streamed.map(event => (event.type === 'text-delta' ? event.text : '')).join('');
    expect(text).toBe('你好！很高兴见到你。');
    expect(streamed.filter(event => event.type === 'text-delta').length).toBeGreaterThan(2);
    expect(streamed.slice(-2).map(event => event.type)).toEqual(['usage', 'finish']);
    expect(mock.getLastRequest()!.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('gives tool calls and reasoning, streamed and whole', async () => {
    const call = { type: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"北京"}' };
    expect(await events('weather')).toContainEqual(call);
    const whole = await generateText({ model, messages: ask('weather') });
    expect(whole.content).toEqual([call]);
    expect(whole.finishReason).toBe('tool-calls');
    const thought = await events('think');
    expect(thought).toContainEqual({ type: 'finish', reason: 'stop', rawReason: 'stop' });
    expect(thought.map(event => (event.type === 'reasoning-delta' ? event.text : '')).join('')).toBe('2+2');
  });

  it('gives a choice as the chosen string, streamed and whole', async () => {
    const output = { type: 'choice', choices: ['账单', '物流'] } as const;
    expect((await generateText({ model, messages: ask('pick'), output })).text).toBe('物流');
    const deltas = (await events('pick', { output })).filter(event => event.type === 'text-delta');
    expect(deltas).toEqual([{ type: 'text-delta', text: '物流' }]);
    const other = await generateText({ model, messages: ask('pick'), output: { type: 'choice', choices: ['x'] } });
    expect(other.text).toBe('{"choice":"物流"}');
  });

  it('sends headers of model and call, and no authorization without a key', async () => {
    const body = { choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] };
    await using server = await faultServer({ body });
    const keyless = openai('m', { baseURL: server.url, headers: { 'X-Team': 'a' } });
    await generateText({ model: keyless, messages: ask('x'), headers: { 'X-Trace': 'b' } });
    expect(server.requests[0]!.headers).toMatchObject({ 'x-team': 'a', 'x-trace': 'b' });
    expect(server.requests[0]!.headers).not.toHaveProperty('authorization');
    expect(server.requests[0]!.json).toEqual({ model: 'm', messages: ask('x'), stream: false });
    await generateText({ model: openai('m', { baseURL: server.url, apiKey: 'k1' }), messages: ask('x') });
    expect(server.requests[1]!.headers.authorization).toBe('Bearer k1');
  });

  it('can leave usage out for servers that refuse stream_options', async () => {
    await using server = await faultServer({
      headers: { 'content-type': 'text/event-stream' },
      body: 'data: {"choices":[{"delta":{"content":"好"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    });
    const plain = openai('m', { baseURL: server.url, includeUsage: false });
    const got = [];
    for await (const event of plain.stream({ messages: ask('x') }, {})) got.push(event.type);
    expect(got).toEqual(['text-delta', 'finish']);
    expect(server.requests[0]!.json).not.toHaveProperty('stream_options');
  });
});
