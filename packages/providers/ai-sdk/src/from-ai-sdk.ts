// `fromAiSdk(model)`: a model of any AI SDK provider as one of ours.
import type { EmbeddingModelV4, LanguageModelV4, RerankingModelV4 } from '@ai-sdk/provider';
import {
  type CallContext,
  type EmbeddingModel,
  invalidInput,
  type LanguageCall,
  type LanguageModel,
  type Price,
  type RerankModel,
  throwIfAborted,
} from '@modeshift/core';
import { AiSdkLanguageModel, tell } from './language-model.ts';
import { mapError } from './map-error.ts';

/** Options of {@link fromAiSdk}. */
export interface FromAiSdkOptions {
  /** What the model costs. The AI SDK does not say. */
  readonly price?: Price;
  /**
   * What happens when the model reports that it left out something that was asked for: `throw` ends the call with
   * `unsupported`, `ignore` goes on without it. Left out: `throw`.
   */
  readonly onUnsupported?: 'throw' | 'ignore';
  /**
   * What the model is known not to take, e.g. `['topK', 'seed']`: asked for, it is refused before a request is made. The AI SDK
   * says what it left out only with the answer.
   */
  readonly lacks?: readonly (keyof LanguageCall)[];
}

/** Options of {@link fromAiSdk} for models that embed. */
export interface FromAiSdkEmbeddingOptions extends FromAiSdkOptions {
  /** Numbers in a vector. The AI SDK does not say. */
  readonly dimensions: number;
}

/**
 * A model of any AI SDK provider (specification v4, `ai` 7) as one of ours: it generates, embeds or reranks. Text, files,
 * reasoning with what the vendor wants back in the next turn, tool calls, sources, usage. Tools that the vendor runs itself
 * are not reported.
 *
 * @throws ModeshiftError `invalid-input` for a model of another specification, or a model that embeds without `dimensions`.
 * Calls throw `unsupported` for log-probabilities, and for what the model says it left out.
 * @example
 * ```ts
 * import { generateText } from '@modeshift/core';
 * import { fromAiSdk, toAiSdk } from '@modeshift/ai-sdk';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * // Any provider: createOpenAICompatible(…)('qwen3'), anthropic('…'), mistral('…') …
 * const theirs = toAiSdk(scriptedModel({ reply: () => '物流' }));
 * const answer = await generateText({ model: fromAiSdk(theirs), messages: [{ role: 'user', content: '到哪了' }] });
 * console.log(answer.text, answer.usage.outputTokens); // 物流 2
 * ```
 */
export function fromAiSdk(
  model: LanguageModelV4,
  options?: FromAiSdkOptions,
): LanguageModel & Required<Pick<LanguageModel, 'generate'>>;
export function fromAiSdk(model: EmbeddingModelV4, options: FromAiSdkEmbeddingOptions): EmbeddingModel;
export function fromAiSdk(model: RerankingModelV4, options?: FromAiSdkOptions): RerankModel;
export function fromAiSdk(
  model: LanguageModelV4 | EmbeddingModelV4 | RerankingModelV4,
  options: FromAiSdkOptions & { readonly dimensions?: number } = {},
): LanguageModel | EmbeddingModel | RerankModel {
  const version: unknown = model?.specificationVersion;
  if (version !== 'v4') {
    throw invalidInput(
      `This is no model of the AI SDK's specification v4, but of ${JSON.stringify(version) ?? 'none'}. Use providers made for \`ai\` 7.`,
    );
  }
  if ('doStream' in model) {
    const { price, lacks = [], onUnsupported } = options;
    return new AiSdkLanguageModel(model, { price, lacks, refuse: onUnsupported !== 'ignore' });
  }
  return 'doEmbed' in model ? embedding(model, options) : reranking(model, options);
}

function embedding(
  model: EmbeddingModelV4,
  { dimensions, price }: FromAiSdkOptions & { readonly dimensions?: number },
): EmbeddingModel {
  if (dimensions === undefined || !(dimensions >= 1))
    throw invalidInput(`Say how long the vectors of ${model.modelId} are: fromAiSdk(model, { dimensions: 1536 }).`);
  const { provider, modelId, maxEmbeddingsPerCall: most } = model;
  const maxItems = typeof most === 'number' && Number.isFinite(most) ? most : undefined;
  return {
    provider,
    modelId,
    price,
    dimensions,
    ...(maxItems !== undefined && { limits: { maxItems } }),
    embed: (texts, context) =>
      run({ provider, modelId }, context, async () => {
        const { embeddings, usage, response } = await model.doEmbed({ values: [...texts], ...ways(context) });
        tell(context, response?.headers);
        return {
          embeddings: embeddings.map(vector => Float32Array.from(vector)),
          usage: { inputTokens: Number.isFinite(usage?.tokens) ? usage!.tokens : undefined, outputTokens: 0 },
        };
      }),
  };
}

function reranking(model: RerankingModelV4, { price }: FromAiSdkOptions): RerankModel {
  const { provider, modelId } = model;
  return {
    provider,
    modelId,
    price,
    rerank: (query, documents, context) =>
      run({ provider, modelId }, context, async () => {
        const values = { type: 'text' as const, values: [...documents] };
        const { ranking, response } = await model.doRerank({ query, documents: values, ...ways(context) });
        tell(context, response?.headers);
        return ranking.map(({ index, relevanceScore }) => ({ index, score: relevanceScore }));
      }),
  };
}

function ways({ signal, headers }: CallContext) {
  return { ...(signal && { abortSignal: signal }), ...(headers && { headers: { ...headers } }) };
}

async function run<T>(
  model: { readonly provider: string; readonly modelId: string },
  { signal, headers }: CallContext,
  work: () => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  try {
    return await work();
  } catch (error) {
    throw mapError(error, { ...model, signal, headers });
  }
}
