// Between a streamed answer and a whole one.
import { AnswerBuilder } from '../answer-builder.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { LanguageResult } from '../models.ts';

/** A streamed answer as a whole one. */
export async function collectEvents(provider: string, events: AsyncIterable<LanguageEvent>): Promise<LanguageResult> {
  const builder = new AnswerBuilder();
  for await (const event of events) builder.push(event);
  return builder.result(provider);
}

/** A whole answer as events: each part is one delta. */
export function* eventsOf(result: LanguageResult): Generator<LanguageEvent, void> {
  const { responseId, modelId, price, cached } = result;
  yield {
    type: 'response',
    ...(responseId !== undefined && { id: responseId }),
    ...(modelId !== undefined && { modelId }),
    ...(price && { price }),
    ...(cached && { cached }),
  };
  let logprobs = result.logprobs;
  for (const part of result.content) {
    if (part.type === 'text') {
      yield { type: 'text-delta', text: part.text, ...(logprobs && { logprobs }) };
      logprobs = undefined;
    } else if (part.type === 'reasoning') {
      yield { type: 'reasoning-delta', text: part.text, ...(part.replay && { replay: part.replay }) };
    } else if (part.type === 'tool-call') {
      yield { type: 'tool-call-start', id: part.id, name: part.name };
      yield part;
    } else if (part.type === 'source') {
      yield { type: 'source', source: part };
    } else {
      yield { type: 'file', file: part };
    }
  }
  // Those of an answer without text: of calls of tools, or of nothing but the end.
  if (logprobs) yield { type: 'text-delta', text: '', logprobs };
  yield { type: 'usage', usage: result.usage };
  yield { type: 'finish', reason: result.finishReason };
}
