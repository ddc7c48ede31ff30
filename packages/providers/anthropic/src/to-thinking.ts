// How hard to think, in the words that a model understands.
import { invalidInput, type LanguageCall, ModeshiftError } from '@modeshift/core';
import type { ModelTraits } from './model-traits.ts';

/** The part of a request that concerns thinking. */
export interface ThinkingRequest {
  readonly max_tokens: number;
  readonly thinking?: Readonly<Record<string, unknown>>;
  readonly effort?: 'low' | 'medium' | 'high';
}

/** Tokens to think with, where a model wants a number: the least that it takes is 1,024. */
const budgets = { minimal: 1024, low: 2048, medium: 8192, high: 16_384 } as const;

/**
 * Maps `reasoning`. Thinking counts against the limit of generated tokens: a limit that the caller gave is kept and at most half
 * of it goes into thinking; our own default grows by the budget.
 *
 * @throws ModeshiftError `unsupported` when a model that always thinks is told not to; `invalid-input` for a limit below what
 * thinking needs.
 */
export function toThinking(
  modelId: string,
  { reasoning, maxTokens }: Pick<LanguageCall, 'reasoning' | 'maxTokens'>,
  traits: ModelTraits,
  defaultMaxTokens: number,
): ThinkingRequest {
  const max_tokens = maxTokens ?? defaultMaxTokens;
  if (reasoning === undefined) return { max_tokens };
  if (reasoning === 'none') {
    if (traits.thinkingOff !== undefined) return { max_tokens, thinking: { type: traits.thinkingOff } };
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'reasoning: none' },
      `${modelId} always thinks. Use reasoning: 'minimal', or another model.`,
    );
  }
  if (traits.thinking === 'adaptive') {
    const effort = reasoning === 'minimal' ? 'low' : reasoning;
    return { max_tokens, thinking: { type: 'adaptive', display: 'summarized' }, effort };
  }
  const wanted = budgets[reasoning];
  if (maxTokens === undefined) {
    return { max_tokens: defaultMaxTokens + wanted, thinking: { type: 'enabled', budget_tokens: wanted } };
  }
  if (maxTokens <= budgets.minimal) {
    throw invalidInput(
      `Thinking takes at least ${budgets.minimal} tokens of maxTokens, which is ${maxTokens}. Raise it.`,
    );
  }
  const budget_tokens = Math.max(budgets.minimal, Math.min(wanted, Math.floor(maxTokens / 2)));
  return { max_tokens, thinking: { type: 'enabled', budget_tokens } };
}
