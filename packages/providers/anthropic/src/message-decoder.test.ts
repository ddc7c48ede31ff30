// The events of streams, written by hand in the form of the wire: what stands in no recording, and what must hold without them.
import type { AssistantPart, LanguageEvent } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { fromMessage } from './from-message.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { WireBlock, WireDelta, WireEvent } from './wire.ts';

const usage = { input_tokens: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 };
const blockEvents = (index: number, content_block: WireBlock, deltas: readonly WireDelta[]): WireEvent[] => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map(delta => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const message = (blocks: readonly WireEvent[][], stop_reason = 'end_turn'): WireEvent[] => [
  { type: 'message_start', message: { id: 'msg_1', model: 'claude-x', content: [], usage } },
  { type: 'ping' },
  ...blocks.flat(),
  {
    type: 'message_delta',
    delta: { stop_reason },
    usage: { output_tokens: 40, output_tokens_details: { thinking_tokens: 30 } },
  },
  { type: 'message_stop' },
];
function decode(events: readonly WireEvent[]): LanguageEvent[] {
  const decoder = new MessageDecoder();
  const decoded = events.flatMap(event => [...decoder.push(event)]);
  expect(decoder.isComplete).toBe(true);
  return [...decoded, ...decoder.end()];
}
const replay = (data: unknown) => ({ provider: 'anthropic', data });

describe('a stream', () => {
  it('gives thoughts with their signature, encrypted thoughts, text, and what was used', () => {
    const events = decode(
      message([
        blockEvents(0, { type: 'thinking', thinking: '', signature: '' }, [
          { type: 'thinking_delta', thinking: '先想' },
          { type: 'thinking_delta', thinking: '一想' },
          { type: 'signature_delta', signature: 'Eq' },
          { type: 'signature_delta', signature: 'o=' },
        ]),
        blockEvents(1, { type: 'redacted_thinking', data: 'ENC' }, []),
        blockEvents(2, { type: 'text', text: '' }, [
          { type: 'text_delta', text: '你' },
          { type: 'text_delta', text: '好' },
        ]),
      ]),
    );
    expect(events).toEqual([
      { type: 'response', id: 'msg_1', modelId: 'claude-x' },
      { type: 'reasoning-delta', text: '先想' },
      { type: 'reasoning-delta', text: '一想' },
      { type: 'reasoning-delta', text: '', replay: replay({ type: 'thinking', signature: 'Eqo=' }) },
      { type: 'reasoning-delta', text: '', replay: replay({ type: 'redacted_thinking', data: 'ENC' }) },
      { type: 'text-delta', text: '你' },
      { type: 'text-delta', text: '好' },
      {
        type: 'usage',
        usage: {
          inputTokens: 125,
          outputTokens: 40,
          cachedInputTokens: 100,
          cacheWriteTokens: 20,
          reasoningTokens: 30,
        },
      },
      { type: 'finish', reason: 'stop', rawReason: 'end_turn' },
    ]);
  });

  it('gives citations after their text, and pages with the block that goes back whole', () => {
    const use = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const found = {
      type: 'web_search_tool_result',
      tool_use_id: 's',
      content: [{ type: 'web_search_result', url: 'https://x.cn', title: '新闻', encrypted_content: 'E' }],
    };
    const citation = { type: 'page_location', cited_text: '原文', document_title: '合同.pdf' };
    const web = { type: 'web_search_result_location', cited_text: '句', url: 'https://x.cn', title: '新闻' };
    const events = decode(
      message(
        [
          blockEvents(0, use, [
            { type: 'input_json_delta', partial_json: '{"query":' },
            { type: 'input_json_delta', partial_json: '"成都"}' },
          ]),
          blockEvents(1, found, []),
          blockEvents(2, { type: 'text', text: '' }, [
            { type: 'citations_delta', citation },
            { type: 'text_delta', text: '如此' },
            { type: 'citations_delta', citation: web },
          ]),
          blockEvents(3, { type: 'compaction', content: null }, [
            { type: 'compaction_delta', content: '摘要' } as WireDelta,
          ]),
        ],
        'pause_turn',
      ),
    );
    expect(events.slice(1, -2)).toEqual([
      {
        type: 'reasoning-delta',
        text: '',
        replay: replay({ type: 'block', block: { ...use, input: { query: '成都' } } }),
      },
      { type: 'reasoning-delta', text: '', replay: replay({ type: 'block', block: found }) },
      { type: 'source', source: { type: 'source', url: 'https://x.cn', title: '新闻' } },
      { type: 'text-delta', text: '如此' },
      { type: 'source', source: { type: 'source', title: '合同.pdf', text: '原文' } },
      { type: 'source', source: { type: 'source', url: 'https://x.cn', title: '新闻', text: '句' } },
      {
        type: 'reasoning-delta',
        text: '',
        replay: replay({ type: 'block', block: { type: 'compaction', content: '摘要' } }),
      },
    ]);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'other', rawReason: 'pause_turn' });
  });

  it('gives calls that come in pieces, whole, without arguments, or in the start of the message', () => {
    const call = (id: string, input: unknown) => ({ type: 'tool_use', id, name: 'roll', input });
    const [start, ...rest] = message(
      [
        blockEvents(0, call('a', {}), [
          { type: 'input_json_delta', partial_json: '{"n":' },
          { type: 'input_json_delta', partial_json: '1}' },
        ]),
        blockEvents(1, call('b', { n: 2 }), []),
        blockEvents(2, call('c', {}), [{ type: 'input_json_delta', partial_json: '' }]),
      ],
      'tool_use',
    );
    const begun = { ...start, message: { ...start!.message, content: [call('z', { n: 0 })] } };
    const events = decode([begun, start!, ...rest, start!]);
    expect(
      events.flatMap(event => (event.type === 'tool-call' ? [[event.id, event.name, event.arguments]] : [])),
    ).toEqual([
      ['z', 'roll', '{"n":0}'],
      ['a', 'roll', '{"n":1}'],
      ['b', 'roll', '{"n":2}'],
      ['c', 'roll', '{}'],
    ]);
    expect(events.filter(event => event.type === 'tool-call-start')).toHaveLength(4);
    expect(events.filter(event => event.type === 'response')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ reason: 'tool-calls' });
  });

  it('knows nothing of usage where nothing was said, and is not complete without its end', () => {
    const decoder = new MessageDecoder();
    decoder.push({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '你' } });
    expect([decoder.isComplete, decoder.usage]).toEqual([false, undefined]);
    expect(decoder.end()).toEqual([{ type: 'finish', reason: 'other', rawReason: '' }]);
  });
});

it('a whole message has the parts that its stream gives, and reasons to stop', () => {
  const content = [
    { type: 'thinking', thinking: '想', signature: 's' },
    { type: 'text', text: '一' },
    { type: 'text', text: '二', citations: [{ cited_text: '文', document_title: '书' }] },
    { type: 'tool_use', id: 'a', name: 'roll', input: { n: 1 } },
  ];
  const parts: AssistantPart[] = [
    { type: 'reasoning', text: '想', replay: replay({ type: 'thinking', signature: 's' }) },
    { type: 'text', text: '一二' },
    { type: 'source', title: '书', text: '文' },
    { type: 'tool-call', id: 'a', name: 'roll', arguments: '{"n":1}' },
  ];
  expect(fromMessage({ content, stop_reason: 'tool_use' }, 'h').content).toEqual(parts);
  const reasons = [
    'end_turn',
    'stop_sequence',
    'max_tokens',
    'model_context_window_exceeded',
    'refusal',
    'new_one',
    null,
  ];
  expect(reasons.map(stop_reason => fromMessage({ content: [], stop_reason }, 'h').finishReason)).toEqual([
    'stop',
    'stop',
    'length',
    'length',
    'content-filter',
    'other',
    'other',
  ]);
});
