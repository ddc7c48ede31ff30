// Samples of chat completions, for the conformance kit.
import type { Message } from '@modeshift/core';
import type { LanguageSample } from '@modeshift/testing';

const chunk = (delta: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'r1', model: 'm-1', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const streamed = (...chunks: string[]) => ({ body: `${chunks.join('')}data: [DONE]\n\n` });
/** A completion that is not streamed. */
export const whole = (message: object, finish_reason = 'stop') => ({
  body: {
    id: 'r1',
    model: 'm-1',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
    usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
  },
});
const messages: Message[] = [{ role: 'user', content: '我的包裹在哪里？' }];
/** A tool. */
export const weather = { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };
const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"成都"}' } };

/** One for each capability that both sides know. */
export const language: LanguageSample[] = [
  {
    name: 'plain',
    call: { messages, maxTokens: 20 },
    expected: { text: '包裹在路上，明天到。', finishReason: 'stop', usage: { inputTokens: 9, outputTokens: 4 } },
    request: { path: '/chat/completions', body: { model: 'm', max_tokens: 20, messages: [{ role: 'user' }] } },
    stream: streamed(
      chunk({ role: 'assistant', content: '包裹' }),
      chunk({ content: '在路上，' }),
      chunk({ content: '明天到。' }),
      chunk({}, 'stop'),
      'data: {"id":"r1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}}\n\n',
    ),
    whole: whole({ content: '包裹在路上，明天到。' }),
  },
  {
    name: 'no usage',
    call: { messages },
    expected: { text: '好', usage: { inputTokens: undefined, outputTokens: undefined } },
    stream: streamed(chunk({ content: '好' }), chunk({}, 'stop')),
    whole: { body: { choices: [{ message: { role: 'assistant', content: '好' }, finish_reason: 'stop' }] } },
  },
  {
    name: 'a tool',
    shows: ['tools'],
    call: { messages, tools: [weather] },
    expected: { text: '', toolCalls: [{ name: 'weather', arguments: { city: '成都' } }], finishReason: 'tool-calls' },
    stream: streamed(chunk({ tool_calls: [{ index: 0, ...call }] }), chunk({}, 'tool_calls')),
    whole: whole({ content: null, tool_calls: [call] }, 'tool_calls'),
  },
  {
    name: 'json',
    shows: ['json'],
    call: {
      messages,
      output: { type: 'json', schema: { type: 'object', properties: {}, additionalProperties: false } },
    },
    expected: { text: '{}' },
    request: { body: { response_format: { type: 'json_schema' } } },
    stream: streamed(chunk({ content: '{' }), chunk({ content: '}' }), chunk({}, 'stop')),
    whole: whole({ content: '{}' }),
  },
  {
    name: 'a choice',
    shows: ['choice'],
    call: { messages, output: { type: 'choice', choices: ['物流', '账单'] } },
    expected: { text: '物流' },
    stream: streamed(chunk({ content: '{"choice":"物' }), chunk({ content: '流"}' }), chunk({}, 'stop')),
    whole: whole({ content: '{"choice":"物流"}' }),
  },
  {
    name: 'an image',
    shows: ['images'],
    call: {
      messages: [
        { role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: Uint8Array.of(0x89, 0x50) }] },
      ],
    },
    expected: { text: '猫' },
    request: { body: { messages: [{ content: [{ image_url: { url: 'data:image/png;base64,iVA=' } }] }] } },
    stream: streamed(chunk({ content: '猫' }), chunk({}, 'stop')),
    whole: whole({ content: '猫' }),
  },
  {
    name: 'reasoning',
    shows: ['reasoning'],
    call: { messages, reasoning: 'low' },
    expected: { text: '四', reasoning: '二加二' },
    stream: streamed(
      chunk({ reasoning_content: '二加' }),
      chunk({ reasoning_content: '二' }),
      chunk({ content: '四' }),
      chunk({}, 'stop'),
    ),
    whole: whole({ reasoning_content: '二加二', content: '四' }),
  },
];
