// Samples of the Responses API, for the conformance kit.
import type { LanguageSample } from '@modeshift/testing';
import { messages, weather } from './chat-samples.ts';

const usage = { input_tokens: 9, output_tokens: 4, total_tokens: 13 };

/** An answer of items: whole, and streamed as the server does it, the pieces of each item in deltas. */
function answer(items: readonly (readonly [item: object, deltas: readonly object[]])[], withUsage = true) {
  const envelope = { id: 'resp_1', object: 'response', model: 'm-1' };
  const output = items.map(([item]) => item);
  const whole = { ...envelope, status: 'completed', output, ...(withUsage && { usage }) };
  const events: object[] = [
    { type: 'response.created', response: { ...envelope, status: 'in_progress', output: [] } },
    ...items.flatMap(([item, deltas], output_index) => [
      { type: 'response.output_item.added', output_index, item: { ...item, content: [], summary: [], arguments: '' } },
      ...deltas.map(delta => ({ output_index, ...delta })),
      { type: 'response.output_item.done', output_index, item },
    ]),
    { type: 'response.completed', response: whole },
  ];
  const body = events
    .map(event => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
  return { stream: { body }, whole: { body: whole } };
}

function text(pieces: readonly string[], logprobs: readonly object[] = []) {
  const content = [{ type: 'output_text', text: pieces.join(''), annotations: [], logprobs }];
  const deltas = pieces.map(delta => ({ type: 'response.output_text.delta', delta, logprobs }));
  return [{ type: 'message', id: 'msg_1', role: 'assistant', content }, deltas] as const;
}

const logprob = { token: '好', logprob: -0.25, top_logprobs: [{ token: '好', logprob: -0.25 }] };
const thought = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text: '二加二' }],
  encrypted_content: 'gA==',
};

/** The plain call, and one for each capability of the wire. */
export const responses: LanguageSample[] = [
  {
    name: 'plain',
    call: { messages, maxTokens: 20 },
    expected: { text: '包裹在路上，明天到。', finishReason: 'stop', usage: { inputTokens: 9, outputTokens: 4 } },
    request: {
      path: '/responses',
      body: { model: 'm', max_output_tokens: 20, store: false, input: [{ role: 'user' }] },
    },
    ...answer([text(['包裹', '在路上，', '明天到。'])]),
  },
  {
    name: 'no usage',
    call: { messages },
    expected: { text: '好', usage: { inputTokens: undefined, outputTokens: undefined } },
    ...answer([text(['好'])], false),
  },
  {
    name: 'a tool',
    shows: ['tools'],
    call: { messages, tools: [weather] },
    expected: { text: '', toolCalls: [{ name: 'weather', arguments: { city: '成都' } }], finishReason: 'tool-calls' },
    request: { body: { tools: [{ type: 'function', ...weather }] } },
    ...answer([
      [
        { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'weather', arguments: '{"city":"成都"}' },
        ['{"city":', '"成都"}'].map(delta => ({ type: 'response.function_call_arguments.delta', delta })),
      ],
    ]),
  },
  {
    name: 'json',
    shows: ['json'],
    call: {
      messages,
      output: { type: 'json', schema: { type: 'object', properties: {}, additionalProperties: false } },
    },
    expected: { text: '{}' },
    request: { body: { text: { format: { type: 'json_schema', strict: true } } } },
    ...answer([text(['{', '}'])]),
  },
  {
    name: 'a choice',
    shows: ['choice'],
    call: { messages, output: { type: 'choice', choices: ['物流', '账单'] } },
    expected: { text: '物流' },
    ...answer([text(['{"choice":"物', '流"}'])]),
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
    request: { body: { input: [{ content: [{ type: 'input_image', image_url: 'data:image/png;base64,iVA=' }] }] } },
    ...answer([text(['猫'])]),
  },
  {
    name: 'log-probabilities',
    shows: ['logprobs'],
    call: { messages, logprobs: 1 },
    expected: { text: '好' },
    request: { body: { top_logprobs: 1, include: ['message.output_text.logprobs'] } },
    ...answer([text(['好'], [logprob])]),
  },
  {
    name: 'reasoning',
    shows: ['reasoning'],
    call: { messages, reasoning: 'low' },
    expected: { text: '四', reasoning: '二加二' },
    request: { body: { reasoning: { effort: 'low' } } },
    ...answer([
      [thought, ['二加', '二'].map(delta => ({ type: 'response.reasoning_summary_text.delta', delta }))],
      text(['四']),
    ]),
  },
];
