// From a whole chat completion to a result.
import { type AssistantPart, type LanguageResult, ModeshiftError } from '@modeshift/core';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapLogprobs } from './map-logprobs.ts';
import { mapUsage } from './map-usage.ts';
import { readContent, readSources } from './read-content.ts';
import type { WireCompletion } from './wire.ts';

/**
 * Maps a completion.
 *
 * @throws ModeshiftError `invalid-response` when it is none, e.g. a web page or an object without choices.
 */
export function fromChatCompletion(body: unknown, host: string): LanguageResult {
  const completion = (typeof body === 'object' && body !== null ? body : {}) as WireCompletion;
  const choice = completion.choices?.find(candidate => (candidate.index ?? 0) === 0) ?? completion.choices?.[0];
  const message = choice?.message;
  if (!choice || !message) {
    const what = typeof body === 'string' && body.trimStart().startsWith('<') ? 'a web page' : 'something else';
    throw new ModeshiftError(
      { tag: 'invalid-response' },
      `${host} answered with ${what} instead of a chat completion. Check the base URL: it must be an OpenAI-compatible API and mostly ends in /v1.`,
    );
  }
  const { text, reasoning } = readContent(message);
  const content: AssistantPart[] = [];
  if (reasoning) content.push({ type: 'reasoning', text: reasoning });
  if (text) content.push({ type: 'text', text });
  for (const [i, call] of (message.tool_calls ?? []).entries()) {
    content.push({
      type: 'tool-call',
      id: call.id || `${completion.id || 'call'}-${i}`,
      name: call.function?.name ?? '',
      arguments: argumentsText(call.function?.arguments),
    });
  }
  content.push(...readSources(completion, message));
  const finishReason = message.refusal ? 'content-filter' : mapFinishReason(choice.finish_reason ?? '');
  const logprobs = mapLogprobs(choice.logprobs);
  return {
    content,
    finishReason,
    usage: mapUsage(completion.usage ?? completion.x_groq?.usage),
    ...(logprobs && { logprobs }),
    ...(completion.id && { responseId: completion.id }),
    ...(completion.model && { modelId: completion.model }),
  };
}

/** Arguments as JSON text: some servers send them parsed, or not at all for a tool without arguments. */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '{}' : value;
  return value === undefined || value === null ? '{}' : JSON.stringify(value);
}
