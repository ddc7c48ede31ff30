// The exact number of tokens of a text or a call, by models that know it.
import type { ModelThatCounts } from './capability.ts';
import { ModeshiftError } from './errors.ts';
import type { LanguageCall, Model, TokenCountingModel } from './models.ts';
import { type CallOptions, runCall } from './run-call.ts';

/**
 * Counts the tokens of a text, or the prompt tokens of a call, exactly. A model that can only guess does not compile here.
 *
 * @example
 * ```ts
 * import { countTokens, type TokenCountingModel } from '@modeshift/core';
 *
 * const bytes: TokenCountingModel = {
 *   provider: 'example',
 *   modelId: 'bytes',
 *   countTokens: async call => new TextEncoder().encode(typeof call === 'string' ? call : '').length,
 * };
 * console.log(await countTokens({ model: bytes, content: '你好' })); // 6
 * ```
 */
export async function countTokens<M extends Model>(
  call: CallOptions & {
    readonly model: M & ModelThatCounts<M>;
    /** A text, or a call whose prompt is counted as the model would see it. */
    readonly content: string | LanguageCall;
  },
): Promise<number> {
  const model = call.model as unknown as TokenCountingModel;
  const count = await runCall(model, call, context => model.countTokens(call.content, context));
  if (Number.isInteger(count) && count >= 0) return count;
  throw new ModeshiftError(
    { tag: 'invalid-response' },
    `${model.provider} counted ${count} tokens. This is a defect of the provider package.`,
  );
}
