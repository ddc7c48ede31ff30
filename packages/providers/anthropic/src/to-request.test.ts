// The bodies of requests.
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import {
  generateObject,
  generateText,
  type LanguageCall,
  type Message,
  ModeshiftError,
  streamText,
} from '@modeshift/core';
import { faultServer } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anthropic } from './anthropic.ts';
import { traitsOf } from './model-traits.ts';
import { toCountRequest } from './to-count-request.ts';
import { toOutputSchema } from './to-output-schema.ts';
import { toRequest } from './to-request.ts';

const hello: Message[] = [{ role: 'user', content: '你好' }];
const dialectOf = (modelId: string) => ({ traits: traitsOf(modelId), maxTokens: 16_384, citations: false });
const bodyOf = (call: Partial<LanguageCall>, modelId = 'claude-sonnet-4-6') =>
  toRequest(modelId, { messages: hello, ...call }, dialectOf(modelId)).body;
const tagOf = (make: () => unknown): string | undefined => {
  try {
    make();
  } catch (error) {
    return ModeshiftError.is(error) ? error.reason.tag : String(error);
  }
  return undefined;
};

describe('a request', () => {
  it('holds what the wire demands and nothing that was not asked for', () => {
    expect(bodyOf({})).toEqual({
      model: 'claude-sonnet-4-6',
      max_tokens: 16_384,
      messages: [{ role: 'user', content: [{ type: 'text', text: '你好' }] }],
    });
    expect(bodyOf({ maxTokens: 5, temperature: 0, topP: 0.5, topK: 3, stop: ['。'] })).toMatchObject({
      max_tokens: 5,
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      stop_sequences: ['。'],
    });
  });

  it('refuses what the wire cannot say, instead of dropping it', () => {
    for (const option of [{ seed: 1 }, { frequencyPenalty: 1 }, { presencePenalty: 1 }, { logprobs: 0 }]) {
      expect(tagOf(() => bodyOf(option))).toBe('unsupported');
    }
    expect(tagOf(() => bodyOf({ messages: [] }))).toBe('invalid-input');
    expect(tagOf(() => bodyOf({ messages: [{ role: 'user', content: '' }] }))).toBe('invalid-input');
    expect(tagOf(() => bodyOf({ output: { type: 'choice', choices: [] } }))).toBe('invalid-input');
  });

  it('puts the system prompt aside, joins neighbours and leaves empty text out', () => {
    const { system, messages } = bodyOf({
      messages: [
        { role: 'system', content: '简短回答。' },
        { role: 'user', content: '天气？' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: '' },
            { type: 'tool-call', id: 'a', name: 'weather', arguments: '{"city":"成都"}' },
            { type: 'tool-call', id: 'b', name: 'weather', arguments: '{"city":' },
            { type: 'source', url: 'https://x' },
          ],
        },
        { role: 'tool', content: [{ type: 'tool-result', id: 'a', name: 'weather', content: '21' }] },
        {
          role: 'tool',
          content: [
            { type: 'tool-result', id: 'b', name: 'weather', content: [{ type: 'text', text: '坏' }], isError: true },
          ],
        },
        { role: 'user', content: '谢谢' },
        { role: 'system', content: '现在用英文。' },
      ],
    });
    expect(system).toEqual([{ type: 'text', text: '简短回答。' }]);
    expect(messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: '天气？' }] },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'weather', input: { city: '成都' } },
          { type: 'tool_use', id: 'b', name: 'weather', input: { INVALID_JSON: '{"city":' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '21' },
          { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: '坏' }], is_error: true },
          { type: 'text', text: '谢谢' },
        ],
      },
      { role: 'system', content: [{ type: 'text', text: '现在用英文。' }] },
    ]);
  });

  it('sends thoughts back with their signature, and those of others never', () => {
    const { messages } = bodyOf({
      messages: [
        ...hello,
        {
          role: 'assistant',
          content: [
            {
              type: 'reasoning',
              text: '想',
              replay: { provider: 'anthropic', data: { type: 'thinking', signature: 's' } },
            },
            {
              type: 'reasoning',
              text: '',
              replay: { provider: 'anthropic', data: { type: 'redacted_thinking', data: 'd' } },
            },
            { type: 'reasoning', text: '别人的', replay: { provider: 'openai', data: 'secret' } },
            { type: 'reasoning', text: 'unsigned' },
            { type: 'text', text: '好' },
          ],
        },
      ],
    });
    expect((messages as { content: unknown }[])[1]!.content).toEqual([
      { type: 'thinking', thinking: '想', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'text', text: '好' },
    ]);
  });

  it('carries images, PDF and text, as bytes and as URLs, with citations on request', () => {
    const file = (mediaType: string, data: Uint8Array | URL, filename?: string) =>
      ({ type: 'file', mediaType, data, ...(filename && { filename }) }) as const;
    const bytes = new TextEncoder().encode('你好');
    const content = [
      file('image/png', bytes),
      file('image/webp', new URL('https://x/y.webp')),
      file('application/pdf', bytes, '合同.pdf'),
      file('application/pdf', new URL('https://x/y.pdf')),
      file('text/csv', bytes),
      file('image/gif', new URL('data:image/gif;base64,5L2g')),
    ];
    const call = {
      messages: [{ role: 'user' as const, content }],
      providerOptions: { anthropic: { citations: true } },
    };
    const citations = { enabled: true };
    const base64 = Buffer.from(bytes).toString('base64');
    expect((bodyOf(call).messages as { content: unknown }[])[0]!.content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } },
      { type: 'image', source: { type: 'url', url: 'https://x/y.webp' } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: base64 },
        title: '合同.pdf',
        citations,
      },
      { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' }, citations },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '你好' }, citations },
      { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: '5L2g' } },
    ]);
    for (const part of [
      file('audio/wav', bytes),
      file('image/tiff', bytes),
      file('text/plain', new URL('https://x')),
    ]) {
      expect(tagOf(() => bodyOf({ messages: [{ role: 'user', content: [part] }] }))).toBe('unsupported');
    }
  });

  it('puts cache points where the hints are, and keeps the last four', () => {
    const cache = { ttlSeconds: 300 };
    const { tools, system, messages } = bodyOf({
      tools: [{ name: 't', parameters: { type: 'object' }, cache }],
      messages: [
        { role: 'system', content: '系统', cache: { ttlSeconds: 3600 } },
        { role: 'user', content: [1, 2, 3].map(i => ({ type: 'text', text: `${i}`, cache: {} }) as const) },
      ],
    });
    expect(tools).toEqual([{ name: 't', input_schema: { type: 'object' } }]);
    expect(system).toEqual([{ type: 'text', text: '系统', cache_control: { type: 'ephemeral', ttl: '1h' } }]);
    const point = { type: 'ephemeral' };
    expect(messages).toEqual([
      { role: 'user', content: ['1', '2', '3'].map(text => ({ type: 'text', text, cache_control: point })) },
    ]);
  });

  it('says how tools are chosen, adds tools of the server, and lets raw fields win', () => {
    const tools = [{ name: 'weather', description: '天气', parameters: { type: 'object', properties: {} } }];
    const choice = (toolChoice: LanguageCall['toolChoice']) =>
      bodyOf({ tools, ...(toolChoice && { toolChoice }) }).tool_choice;
    expect(choice(undefined)).toBeUndefined();
    expect(choice('auto')).toEqual({ type: 'auto' });
    expect(choice('none')).toEqual({ type: 'none' });
    expect(choice('required')).toEqual({ type: 'any' });
    expect(choice({ name: 'weather' })).toEqual({ type: 'tool', name: 'weather' });
    const search = { type: 'web_search_20260209', name: 'web_search' };
    const options = { tools: [search], service_tier: 'auto', max_tokens: 7, output_config: { effort: 'max' } };
    const body = bodyOf({ tools, providerOptions: { anthropic: options, openai: { user: 'x' } } });
    expect(body).toMatchObject({ service_tier: 'auto', max_tokens: 7, output_config: { effort: 'max' } });
    expect(body.tools).toEqual([{ name: 'weather', description: '天气', input_schema: tools[0]!.parameters }, search]);
    expect(body).not.toHaveProperty('user');
  });

  it.each([
    [
      'claude-sonnet-4-6',
      'high',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'high' }, max_tokens: 16_384 },
    ],
    [
      'claude-fable-5-1',
      'minimal',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
    ],
    ['anthropic/claude-opus-4.7', 'low', { thinking: { type: 'adaptive', display: 'summarized' } }],
    ['claude-haiku-4-5-20251001', 'medium', { thinking: { type: 'enabled', budget_tokens: 8192 }, max_tokens: 24_576 }],
    ['claude-opus-4-20250514', 'high', { thinking: { type: 'enabled', budget_tokens: 16_384 }, max_tokens: 32_768 }],
    ['kimi-k3', 'low', { thinking: { type: 'enabled', budget_tokens: 2048 } }],
    ['claude-opus-5', 'none', { thinking: { type: 'disabled' } }],
    ['claude-sonnet-5-5', 'none', { thinking: { type: 'between_tools' } }],
  ] as const)('asks %s for %s reasoning', (modelId, reasoning, expected) => {
    expect(bodyOf({ reasoning }, modelId)).toMatchObject(expected);
  });

  it('keeps a limit of tokens that was given, and leaves half of it for the answer', () => {
    const old = 'claude-3-7-sonnet-20250219';
    expect(bodyOf({ reasoning: 'high', maxTokens: 4000 }, old)).toMatchObject({
      max_tokens: 4000,
      thinking: { budget_tokens: 2000 },
    });
    expect(tagOf(() => bodyOf({ reasoning: 'low', maxTokens: 1000 }, old))).toBe('invalid-input');
    for (const always of ['claude-opus-5-5', 'claude-fable-5-2', 'claude-mythos-preview']) {
      expect(tagOf(() => bodyOf({ reasoning: 'none' }, always))).toBe('unsupported');
    }
  });

  it('counts with what the counting endpoint takes', () => {
    const call = { messages: hello, maxTokens: 5, temperature: 1, stop: ['x'], reasoning: 'low' } as const;
    const { body } = toCountRequest('claude-sonnet-4-6', call, dialectOf('claude-sonnet-4-6'));
    expect(Object.keys(body).sort()).toEqual(['messages', 'model', 'output_config', 'thinking']);
  });
});

