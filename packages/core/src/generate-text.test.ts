import { describe, expect, it } from 'vitest';
import { generateText } from './generate-text.ts';
import type { LanguageEvent } from './language-event.ts';
import type { EmbeddingModel, LanguageModel, ScoringModel } from './models.ts';

const model = (events: readonly LanguageEvent[]): LanguageModel => ({
  provider: 'test',
  modelId: 'm',
  price: { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-01-01', source: 'test' },
  async *stream() {
    yield* events;
  },
});
const messages = [{ role: 'user', content: '你好' }] as const;

describe('generateText', () => {
  it('joins deltas into parts, in order, with usage and cost', async () => {
    const result = await generateText({
      messages,
      model: model([
        { type: 'response', id: 'r1', modelId: 'm-2026' },
        { type: 'reasoning-delta', text: 'think' },
        { type: 'text-delta', text: '你' },
        { type: 'text-delta', text: '好' },
        { type: 'tool-call', id: 't', name: 'f', arguments: '{}' },
        { type: 'usage', usage: { inputTokens: 1_000_000, outputTokens: 500_000 } },
        { type: 'finish', reason: 'tool-calls' },
      ]),
    });
    expect(result.text).toBe('你好');
    expect(result.content.map(part => part.type)).toEqual(['reasoning', 'text', 'tool-call']);
    expect(result).toMatchObject({ usd: 2, responseId: 'r1', modelId: 'm-2026', finishReason: 'tool-calls' });
  });

  it('takes the non-streaming request where the wire has one', async () => {
    const both: LanguageModel = {
      ...model([]),
      generate: async () => ({
        content: [{ type: 'text', text: 'whole' }],
        finishReason: 'stop',
        usage: { inputTokens: undefined, outputTokens: undefined },
      }),
    };
    const result = await generateText({ model: both, messages });
    expect(result.text).toBe('whole');
    expect(result.usd).toBeUndefined();
  });

  it('calls an answer without an end interrupted', async () => {
    await expect(generateText({ messages, model: model([{ type: 'text-delta', text: 'ha' }]) })).rejects.toMatchObject({
      reason: { tag: 'interrupted' },
    });
  });

  it('does not start after an abort', async () => {
    await expect(generateText({ messages, model: model([]), signal: AbortSignal.abort() })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
  });
});

it('tells capabilities apart by their methods', () => {
  const language = model([]);
  // @ts-expect-error a model that only generates cannot score
  const scoring: ScoringModel = language;
  // @ts-expect-error nor embed
  const embedding: EmbeddingModel = language;
  expect([scoring, embedding]).toHaveLength(2);
});
