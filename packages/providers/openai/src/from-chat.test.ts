import type { LanguageEvent } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { ChatChunkDecoder } from './from-chat-chunk.ts';
import { fromChatCompletion } from './from-chat-completion.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapUsage } from './map-usage.ts';
import type { WireChunk } from './wire.ts';

const decode = (chunks: readonly WireChunk[]): LanguageEvent[] => {
  const decoder = new ChatChunkDecoder('openai');
  return [...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.end()];
};
const delta = (value: object, finish?: string): WireChunk => ({
  id: 'r',
  choices: [{ index: 0, delta: value, ...(finish && { finish_reason: finish }) }],
});
const calls = (events: readonly LanguageEvent[]) => events.filter(event => event.type === 'tool-call');

describe('ChatChunkDecoder', () => {
  it('keeps usage for the end, takes the last of several, and finishes once', () => {
    const events = decode([
      { id: 'r', model: 'm', choices: [], usage: null },
      delta({ role: 'assistant', content: '' }),
      { ...delta({ content: '你' }), usage: { prompt_tokens: 4, completion_tokens: 1 } },
      delta({ content: '好' }, 'stop'),
      {
        id: 'r',
        choices: [],
        usage: { prompt_tokens: 4, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 3 } },
      },
    ]);
    expect(events).toEqual([
      { type: 'response', id: 'r', modelId: 'm' },
      { type: 'text-delta', text: '你' },
      { type: 'text-delta', text: '好' },
      { type: 'usage', usage: { inputTokens: 4, outputTokens: 2, cachedInputTokens: 3 } },
      { type: 'finish', reason: 'stop', rawReason: 'stop' },
    ]);
  });

  it('reads reasoning under each of its names, once', () => {
    for (const value of [
      { reasoning_content: '想' },
      { reasoning: '想' },
      { reasoning_content: '想', reasoning: '想' },
      { content: [{ type: 'thinking', thinking: [{ type: 'text', text: '想' }] }] },
      { content: [{ type: 'thinking', thinking: '想' }] },
    ]) {
      expect(decode([delta(value), delta({}, 'stop')])[1]).toEqual({ type: 'reasoning-delta', text: '想' });
    }
  });

  it('joins a tool call that comes in pieces, also with empty ids after the first', () => {
    const events = decode([
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] }),
      delta({ tool_calls: [{ index: 0, id: '', function: { arguments: '{"q":' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '"中"}' } }] }),
      delta({}, 'tool_calls'),
    ]);
    expect(events.slice(1).map(event => event.type)).toEqual([
      'tool-call-start',
      'tool-call-delta',
      'tool-call-delta',
      'tool-call',
      'finish',
    ]);
    expect(calls(events)).toEqual([{ type: 'tool-call', id: 'a', name: 'f', arguments: '{"q":"中"}' }]);
  });

  it('Mistral: tool call deltas without index, first delta without role', () => {
    const events = decode([
      {
        id: 'r',
        choices: [{ index: 0, delta: { tool_calls: [{ id: 'x', function: { name: 'f', arguments: '{"a"' } }] } }],
      },
      delta({ tool_calls: [{ id: 'x', function: { name: 'f', arguments: ':1}' } }] }),
      delta({ tool_calls: [{ id: 'y', function: { name: 'g', arguments: '{}' } }] }),
      delta({ tool_calls: [{ function: { arguments: '' } }] }, 'tool_calls'),
    ]);
    expect(calls(events)).toEqual([
      { type: 'tool-call', id: 'x', name: 'f', arguments: '{"a":1}' },
      { type: 'tool-call', id: 'y', name: 'g', arguments: '{}' },
    ]);
  });

  it('OpenRouter: details of reasoning come together, before the answer, to go back', () => {
    const detail = (fields: object) => delta({ reasoning: '', reasoning_details: [{ index: 0, ...fields }] });
    const events = decode([
      delta({
        reasoning: '想',
        reasoning_details: [{ index: 0, type: 'reasoning.text', text: '想', signature: null }],
      }),
      delta({ reasoning: '一', reasoning_details: [{ index: 0, type: 'reasoning.text', text: '一' }] }),
      detail({ type: 'reasoning.text', signature: 's' }),
      detail({ type: 'reasoning.encrypted', data: 'gA' }),
      detail({ type: 'reasoning.encrypted', data: 'gB' }),
      delta({ content: '好', reasoning_details: [] }),
      delta({}, 'stop'),
    ]);
    const data = [
      { index: 0, type: 'reasoning.text', text: '想一', signature: 's' },
      { index: 0, type: 'reasoning.encrypted', data: 'gA' },
      { index: 0, type: 'reasoning.encrypted', data: 'gB' },
    ];
    expect(events.slice(1)).toEqual([
      { type: 'reasoning-delta', text: '想' },
      { type: 'reasoning-delta', text: '一' },
      { type: 'reasoning-delta', text: '', replay: { provider: 'openai', data } },
      { type: 'text-delta', text: '好' },
      expect.objectContaining({ type: 'finish' }),
    ]);
  });

  it('Gemini: parallel calls under one index, calls without an id, arguments as an object', () => {
    const events = decode([
      delta({
        tool_calls: [
          { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } },
          { index: 0, id: 'b', function: { name: 'f', arguments: { n: 2 } } },
        ],
      }),
      delta({}, 'tool_calls'),
    ]);
    expect(calls(events).map(call => call.type === 'tool-call' && [call.id, call.arguments])).toEqual([
      ['a', '{}'],
      ['b', '{"n":2}'],
    ]);
    const nameless = decode([
      delta({
        tool_calls: [
          { index: 0, id: '', function: { name: 'f' } },
          { index: 1, function: { name: 'g' } },
        ],
      }),
      delta({}, 'tool_calls'),
    ]);
    expect(calls(nameless)).toEqual([
      { type: 'tool-call', id: 'r-0', name: 'f', arguments: '{}' },
      { type: 'tool-call', id: 'r-1', name: 'g', arguments: '{}' },
    ]);
  });

  it('gives log-probabilities with their text, refusals as content filter, citations as sources once', () => {
    const events = decode([
      {
        id: 'r',
        citations: ['https://e.org/1'],
        choices: [
          {
            delta: { content: '好' },
            logprobs: { content: [{ token: '好', logprob: -0.5, top_logprobs: [{ token: '坏', logprob: -1 }] }] },
          },
        ],
      },
      { ...delta({ refusal: 'No.' }, 'stop'), citations: ['https://e.org/1'] },
    ]);
    expect(events.slice(1)).toEqual([
      {
        type: 'text-delta',
        text: '好',
        logprobs: [{ token: '好', logprob: -0.5, top: [{ token: '坏', logprob: -1 }] }],
      },
      { type: 'text-delta', text: 'No.' },
      { type: 'source', source: { type: 'source', url: 'https://e.org/1' } },
      { type: 'finish', reason: 'content-filter', rawReason: 'refusal' },
    ]);
  });

  it('survives empty and missing everything', () => {
    expect(
      decode([{}, { choices: null }, { choices: [{}] }, { choices: [{ delta: null, finish_reason: 'eos' }] }]),
    ).toEqual([{ type: 'finish', reason: 'stop', rawReason: 'eos' }]);
  });
});

