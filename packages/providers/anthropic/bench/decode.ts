// What decoding a streamed answer costs, for each chunk, beside the official client and beside a bare SSE parser.
// npm run bench -- providers/anthropic
import Anthropic from '@anthropic-ai/sdk';
import { anthropic } from '@modeshift/anthropic';
import { streamText } from '@modeshift/core';
import { bareParse, measureDecoding } from '../../../../bench/decoding/measure.ts';

/** A message of text deltas. */
function framesOf(chunks: number): string[] {
  const frame = (data: { readonly type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const usage = { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage,
  };
  const frames = [
    frame({ type: 'message_start', message } as never),
    frame({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as never),
  ];
  for (let i = 0; i < chunks; i++) {
    const delta = { type: 'text_delta', text: `物流 ${i} ` };
    frames.push(frame({ type: 'content_block_delta', index: 0, delta } as never));
  }
  const delta = { stop_reason: 'end_turn', stop_sequence: null };
  frames.push(
    frame({ type: 'content_block_stop', index: 0 } as never),
    frame({ type: 'message_delta', delta, usage: { output_tokens: chunks } } as never),
    frame({ type: 'message_stop' }),
  );
  return frames;
}

const request = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'x' }] };
const messages = [{ role: 'user', content: 'x' }] as const;

await measureDecoding(
  {
    'bare SSE parse': bareParse(({ delta }: { delta?: { text?: string } }) => delta?.text),
    async 'ours, model.stream'(fetch) {
      const model = anthropic('m', { baseURL: 'http://127.0.0.1', fetch });
      let length = 0;
      for await (const event of model.stream({ messages }, {})) {
        if (event.type === 'text-delta') length += event.text.length;
      }
      return length;
    },
    async 'ours, streamText'(fetch) {
      const model = anthropic('m', { baseURL: 'http://127.0.0.1', fetch });
      return (await streamText({ model, messages }).result).text.length;
    },
    async 'client, create with stream'(fetch) {
      const client = new Anthropic({ apiKey: 'k', baseURL: 'http://127.0.0.1', fetch, logLevel: 'off' });
      let length = 0;
      for await (const event of await client.messages.create({ ...request, stream: true })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
          length += event.delta.text.length;
      }
      return length;
    },
    async 'client, stream().finalMessage'(fetch) {
      const client = new Anthropic({ apiKey: 'k', baseURL: 'http://127.0.0.1', fetch, logLevel: 'off' });
      const [block] = (await client.messages.stream(request).finalMessage()).content;
      return block?.type === 'text' ? block.text.length : 0;
    },
  },
  framesOf,
);
