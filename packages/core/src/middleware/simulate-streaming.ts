// Streams the answer of a model that gives it whole.
import { orAborted } from '../deadline.ts';
import { invalidInput } from '../errors.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { LanguageModel, Model } from '../models.ts';
import { sleep } from '../sleep.ts';
import { eventsOf } from './collect-events.ts';
import type { Middleware } from './middleware.ts';
import { wrapModel } from './wrap-model.ts';

/** Options of {@link simulateStreaming}. */
export interface SimulateStreamingOptions {
  /** Characters, as people count them, of each piece of text. Left out: 8. */
  readonly chunkLength?: number;
  /** Milliseconds between two pieces. Left out: 0. */
  readonly delayMs?: number;
}

/**
 * Answers streamed calls with the wire's non-streaming request, cut into pieces: for models and gateways whose streams are
 * missing or broken. A model that has no such request streams as before.
 *
 * @throws ModeshiftError `invalid-input` for a length below 1.
 * @example
 * ```ts
 * import { type LanguageModel, simulateStreaming, streamText } from '@modeshift/core';
 *
 * const whole: LanguageModel = {
 *   provider: 'example',
 *   modelId: 'whole',
 *   generate: async () => ({
 *     content: [{ type: 'text', text: '举头望明月' }],
 *     finishReason: 'stop',
 *     usage: { inputTokens: 1, outputTokens: 5 },
 *   }),
 *   stream() {
 *     throw new Error('no streams here');
 *   },
 * };
 * const model = simulateStreaming({ chunkLength: 3 })(whole);
 * const pieces: string[] = [];
 * for await (const text of streamText({ model, messages: [{ role: 'user', content: '?' }] }).textStream) pieces.push(text);
 * console.log(pieces); // [ '举头望', '明月' ]
 * ```
 */
export function simulateStreaming(options: SimulateStreamingOptions = {}): Middleware {
  const { chunkLength = 8, delayMs = 0 } = options;
  if (!(chunkLength >= 1)) throw invalidInput(`"chunkLength" is ${chunkLength}. Give 1 or more.`);
  const segmenter = new Intl.Segmenter();
  return <M extends Model>(model: M) =>
    wrapModel(model, {
      stream(call, ctx, next) {
        const whole = model as M & Partial<LanguageModel>;
        if (!whole.generate) return next(call, ctx);
        return (async function* (): AsyncGenerator<LanguageEvent, void> {
          for (const event of eventsOf(await orAborted(whole.generate!(call, ctx), ctx.signal))) {
            if (event.type !== 'text-delta' && event.type !== 'reasoning-delta') {
              yield event;
              continue;
            }
            const characters = Array.from(segmenter.segment(event.text), one => one.segment);
            for (let i = 0; i < Math.max(1, characters.length); i += chunkLength) {
              if (i > 0) await sleep(delayMs, ctx.signal);
              const text = characters.slice(i, i + chunkLength).join('');
              const isLast = i + chunkLength >= characters.length;
              // What belongs to the whole part goes with its last piece.
              yield isLast ? { ...event, text } : { type: event.type, text };
            }
          }
        })();
      },
    });
}
