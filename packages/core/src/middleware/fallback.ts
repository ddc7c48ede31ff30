// Several models as one: when the first fails, the next is asked.
import type { CallContext } from '../call-context.ts';
import type { LanguageModelOptions } from '../capability.ts';
import { type ErrorTag, invalidInput, ModeshiftError } from '../errors.ts';
import type { LanguageEvent } from '../language-event.ts';
import type {
  LanguageCall,
  LanguageModel,
  LanguageResult,
  Model,
  RerankModel,
  ScoreCall,
  ScoringModel,
} from '../models.ts';
import { collectEvents } from './collect-events.ts';
import { fromFirstContent } from './first-content.ts';

type Intersection<Union> = (Union extends unknown ? (part: Union) => void : never) extends (part: infer All) => void
  ? All & object
  : never;

/** What several models can all do. */
export type FallbackModel<Models extends readonly Model[]> = Model &
  (Models[number] extends LanguageModel ? LanguageModel<Intersection<LanguageModelOptions<Models[number]>>> : unknown) &
  (Models[number] extends ScoringModel ? ScoringModel : unknown) &
  (Models[number] extends RerankModel ? RerankModel : unknown);

/** Options of {@link fallback}. */
export interface FallbackOptions {
  /**
   * Which errors pass a call on. Left out: those that another model may not have: limits of rate, quota and context, failures
   * of server, network and key, a missing model, a feature that is not supported.
   */
  readonly when?: (error: ModeshiftError) => boolean;
  /** Told when a call is passed on. */
  readonly onFallback?: (info: { readonly error: ModeshiftError; readonly from: Model; readonly to: Model }) => void;
}

const passedOn: ReadonlySet<ErrorTag> = new Set([
  'rate-limit',
  'quota',
  'server',
  'network',
  'timeout',
  'interrupted',
  'authentication',
  'not-found',
  'context-length',
  'unsupported',
]);

/**
 * Makes one model of several. It can do what all of them can; a stream is passed on only before its first content. Embedding is
 * left out on purpose: vectors of different models cannot be compared.
 *
 * The cost of an answer is that of the model that gave it. `price` of the whole is unknown.
 *
 * @throws ModeshiftError `invalid-input` for fewer than two models or for models that have nothing in common. A call that
 * fails with every model throws with the last reason, and all errors as its cause.
 * @example
 * ```ts
 * import { fallback, generateText, ModeshiftError } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const down = scriptedModel({ reply: () => new ModeshiftError({ tag: 'server', status: 503 }, 'down'), modelId: 'a' });
 * const model = fallback([down, scriptedModel({ reply: () => '好', modelId: 'b' })]);
 * const answer = await generateText({ model, messages: [{ role: 'user', content: '?' }] });
 * console.log(answer.text, answer.modelId); // 好 b
 * ```
 */
export function fallback<const Models extends readonly Model[]>(
  models: Models,
  options: FallbackOptions = {},
): FallbackModel<Models> {
  if (models.length < 2) throw invalidInput('A fallback needs two models or more.');
  const all = models as readonly (Model & Partial<LanguageModel & ScoringModel & RerankModel>)[];
  const isPassedOn = options.when ?? ((error: ModeshiftError) => passedOn.has(error.reason.tag));

  /** Notes an error and goes on, or throws. */
  const passOn = (errors: unknown[], error: unknown, ctx: CallContext): void => {
    errors.push(error);
    if (!ModeshiftError.is(error) || ctx.signal?.aborted || !isPassedOn(error)) throw error;
    const [from, to] = [all[errors.length - 1]!, all[errors.length]];
    if (!to) {
      const said = errors
        .map((one, i) => `${all[i]!.provider} ${all[i]!.modelId}: ${(one as Error).message}`)
        .join(' ');
      throw new ModeshiftError(error.reason, `All ${all.length} models failed. ${said}`, {
        cause: new AggregateError(errors),
        isRetryable: errors.some(one => ModeshiftError.is(one) && one.isRetryable),
        ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
      });
    }
    try {
      options.onFallback?.({ error, from, to });
    } catch {
      // A listener does not decide about the call.
    }
  };
  const firstToAnswer = async <T>(ctx: CallContext, ask: (model: (typeof all)[number]) => Promise<T>): Promise<T> => {
    const errors: unknown[] = [];
    for (const model of all) {
      try {
        return await ask(model);
      } catch (error) {
        passOn(errors, error, ctx);
      }
    }
    throw errors.at(-1);
  };

  const result: Record<string, unknown> = {
    provider: 'fallback',
    modelId: all.map(model => `${model.provider}/${model.modelId}`).join(' → '),
  };
  if (all.every(model => model.stream)) {
    result.stream = async function* (call: LanguageCall, ctx: CallContext): AsyncGenerator<LanguageEvent, void> {
      const errors: unknown[] = [];
      for (const model of all) {
        let began = false;
        try {
          for await (const event of fromFirstContent(model.provider, (c, x) => model.stream!(c, x), call, ctx)) {
            if (!began) yield answeredBy(model);
            began = true;
            yield event;
          }
          return;
        } catch (error) {
          if (began) throw error;
          passOn(errors, error, ctx);
        }
      }
    };
    if (all.some(model => model.generate)) {
      result.generate = (call: LanguageCall, ctx: CallContext): Promise<LanguageResult> =>
        firstToAnswer(ctx, async model => {
          const answer = model.generate
            ? await model.generate(call, ctx)
            : await collectEvents(model.provider, model.stream!(call, ctx));
          const price = answer.price ?? model.price;
          return { ...answer, modelId: answer.modelId ?? model.modelId, ...(price && { price }) };
        });
    }
  }
  if (all.every(model => model.score)) {
    result.score = (call: ScoreCall, ctx: CallContext) =>
      firstToAnswer(ctx, async model => {
        const answer = await model.score!(call, ctx);
        const price = answer.price ?? model.price;
        return { ...answer, ...(price && { price }) };
      });
  }
  if (all.every(model => model.rerank)) {
    result.rerank = (query: string, documents: readonly string[], ctx: CallContext) =>
      firstToAnswer(ctx, model => model.rerank!(query, documents, ctx));
  }
  if (!result.stream && !result.score && !result.rerank) {
    throw invalidInput('The models of a fallback have nothing in common: all must generate, all score, or all rerank.');
  }
  return result as unknown as FallbackModel<Models>;
}

function answeredBy(model: Model): LanguageEvent {
  return { type: 'response', modelId: model.modelId, ...(model.price && { price: model.price }) };
}
