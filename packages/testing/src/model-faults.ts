// What goes wrong with a model, around any model: for tests of apps and of middleware.
import {
  invalidInput,
  type LanguageEvent,
  type Middleware,
  type Model,
  ModeshiftError,
  wrapModel,
} from '@modeshift/core';
import { sleep } from '@modeshift/core/provider';

/** When a fault happens. */
export interface FaultTime {
  /** Pieces of text that come first. Left out: 0, before the first. */
  readonly afterDeltas?: number;
}

/**
 * Faults of a model's streamed answers, as middleware around any model that generates: a scripted one, or one with real weights.
 *
 * @throws ModeshiftError `invalid-input` for numbers below 0.
 * @example
 * ```ts
 * import { streamText } from '@modeshift/core';
 * import { modelFaults, scriptedModel } from '@modeshift/testing';
 *
 * const model = modelFaults.breaksAfter(1)(scriptedModel({ reply: () => '床前明月光', deltaLength: 2 }));
 * const answer = streamText({ model, messages: [{ role: 'user', content: '?' }] });
 * try {
 *   for await (const text of answer.textStream) console.log(text); // 床前
 * } catch (error) {
 *   console.log((error as Error).message); // The answer broke off.
 * }
 * ```
 */
export const modelFaults = {
  /** Waits so many milliseconds, once for each answer. Cancelling ends the wait. */
  slow(ms: number, { afterDeltas = 0 }: FaultTime = {}): Middleware {
    const waitMs = checked('ms', ms);
    return onStream(afterDeltas, signal => sleep(waitMs, signal));
  },

  /** Throws after so many pieces of text. Left out: the error `interrupted`, which a connection that broke gives. */
  breaksAfter(
    deltas: number,
    error: Error = new ModeshiftError({ tag: 'interrupted' }, 'The answer broke off.'),
  ): Middleware {
    return onStream(deltas, () => Promise.reject(error));
  },
} as const;

function onStream(deltas: number, fault: (signal: AbortSignal | undefined) => Promise<void>): Middleware {
  checked('The number of pieces', deltas);
  return <M extends Model>(model: M) =>
    wrapModel(model, {
      stream: (call, ctx, next) =>
        (async function* (): AsyncGenerator<LanguageEvent, void> {
          let count = 0;
          let isDue = true;
          for await (const event of next(call, ctx)) {
            // Before the piece that would be one too many; an answer that is too short fails at its end.
            if (isDue && (event.type === 'finish' || (event.type === 'text-delta' && count++ >= deltas))) {
              isDue = false;
              await fault(ctx.signal);
            }
            yield event;
          }
        })(),
    });
}

function checked(what: string, value: number): number {
  if (value >= 0) return value;
  throw invalidInput(`${what} is ${value}. Give 0 or more.`);
}
