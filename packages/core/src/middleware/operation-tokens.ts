// About how many tokens an operation takes, for middleware that paces or limits.
import { estimateMessages, estimateTokens } from '../estimate-tokens.ts';
import type { LanguageCall } from '../models.ts';
import { knownUsage, type Usage } from '../usage.ts';
import type { Operation, OperationResult } from './wrap-model.ts';

/** Estimated tokens of the prompt, and the most that may be generated (0 where the call does not say). */
export function estimateOperation(operation: Operation): { readonly input: number; readonly output: number } {
  const sum = (texts: readonly string[]): number => texts.reduce((total, text) => total + estimateTokens(text), 0);
  switch (operation.kind) {
    case 'generate':
      return estimateCall(operation.call);
    case 'score': {
      const { prompt, continuations } = operation.call;
      const input = typeof prompt === 'string' ? estimateTokens(prompt) : estimateMessages(prompt);
      return { input: input * continuations.length + sum(continuations), output: 0 };
    }
    case 'embed':
      return { input: sum(operation.texts), output: 0 };
    case 'rerank':
      return {
        input: sum(operation.documents) + estimateTokens(operation.query) * operation.documents.length,
        output: 0,
      };
    case 'count-tokens':
      return { input: 0, output: 0 };
  }
}

/** The same for a call of a language model. */
export function estimateCall(call: LanguageCall): { readonly input: number; readonly output: number } {
  const tools = call.tools ? estimateTokens(JSON.stringify(call.tools)) : 0;
  return { input: estimateMessages(call.messages) + tools, output: Math.max(0, call.maxTokens || 0) };
}

/** The usage that a result reports, where its kind reports one. */
export function usageOf(result: OperationResult): Usage | undefined {
  return typeof result === 'object' && 'usage' in result ? knownUsage(result.usage) : undefined;
}
