// `toAiSdk(model)`: one of our models for the functions of the AI SDK.
import type { EmbeddingModelV4, LanguageModelV4, LanguageModelV4StreamPart, RerankingModelV4 } from '@ai-sdk/provider';
import {
  type EmbeddingModel,
  generateText,
  invalidInput,
  type LanguageEvent,
  type LanguageModel,
  type Model,
  ModeshiftError,
  type RerankModel,
  type ResponseInfo,
} from '@modeshift/core';
import { fromCallOptions } from './from-call-options.ts';
import { StreamWriter, toContent, toFinishReason, toUsage } from './write-stream.ts';

/** What {@link toAiSdk} gives: a model for each thing that ours can do. */
export type AiSdkModelOf<M extends Model> = (M extends LanguageModel ? LanguageModelV4 : unknown) &
  (M extends EmbeddingModel ? EmbeddingModelV4 : unknown) &
  (M extends RerankModel ? RerankingModelV4 : unknown);

/**
 * One of our models for `generateText`, `streamText`, `embedMany`, `rerank` and the rest of `ai` 7: any provider of ours, a
 * model in this process, or a model with our middleware around it. Errors stay `ModeshiftError`s; those that may be tried
 * again are retried by `ai` after the time that the provider asked for.
 *
 * @throws ModeshiftError `invalid-input` for a model that neither generates nor embeds nor reranks.
 * @example
 * ```ts
 * import { toAiSdk } from '@modeshift/ai-sdk';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const model = toAiSdk(scriptedModel({ reply: () => '明天到。' }));
 * // const { text } = await generateText({ model, prompt: '包裹什么时候到？' }); // of `ai`
 * const { content } = await model.doGenerate({ prompt: [{ role: 'system', content: '包裹什么时候到？' }] });
 * console.log(content); // [ { type: 'text', text: '明天到。' } ]
 * ```
 */
export function toAiSdk<M extends Model>(model: M): AiSdkModelOf<M> {
  const { provider, modelId } = model;
  const { stream } = model as Partial<LanguageModel>;
  const { embed, limits } = model as Partial<EmbeddingModel>;
  const { rerank } = model as Partial<RerankModel>;
  if (!stream && !embed && !rerank)
    throw invalidInput(
      `${provider} ${modelId} neither generates nor embeds nor reranks: the AI SDK has no use for it.`,
    );
  return {
    specificationVersion: 'v4',
    provider,
    modelId,
    ...(stream && language(model as unknown as LanguageModel)),
    ...(embed && embedding(model as unknown as EmbeddingModel, limits?.maxItems)),
    ...(rerank && reranking(model as unknown as RerankModel)),
  } as unknown as AiSdkModelOf<M>;
}

function language(model: LanguageModel): Pick<LanguageModelV4, 'supportedUrls' | 'doGenerate' | 'doStream'> {
  return {
    // The provider itself says what it can read: nothing is fetched here.
    supportedUrls: { '*': [/.*/] },
    async doGenerate(options) {
      const { call, context, warnings } = fromCallOptions(options);
      const told = new HeaderWatch();
      try {
        const result = await generateText({ ...call, ...context, onResponse: told.onResponse, model });
        return {
          content: toContent(result.content),
          finishReason: toFinishReason(result.finishReason, undefined),
          usage: toUsage(result.usage),
          warnings,
          response: {
            ...(result.responseId !== undefined && { id: result.responseId }),
            ...(result.modelId !== undefined && { modelId: result.modelId }),
            ...told.fields,
          },
        };
      } catch (error) {
        throw forAiSdk(error);
      }
    },
    async doStream(options) {
      const { call, context, warnings } = fromCallOptions(options);
      const told = new HeaderWatch();
      const events = model.stream(call, { ...context, onResponse: told.onResponse })[Symbol.asyncIterator]();
      let first: IteratorResult<LanguageEvent>;
      try {
        // A refusal comes with the first event: thrown here, `ai` may try again.
        first = await events.next();
      } catch (error) {
        throw forAiSdk(error);
      }
      const writer = new StreamWriter();
      let next: Promise<IteratorResult<LanguageEvent>> | undefined = Promise.resolve(first);
      const stream = new ReadableStream<LanguageModelV4StreamPart>({
        start: controller => controller.enqueue({ type: 'stream-start', warnings }),
        async pull(controller) {
          try {
            let parts: LanguageModelV4StreamPart[] = [];
            while (parts.length === 0) {
              const { done, value } = await (next ?? events.next());
              next = undefined;
              if (done) return controller.close();
              parts = writer.push(value);
            }
            for (const part of parts) controller.enqueue(part);
          } catch (error) {
            controller.enqueue({ type: 'error', error: forAiSdk(error) });
            controller.close();
          }
        },
        async cancel() {
          await events.return?.();
        },
      });
      return { stream, response: told.fields };
    },
  };
}

