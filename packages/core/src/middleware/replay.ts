// Answers from recordings and never asks the model.
import { ModeshiftError, throwIfAborted } from '../errors.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { Model } from '../models.ts';
import { sleep } from '../sleep.ts';
import type { Middleware } from './middleware.ts';
import { type Recording, readRecording, recordingKeys, replayError } from './recording.ts';
import type { KeyValueStore } from './store.ts';
import { wrapModel } from './wrap-model.ts';

/** Options of {@link replay}. */
export interface ReplayOptions {
  readonly store: KeyValueStore;
  /** Whether streams take the time they took. Left out: `none`. */
  readonly timing?: 'none' | 'recorded';
}

/**
 * Gives back what `record` recorded: the same call gets the same answer, and the same call made again gets the answer it got
 * the second time. The model itself is never asked.
 *
 * @throws ModeshiftError `not-found` for a call that was not recorded. See `record` for an example.
 */
export function replay(options: ReplayOptions): Middleware {
  const { store, timing = 'none' } = options;
  const keyOf = recordingKeys();
  const find = async (model: Model, kind: string, request: unknown): Promise<Recording> => {
    const key = await keyOf(model, kind, request);
    const text = await store.get(key);
    if (text !== undefined) return readRecording(text);
    const [hash, count] = key.split('-');
    const which = count === undefined ? 'This call' : `Repetition ${count} of this call`;
    throw new ModeshiftError(
      { tag: 'not-found' },
      `${which} to ${model.provider} ${model.modelId} (${kind}, key ${hash!.slice(0, 12)}…) is not recorded. The messages or settings changed, or it was never made: record it again.`,
    );
  };
  return model =>
    wrapModel(model, {
      async once(operation, ctx) {
        throwIfAborted(ctx.signal);
        const { kind, ...request } = operation;
        const { error, result } = await find(model, kind, request);
        if (error) throw replayError(error);
        return result!;
      },
      async *stream(call, ctx): AsyncGenerator<LanguageEvent, void> {
        throwIfAborted(ctx.signal);
        const { events = [], error } = await find(model, 'stream', { call });
        let now = 0;
        for (const [atMs, event] of events) {
          if (timing === 'recorded') await sleep(atMs - now, ctx.signal);
          throwIfAborted(ctx.signal);
          now = atMs;
          yield event;
        }
        if (error) throw replayError(error);
      },
    });
}
