// The exact number of tokens of a prompt, from the counter of the Responses API.
import { type CallContext, type LanguageCall, ModeshiftError } from '@modeshift/core';
import type { InputTokenCountParams } from 'openai/resources/responses/input-tokens';
import type { ServiceClient } from './service-client.ts';
import { type ResponsesDialect, toResponsesRequest } from './to-responses-request.ts';

const path = '/responses/input_tokens';

/**
 * Counts a prompt; a text counts as a user message.
 *
 * Wire: https://platform.openai.com/docs/api-reference/responses/input-tokens
 */
export async function countPromptTokens(
  service: ServiceClient,
  call: string | LanguageCall,
  dialect: ResponsesDialect,
  context: CallContext,
): Promise<number> {
  const { model, input, tools, tool_choice, reasoning, text } = toResponsesRequest(
    service.modelId,
    typeof call === 'string' ? { messages: [{ role: 'user', content: call }] } : call,
    dialect,
  );
  const body = { model, input, tools, tool_choice, reasoning, text } as InputTokenCountParams;
  const counted: unknown = await service.request(path, context, (client, options) =>
    client.responses.inputTokens.count(body, options),
  );
  const tokens = (counted as { input_tokens?: unknown } | null)?.input_tokens;
  if (typeof tokens === 'number') return tokens;
  throw new ModeshiftError({ tag: 'invalid-response' }, `${service.host} gave no number of tokens.`);
}
