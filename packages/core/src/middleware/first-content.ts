// The point of a stream before which a failed try can be repeated without a trace.
import { isContent } from '../answer-builder.ts';
import type { CallContext } from '../call-context.ts';
import { ModeshiftError } from '../errors.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { LanguageCall } from '../models.ts';

/** Holds back what comes before the first content, so that a try which fails before it leaves no trace. */
export async function* fromFirstContent(
  provider: string,
  next: (call: LanguageCall, ctx: CallContext) => AsyncIterable<LanguageEvent>,
  call: LanguageCall,
  ctx: CallContext,
): AsyncGenerator<LanguageEvent, void> {
  let held: LanguageEvent[] | undefined = [];
  for await (const event of next(call, ctx)) {
    if (held) {
      held.push(event);
      if (!isContent(event) && event.type !== 'finish') continue;
      yield* held;
      held = undefined;
    } else yield event;
  }
  if (held) {
    throw new ModeshiftError({ tag: 'interrupted' }, `${provider} ended the answer before it began. Try again.`, {
      isRetryable: true,
    });
  }
}
