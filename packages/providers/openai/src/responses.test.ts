// The Responses API: what is sent, and what is made of the events, each against a server on loopback.
import { generateText, type LanguageCall, type LanguageEvent, type Message, streamText } from '@modeshift/core';
import { faultServer } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { fromResponse } from './from-response.ts';
import { ResponseEventDecoder } from './from-response-event.ts';
import { openai } from './openai.ts';
import { reasonsByName, toResponsesRequest } from './to-responses-request.ts';

const messages: Message[] = [{ role: 'user', content: '你好' }];
const dialect = {
  provider: 'openai',
  includeReasoning: true,
  reasoningSummary: undefined,
  strictTools: false,
} as const;
const body = (call: Partial<LanguageCall>, changes: object = {}) =>
  toResponsesRequest('m', { messages, ...call }, { ...dialect, ...changes }) as Record<string, unknown>;
const sse = (...events: readonly object[]) => ({
  headers: { 'content-type': 'text/event-stream' },
  body: events.map(event => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
});

describe('toResponsesRequest', () => {
  it('is stateless, and asks for the reasoning that it will send back', () => {
    expect(body({})).toEqual({
      model: 'm',
      input: [{ role: 'user', content: '你好' }],
      store: false,
      include: ['reasoning.encrypted_content'],
    });
    expect(body({}, { includeReasoning: false })).not.toHaveProperty('include');
  });

  it('translates every option', () => {
    const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
    const call: Partial<LanguageCall> = {
      maxTokens: 5,
      temperature: 0,
      topP: 0.9,
      logprobs: 3,
      reasoning: 'low',
      promptCacheKey: 'k',
      tools: [{ name: 'weather', description: '查天气', parameters: schema }],
      toolChoice: { name: 'weather' },
      output: { type: 'json', name: 'ticket', schema },
    };
    expect(body(call, { reasoningSummary: 'auto' })).toMatchObject({
      max_output_tokens: 5,
      temperature: 0,
      top_p: 0.9,
      top_logprobs: 3,
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      reasoning: { effort: 'low', summary: 'auto' },
      prompt_cache_key: 'k',
      tools: [{ type: 'function', name: 'weather', description: '查天气', parameters: schema, strict: false }],
      tool_choice: { type: 'function', name: 'weather' },
      text: { format: { type: 'json_schema', name: 'ticket', strict: true, schema } },
    });
    expect(body(call, { strictTools: true }).tools).toMatchObject([{ strict: true }]);
    const open = { tools: [{ name: 't', parameters: { type: 'object', properties: { a: { type: 'string' } } } }] };
    expect(body(open, { strictTools: true }).tools).toMatchObject([{ strict: false }]);
    expect(body({ output: { type: 'choice', choices: ['账单'] } }).text).toMatchObject({
      format: { name: 'choice', schema: { properties: { choice: { enum: ['账单'] } } } },
    });
  });

  it('refuses what this wire cannot say', () => {
    for (const call of [{ stop: ['。'] }, { seed: 1 }, { topK: 1 }, { frequencyPenalty: 1 }, { presencePenalty: 1 }]) {
      const [feature] = Object.keys(call);
      expect(() => body(call)).toThrow(expect.objectContaining({ reason: { tag: 'unsupported', feature } }));
    }
    expect(body({ stop: [] })).not.toHaveProperty('stop');
    expect(() => body({ messages: [] })).toThrow(/at least one message/);
    expect(() => body({ output: { type: 'choice', choices: [] } })).toThrow(/at least one string/);
  });

  it('adds hosted tools and merges provider options', () => {
    const own = {
      tools: [{ type: 'web_search' }],
      include: ['web_search_call.action.sources'],
      reasoning: { summary: 'detailed' },
      text: { verbosity: 'low' },
      service_tier: 'flex',
    };
    expect(body({ reasoning: 'high', providerOptions: { openai: own, other: { x: 1 } } })).toEqual({
      model: 'm',
      input: expect.anything(),
      store: false,
      service_tier: 'flex',
      tools: [{ type: 'web_search' }],
      include: ['reasoning.encrypted_content', 'web_search_call.action.sources'],
      reasoning: { effort: 'high', summary: 'detailed' },
      text: { verbosity: 'low' },
    });
  });

  it('carries a conversation, with its own reasoning and not with that of others', () => {
    const item = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
    const data = new Uint8Array([0xff, 0, 1]);
    const conversation: Message[] = [
      { role: 'system', content: '简短' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '看' },
          { type: 'file', mediaType: 'image/png', data },
          { type: 'file', mediaType: 'image/png', data: new URL('https://e.org/a.png') },
          { type: 'file', mediaType: 'application/pdf', data },
          { type: 'file', mediaType: 'text/plain', data, filename: '说明.txt' },
          { type: 'file', mediaType: 'application/pdf', data: new URL('https://e.org/a.pdf') },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: '想', replay: { provider: 'openai', data: item } },
          { type: 'reasoning', text: '', replay: { provider: 'anthropic', data: 'x' } },
          { type: 'reasoning', text: '想' },
          { type: 'text', text: '好' },
          { type: 'tool-call', id: 'c1', name: 'weather', arguments: '{"city":"北京"}' },
          { type: 'source', url: 'https://example.com' },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', id: 'c1', name: 'weather', content: '晴' },
          {
            type: 'tool-result',
            id: 'c2',
            name: 'plot',
            content: [
              { type: 'text', text: '图' },
              { type: 'file', mediaType: 'image/png', data },
            ],
          },
        ],
      },
      { role: 'assistant', content: '完' },
    ];
    const png = 'data:image/png;base64,/wAB';
    expect(body({ messages: conversation }).input).toEqual([
      { role: 'system', content: '简短' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: '看' },
          { type: 'input_image', detail: 'auto', image_url: png },
          { type: 'input_image', detail: 'auto', image_url: 'https://e.org/a.png' },
          { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,/wAB' },
          { type: 'input_file', filename: '说明.txt', file_data: 'data:text/plain;base64,/wAB' },
          { type: 'input_file', file_url: 'https://e.org/a.pdf' },
        ],
      },
      item,
      { role: 'assistant', content: '好' },
      { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"city":"北京"}' },
      { type: 'function_call_output', call_id: 'c1', output: '晴' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: '图' },
          { type: 'input_image', detail: 'auto', image_url: png },
        ],
      },
      { role: 'assistant', content: '完' },
    ]);
    const sound: Message = { role: 'user', content: [{ type: 'file', mediaType: 'audio/wav', data }] };
    expect(() => body({ messages: [sound] })).toThrow(/api: 'chat'/);
  });

  it('knows by name which models reason', () => {
    const reasons = ['o3', 'o4-mini', 'gpt-5.4-mini', 'gpt-6-sol', 'ft:gpt-5.4-nano:a::b', 'gpt-10'];
    expect(reasons.map(reasonsByName)).toEqual(reasons.map(() => true));
    const others = ['gpt-4.1', 'gpt-4o', 'gpt-5-chat-latest', 'ft:gpt-4.1-mini:a::b', 'o-model'];
    expect(others.map(reasonsByName)).toEqual(others.map(() => false));
  });
});

