// From a whole message to a result as the caller asked for it.
import type { LanguageCall, LanguageResult } from '@modeshift/core';
import { readChoice } from '@modeshift/core/provider';
import { answerPrice } from './answer-price.ts';
import { fromMessage } from './from-message.ts';
import type { Rate } from './prices.ts';
import type { WireMessage } from './wire.ts';

/** A whole message as a result: with its price where that is another than the list's, and a choice as the chosen string. */
export function readAnswer(
  message: unknown,
  output: LanguageCall['output'],
  rate: Rate | undefined,
  host: string,
  answerTool: string | undefined,
  isBatch = false,
): LanguageResult {
  const result = fromMessage(message, host, answerTool);
  const price = answerPrice(rate, (message as WireMessage).usage ?? undefined, isBatch);
  return { ...readChoice(result, output), ...(price && { price }) };
}
