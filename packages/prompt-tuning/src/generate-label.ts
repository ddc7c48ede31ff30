// Asks a model that generates for one label.
import {
  addUsage,
  type CallContext,
  costOf,
  generateText,
  type LanguageModel,
  type Message,
  ModeshiftError,
  type Prediction,
  type Usage,
} from '@modeshift/core';
import type { AnswerOptions } from './answer-options.ts';
import { parseLabel } from './parse-label.ts';
import { wordings } from './wording.ts';

/** One answer, and whether it took a second question. */
export interface GeneratedLabel extends Prediction<string> {
  readonly repaired: boolean;
}

/**
 * Makes a function that asks for one label. An input that the provider refuses (its content, its length) is a `problem` of
 * that input; every other error is thrown.
 */
export function labelGenerator(
  model: LanguageModel,
  options: AnswerOptions,
): (messages: readonly Message[], labels: readonly string[], context: CallContext) => Promise<GeneratedLabel> {
  // Reasoning models of some vendors refuse any temperature: then it is left out from the next call on.
  let temperature: { readonly temperature: number } | undefined = { temperature: 0 };

  const ask = async (messages: readonly Message[], labels: readonly string[], context: CallContext) => {
    const call = () =>
      generateText({
        model,
        messages,
        ...(options.call?.temperature === undefined && temperature),
        ...options.call,
        ...(options.structured && { output: { type: 'choice', choices: labels } as const }),
        ...context,
      });
    try {
      return await call();
    } catch (error) {
      const isOurs = temperature !== undefined && options.call?.temperature === undefined;
      if (!isOurs || !ModeshiftError.is(error, 'refused') || !/temperature/i.test(error.message)) throw error;
      temperature = undefined;
      return await call();
    }
  };

  return async (messages, labels, context) => {
    const usages: Usage[] = [];
    let conversation = messages;
    for (let attempt = 0; ; attempt++) {
      let answer: Awaited<ReturnType<typeof ask>>;
      try {
        answer = await ask(conversation, labels, context);
      } catch (error) {
        if (!ModeshiftError.is(error, 'content-filter') && !ModeshiftError.is(error, 'context-length')) throw error;
        return { output: undefined, problem: error.message, repaired: false, ...costs(model, usages) };
      }
      usages.push(answer.usage);
      const parsed = parseLabel(answer.text, labels, options.structured);
      if ('label' in parsed) return { output: parsed.label, repaired: attempt > 0, ...costs(model, usages) };
      const problem = whyNot(answer.finishReason) ?? parsed.problem;
      if (!options.repair || attempt > 0)
        return { output: undefined, problem, repaired: false, ...costs(model, usages) };
      conversation = [
        ...messages,
        { role: 'assistant', content: answer.text },
        { role: 'user', content: wordings[options.lang ?? 'en'].repair },
      ];
    }
  };
}

function whyNot(finishReason: string): string | undefined {
  if (finishReason === 'length') return 'The answer was cut off at the limit of tokens. Raise maxTokens.';
  if (finishReason === 'content-filter') return 'The provider withheld the answer.';
  return undefined;
}

function costs(model: LanguageModel, usages: readonly Usage[]): Pick<Prediction<string>, 'usage' | 'usd'> {
  const usage = addUsage(usages);
  return { usage, usd: costOf(usage, model.price) };
}
