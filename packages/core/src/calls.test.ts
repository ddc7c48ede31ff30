import { describe, expect, it } from 'vitest';
import { countTokens } from './count-tokens.ts';
import { embed, embedMany } from './embed.ts';
import { ModeshiftError } from './errors.ts';
import { generateText } from './generate-text.ts';
import type { EmbeddingModel, LanguageModel, RerankModel, ScoringModel, TokenCountingModel } from './models.ts';
import { rerank } from './rerank.ts';
import { score } from './score.ts';

const base = { provider: 'test', modelId: 'm' };
const free = { inputPerMillion: 0, outputPerMillion: 0, asOf: '2026-01-01', source: 'test' };

/** Vectors that hold the text's length; a request of more tokens (characters) than `most` is refused. */
const lengths = (limits: EmbeddingModel['limits'] | undefined, most = Number.POSITIVE_INFINITY) => {
  const requests: string[][] = [];
  const model: EmbeddingModel = {
    ...base,
    dimensions: 1,
    price: free,
    ...(limits && { limits }),
    async embed(texts) {
      requests.push([...texts]);
      const tokens = texts.join('').length;
      if (tokens > most) throw new ModeshiftError({ tag: 'context-length' }, `${tokens} tokens are too many`);
      return {
        embeddings: texts.map(text => new Float32Array([text.length])),
        usage: { inputTokens: tokens, outputTokens: 0 },
      };
    },
  };
  return { model, requests };
};
const texts = ['一', '二二', '三三三', '四四四四', '五五五五五'];

describe('embedMany', () => {
  it('keeps the order and splits by items', async () => {
    const { model, requests } = lengths({ maxItems: 2 });
    const result = await embedMany({ model, texts });
    expect(result.embeddings.map(vector => vector[0])).toEqual([1, 2, 3, 4, 5]);
    expect(requests.map(request => request.length)).toEqual([2, 2, 1]);
    expect([result.usage.inputTokens, result.usd, result.requests]).toEqual([15, 0, 3]);
  });

  it('splits by tokens, and keeps a text whole that is larger than the limit', async () => {
    const { model, requests } = lengths({ maxTokens: 4 });
    await embedMany({ model, texts, tokensOf: text => text.length, concurrency: 1 });
    expect(requests).toEqual([['一', '二二'], ['三三三'], ['四四四四'], ['五五五五五']]);
  });

  it('halves a request that is refused as too large, until it fits', async () => {
    const { model, requests } = lengths(undefined, 6);
    const result = await embedMany({ model, texts });
    expect(result.embeddings.map(vector => vector[0])).toEqual([1, 2, 3, 4, 5]);
    expect(requests[0]).toHaveLength(5);
    expect(result.usage.inputTokens).toBe(15);
  });

  it('says which text is too long by itself', async () => {
    const { model } = lengths(undefined, 4);
    await expect(embedMany({ model, texts })).rejects.toThrow('Text 5 of 5 is too long');
  });

  it('makes no request for nothing, refuses empty texts, stops after an error', async () => {
    const { model, requests } = lengths({ maxItems: 1 }, 1);
    expect((await embedMany({ model, texts: [] })).embeddings).toEqual([]);
    expect(requests).toHaveLength(0);
    await expect(embedMany({ model, texts: ['一', ''] })).rejects.toThrow('Text 2 of 2 is empty');
    await expect(embedMany({ model, texts, concurrency: 1 })).rejects.toThrow('Text 2');
    expect(requests).toHaveLength(2);
  });

  it('stops the requests that run when one fails', async () => {
    const stopped: string[] = [];
    const model: EmbeddingModel = {
      ...lengths({ maxItems: 1 }).model,
      embed: ([text], { signal }) =>
        new Promise((_, reject) => {
          if (text === '二二') reject(new ModeshiftError({ tag: 'server' }, 'down'));
          signal!.addEventListener('abort', () => void stopped.push(text!));
        }),
    };
    await expect(embedMany({ model, texts })).rejects.toThrow('down');
    expect(stopped).toEqual(['一', '三三三', '四四四四']);
    const aborted = embedMany({ model, texts: ['一'], signal: AbortSignal.timeout(10) });
    await expect(aborted).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });

  it('keeps to its concurrency and reports progress', async () => {
    let running = 0;
    let most = 0;
    const model: EmbeddingModel = {
      ...lengths({ maxItems: 1 }).model,
      async embed(texts, ctx) {
        running += 1;
        most = Math.max(most, running);
        await new Promise(resolve => setImmediate(resolve));
        running -= 1;
        return lengths(undefined).model.embed(texts, ctx);
      },
    };
    const done: number[] = [];
    await embedMany({ model, texts, concurrency: 2, onProgress: progress => void done.push(progress.done) });
    expect(most).toBe(2);
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives one vector for one text', async () => {
    expect((await embed({ ...lengths(undefined), text: '你好' })).embedding).toEqual(new Float32Array([2]));
  });
});

