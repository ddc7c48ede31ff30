// One answer of a language model, as it comes.
import { AnswerEvents } from './answer-events.ts';
import { finishAnswer, type GenerateTextResult, prepare, type TextCall } from './generate-text.ts';
import type { LanguageEvent } from './language-event.ts';
import type { Model, ToolDefinition } from './models.ts';
import { SingleReader } from './single-reader.ts';

/** What {@link streamText} gives: events or text for one reader, and the whole answer. */
export interface StreamTextResult<Tools extends readonly ToolDefinition[] = readonly ToolDefinition[]>
  extends AsyncIterable<LanguageEvent> {
  /** The text alone. Reads the same stream as iterating the events: read one of the two, once. */
  readonly textStream: AsyncIterable<string>;
  /**
   * The whole answer. Rejects with the very error that the reader gets. Nobody has to read: asking for it runs the stream to
   * its end. Nobody has to ask for it: an error that only it would carry is no unhandled rejection.
   */
  readonly result: Promise<GenerateTextResult<Tools>>;
}

/**
 * Asks a language model and gives the answer as it comes. The request starts with the first read, or with asking for `result`.
 *
 * Leaving the loop early cancels the call. A call that is cancelled or breaks off throws a typed error that carries what had
 * been answered as `partial`, with the usage where it is known.
 *
 * @throws ModeshiftError at once for wrong use; everything else is thrown to the reader.
 * @example
 * ```ts
 * import { streamText } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const model = scriptedModel({ reply: () => '床前明月光', deltaLength: 2 });
 * const answer = streamText({ model, messages: [{ role: 'user', content: 'A line by Li Bai, please.' }] });
 * for await (const text of answer.textStream) console.log(text); // e.g. 床前
 * console.log((await answer.result).usage.outputTokens); // e.g. 5
 * ```
 */
export function streamText<M extends Model, const Tools extends readonly ToolDefinition[] = readonly ToolDefinition[]>(
  call: TextCall<M, Tools>,
): StreamTextResult<Tools> {
  const { model, request, context, deadline } = prepare(call);
  const settled = Promise.withResolvers<GenerateTextResult<Tools>>();
  const events = new AnswerEvents(
    model,
    deadline,
    signal => model.stream(request, { ...context, signal }),
    result => settled.resolve(finishAnswer(model, result, call.tools)),
    settled.reject,
  );
  const reader = new SingleReader<LanguageEvent, GenerateTextResult<Tools>>(events, settled.promise);
  return {
    [Symbol.asyncIterator]: () => reader[Symbol.asyncIterator](),
    textStream: { [Symbol.asyncIterator]: () => textOnly(reader[Symbol.asyncIterator]()) },
    get result() {
      return reader.result;
    },
  };
}

function textOnly(events: AsyncIterator<LanguageEvent>): AsyncIterator<string> {
  return {
    async next() {
      while (true) {
        const next = await events.next();
        if (next.done) return { done: true, value: undefined };
        if (next.value.type === 'text-delta' && next.value.text !== '') return { done: false, value: next.value.text };
      }
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
  };
}
