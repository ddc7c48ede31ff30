// `openaiEmbedding(modelId)`: vectors from OpenAI or any compatible endpoint.
import { type EmbeddingModel, invalidInput } from '@modeshift/core';
import { OpenAIEmbeddingModel } from './embedding-model.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import type { EndpointOptions } from './options.ts';
import { priceOf } from './prices.ts';

/** Options of {@link openaiEmbedding}. */
export interface OpenAIEmbeddingOptions extends EndpointOptions {
  /**
   * How many numbers a vector has. Known for OpenAI's own models, which are shortened when fewer are asked for; needed for
   * every other model.
   */
  readonly dimensions?: number;
  /** What one request may hold. Left out: 2,048 texts and 300,000 tokens at OpenAI, no limit known elsewhere. */
  readonly limits?: NonNullable<EmbeddingModel['limits']>;
  /** How the server sends vectors. Left out: `base64`; take `float` for a server that refuses the word. */
  readonly encoding?: 'base64' | 'float';
}

/**
 * Native lengths of OpenAI's embedding models. The third generation can be shortened.
 *
 * Source: https://platform.openai.com/docs/guides/embeddings
 */
const nativeDimensions: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 1536,
  'text-embedding-3-large': 3072,
  'text-embedding-ada-002': 1536,
};

/**
 * What OpenAI takes in one request.
 *
 * Source: https://platform.openai.com/docs/api-reference/embeddings/create
 */
const openaiLimits = { maxItems: 2048, maxTokens: 300_000 };

/**
 * An embedding model. Vectors travel as base64 and come out as `Float32Array`; OpenAI's have length 1. `embedMany` of the core
 * splits by the limits given here.
 *
 * Wire: https://platform.openai.com/docs/api-reference/embeddings
 *
 * @throws ModeshiftError as `openai`; `invalid-input` where `dimensions` is missing, not a whole number, or more than the model
 * has. Calls throw `invalid-response` for vectors of another length.
 * @example
 * ```ts
 * import { openaiEmbedding } from '@modeshift/openai';
 *
 * const model = openaiEmbedding('bge-m3', { baseURL: 'http://127.0.0.1:8000/v1', dimensions: 1024 });
 * console.log(model.dimensions); // 1024
 * // const { embeddings } = await embedMany({ model, texts: ['你好', '再见'] });
 * ```
 */
export function openaiEmbedding(modelId: string, options: OpenAIEmbeddingOptions = {}): EmbeddingModel {
  return embeddingAt(modelId, options, resolveEndpoint(options));
}

/** An embedding model at a checked endpoint. */
export function embeddingAt(modelId: string, options: OpenAIEmbeddingOptions, endpoint: Endpoint): EmbeddingModel {
  if (modelId.trim() === '') throw invalidInput("The model has no name. Write it as 'text-embedding-3-small'.");
  const native = Object.hasOwn(nativeDimensions, modelId) ? nativeDimensions[modelId] : undefined;
  const dimensions = options.dimensions ?? native;
  if (dimensions === undefined) {
    throw invalidInput(`How many numbers has a vector of ${modelId}? Pass it as "dimensions".`);
  }
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > (native ?? Number.POSITIVE_INFINITY)) {
    throw invalidInput(
      `"dimensions" is ${dimensions}. Give a whole number from 1 to ${native ?? 'what the model has'}.`,
    );
  }
  const isShortened = native !== undefined && dimensions !== native;
  if (isShortened && modelId === 'text-embedding-ada-002') {
    throw invalidInput(`${modelId} cannot be shortened. Leave "dimensions" out, or take text-embedding-3-small.`);
  }
  return new OpenAIEmbeddingModel(modelId, endpoint, {
    dimensions,
    sendDimensions: isShortened,
    encoding: options.encoding ?? 'base64',
    limits: options.limits ?? (endpoint.isOpenAI ? openaiLimits : undefined),
    price: options.price ?? (endpoint.isOpenAI ? priceOf(modelId) : undefined),
  });
}
