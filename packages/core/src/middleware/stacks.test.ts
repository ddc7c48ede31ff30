// A law: whatever stands around a model, in whatever order, the answer is the same, streamed and whole.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { generateText } from '../generate-text.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { LanguageModel } from '../models.ts';
import { streamText } from '../stream-text.ts';
import { budget } from './budget.ts';
import { cache } from './cache.ts';
import { defaultSettings } from './default-settings.ts';
import { type Middleware, withMiddleware } from './middleware.ts';
import { rateLimit } from './rate-limit.ts';
import { record } from './record.ts';
import { redact } from './redact.ts';
import { replay } from './replay.ts';
import { retry } from './retry.ts';
import { simulateStreaming } from './simulate-streaming.ts';
import { memoryStore } from './store.ts';
import { trace } from './trace.ts';

const span = { setAttributes: () => undefined, setStatus: () => undefined, end: () => undefined };
const makers: Readonly<Record<string, () => Middleware>> = {
  retry: () => retry(),
  trace: () => trace({ tracer: { startSpan: () => span }, captureContent: true }),
  rateLimit: () => rateLimit({ concurrency: 1 }),
  budget: () => budget({ tokens: 1_000_000 }),
  cache: () => cache(),
  record: () => record({ store: memoryStore() }),
  redact: () => redact(),
  simulateStreaming: () => simulateStreaming({ chunkLength: 2 }),
  defaultSettings: () => defaultSettings({ temperature: 0 }),
};
const usage = { inputTokens: 3, outputTokens: 4 };
const messages = [{ role: 'user', content: '写信给 li@example.com' }] as const;

const words = fc.constantFrom('好', '', 'a', '😀', '[', '[EMA', 'IL_1]', '[EMAIL_1]', '[EMAIL_2]');
const event: fc.Arbitrary<LanguageEvent> = fc.oneof(
  words.map(text => ({ type: 'text-delta' as const, text })),
  words.map(text => ({ type: 'text-delta' as const, text, logprobs: [{ token: text, logprob: -1 }] })),
  words.map(text => ({ type: 'reasoning-delta' as const, text })),
  words.map(text => ({ type: 'reasoning-delta' as const, text, replay: { provider: 'test', data: [text] } })),
  fc.nat(99).map(n => ({ type: 'tool-call' as const, id: `t${n}`, name: 'f', arguments: '{"to":"[EMAIL_1]"}' })),
  fc.constant({ type: 'source' as const, source: { type: 'source' as const, url: 'https://example.com/' } }),
  fc.constant({
    type: 'file' as const,
    file: { type: 'file' as const, mediaType: 'image/png', data: new Uint8Array([1, 255]) },
  }),
);

it('any stack of middleware gives the answer of the model, streamed and whole, once and again', async () => {
  const stacks = fc.shuffledSubarray(Object.keys(makers));
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 12 }), stacks, fc.boolean(), async (content, names, hasGenerate) => {
      const events: LanguageEvent[] = [
        { type: 'response', id: 'r', modelId: 'm-1' },
        ...content,
        { type: 'usage', usage },
        { type: 'finish', reason: 'stop' },
      ];
      const streaming: LanguageModel = {
        provider: 'test',
        modelId: 'm',
        async *stream() {
          yield* events;
        },
      };
      const plain = await generateText({ model: streaming, messages });
      const model: LanguageModel = hasGenerate ? { ...streaming, generate: async () => plain } : streaming;
      const put = (text: string): string =>
        names.includes('redact') ? text.replaceAll('[EMAIL_1]', 'li@example.com') : text;
      const expected = {
        responseId: 'r',
        modelId: 'm-1',
        finishReason: 'stop',
        content: plain.content.map(part => {
          if (part.type === 'text' || part.type === 'reasoning') return { ...part, text: put(part.text) };
          return part.type === 'tool-call' ? { ...part, arguments: put(part.arguments) } : part;
        }),
      };
      const stack = withMiddleware(model, ...names.map(name => makers[name]!()));
      let seen = '';
      const answer = streamText({ model: stack, messages });
      for await (const text of answer.textStream) seen += text;
      const streamed = await answer.result;
      expect(streamed).toMatchObject({ ...expected, usage });
      expect(seen).toBe(streamed.text);
      // The second answer may come from the cache: then it costs nothing and says what it took.
      const whole = await generateText({ model: stack, messages });
      expect(whole).toMatchObject(expected);
      expect(whole.cached?.usage ?? whole.usage).toEqual(usage);
      expect(whole.cached !== undefined).toBe(names.includes('cache'));
      expect(whole.logprobs?.map(one => one.token).join('')).toBe(plain.logprobs?.map(one => one.token).join(''));
    }),
    { numRuns: 300 },
  );
});

it('what was recorded is replayed, event by event and error by error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 12 }), fc.boolean(), async (content, breaks) => {
      const model: LanguageModel = {
        provider: 'test',
        modelId: 'm',
        async *stream() {
          yield* content;
          if (breaks) return;
          yield { type: 'usage', usage };
          yield { type: 'finish', reason: 'stop' };
        },
      };
      const store = memoryStore();
      const read = async (one: LanguageModel): Promise<unknown> => {
        const events: LanguageEvent[] = [];
        try {
          for await (const event of streamText({ model: one, messages })) events.push(event);
          return { events };
        } catch (error) {
          return { events, error: (error as Error).message };
        }
      };
      const first = await read(record({ store })(model));
      expect(await read(replay({ store })(model))).toEqual(first);
    }),
    { numRuns: 200 },
  );
});
