// Vectors over the embeddings endpoint, fetched as base64: a third of the bytes, and no numbers to parse.
import {
  type CallContext,
  type EmbeddingModel,
  type EmbedResult,
  ModeshiftError,
  type Price,
  throwIfAborted,
} from '@modeshift/core';
import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { Endpoint } from './endpoint.ts';
import { mapUsage } from './map-usage.ts';
import { readVector } from './read-vector.ts';
import { ServiceClient } from './service-client.ts';
import type { WireUsage } from './wire.ts';

const path = '/embeddings';

/** What an embedding model depends on besides its endpoint. */
export interface EmbeddingSettings {
  readonly dimensions: number;
  /** Sends `dimensions`, which shortens the vectors of models that can be shortened. */
  readonly sendDimensions: boolean;
  readonly encoding: 'base64' | 'float';
  readonly limits: NonNullable<EmbeddingModel['limits']> | undefined;
  readonly price: Price | undefined;
}

/** The class behind `openaiEmbedding`. */
export class OpenAIEmbeddingModel implements EmbeddingModel {
  readonly provider: string;
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly dimensions: number;
  readonly limits?: NonNullable<EmbeddingModel['limits']>;
  readonly #service: ServiceClient;
  readonly #settings: EmbeddingSettings;

  constructor(modelId: string, endpoint: Endpoint, settings: EmbeddingSettings) {
    this.provider = endpoint.provider;
    this.modelId = modelId;
    this.price = settings.price;
    this.dimensions = settings.dimensions;
    if (settings.limits) this.limits = settings.limits;
    this.#service = new ServiceClient(endpoint, modelId);
    this.#settings = settings;
  }

  async embed(texts: readonly string[], context: CallContext): Promise<EmbedResult> {
    throwIfAborted(context.signal);
    if (texts.length === 0) return { embeddings: [], usage: { inputTokens: 0, outputTokens: 0 } };
    const { dimensions, encoding, sendDimensions } = this.#settings;
    const body: EmbeddingCreateParams = {
      model: this.modelId,
      input: [...texts],
      // The client decodes base64 into lists of numbers unless it is asked for explicitly.
      encoding_format: encoding,
      ...(sendDimensions && { dimensions }),
    };
    return await this.#service.request(path, context, async (client, options) => {
      const answer: unknown = await client.embeddings.create(body, options);
      const { data, usage } = (answer ?? {}) as { data?: readonly WireEmbedding[]; usage?: WireUsage };
      if (!Array.isArray(data) || data.length !== texts.length) throw this.#wrong(`${data?.length ?? 'no'} vectors`);
      const embeddings: Float32Array[] = new Array(texts.length);
      for (const [i, { index, embedding }] of (data as readonly WireEmbedding[]).entries()) {
        const vector = readVector(embedding);
        if (!vector || vector.length !== dimensions) throw this.#wrong(`a vector of ${vector?.length ?? 'no'} numbers`);
        embeddings[index ?? i] = vector;
      }
      return { embeddings, usage: { ...mapUsage(usage), outputTokens: 0 } };
    });
  }

  #wrong(what: string): ModeshiftError {
    return new ModeshiftError(
      { tag: 'invalid-response' },
      `${this.#service.host} gave ${what} for ${this.modelId}, whose vectors should have ${this.dimensions} numbers each. Check the model name and pass its real "dimensions".`,
    );
  }
}

interface WireEmbedding {
  readonly index?: number;
  readonly embedding?: unknown;
}
