// Rerankers made of models that were not made for it: one that writes, one that scores.
import {
  generateText,
  invalidInput,
  type LanguageModel,
  type RerankModel,
  type ScoringModel,
  score,
} from '@modeshift/core';
import { dataRule, tagPassages } from './tag-passages.ts';

/** Options of {@link languageReranker}. */
export interface LanguageRerankerOptions {
  readonly model: LanguageModel;
  /** How many documents a model sees at once, at least 2. Left out: 20. */
  readonly window?: number;
}

/**
 * A reranker that shows a language model numbered passages and has it write their order. More than one window is ordered from the
 * end to the beginning, by half a window at a time, so that the best ones rise to the top. A number that the model leaves out
 * keeps its place after those that it wrote.
 *
 * Source: Sun et al., "Is ChatGPT Good at Search?" (2023), https://arxiv.org/abs/2304.09542
 *
 * @throws ModeshiftError `invalid-input` for a window below 2.
 * @example
 * ```ts
 * import { rerank } from '@modeshift/core';
 * import { languageReranker } from '@modeshift/rag';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const model = languageReranker({ model: scriptedModel({ reply: () => '[2] > [1]' }) });
 * const ranked = await rerank({ model, query: '退款', documents: ['运费由买家承担', '七天内可以退款'] });
 * console.log(ranked[0]?.document); // 七天内可以退款
 * ```
 */
export function languageReranker({ model, window = 20 }: LanguageRerankerOptions): RerankModel {
  if (!(Number.isSafeInteger(window) && window >= 2)) throw invalidInput(`"window" is ${window}. Give at least 2.`);
  return {
    provider: model.provider,
    modelId: model.modelId,
    price: model.price,
    async rerank(query, documents, { signal }) {
      const order = [...documents.keys()];
      const step = Math.ceil(window / 2);
      for (let end = order.length; ; end -= step) {
        const start = Math.max(0, end - window);
        const shown = order.slice(start, end);
        const { text, tag } = tagPassages(
          shown.map((index, i) => ({ number: i + 1, text: documents[index]! })),
          query,
        );
        const rule = `Order the passages by how well they answer the user’s query, the best first. Write their numbers only, as [2] > [3] > [1].\n${dataRule(tag)}`;
        const messages = [
          { role: 'system', content: rule },
          { role: 'user', content: `${text}\n\nQuery: ${query}` },
        ] as const;
        const answer = await generateText({ model, messages, ...(signal && { signal }) });
        const places = orderOf(answer.text, shown.length);
        order.splice(start, shown.length, ...places.map(place => shown[place]!));
        if (start === 0) break;
      }
      return order.map((index, rank) => ({ index, score: 1 - rank / order.length }));
    },
  };
}

/** The places that a model wrote, from 0, and after them those that it left out. */
function orderOf(text: string, count: number): number[] {
  const written = (text.match(/\d+/g) ?? []).map(number => Number(number) - 1);
  const valid = written.filter(place => place >= 0 && place < count);
  return [...new Set([...valid, ...Array.from({ length: count }, (_, place) => place)])];
}

/** Options of {@link likelihoodReranker}. */
export interface LikelihoodRerankerOptions {
  readonly model: ScoringModel;
}

/**
 * A reranker that asks a model how likely the question is after each passage, by token: any checkpoint on this machine can do that,
 * without being trained for it.
 *
 * Source: Sachan et al., "Improving Passage Retrieval with Zero-Shot Question Generation" (2022), https://arxiv.org/abs/2204.07496
 *
 * @example
 * ```ts
 * import { rerank } from '@modeshift/core';
 * import { likelihoodReranker } from '@modeshift/rag';
 * import { scriptedScoringModel } from '@modeshift/testing';
 *
 * const scoring = scriptedScoringModel(prompt => (String(prompt).includes('退款') ? -1 : -5));
 * const ranked = await rerank({
 *   model: likelihoodReranker({ model: scoring }),
 *   query: '能退吗',
 *   documents: ['运费由买家承担', '七天内可以退款'],
 * });
 * console.log(ranked[0]?.document, ranked[0]?.score); // 七天内可以退款 -1
 * ```
 */
export function likelihoodReranker({ model }: LikelihoodRerankerOptions): RerankModel {
  return {
    provider: model.provider,
    modelId: model.modelId,
    price: model.price,
    async rerank(query, documents, { signal }) {
      const ranked: { index: number; score: number }[] = [];
      for (const [index, document] of documents.entries()) {
        const call = {
          model,
          prompt: `Passage: ${document}\n\nA question about this passage: `,
          continuations: [query],
        };
        const { logprob, tokens } = (await score({ ...call, ...(signal && { signal }) })).scores[0]!;
        ranked.push({ index, score: logprob / Math.max(1, tokens.length) });
      }
      return ranked.sort((a, b) => b.score - a.score || a.index - b.index);
    },
  };
}
