// A streamed choice: its JSON is held back and given as one piece of text.
import type { LanguageEvent, TokenLogprob } from '../language-event.ts';
import { unwrapChoice } from './choice-output.ts';

/**
 * Replaces the text deltas of a structured choice by one delta that is the chosen string, before the answer's end.
 *
 * @example
 * ```ts
 * import type { LanguageEvent } from '@modeshift/core';
 * import { withWholeChoice } from '@modeshift/core/provider';
 *
 * async function* events(): AsyncGenerator<LanguageEvent> {
 *   yield { type: 'text-delta', text: '{"choice":"物' };
 *   yield { type: 'text-delta', text: '流"}' };
 *   yield { type: 'finish', reason: 'stop' };
 * }
 * for await (const event of withWholeChoice(events(), ['账单', '物流'])) if (event.type === 'text-delta') console.log(event.text); // 物流
 * ```
 */
export async function* withWholeChoice(
  events: AsyncIterable<LanguageEvent>,
  choices: readonly string[],
): AsyncGenerator<LanguageEvent, void> {
  const text: string[] = [];
  const logprobs: TokenLogprob[] = [];
  let given = false;
  for await (const event of events) {
    if (event.type === 'text-delta') {
      text.push(event.text);
      if (event.logprobs) logprobs.push(...event.logprobs);
      continue;
    }
    if (!given && (event.type === 'usage' || event.type === 'finish') && text.length > 0) {
      given = true;
      yield {
        type: 'text-delta',
        text: unwrapChoice(text.join(''), choices),
        ...(logprobs.length > 0 && { logprobs }),
      };
    }
    yield event;
  }
}
