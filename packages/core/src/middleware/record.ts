// Records what a model answers, for tests that replay it.
import { ModeshiftError } from '../errors.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { Middleware } from './middleware.ts';
import { type Recording, recordError, recordingKeys, writeRecording } from './recording.ts';
import type { KeyValueStore } from './store.ts';
import { wrapModel } from './wrap-model.ts';

/**
 * Records every call with its answer or its error; `replay` gives them back. Streams keep the time of each event. Headers, and
 * so keys, are not recorded; a call whose content looks like it holds a key is refused.
 *
 * @example
 * ```ts
 * import { generateText, memoryStore, record, replay } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const store = memoryStore();
 * const messages = [{ role: 'user', content: '你好' }] as const;
 * const real = scriptedModel({ reply: () => '您好！' });
 * await generateText({ model: record({ store })(real), messages });
 * const again = await generateText({ model: replay({ store })(real), messages });
 * console.log(again.text, real.journal.length); // 您好！ 1
 * ```
 */
export function record(options: { readonly store: KeyValueStore }): Middleware {
  const { store } = options;
  const keyOf = recordingKeys();
  return model => {
    const save = async (key: string, kind: string, request: unknown, outcome: Partial<Recording>): Promise<void> => {
      const { provider, modelId } = model;
      await store.set(key, writeRecording({ version: 1, provider, modelId, kind, request, ...outcome }));
    };
    return wrapModel(model, {
      async once(operation, ctx, next) {
        const { kind, ...request } = operation;
        const key = await keyOf(model, kind, request);
        try {
          const result = await next(operation, ctx);
          await save(key, kind, request, { result });
          return result;
        } catch (error) {
          if (!ModeshiftError.is(error, 'invalid-input') && !ctx.signal?.aborted) {
            await save(key, kind, request, { error: recordError(error) });
          }
          throw error;
        }
      },
      async *stream(call, ctx, next): AsyncGenerator<LanguageEvent, void> {
        const key = await keyOf(model, 'stream', { call });
        const events: [number, LanguageEvent][] = [];
        const started = performance.now();
        let saved = false;
        const saveOnce = async (error?: unknown): Promise<void> => {
          if (saved) return;
          saved = true;
          await save(key, 'stream', { call }, { events, ...(error !== undefined && { error: recordError(error) }) });
        };
        try {
          for await (const event of next(call, ctx)) {
            events.push([Math.round(performance.now() - started), event]);
            // Before the last event goes out: a reader may leave when it has seen it.
            if (event.type === 'finish') await saveOnce();
            yield event;
          }
          await saveOnce();
        } catch (error) {
          if (!ctx.signal?.aborted) await saveOnce(error);
          throw error;
        }
      },
    });
  };
}
