// A value of a given shape from a language model, as it is being written.
import { ModeshiftError } from './errors.ts';
import { type GenerateObjectResult, type ObjectCall, objectSession, type PlainCall } from './generate-object.ts';
import type { AnySchema, OutputOf } from './json-schema-of.ts';
import type { Model } from './models.ts';
import { partialJson } from './partial-json.ts';
import { SingleReader } from './single-reader.ts';
import { streamText } from './stream-text.ts';

/** A value that is still being written: anything in it may be missing. */
export type Partially<T> = T extends readonly (infer Item)[]
  ? readonly Partially<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]?: Partially<T[Key]> }
    : T;

/** What {@link streamObject} gives. */
export interface StreamObjectResult<T> {
  /**
   * The value as far as it is written, once for each piece that came. It is the same object that grows: copy it to keep a
   * state. It is not checked, and a repair starts it anew. For one reader.
   */
  readonly partials: AsyncIterable<Partially<T>>;
  /** The whole, checked value. Rejects with the very error that the reader gets. */
  readonly result: Promise<GenerateObjectResult<T>>;
}

/**
 * Asks a language model for a value of a shape and gives it while it is written. Reads every character once, however many
 * pieces it comes in.
 *
 * @throws ModeshiftError at once for wrong use; everything else, as in `generateObject`, is thrown to the reader.
 * @example
 * ```ts
 * import { streamObject } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 * import { z } from 'zod';
 *
 * const model = scriptedModel({ reply: () => '{"city":"成都","celsius":21}', deltaLength: 10 });
 * const schema = z.object({ city: z.string(), celsius: z.number() });
 * const weather = streamObject({ model, schema, messages: [{ role: 'user', content: '成都几度？' }] });
 * for await (const partial of weather.partials) console.log(JSON.stringify(partial)); // {"city":"成"}
 * console.log((await weather.result).object.celsius); // e.g. 21
 * ```
 */
export function streamObject<M extends Model, const Schema extends AnySchema>(
  call: ObjectCall<M, Schema>,
): StreamObjectResult<OutputOf<Schema>> {
  type T = OutputOf<Schema>;
  const session = objectSession(call);
  const settled = Promise.withResolvers<GenerateObjectResult<T>>();
  const left = new ModeshiftError({ tag: 'aborted' }, 'The stream was left before its end, so the call was cancelled.');
  const partials = async function* (): AsyncGenerator<Partially<T>, undefined> {
    let complete = false;
    let failed: unknown = left;
    try {
      let next: PlainCall | undefined;
      while (true) {
        // The first event shows whether the provider takes the schema; nothing was delivered before it.
        const open = async (textCall: PlainCall) => {
          const answer = streamText(textCall);
          const events = answer[Symbol.asyncIterator]();
          return { answer, events, first: await events.next() };
        };
        const { answer, events, first } = next ? await open(next) : await session.first(open);
        try {
          const reader = partialJson({ skipNulls: true });
          for (let event = first; !event.done; event = await events.next()) {
            if (event.value.type !== 'text-delta') continue;
            reader.push(event.value.text);
            const value = session.request.unwrap(reader.value);
            if (value !== undefined) yield value as Partially<T>;
          }
        } finally {
          await events.return?.();
          await answer.result.catch(error => {
            if (failed === left) failed = error;
          });
        }
        const outcome = await session.judge(await answer.result);
        if (outcome.result) {
          complete = true;
          settled.resolve(outcome.result);
          return;
        }
        next = outcome.again;
      }
    } catch (error) {
      failed = error;
      throw error;
    } finally {
      if (!complete) settled.reject(failed);
    }
  };
  const reader = new SingleReader<Partially<T>, GenerateObjectResult<T>>(partials(), settled.promise);
  return {
    partials: { [Symbol.asyncIterator]: () => reader[Symbol.asyncIterator]() },
    get result() {
      return reader.result;
    },
  };
}
