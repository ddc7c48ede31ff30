import type { LanguageCall, Message } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { toChatMessages } from './to-chat-messages.ts';
import { toChatRequest } from './to-chat-request.ts';

const compatible = { provider: 'x', maxTokensField: 'max_tokens', includeUsage: true } as const;
const vendor = {
  provider: 'openai',
  maxTokensField: 'max_completion_tokens',
  includeUsage: true,
  hasPromptCacheKey: true,
  lacks: ['topK'],
} as const;
const messages: Message[] = [{ role: 'user', content: '你好' }];
const body = (call: Partial<LanguageCall>, dialect: Parameters<typeof toChatRequest>[2] = compatible) =>
  toChatRequest('m', { messages, ...call }, dialect) as unknown as Record<string, unknown>;

describe('toChatRequest', () => {
  it('sends only what was asked', () => {
    expect(body({})).toEqual({ model: 'm', messages: [{ role: 'user', content: '你好' }] });
    expect(body({ stop: [], logprobs: 0 })).toEqual({ model: 'm', messages: expect.anything(), logprobs: true });
  });

  it('translates every option', () => {
    const call: Partial<LanguageCall> = {
      maxTokens: 5,
      temperature: 0,
      topP: 0.9,
      topK: 40,
      stop: ['\n', '。'],
      seed: 7,
      frequencyPenalty: 0.1,
      presencePenalty: -0.1,
      logprobs: 3,
      reasoning: 'low',
      tools: [{ name: 'weather', description: '查天气', parameters: { type: 'object', properties: {} } }],
      toolChoice: { name: 'weather' },
    };
    expect(body(call)).toMatchObject({
      max_tokens: 5,
      temperature: 0,
      top_p: 0.9,
      top_k: 40,
      stop: ['\n', '。'],
      seed: 7,
      frequency_penalty: 0.1,
      presence_penalty: -0.1,
      logprobs: true,
      top_logprobs: 3,
      reasoning_effort: 'low',
      tools: [
        {
          type: 'function',
          function: { name: 'weather', description: '查天气', parameters: { type: 'object', properties: {} } },
        },
      ],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    expect(body({ toolChoice: 'required' })).toMatchObject({ tool_choice: 'required' });
  });

  it('names the limit of tokens as the server does, and refuses at OpenAI what OpenAI does not have', () => {
    expect(body({ maxTokens: 5 }, vendor)).toEqual({
      model: 'm',
      messages: expect.anything(),
      max_completion_tokens: 5,
    });
    expect(body({ promptCacheKey: 'k' }, vendor)).toMatchObject({ prompt_cache_key: 'k' });
    expect(body({ promptCacheKey: 'k' })).not.toHaveProperty('prompt_cache_key');
    expect(() => body({ topK: 1 }, vendor)).toThrow(
      expect.objectContaining({ reason: { tag: 'unsupported', feature: 'topK' } }),
    );
    expect(() => body({ messages: [] })).toThrow(/at least one message/);
    expect(() => body({ output: { type: 'choice', choices: [] } })).toThrow(/at least one string/);
  });

  it('asks for structured output by a strict schema, a choice as an object with one field', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    expect(body({ output: { type: 'json', name: 'ticket', schema } }).response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'ticket', strict: true, schema },
    });
    expect(body({ output: { type: 'json', schema, strict: false } })).toMatchObject({
      response_format: { json_schema: { name: 'answer', strict: false } },
    });
    expect(body({ output: { type: 'choice', choices: ['账单', '物流'] } }).response_format).toEqual({
      type: 'json_schema',
      json_schema: {
        name: 'choice',
        strict: true,
        schema: {
          type: 'object',
          properties: { choice: { type: 'string', enum: ['账单', '物流'] } },
          required: ['choice'],
          additionalProperties: false,
        },
      },
    });
  });

  it('passes its own provider options through, and those of no other provider', () => {
    const call = {
      maxTokens: 5,
      providerOptions: { x: { service_tier: 'flex', max_tokens: 9 }, openai: { user: 'u' } },
    };
    expect(body(call)).toEqual({ model: 'm', messages: expect.anything(), service_tier: 'flex', max_tokens: 9 });
  });
});

describe('toChatMessages', () => {
  it('carries a conversation with a tool', () => {
    const conversation: Message[] = [
      { role: 'system', content: 's' },
      { role: 'user', content: [{ type: 'text', text: '天气？' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'think' },
          { type: 'tool-call', id: 'a', name: 'weather', arguments: '{"city":"北京"}' },
          { type: 'source', url: 'https://example.com' },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', id: 'a', name: 'weather', content: '晴' },
          { type: 'tool-result', id: 'b', name: 'weather', content: [{ type: 'text', text: '雨' }], isError: true },
        ],
      },
      { role: 'assistant', content: [] },
    ];
    const wire = toChatMessages(conversation, 'openai');
    expect(wire).toEqual([
      { role: 'system', content: 's' },
      { role: 'user', content: [{ type: 'text', text: '天气？' }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"北京"}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: '晴' },
      { role: 'tool', tool_call_id: 'b', content: '雨' },
      { role: 'assistant', content: '' },
    ]);
    expect(toChatMessages(conversation, 'openai', { replayReasoning: 'reasoning_content' })[2]).toMatchObject({
      reasoning_content: 'think',
    });
  });

  it('carries images, sound and PDF, and says what it cannot carry', () => {
    const data = new Uint8Array([0xff, 0, 1]);
    const file = (mediaType: string, source: Uint8Array | URL = data) =>
      toChatMessages([{ role: 'user', content: [{ type: 'file', mediaType, data: source }] }], 'openai')[0];
    expect(file('image/png')).toMatchObject({ content: [{ image_url: { url: 'data:image/png;base64,/wAB' } }] });
    expect(file('image/png', new URL('https://e.org/a.png'))).toMatchObject({
      content: [{ image_url: { url: 'https://e.org/a.png' } }],
    });
    expect(file('audio/mpeg')).toMatchObject({ content: [{ input_audio: { data: '/wAB', format: 'mp3' } }] });
    expect(file('audio/x-wav')).toMatchObject({ content: [{ input_audio: { format: 'wav' } }] });
    expect(file('application/pdf')).toMatchObject({
      content: [{ file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,/wAB' } }],
    });
    for (const wrong of [() => file('video/mp4'), () => file('application/pdf', new URL('https://e.org/a.pdf'))]) {
      expect(wrong).toThrow(expect.objectContaining({ reason: expect.objectContaining({ tag: 'unsupported' }) }));
    }
  });

  it('encodes long bytes as Buffer does', () => {
    const data = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 31) % 256);
    const [message] = toChatMessages(
      [{ role: 'user', content: [{ type: 'file', mediaType: 'image/png', data }] }],
      'openai',
    );
    expect(JSON.stringify(message)).toContain(Buffer.from(data).toString('base64'));
  });
});
