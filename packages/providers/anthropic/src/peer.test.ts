// The requests that are really sent, against an independent imitation of Anthropic's server.
import { LLMock } from '@copilotkit/aimock';
import { generateText, type LanguageEvent, type Message, ModeshiftError, streamText } from '@modeshift/core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { anthropic } from './anthropic.ts';

const mock = new LLMock({ port: 0, chunkSize: 2, strict: true });
const ask = (content: string): Message[] => [{ role: 'user', content }];
const model = () => anthropic('claude-sonnet-4-5', { baseURL: mock.url, apiKey: 'sk-ant-test', maxRetries: 0 });
const weather = { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };

beforeAll(async () => {
  mock.on(
    { userMessage: '成都几度', hasToolResult: false },
    { toolCalls: [{ name: 'weather', arguments: '{"city":"成都"}', id: 'toolu_1' }], reasoning: '先查天气。' },
  );
  mock.on({ userMessage: '成都几度', hasToolResult: true }, { content: '21 度。' });
  mock.onMessage('你好', { content: '你好！很高兴见到你。' });
  mock.onMessage('忙', { error: { message: '稍后再来', type: 'overloaded_error' }, status: 529 });
  await mock.start();
});
afterEach(() => mock.clearChaos());
afterAll(() => mock.stop());

it('answers whole and streamed alike, and only streams when asked', async () => {
  const whole = await generateText({ model: model(), messages: ask('你好') });
  expect(whole).toMatchObject({ text: '你好！很高兴见到你。', finishReason: 'stop' });
  expect(mock.getLastRequest()!.body).not.toMatchObject({ stream: true });
  const live = streamText({ model: model(), messages: ask('你好') });
  const events: LanguageEvent[] = [];
  for await (const event of live) events.push(event);
  const streamed = await live.result;
  expect(streamed.text).toBe(whole.text);
  expect(streamed.usage).toEqual(whole.usage);
  expect(events.filter(event => event.type === 'text-delta').length).toBeGreaterThan(2);
});

it.each(['whole', 'streamed'] as const)('sends thoughts back as the server demands them, %s', async how => {
  const call = { model: model(), tools: [weather], reasoning: 'low' } as const;
  const answer = async (messages: readonly Message[]) =>
    how === 'whole' ? await generateText({ ...call, messages }) : await streamText({ ...call, messages }).result;
  const first = await answer(ask('成都几度'));
  expect(first.finishReason).toBe('tool-calls');
  expect(first.content.map(part => part.type)).toEqual(['reasoning', 'tool-call']);
  const result = { type: 'tool-result', id: 'toolu_1', name: 'weather', content: '21' } as const;
  const turn: Message[] = [
    ...ask('成都几度'),
    { role: 'assistant', content: first.content },
    { role: 'tool', content: [result] },
  ];
  expect((await answer(turn)).text).toBe('21 度。');
  // The judge refuses a thought that is left out of a loop of tool calls.
  const without = first.content.filter(part => part.type !== 'reasoning');
  const forgotten: Message[] = [turn[0]!, { role: 'assistant', content: without }, turn[2]!];
  await expect(answer(forgotten)).rejects.toMatchObject({ reason: { tag: 'refused', status: 400 } });
});

it('names what goes wrong', async () => {
  await expect(generateText({ model: model(), messages: ask('忙') })).rejects.toMatchObject({
    reason: { tag: 'server', status: 529 },
    message: expect.stringContaining('稍后再来'),
  });
  const tagOf = async (): Promise<string> => {
    const error: unknown = await streamText({ model: model(), messages: ask('你好') }).result.catch(reason => reason);
    return ModeshiftError.is(error) ? error.reason.tag : String(error);
  };
  mock.setChaos({ rateLimitRate: 1 });
  expect(await tagOf()).toBe('rate-limit');
  mock.setChaos({ malformedRate: 1 });
  expect(await tagOf()).toBe('invalid-response');
  mock.setChaos({ disconnectRate: 1 });
  expect(await tagOf()).toMatch(/network|interrupted/);
});
