// Remembers answers by the whole call.

import { AnswerBuilder } from '../answer-builder.ts';
import { invalidInput } from '../errors.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { EmbeddingModel, EmbedResult, LanguageResult, Model } from '../models.ts';
import { deserialize, serialize } from '../serialize.ts';
import { callKey } from './call-key.ts';
import { eventsOf } from './collect-events.ts';
import type { Middleware } from './middleware.ts';
import { usageOf } from './operation-tokens.ts';
import { type KeyValueStore, memoryStore } from './store.ts';
import { type OperationResult, wrapModel } from './wrap-model.ts';

/** Options of {@link cache}. */
export interface CacheOptions {
  /**
   * Where to keep answers. Left out: in memory, the last 1,000. Endpoints that serve different models under one name need stores
   * of their own: a model is known by its provider and its name.
   */
  readonly store?: KeyValueStore;
  /** How long an answer holds, in milliseconds. Left out: for ever. */
  readonly ttlMs?: number;
}

const nothing = { inputTokens: 0, outputTokens: 0 };

/** An entry that was cut off or is another program's counts as none, and is written anew. */
function readEntry(text: string | undefined): { readonly at: number; readonly result: unknown } | undefined {
  if (text === undefined) return undefined;
  try {
    const entry = deserialize(text) as { at: number; result: unknown } | null;
    return typeof entry?.at === 'number' && entry.result !== undefined ? entry : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Gives the same answer to the same call without asking again: the same model, messages, settings, tools, schema and provider
 * options. Whole and streamed answers share one cache. Vectors are remembered for each text, so that only new texts are sent.
 *
 * A remembered answer has a usage of 0, so that nothing is counted twice; `cached.usage` says what it took when it was made.
 * Errors, answers that were withheld and answers that broke off are not remembered.
 *
 * @throws ModeshiftError `invalid-input` for a time that is not above 0.
 * @example
 * ```ts
 * import { cache, generateText } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const inner = scriptedModel({ reply: (_, index) => `第${index + 1}次` });
 * const model = cache()(inner);
 * const messages = [{ role: 'user', content: '几次？' }] as const;
 * await generateText({ model, messages });
 * const again = await generateText({ model, messages });
 * console.log(again.text, again.usage.outputTokens, again.cached?.usage.outputTokens, inner.journal.length); // 第1次 0 3 1
 * ```
 */
export function cache(options: CacheOptions = {}): Middleware {
  const { store = memoryStore(), ttlMs } = options;
  if (ttlMs !== undefined && !(ttlMs > 0)) throw invalidInput(`"ttlMs" is ${ttlMs}. Give milliseconds above 0.`);

  const find = async (key: string): Promise<unknown> => {
    const entry = readEntry(await store.get(key));
    if (entry === undefined) return undefined;
    return ttlMs !== undefined && Date.now() - entry.at >= ttlMs ? undefined : entry.result;
  };
  const keep = async (key: string, result: unknown): Promise<void> => {
    await store.set(key, serialize({ at: Date.now(), result }));
  };
  const keepAnswer = async (key: string, result: LanguageResult): Promise<void> => {
    if (result.finishReason === 'stop' || result.finishReason === 'length' || result.finishReason === 'tool-calls') {
      await keep(key, result);
    }
  };
  const findAnswer = async (key: string): Promise<LanguageResult | undefined> => {
    const result = (await find(key)) as LanguageResult | undefined;
    return result && { ...result, usage: nothing, cached: { usage: result.usage } };
  };

  const embedded = async (
    model: Model,
    texts: readonly string[],
    embed: (texts: readonly string[]) => Promise<EmbedResult>,
  ): Promise<EmbedResult> => {
    const { dimensions } = model as Partial<EmbeddingModel>;
    const keys = await Promise.all(texts.map(text => callKey(model, 'embed', { text, dimensions })));
    const found = (await Promise.all(keys.map(find))) as (Float32Array | undefined)[];
    const missing = found.flatMap((vector, i) => (vector ? [] : [i]));
    if (missing.length === 0) return { embeddings: found as Float32Array[], usage: nothing };
    const fresh = await embed(missing.map(i => texts[i]!));
    await Promise.all(fresh.embeddings.map((vector, at) => keep(keys[missing[at]!]!, vector)));
    fresh.embeddings.forEach((vector, at) => {
      found[missing[at]!] = vector;
    });
    return { embeddings: found as Float32Array[], usage: fresh.usage };
  };

  return model =>
    wrapModel(model, {
      async once(operation, ctx, next) {
        if (operation.kind === 'embed') {
          return embedded(
            model,
            operation.texts,
            async texts => (await next({ kind: 'embed', texts }, ctx)) as EmbedResult,
          );
        }
        if (operation.kind === 'generate') {
          const key = await callKey(model, 'answer', operation.call);
          const known = await findAnswer(key);
          if (known) return known;
          const result = (await next(operation, ctx)) as LanguageResult;
          await keepAnswer(key, result);
          return result;
        }
        const { kind, ...content } = operation;
        const key = await callKey(model, kind, content);
        const known = (await find(key)) as OperationResult | undefined;
        if (known !== undefined)
          return usageOf(known) ? ({ ...(known as object), usage: nothing } as OperationResult) : known;
        const result = await next(operation, ctx);
        await keep(key, result);
        return result;
      },
      async *stream(call, ctx, next): AsyncGenerator<LanguageEvent, void> {
        const key = await callKey(model, 'answer', call);
        const known = await findAnswer(key);
        if (known) {
          yield* eventsOf(known);
          return;
        }
        const builder = new AnswerBuilder();
        for await (const event of next(call, ctx)) {
          builder.push(event);
          // Kept before the last event goes out: a reader may leave when it has seen it.
          if (event.type === 'finish') await keepAnswer(key, builder.result(model.provider));
          yield event;
        }
      },
    });
}
