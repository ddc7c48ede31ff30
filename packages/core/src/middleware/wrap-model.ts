// A model with something around its calls, that still is the same kind of model.
import type { CallContext } from '../call-context.ts';
import { orAborted } from '../deadline.ts';
import type { LanguageEvent } from '../language-event.ts';
import type {
  EmbeddingModel,
  EmbedResult,
  LanguageCall,
  LanguageModel,
  LanguageResult,
  Model,
  Ranked,
  RerankModel,
  ScoreCall,
  ScoreResult,
  ScoringModel,
  TokenCountingModel,
} from '../models.ts';
import { untilAborted } from '../until-aborted.ts';

/** A call that gives one result, as middleware sees it; `kind` tells them apart. */
export type Operation =
  | { readonly kind: 'generate'; readonly call: LanguageCall }
  | { readonly kind: 'score'; readonly call: ScoreCall }
  | { readonly kind: 'embed'; readonly texts: readonly string[] }
  | { readonly kind: 'rerank'; readonly query: string; readonly documents: readonly string[] }
  | { readonly kind: 'count-tokens'; readonly call: string | LanguageCall };

/** What each kind of operation gives. */
export interface OperationResults {
  readonly generate: LanguageResult;
  readonly score: ScoreResult;
  readonly embed: EmbedResult;
  readonly rerank: readonly Ranked[];
  readonly 'count-tokens': number;
}

/** The result of any operation. */
export type OperationResult = OperationResults[keyof OperationResults];

/** What stands around the calls of a model. `next` runs what is below; it may be called never, once or more often. */
export interface Interceptor {
  /** Around every call that gives one result. Must give a result of the operation's kind. */
  once?(
    operation: Operation,
    ctx: CallContext,
    next: (operation: Operation, ctx: CallContext) => Promise<OperationResult>,
  ): Promise<OperationResult>;
  /** Around every streamed answer. */
  stream?(
    call: LanguageCall,
    ctx: CallContext,
    next: (call: LanguageCall, ctx: CallContext) => AsyncIterable<LanguageEvent>,
  ): AsyncIterable<LanguageEvent>;
}

const wrappedStreams = new WeakSet<object>();

/**
 * Wraps a model. What is below ends when the signal of a call fires, also where the model does not look at it. The result has every method and property of the model, so its type stays; what the model cannot do, it
 * cannot do either. For authors of middleware.
 *
 * @param properties replaces properties of the model, e.g. its price.
 * @example
 * ```ts
 * import { generateText, type Middleware, wrapModel } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const counted: string[] = [];
 * const count: Middleware = model =>
 *   wrapModel(model, {
 *     once: (operation, ctx, next) => {
 *       counted.push(operation.kind);
 *       return next(operation, ctx);
 *     },
 *     stream: (call, ctx, next) => {
 *       counted.push('stream');
 *       return next(call, ctx);
 *     },
 *   });
 * const model = count(scriptedModel({ reply: () => '好' }));
 * await generateText({ model, messages: [{ role: 'user', content: '?' }] });
 * console.log(counted, model.journal.length); // [ 'stream' ] 1
 * ```
 */
export function wrapModel<M extends Model>(model: M, interceptor: Interceptor, properties: Partial<Model> = {}): M {
  const all = model as M & Partial<LanguageModel & ScoringModel & EmbeddingModel & RerankModel & TokenCountingModel>;
  const overrides: Record<PropertyKey, unknown> = { ...properties };
  if (interceptor.stream && all.stream) {
    // A wrapped stream lets go at an abort already: once is enough, for this stands in the path of every chunk.
    const lets = wrappedStreams.has(all.stream);
    const stream = (call: LanguageCall, ctx: CallContext) =>
      interceptor.stream!(call, ctx, (call, ctx) => {
        const events = all.stream!(call, ctx);
        return lets || !ctx.signal ? events : untilAborted(events, ctx.signal);
      });
    wrappedStreams.add(stream);
    overrides.stream = stream;
  }
  if (interceptor.once) {
    const run = (operation: Operation, ctx: CallContext): Promise<OperationResult> =>
      interceptor.once!(operation, ctx, (operation, ctx) => orAborted(perform(all, operation, ctx), ctx.signal));
    if (all.generate)
      overrides.generate = (call: LanguageCall, ctx: CallContext) => run({ kind: 'generate', call }, ctx);
    if (all.score) overrides.score = (call: ScoreCall, ctx: CallContext) => run({ kind: 'score', call }, ctx);
    if (all.embed) overrides.embed = (texts: readonly string[], ctx: CallContext) => run({ kind: 'embed', texts }, ctx);
    if (all.rerank) {
      overrides.rerank = (query: string, documents: readonly string[], ctx: CallContext) =>
        run({ kind: 'rerank', query, documents }, ctx);
    }
    if (all.countTokens) {
      overrides.countTokens = (call: string | LanguageCall, ctx: CallContext) =>
        run({ kind: 'count-tokens', call }, ctx);
    }
  }
  // A proxy and not a copy: models are often classes with private fields, which must see themselves as `this`.
  const target: object = Object.create(model, Object.getOwnPropertyDescriptors(overrides));
  return new Proxy(target, {
    get(target, key) {
      if (Object.hasOwn(target, key)) return Reflect.get(target, key);
      const value: unknown = Reflect.get(model, key, model);
      return typeof value === 'function' && key !== 'constructor' ? value.bind(model) : value;
    },
  }) as M;
}

function perform(
  model: Partial<LanguageModel & ScoringModel & EmbeddingModel & RerankModel & TokenCountingModel>,
  operation: Operation,
  ctx: CallContext,
): Promise<OperationResult> {
  switch (operation.kind) {
    case 'generate':
      return model.generate!(operation.call, ctx);
    case 'score':
      return model.score!(operation.call, ctx);
    case 'embed':
      return model.embed!(operation.texts, ctx);
    case 'rerank':
      return model.rerank!(operation.query, operation.documents, ctx);
    case 'count-tokens':
      return model.countTokens!(operation.call, ctx);
  }
}
