// The kit that every provider passes, on this one.
import { type LanguageSample, testProvider } from '@modeshift/testing';
import { it } from 'vitest';
import { anthropic } from './anthropic.ts';

const usage = { input_tokens: 9, output_tokens: 4 };
const messages = [{ role: 'user', content: '我的包裹在哪里？' }] as const;
const weather = { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };

/** An answer whole and streamed: each block's pieces come in deltas of their kind. */
function answer(
  blocks: readonly (readonly [block: object, deltas: readonly object[]])[],
  stop_reason = 'end_turn',
  used: object | null = usage,
) {
  const envelope = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm-1' };
  const whole = { ...envelope, content: blocks.map(([block]) => block), stop_reason, ...(used && { usage: used }) };
  const events: { readonly type: string }[] = [
    {
      type: 'message_start',
      message: { ...envelope, content: [], ...(used && { usage: { ...used, output_tokens: 1 } }) },
    } as never,
    { type: 'ping' },
  ];
  for (const [index, [block, deltas]] of blocks.entries()) {
    const empty = {
      ...block,
      ...('text' in block && { text: '' }),
      ...('thinking' in block && { thinking: '', signature: '' }),
      ...('input' in block && { input: {} }),
    };
    events.push({ type: 'content_block_start', index, content_block: empty } as never);
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta } as never);
    events.push({ type: 'content_block_stop', index } as never);
  }
  events.push({ type: 'message_delta', delta: { stop_reason }, ...(used && { usage: used }) } as never, {
    type: 'message_stop',
  });
  const body = events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  return { whole: { body: whole }, stream: { body } };
}

const text = (...pieces: string[]) =>
  [{ type: 'text', text: pieces.join('') }, pieces.map(piece => ({ type: 'text_delta', text: piece }))] as const;

const language: LanguageSample[] = [
  {
    name: 'plain',
    call: { messages, maxTokens: 20 },
    expected: {
      text: '包裹在路上，明天到。',
      finishReason: 'stop',
      usage: { inputTokens: 9, outputTokens: 4, cachedInputTokens: undefined },
    },
    request: {
      path: '/v1/messages',
      body: { model: 'claude-sonnet-4-6', max_tokens: 20, messages: [{ role: 'user' }] },
    },
    ...answer([text('包裹', '在路上，', '明天到。')]),
  },
  {
    name: 'no usage',
    call: { messages },
    expected: { text: '好', usage: { inputTokens: undefined, outputTokens: undefined } },
    ...answer([text('好')], 'end_turn', null),
    whole: { body: { type: 'message', content: [{ type: 'text', text: '好' }], stop_reason: 'end_turn' } },
  },
  {
    name: 'a tool',
    shows: ['tools'],
    call: { messages, tools: [weather] },
    expected: { text: '', toolCalls: [{ name: 'weather', arguments: { city: '成都' } }], finishReason: 'tool-calls' },
    request: { body: { tools: [{ name: 'weather', input_schema: weather.parameters }] } },
    ...answer(
      [
        [
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: '成都' } },
          ['{"city":', '"成都"}'].map(partial_json => ({ type: 'input_json_delta', partial_json })),
        ],
      ],
      'tool_use',
    ),
  },
  {
    name: 'a thought',
    shows: ['reasoning'],
    call: { messages, reasoning: 'low' },
    expected: { text: '好', reasoning: '先想一想' },
    request: { body: { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } } },
    ...answer([
      [
        { type: 'thinking', thinking: '先想一想', signature: 'Eqo=' },
        [
          { type: 'thinking_delta', thinking: '先想' },
          { type: 'thinking_delta', thinking: '一想' },
          { type: 'signature_delta', signature: 'Eqo=' },
        ],
      ],
      text('好'),
    ]),
  },
  {
    name: 'JSON',
    shows: ['json'],
    call: {
      messages,
      output: {
        type: 'json',
        schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
    expected: { text: '{"city":"成都"}' },
    request: { body: { output_config: { format: { type: 'json_schema' } } } },
    ...answer([text('{"city":', '"成都"}')]),
  },
  {
    name: 'a choice',
    shows: ['choice'],
    call: { messages, output: { type: 'choice', choices: ['物流', '退款'] } },
    expected: { text: '物流' },
    ...answer([text('{"choice":', '"物流"}')]),
  },
  {
    name: 'an image, a stop and topK',
    shows: ['images', 'stop', 'topK'],
    call: {
      messages: [
        { role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: new Uint8Array([137, 80, 78, 71]) }] },
      ],
      stop: ['。'],
      topK: 5,
    },
    expected: { text: '一只猫', finishReason: 'stop' },
    request: {
      body: {
        stop_sequences: ['。'],
        top_k: 5,
        messages: [{ content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png' } }] }],
      },
    },
    ...answer([text('一只', '猫')], 'stop_sequence'),
  },
];

const cases = testProvider({
  create: ({ url, apiKey }) => anthropic('claude-sonnet-4-6', { baseURL: url, apiKey, maxRetries: 0 }),
  capabilities: ['stream', 'generate', 'countTokens', 'tools', 'json', 'choice', 'images', 'reasoning', 'stop', 'topK'],
  language,
  countTokens: {
    call: '你好',
    expected: 12,
    request: { path: '/v1/messages/count_tokens', body: { messages: [{ role: 'user' }] } },
    response: { body: { input_tokens: 12 } },
  },
  errorBody: (status, message) => ({
    type: 'error',
    error: { type: status === 429 ? 'rate_limit_error' : 'invalid_request_error', message },
  }),
});
for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
