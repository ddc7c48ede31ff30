// Vectors of texts, in as many requests as the model's limits ask for.
import type { ModelThatEmbeds } from './capability.ts';
import { invalidInput, ModeshiftError } from './errors.ts';
import { estimateTokens } from './estimate-tokens.ts';
import type { EmbeddingModel, EmbedResult, Model } from './models.ts';
import type { Progress } from './progress.ts';
import { type CallOptions, runCall } from './run-call.ts';
import { addUsage, costOf, type Usage } from './usage.ts';

/** What {@link embed} gives. */
export interface EmbedOneResult {
  readonly embedding: Float32Array;
  readonly usage: Usage;
  /** Price in US dollars; `undefined` where the price or the usage is unknown. */
  readonly usd: number | undefined;
}

/** What {@link embedMany} takes. */
export interface EmbedManyCall<M extends Model> extends CallOptions {
  readonly model: M & ModelThatEmbeds<M>;
  readonly texts: readonly string[];
  /** How many requests run at once. Left out: 4. */
  readonly concurrency?: number;
  /** Limits of a request that replace the model's own. */
  readonly limits?: EmbeddingModel['limits'];
  /** Tokens of a text, to fill requests up to a limit of tokens. Left out: estimated from its bytes. */
  readonly tokensOf?: (text: string) => number;
  readonly onProgress?: (progress: Progress) => void;
}

/** What {@link embedMany} gives. */
export interface EmbedManyResult extends EmbedResult {
  /** Price in US dollars; `undefined` where the price or the usage is unknown. */
  readonly usd: number | undefined;
  /** How many requests were answered. */
  readonly requests: number;
}

/**
 * The vector of one text.
 *
 * @example
 * ```ts
 * import { embed, type EmbeddingModel } from '@modeshift/core';
 *
 * const lengths: EmbeddingModel = {
 *   provider: 'example',
 *   modelId: 'lengths',
 *   dimensions: 1,
 *   embed: async texts => ({
 *     embeddings: texts.map(text => new Float32Array([text.length])),
 *     usage: { inputTokens: texts.length, outputTokens: 0 },
 *   }),
 * };
 * console.log((await embed({ model: lengths, text: '你好' })).embedding[0]); // 2
 * ```
 */
export async function embed<M extends Model>(
  call: CallOptions & { readonly model: M & ModelThatEmbeds<M>; readonly text: string },
): Promise<EmbedOneResult> {
  const { text, ...rest } = call;
  const { embeddings, usage, usd } = await embedMany({ ...rest, texts: [text] });
  return { embedding: embeddings[0]!, usage, usd };
}

/**
 * The vectors of many texts, in order. Splits into requests by the model's limits of items and of tokens; a request that is
 * still too large is halved and tried again.
 *
 * @throws ModeshiftError `context-length` when a single text is too long, naming its place; `invalid-input` for an empty text.
 * @example
 * ```ts
 * import { embedMany, type EmbeddingModel } from '@modeshift/core';
 *
 * const lengths: EmbeddingModel = {
 *   provider: 'example',
 *   modelId: 'lengths',
 *   dimensions: 1,
 *   limits: { maxItems: 2 },
 *   embed: async texts => ({
 *     embeddings: texts.map(text => new Float32Array([text.length])),
 *     usage: { inputTokens: texts.length, outputTokens: 0 },
 *   }),
 * };
 * const result = await embedMany({ model: lengths, texts: ['一', '二二', '三三三'] });
 * console.log(result.requests, result.usage.inputTokens, result.embeddings[2]?.[0]); // 2 3 3
 * ```
 */
export async function embedMany<M extends Model>(call: EmbedManyCall<M>): Promise<EmbedManyResult> {
  const model = call.model as unknown as EmbeddingModel;
  const { texts, concurrency = 4, onProgress } = call;
  if (!(concurrency >= 1)) throw invalidInput(`"concurrency" is ${concurrency}. Give 1 or more.`);
  const empty = texts.indexOf('');
  if (empty >= 0) throw invalidInput(`Text ${empty + 1} of ${texts.length} is empty and has no vector. Leave it out.`);
  const batches = split(texts, call.limits ?? model.limits ?? {}, call.tokensOf ?? estimateTokens);
  const embeddings: Float32Array[] = new Array(texts.length);
  const usages: Usage[] = [];
  let done = 0;
  // One that fails stops the others: nobody would see what they are paid for.
  const stop = new AbortController();
  const signal = call.signal ? AbortSignal.any([call.signal, stop.signal]) : stop.signal;

  const request = async (start: number, end: number): Promise<void> => {
    const part = texts.slice(start, end);
    let result: EmbedResult;
    try {
      result = await runCall(model, { ...call, signal }, context => model.embed(part, context));
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      if (part.length === 1) {
        throw new ModeshiftError(
          { tag: 'context-length' },
          `Text ${start + 1} of ${texts.length} is too long for ${model.provider} ${model.modelId}. Cut it into parts.`,
          { cause: error },
        );
      }
      const middle = start + Math.ceil(part.length / 2);
      await request(start, middle);
      await request(middle, end);
      return;
    }
    if (result.embeddings.length !== part.length) {
      throw new ModeshiftError(
        { tag: 'invalid-response' },
        `${model.provider} gave ${result.embeddings.length} vectors for ${part.length} texts.`,
      );
    }
    result.embeddings.forEach((vector, i) => {
      embeddings[start + i] = vector;
    });
    usages.push(result.usage);
    done += part.length;
    onProgress?.({ phase: 'embedding', done, total: texts.length, unit: 'texts' });
  };

  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < batches.length && !failed) {
      const [start, end] = batches[next++]!;
      try {
        await request(start, end);
      } catch (error) {
        failed = true;
        stop.abort();
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, batches.length) }, worker));
  const usage = addUsage(usages);
  return { embeddings, usage, usd: costOf(usage, model.price), requests: usages.length };
}

function isTooLarge(error: unknown): boolean {
  if (!ModeshiftError.is(error)) return false;
  return error.reason.tag === 'context-length' || ('status' in error.reason && error.reason.status === 413);
}

function split(
  texts: readonly string[],
  limits: NonNullable<EmbeddingModel['limits']>,
  tokensOf: (text: string) => number,
): [start: number, end: number][] {
  const { maxItems = Number.POSITIVE_INFINITY, maxTokens = Number.POSITIVE_INFINITY } = limits;
  if (!(maxItems >= 1 && maxTokens >= 1)) throw invalidInput('The limits of a request must be 1 or more.');
  const batches: [number, number][] = [];
  let start = 0;
  let tokens = 0;
  texts.forEach((text, i) => {
    const size = maxTokens === Number.POSITIVE_INFINITY ? 0 : tokensOf(text);
    if (i > start && (i - start >= maxItems || tokens + size > maxTokens)) {
      batches.push([start, i]);
      start = i;
      tokens = 0;
    }
    tokens += size;
  });
  if (start < texts.length) batches.push([start, texts.length]);
  return batches;
}
