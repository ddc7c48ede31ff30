// What our adapter adds to a provider of the AI SDK, for each chunk, beside that provider alone and `streamText` of `ai`.
// npm run bench -- providers/ai-sdk
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { fromAiSdk } from '@modeshift/ai-sdk';
import { streamText } from '@modeshift/core';
import { streamText as theirStreamText } from 'ai';
import { bareParse, measureDecoding } from '../../../../bench/decoding/measure.ts';

const messages = [{ role: 'user', content: 'x' }] as const;
const modelOf = (fetch: typeof globalThis.fetch) =>
  createOpenAICompatible({ name: 'c', baseURL: 'http://127.0.0.1', fetch })('m');

await measureDecoding(
  {
    'bare SSE parse': bareParse(
      ({ choices }: { choices: { delta: { content?: string } }[] }) => choices[0]?.delta.content,
    ),
    async 'their provider, doStream'(fetch) {
      let length = 0;
      const { stream } = await modelOf(fetch).doStream({
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }],
      });
      for await (const part of stream) if (part.type === 'text-delta') length += part.delta.length;
      return length;
    },
    async 'through fromAiSdk, model.stream'(fetch) {
      let length = 0;
      for await (const event of fromAiSdk(modelOf(fetch)).stream({ messages }, {})) {
        if (event.type === 'text-delta') length += event.text.length;
      }
      return length;
    },
    async 'through fromAiSdk, streamText'(fetch) {
      return (await streamText({ model: fromAiSdk(modelOf(fetch)), messages }).result).text.length;
    },
    async 'streamText of ai'(fetch) {
      return (await theirStreamText({ model: modelOf(fetch), prompt: 'x' }).text).length;
    },
  },
  chunks => {
    const chunk = (delta: object, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    const deltas = Array.from({ length: chunks }, (_, i) => chunk({ content: `物流 ${i} ` }));
    return [chunk({ role: 'assistant', content: '' }), ...deltas, chunk({}, 'stop'), 'data: [DONE]\n\n'];
  },
  9,
);