describe('responses', () => {
  it('sends reasoning back in the next turn as it came, streamed and whole', async () => {
    const thought = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: '想' }],
      encrypted_content: 'gA',
    };
    const call = {
      type: 'function_call',
      id: 'fc_1',
      call_id: 'c1',
      name: 'weather',
      arguments: '{}',
      status: 'completed',
    };
    const response = {
      id: 'r',
      model: 'm-1',
      status: 'completed',
      output: [thought, call],
      usage: {
        input_tokens: 9,
        output_tokens: 5,
        total_tokens: 14,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens_details: { reasoning_tokens: 3 },
      },
    };
    const streamed = sse(
      { type: 'response.created', response: { id: 'r', model: 'm-1', status: 'in_progress', output: [] } },
      { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [] } },
      { type: 'response.reasoning_summary_part.added', output_index: 0, summary_index: 0 },
      { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: '想' },
      { type: 'response.output_item.done', output_index: 0, item: thought },
      { type: 'response.output_item.added', output_index: 1, item: { ...call, arguments: '' } },
      { type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'other', delta: '{}' },
      { type: 'response.output_item.done', output_index: 1, item: call },
      { type: 'response.completed', response },
    );
    const after = {
      body: { ...response, output: [{ type: 'message', content: [{ type: 'output_text', text: '晴' }] }] },
    };
    await using server = await faultServer([{ body: response }, streamed, after]);
    const model = openai('gpt-5.4-mini', { baseURL: server.url, api: 'responses' });
    const whole = await generateText({ model, messages });
    const live = streamText({ model, messages });
    for (const answer of [whole, await live.result]) {
      expect(answer.content).toEqual([
        {
          type: 'reasoning',
          text: '想',
          replay: { provider: 'openai', data: { ...thought } },
        },
        { type: 'tool-call', id: 'c1', name: 'weather', arguments: '{}' },
      ]);
      expect(answer).toMatchObject({
        finishReason: 'tool-calls',
        responseId: 'r',
        usage: { inputTokens: 9, outputTokens: 5, cachedInputTokens: 4, reasoningTokens: 3 },
      });
    }
    const history: Message[] = [
      ...messages,
      { role: 'assistant', content: whole.content },
      { role: 'tool', content: [{ type: 'tool-result', id: 'c1', name: 'weather', content: '晴' }] },
    ];
    await generateText({ model, messages: history });
    expect((server.requests.at(-1)!.json as { input: unknown[] }).input[1]).toEqual(thought);
    const sent = server.requests.map(request => [request.path, (request.json as { stream: boolean }).stream]);
    expect(sent).toEqual([
      ['/responses', false],
      ['/responses', true],
      ['/responses', false],
    ]);
  });

  it('tells refusals, limits and filters apart', () => {
    const origin = { host: 'h', provider: 'openai' };
    const refusal = {
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'refusal', refusal: '不行' }] }],
    };
    expect(fromResponse(refusal, origin)).toMatchObject({
      content: [{ type: 'text', text: '不行' }],
      finishReason: 'content-filter',
    });
    const cut = (reason: string) => ({ status: 'incomplete', incomplete_details: { reason }, output: [] });
    expect(fromResponse(cut('max_output_tokens'), origin).finishReason).toBe('length');
    expect(fromResponse(cut('content_filter'), origin).finishReason).toBe('content-filter');
    expect(() => fromResponse({ choices: [] }, origin)).toThrow(/api: 'chat'/);
    const decoder = new ResponseEventDecoder('openai');
    decoder.push({ type: 'response.refusal.delta', delta: '不' });
    decoder.push({ type: 'response.completed', response: { status: 'completed', output: [] } });
    expect(decoder.end().at(-1)).toMatchObject({ type: 'finish', reason: 'content-filter' });
  });

  it('gives log-probabilities, sources, images, and text that was not streamed', () => {
    const decoder = new ResponseEventDecoder('openai');
    const events: LanguageEvent[] = [];
    const push = (event: object) => events.push(...decoder.push(event));
    push({
      type: 'response.output_text.delta',
      delta: '好',
      logprobs: [{ token: '好', logprob: -0.1, top_logprobs: [] }],
    });
    const annotation = { type: 'url_citation', url: 'https://e.org', title: '例' };
    push({ type: 'response.output_text.annotation.added', annotation });
    push({
      type: 'response.output_item.done',
      item: { type: 'message', content: [{ text: '好', annotations: [annotation] }] },
    });
    push({ type: 'response.output_item.done', output_index: 1, item: { type: 'message', content: [{ text: '吗' }] } });
    push({
      type: 'response.output_item.done',
      output_index: 2,
      item: { type: 'image_generation_call', result: '/wAB' },
    });
    push({ type: 'response.completed', response: { status: 'completed' } });
    expect([...events, ...decoder.end()]).toEqual([
      { type: 'text-delta', text: '好', logprobs: [{ token: '好', logprob: -0.1 }] },
      { type: 'text-delta', text: '吗' },
      { type: 'file', file: { type: 'file', mediaType: 'image/png', data: new Uint8Array([255, 0, 1]) } },
      { type: 'source', source: { type: 'source', url: 'https://e.org', title: '例' } },
      { type: 'finish', reason: 'stop', rawReason: 'completed' },
    ]);
  });

  it('says that an image cannot be read', () => {
    const broken = { output: [{ type: 'image_generation_call', result: '图' }] };
    expect(() => fromResponse(broken, { host: 'h', provider: 'openai' })).toThrow(/not base64/);
  });

  it.each([
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'slow' }, 'rate-limit'],
    [
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'oops' } } },
      'server',
    ],
  ] as const)('throws what the stream says: %j', async (event, tag) => {
    await using server = await faultServer(sse({ type: 'response.created', response: { id: 'r' } }, event));
    const model = openai('m', { baseURL: server.url, api: 'responses', maxRetries: 0 });
    const read = async (): Promise<void> => {
      for await (const _ of model.stream({ messages }, {}));
    };
    await expect(read()).rejects.toMatchObject({ reason: { tag } });
  });

  it('counts the tokens of a prompt', async () => {
    await using server = await faultServer({ body: { object: 'response.input_tokens', input_tokens: 11 } });
    const model = openai('m', { baseURL: server.url, api: 'responses' });
    expect(await model.countTokens('你好', {})).toBe(11);
    expect(server.requests[0]).toMatchObject({
      path: '/responses/input_tokens',
      json: { model: 'm', input: [{ role: 'user', content: '你好' }] },
    });
  });
});
