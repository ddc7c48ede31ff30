// `anthropicBatches(modelId)`: many calls at half the price, answered within a day.
import { resolveModel } from './anthropic.ts';
import type { MessageBatches } from './message-batch.ts';
import type { AnthropicOptions } from './options.ts';
import { VendorBatches } from './vendor-batches.ts';

/**
 * Batches of calls to a model over the Message Batches API: the same calls as for {@link anthropic}, answered within 24 hours at
 * half the price. Results can be read for 29 days.
 *
 * Wire: https://platform.claude.com/docs/en/build-with-claude/batch-processing
 *
 * @throws ModeshiftError as `anthropic` does.
 * @example
 * ```ts
 * import { anthropicBatches } from '@modeshift/anthropic';
 *
 * const batches = anthropicBatches('claude-haiku-5-5', { apiKey: 'sk-ant-of-yours' });
 * // const batch = await batches.create([{ id: '1', call: { messages: [{ role: 'user', content: '你好' }] } }]);
 * // await batch.wait();
 * // for await (const entry of batch.results()) if (entry.ok) console.log(entry.id, entry.result.content);
 * console.log(batches.open('msgbatch_of_yours').id); // msgbatch_of_yours
 * ```
 */
export function anthropicBatches(modelId: string, options: AnthropicOptions = {}): MessageBatches {
  const { endpoint, dialect, rate } = resolveModel(modelId, options);
  return new VendorBatches(modelId, endpoint, dialect, rate);
}