/** Keeps the headers of the last response: the AI SDK hands them out with the answer. */
class HeaderWatch {
  #headers: Readonly<Record<string, string>> | undefined;

  readonly onResponse = ({ headers }: ResponseInfo): void => {
    this.#headers = headers;
  };

  get fields(): { headers?: Record<string, string> } {
    return this.#headers ? { headers: { ...this.#headers } } : {};
  }
}

function embedding(
  model: EmbeddingModel,
  maxItems: number | undefined,
): Pick<EmbeddingModelV4, 'maxEmbeddingsPerCall' | 'supportsParallelCalls' | 'doEmbed'> {
  return {
    maxEmbeddingsPerCall: maxItems,
    supportsParallelCalls: true,
    async doEmbed({ values, abortSignal, headers, dimensions }) {
      if (dimensions !== undefined && dimensions !== model.dimensions)
        throw invalidInput(`${model.modelId} gives vectors of ${model.dimensions} numbers, not of ${dimensions}.`);
      try {
        const told = new HeaderWatch();
        const ways = { ...(abortSignal && { signal: abortSignal }), ...(headers && { headers }) };
        const { embeddings, usage } = await model.embed(values, { ...ways, onResponse: told.onResponse });
        const tokens = usage.inputTokens;
        return {
          embeddings: embeddings.map(vector => Array.from(vector)),
          ...(tokens !== undefined && { usage: { tokens } }),
          response: told.fields,
          warnings: [],
        };
      } catch (error) {
        throw forAiSdk(error);
      }
    },
  };
}

function reranking(model: RerankModel): Pick<RerankingModelV4, 'doRerank'> {
  return {
    async doRerank({ query, documents, topN, abortSignal, headers }) {
      const texts = documents.type === 'text' ? documents.values : documents.values.map(one => JSON.stringify(one));
      try {
        const told = new HeaderWatch();
        const ways = { ...(abortSignal && { signal: abortSignal }), ...(headers && { headers }) };
        const ranked = await model.rerank(query, texts, { ...ways, onResponse: told.onResponse });
        const ranking = ranked
          .toSorted((a, b) => b.score - a.score)
          .slice(0, topN)
          .map(({ index, score }) => ({ index, relevanceScore: score }));
        return { ranking, response: told.fields };
      } catch (error) {
        throw forAiSdk(error);
      }
    },
  };
}

const markers = ['vercel.ai.error', 'vercel.ai.error.AI_APICallError'].map(name => Symbol.for(name));

/** The same error, with what `ai` looks for: whether and when to try again. It finds errors of its kind by these symbols. */
function forAiSdk(error: unknown): unknown {
  if (!ModeshiftError.is(error)) return error;
  if (error.reason.tag === 'aborted') return new DOMException(error.message, 'AbortError');
  const { retryAfterMs } = error;
  const add: Record<PropertyKey, unknown> = {
    url: error.request?.url ?? '',
    statusCode: 'status' in error.reason ? error.reason.status : undefined,
    responseHeaders: retryAfterMs === undefined ? {} : { 'retry-after-ms': String(retryAfterMs) },
  };
  for (const marker of markers) add[marker] = true;
  for (const name of Reflect.ownKeys(add)) Object.defineProperty(error, name, { value: add[name], configurable: true });
  return error;
}
