import { costOf, generateText, ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { scriptedModel } from './scripted-model.ts';
import { scriptedScoringModel } from './scripted-scoring-model.ts';

const messages = [{ role: 'user', content: '你好 hi' }] as const;
const price = { inputPerMillion: 1e6, outputPerMillion: 2e6, asOf: '2026-01-01', source: 'test' };

describe('scriptedModel', () => {
  it('answers with text in deltas, code point usage and the price given', async () => {
    const model = scriptedModel({ reply: () => '物流🚚很慢了', price, deltaLength: 2 });
    const deltas = [];
    for await (const event of model.stream({ messages }, {})) if (event.type === 'text-delta') deltas.push(event.text);
    expect(deltas).toEqual(['物流', '🚚很', '慢了']);
    const answer = await generateText({ model, messages });
    expect(answer.usage).toEqual({ inputTokens: 5, outputTokens: 6 });
    expect(answer.usd).toBe(5 + 12);
    expect(model.journal.map(entry => entry.call.messages)).toEqual([messages, messages]);
  });

  it('gives events as they are, throws errors, and knows which call it is', async () => {
    const error = new ModeshiftError({ tag: 'rate-limit' }, 'slow down');
    const model = scriptedModel({
      reply: (_, index) => (index === 0 ? error : [{ type: 'finish', reason: 'length' }]),
    });
    await expect(generateText({ model, messages })).rejects.toBe(error);
    expect((await generateText({ model, messages })).finishReason).toBe('length');
  });

  it('honours an abort between deltas', async () => {
    const controller = new AbortController();
    const model = scriptedModel({ reply: () => 'abcdefgh', deltaLength: 1 });
    const read = async (): Promise<void> => {
      for await (const event of model.stream({ messages }, { signal: controller.signal })) {
        if (event.type === 'text-delta' && event.text === 'c') controller.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });
});

describe('scriptedScoringModel', () => {
  it('sums token log-probabilities and keeps the order asked', async () => {
    const model = scriptedScoringModel((_, continuation) => [...continuation].map(token => ({ token, logprob: -1 })), {
      price,
    });
    const result = await model.score({ prompt: '甲', continuations: ['乙丙', '丁'] }, {});
    expect(result.scores.map(score => [score.continuation, score.logprob])).toEqual([
      ['乙丙', -2],
      ['丁', -1],
    ]);
    expect(costOf(result.usage, model.price)).toBe(5);
    expect(model.journal).toHaveLength(1);
    await expect(
      model.score({ prompt: 'a', continuations: ['b'] }, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });
});
