// Samples of chat completions, for the conformance kit.
import type { LanguageSample } from '@modeshift/testing';

const chunk = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ id: 'r1', model: 'm-1', choices: [{ index: 0, delta, ...more }] })}\n\n`;
const streamed = (...chunks: string[]): string => `${chunks.join('')}data: [DONE]\n\n`;
const usageChunk =
  'data: {"id":"r1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}}\n\n';
const end = (finish_reason = 'stop'): string => chunk({}, { finish_reason });
const whole = (message: object, finish_reason = 'stop', more: object = {}) => ({
  body: {
    id: 'r1',
    model: 'm-1',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason, ...more }],
    usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
  },
});
/** A question. */
export const messages = [{ role: 'user', content: '我的包裹在哪里？' }] as const;
const logprobs = { content: [{ token: '好', logprob: -0.25, top_logprobs: [{ token: '好', logprob: -0.25 }] }] };
/** A tool. */
export const weather = { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };
const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"成都"}' } };

/** The plain call, and one for each capability of the wire. */
export const language: LanguageSample[] = [
  {
    name: 'plain',
    call: { messages, maxTokens: 20 },
    expected: {
      text: '包裹在路上，明天到。',
      finishReason: 'stop',
      usage: { inputTokens: 9, outputTokens: 4, cachedInputTokens: undefined },
    },
    request: { path: '/chat/completions', body: { model: 'm', max_tokens: 20, messages: [{ role: 'user' }] } },
    stream: {
      body: streamed(
        chunk({ role: 'assistant', content: '包裹' }),
        chunk({ content: '在路上，' }),
        chunk({ content: '明天到。' }),
        end(),
        usageChunk,
      ),
    },
    whole: whole({ content: '包裹在路上，明天到。' }),
  },
  {
    name: 'no usage, no role',
    call: { messages },
    expected: { text: '好', usage: { inputTokens: undefined, outputTokens: undefined } },
    stream: { body: streamed(chunk({ content: '好' }), end()) },
    whole: { body: { choices: [{ message: { content: '好' }, finish_reason: 'stop' }] } },
  },
  {
    name: 'a tool',
    shows: ['tools'],
    call: { messages, tools: [weather] },
    expected: { text: '', toolCalls: [{ name: 'weather', arguments: { city: '成都' } }], finishReason: 'tool-calls' },
    request: { body: { tools: [{ type: 'function', function: weather }] } },
    stream: {
      body: streamed(
        chunk({ tool_calls: [{ index: 0, ...call, function: { name: 'weather', arguments: '' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '"成都"}' } }] }),
        end('tool_calls'),
      ),
    },
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
    stream: { body: streamed(chunk({ content: '{' }), chunk({ content: '}' }), end()) },
    whole: whole({ content: '{}' }),
  },
  {
    name: 'a choice',
    shows: ['choice'],
    call: { messages, output: { type: 'choice', choices: ['物流', '账单'] } },
    expected: { text: '物流' },
    stream: { body: streamed(chunk({ content: '{"choice":"物' }), chunk({ content: '流"}' }), end()) },
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
    stream: { body: streamed(chunk({ content: '猫' }), end()) },
    whole: whole({ content: '猫' }),
  },
  {
    name: 'log-probabilities',
    shows: ['logprobs'],
    call: { messages, logprobs: 1 },
    expected: { text: '好' },
    request: { body: { logprobs: true, top_logprobs: 1 } },
    stream: { body: streamed(chunk({ content: '好' }, { logprobs }), end()) },
    whole: whole({ content: '好' }, 'stop', { logprobs }),
  },
  {
    name: 'reasoning',
    shows: ['reasoning'],
    call: { messages, reasoning: 'low' },
    expected: { text: '四', reasoning: '二加二' },
    request: { body: { reasoning_effort: 'low' } },
    stream: {
      body: streamed(
        chunk({ reasoning_content: '二加' }),
        chunk({ reasoning_content: '二' }),
        chunk({ content: '四' }),
        end(),
      ),
    },
    whole: whole({ reasoning_content: '二加二', content: '四' }),
  },
];
