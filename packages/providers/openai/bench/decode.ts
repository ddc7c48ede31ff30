// What decoding a streamed answer costs, for each chunk, beside the official client and beside a bare SSE parser.
// npm run bench -- providers/openai
import { streamText } from '@modeshift/core';
import { openai } from '@modeshift/openai';
import { OpenAI } from 'openai';
import { bareParse, measureDecoding } from '../../../../bench/decoding/measure.ts';

const messages = [{ role: 'user' as const, content: 'x' }];
const clientOf = (fetch: typeof globalThis.fetch): OpenAI =>
  new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1', fetch, logLevel: 'off' });
const frame = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

function ours(api: 'chat' | 'responses') {
  const modelOf = (fetch: typeof globalThis.fetch) => openai('m', { baseURL: 'http://127.0.0.1', fetch, api });
  return {
    async 'ours, model.stream'(fetch: typeof globalThis.fetch) {
      let length = 0;
      for await (const event of modelOf(fetch).stream({ messages }, {})) {
        if (event.type === 'text-delta') length += event.text.length;
      }
      return length;
    },
    async 'ours, streamText'(fetch: typeof globalThis.fetch) {
      return (await streamText({ model: modelOf(fetch), messages }).result).text.length;
    },
  };
}

console.log('Chat completions');
await measureDecoding(
  {
    'bare SSE parse': bareParse(
      ({ choices }: { choices: { delta: { content?: string } }[] }) => choices[0]?.delta.content,
    ),
    ...ours('chat'),
    async 'client, create with stream'(fetch) {
      let length = 0;
      const request = { model: 'm', messages, stream: true } as const;
      for await (const chunk of await clientOf(fetch).chat.completions.create(request)) {
        length += chunk.choices[0]?.delta.content?.length ?? 0;
      }
      return length;
    },
    async 'client, stream().finalContent'(fetch) {
      const stream = clientOf(fetch).chat.completions.stream({ model: 'm', messages });
      return (await stream.finalContent())?.length ?? 0;
    },
  },
  chunks => {
    const chunk = (delta: object, finish_reason: string | null = null) =>
      frame({
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta, finish_reason }],
      });
    const deltas = Array.from({ length: chunks }, (_, i) => chunk({ content: `物流 ${i} ` }));
    return [chunk({ role: 'assistant', content: '' }), ...deltas, chunk({}, 'stop'), 'data: [DONE]\n\n'];
  },
);

console.log('Responses');
await measureDecoding(
  {
    'bare SSE parse': bareParse(({ type, delta }: { type: string; delta?: string }) =>
      type === 'response.output_text.delta' ? delta : undefined,
    ),
    ...ours('responses'),
    async 'client, create with stream'(fetch) {
      let length = 0;
      for await (const event of await clientOf(fetch).responses.create({ model: 'm', input: 'x', stream: true })) {
        if (event.type === 'response.output_text.delta') length += event.delta.length;
      }
      return length;
    },
    async 'client, stream().finalResponse'(fetch) {
      const stream = clientOf(fetch).responses.stream({ model: 'm', input: 'x' });
      const [item] = (await stream.finalResponse()).output;
      const part = item?.type === 'message' ? item.content[0] : undefined;
      return part?.type === 'output_text' ? part.text.length : 0;
    },
  },
  chunks => {
    const named = (data: { readonly type: string }) => `event: ${data.type}\n${frame(data)}`;
    const response = { id: 'r', object: 'response', model: 'm', status: 'in_progress', output: [] };
    const item = { id: 'i', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    const texts = Array.from({ length: chunks }, (_, i) => `物流 ${i} `);
    const at = { item_id: 'i', output_index: 0, content_index: 0 };
    const part = { type: 'output_text', text: texts.join(''), annotations: [], logprobs: [] };
    const whole = { ...item, status: 'completed', content: [part] };
    const usage = { input_tokens: 1, output_tokens: chunks, total_tokens: chunks + 1 };
    return [
      named({ type: 'response.created', response } as never),
      named({ type: 'response.output_item.added', output_index: 0, item } as never),
      named({ type: 'response.content_part.added', ...at, part: { ...part, text: '' } } as never),
      ...texts.map(delta => named({ type: 'response.output_text.delta', ...at, delta, logprobs: [] } as never)),
      named({ type: 'response.output_text.done', ...at, text: part.text, logprobs: [] } as never),
      named({ type: 'response.content_part.done', ...at, part } as never),
      named({ type: 'response.output_item.done', output_index: 0, item: whole } as never),
      named({
        type: 'response.completed',
        response: { ...response, status: 'completed', output: [whole], usage },
      } as never),
    ];
  },
);