describe('structured output', () => {
  const schema = z.object({ city: z.string().min(2), celsius: z.number().int().optional() });

  it('goes through the wire itself where the model knows it, and comes back as an object', async () => {
    const text = '{"city":"成都","celsius":null}';
    await using server = await faultServer({
      body: { type: 'message', content: [{ type: 'text', text }], stop_reason: 'end_turn' },
    });
    const model = anthropic('claude-sonnet-5-5', { baseURL: server.url });
    const { object, enforcedBy } = await generateObject({ model, schema, messages: hello });
    expect([object, enforcedBy]).toEqual([{ city: '成都' }, 'provider']);
    const { output_config } = server.requests[0]!.json as {
      output_config: { format: { type: string; schema: object } };
    };
    expect(output_config.format.type).toBe('json_schema');
    expect(output_config.format.schema).toMatchObject({ additionalProperties: false, required: ['city', 'celsius'] });
    expect(JSON.stringify(output_config)).not.toContain('"minLength"');
  });

  it('goes through a tool elsewhere: whole and streamed, with the tools of the caller', async () => {
    const input = { city: '成都', celsius: 21 };
    const block = { type: 'tool_use', id: 't', name: 'answer', input };
    const body = { type: 'message', content: [{ type: 'text', text: '好的：' }, block], stop_reason: 'tool_use' };
    const events = [
      { type: 'message_start', message: { id: 'r' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '好的：' } },
      { type: 'content_block_start', index: 1, content_block: { ...block, input: {} } },
      ...['{"city":"成都",', '"celsius":21}'].map(partial_json => ({
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json },
      })),
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ];
    const sse = events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('');
    await using server = await faultServer([{ body }, { body: sse, headers: { 'content-type': 'text/event-stream' } }]);
    const model = anthropic('glm-5', { baseURL: server.url });
    const output = { type: 'json', schema: { type: 'object', properties: {} } } as const;
    const whole = await generateText({ model, messages: hello, output });
    const streamed = await streamText({ model, messages: hello, output, tools: [{ name: 'other', parameters: {} }] })
      .result;
    for (const answer of [whole, streamed]) {
      expect(JSON.parse(answer.text)).toEqual(input);
      expect([answer.finishReason, answer.toolCalls]).toEqual(['stop', []]);
    }
    const [first, second] = server.requests.map(
      request => request.json as { tool_choice: object; tools: { name: string }[] },
    );
    expect(first!.tool_choice).toEqual({ type: 'tool', name: 'answer' });
    expect(second!.tool_choice).toEqual({ type: 'any' });
    expect(second!.tools.map(tool => tool.name)).toEqual(['other', 'answer']);
  });

  it('gives text that came without the tool, and a choice as the chosen string', async () => {
    const start = { type: 'message_start', message: { id: 'r' } };
    const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '{"choice":"物流"}' } };
    const sse = [start, delta, { type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' }]
      .map(event => `data: ${JSON.stringify(event)}\n\n`)
      .join('');
    await using server = await faultServer({ body: sse, headers: { 'content-type': 'text/event-stream' } });
    const output = { type: 'choice', choices: ['物流', '退款'] } as const;
    for (const name of ['glm-5', 'claude-opus-5']) {
      const model = anthropic(name, { baseURL: server.url });
      expect((await streamText({ model, messages: hello, output }).result).text).toBe('物流');
    }
  });

  it('falls back to words for a schema that cannot be enforced', async () => {
    await using server = await faultServer({
      body: { type: 'message', content: [{ type: 'text', text: '{"成都":21}' }], stop_reason: 'end_turn' },
    });
    const model = anthropic('claude-opus-5', { baseURL: server.url });
    const { object, enforcedBy } = await generateObject({
      model,
      schema: z.record(z.string(), z.number()),
      messages: hello,
    });
    expect([object, enforcedBy]).toEqual([{ 成都: 21 }, 'instructions']);
  });

  it('rewrites schemas as the official client does', () => {
    const schemas: Record<string, unknown>[] = [
      {
        type: 'object',
        properties: { n: { type: 'integer', minimum: 1, maximum: 9, description: 'a digit' } },
        required: ['n'],
      },
      { type: 'array', items: { enum: ['甲', '乙'] }, minItems: 1 },
      {
        type: 'object',
        properties: { at: { type: 'string', format: 'date' }, ip: { type: 'string', format: 'ipv9' } },
      },
      { $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } }, $ref: '#/$defs/node' },
      { oneOf: [{ type: 'string', minLength: 2 }, { type: 'null' }] },
      { type: 'array', items: { type: 'number' }, maxItems: 4, minItems: 3 },
    ];
    for (const one of schemas) expect(toOutputSchema(one)).toEqual(transformJSONSchema(one));
    for (const open of [
      {},
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'array', items: [{}] },
    ]) {
      expect(tagOf(() => toOutputSchema(open))).toBe('unsupported');
    }
  });
});