describe('score', () => {
  const model: ScoringModel = {
    ...base,
    price: { ...free, inputPerMillion: 1e6 },
    score: async ({ continuations }) => ({
      scores: continuations.map(continuation => ({ continuation, logprob: -continuation.length, tokens: [] })),
      usage: { inputTokens: 4, outputTokens: 0 },
    }),
  };

  it('gives one score for each continuation, with the price', async () => {
    const result = await score({ model, prompt: '情感：', continuations: ['正面', '负'] });
    expect(result.scores.map(one => one.logprob)).toEqual([-2, -1]);
    expect(result.usd).toBe(4);
  });

  it('refuses what cannot be scored, and figures that do not belong', async () => {
    await expect(score({ model, prompt: '', continuations: [] })).rejects.toThrow('nothing to score');
    await expect(score({ model, prompt: '', continuations: ['a', ''] })).rejects.toThrow('is empty');
    const wrong: ScoringModel = {
      ...model,
      score: async (_, ctx) => model.score({ prompt: '', continuations: ['x'] }, ctx),
    };
    await expect(score({ model: wrong, prompt: '', continuations: ['a'] })).rejects.toMatchObject({
      reason: { tag: 'invalid-response' },
    });
  });

  it('honours its signal and its limit of time', async () => {
    const stuck: ScoringModel = { ...model, score: () => new Promise(() => undefined) };
    const call = { model: stuck, prompt: '', continuations: ['a'] };
    await expect(score({ ...call, timeout: { total: 5 } })).rejects.toMatchObject({ reason: { tag: 'timeout' } });
    await expect(score({ ...call, signal: AbortSignal.timeout(5) })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
  });
});

describe('rerank', () => {
  const model: RerankModel = {
    ...base,
    rerank: async (query, documents) =>
      documents.map((document, index) => ({ index, score: document.split(query).length - 1 })),
  };

  it('sorts, cuts and hands the documents back', async () => {
    const documents = [{ text: '山水' }, { text: '水水' }, { text: '水' }, { text: '火' }];
    const ranked = await rerank({ model, query: '水', documents, text: document => document.text, top: 3 });
    expect(ranked.map(one => [one.document.text, one.index, one.score])).toEqual([
      ['水水', 1, 2],
      ['山水', 0, 1],
      ['水', 2, 1],
    ]);
  });

  it('asks nothing for nothing, and needs to know the text', async () => {
    expect(await rerank({ model, query: '水', documents: [] })).toEqual([]);
    await expect(rerank({ model, query: '水', documents: [{ text: '水' }] })).rejects.toThrow('Give "text"');
  });
});

describe('what a model cannot do', () => {
  const language: LanguageModel = { ...base, async *stream() {} };
  const scoring: ScoringModel = {
    ...base,
    score: async () => ({ scores: [], usage: { inputTokens: 0, outputTokens: 0 } }),
  };
  const counting: TokenCountingModel = {
    ...base,
    countTokens: async call => (typeof call === 'string' ? call.length : 0),
  };
  const messages = [{ role: 'user', content: '?' }] as const;

  it('does not compile', async () => {
    const wrong = [
      // @ts-expect-error a model that only generates cannot score
      () => score({ model: language, prompt: '', continuations: ['a'] }),
      // @ts-expect-error nor embed
      () => embed({ model: language, text: 'a' }),
      // @ts-expect-error nor rerank
      () => rerank({ model: language, query: '', documents: ['a'] }),
      // @ts-expect-error nor count
      () => countTokens({ model: language, content: 'a' }),
      // @ts-expect-error a model that only scores cannot generate
      () => generateText({ model: scoring, messages }),
      // @ts-expect-error a union must be narrowed first
      () => score({ model: language as LanguageModel | ScoringModel, prompt: '', continuations: ['a'] }),
    ];
    expect(wrong).toHaveLength(6);
    expect(await countTokens({ model: counting, content: '你好' })).toBe(2);
  });

  it('types the options of a provider by the model', () => {
    const typed = language as LanguageModel<{ openai?: { user?: string; store?: boolean } }>;
    const general: LanguageModel = typed;
    const right = [
      () => generateText({ model: typed, messages, providerOptions: { openai: { user: '甲' } } }),
      () => generateText({ model: general, messages, providerOptions: { anyone: { anything: 1 } } }),
    ];
    const wrong = [
      // @ts-expect-error not an option of this provider
      () => generateText({ model: typed, messages, providerOptions: { openai: { usr: '甲' } } }),
      // @ts-expect-error not this provider
      () => generateText({ model: typed, messages, providerOptions: { opnai: {} } }),
    ];
    expect([right.length, wrong.length]).toEqual([2, 2]);
  });
});