describe('fromChatCompletion', () => {
  it('maps text, reasoning, tool calls, usage and annotations', () => {
    const result = fromChatCompletion(
      {
        id: 'r',
        model: 'm-1',
        choices: [
          {
            finish_reason: 'tool_calls',
            message: {
              content: '答',
              reasoning_content: '想',
              tool_calls: [{ function: { name: 'f', arguments: '' } }],
              annotations: [{ type: 'url_citation', url_citation: { url: 'https://e.org', title: 'E' } }],
            },
          },
        ],
        usage: { prompt_tokens: 1, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 1 } },
      },
      { host: 'host', provider: 'openai' },
    );
    expect(result).toEqual({
      content: [
        { type: 'reasoning', text: '想' },
        { type: 'text', text: '答' },
        { type: 'tool-call', id: 'r-0', name: 'f', arguments: '{}' },
        { type: 'source', url: 'https://e.org', title: 'E' },
      ],
      finishReason: 'tool-calls',
      usage: { inputTokens: 1, outputTokens: 2, reasoningTokens: 1 },
      responseId: 'r',
      modelId: 'm-1',
    });
  });

  it.each(['<html>hi</html>', 'ok', undefined, null, {}, { choices: [] }, { choices: [{}] }, []])(
    'calls %j invalid',
    body => {
      expect(() => fromChatCompletion(body, { host: 'host', provider: 'openai' })).toThrow(
        expect.objectContaining({ reason: { tag: 'invalid-response' } }),
      );
    },
  );
});

describe('mapUsage', () => {
  it('is unknown, never NaN or 0, where the server says nothing', () => {
    expect(mapUsage(undefined)).toEqual({ inputTokens: undefined, outputTokens: undefined });
    expect(mapUsage({})).toEqual({ inputTokens: undefined, outputTokens: undefined });
    expect(mapUsage({ prompt_tokens: Number.NaN, completion_tokens: 3, total_tokens: 9 })).toEqual({
      inputTokens: undefined,
      outputTokens: 3,
    });
  });

  it('counts reasoning as output where a server leaves it out of completion_tokens', () => {
    expect(mapUsage({ prompt_tokens: 307, completion_tokens: 26, total_tokens: 560 }).outputTokens).toBe(253);
    expect(mapUsage({ prompt_tokens: 5, completion_tokens: 2, total_tokens: 0 }).outputTokens).toBe(2);
    expect(mapUsage({ prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 }).cachedInputTokens).toBe(4);
  });
});

it.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['content_filter', 'content-filter'],
  ['STOP', 'stop'],
  ['abort', 'other'],
])('maps the finish reason %s to %s', (raw, mapped) => {
  expect(mapFinishReason(raw)).toBe(mapped);
});
