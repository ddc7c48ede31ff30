// From a whole chat completion to a result.
import type { AssistantPart, LanguageResult } from '@modeshift/core';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapLogprobs } from './map-logprobs.ts';
import { mapUsage } from './map-usage.ts';
import { otherAnswer } from './other-answer.ts';
import { readContent, readSources } from './read-content.ts';
import { mergeDetails } from './reasoning-details.ts';
import type { WireCompletion } from './wire.ts';

/**
 * Maps a completion.
 *
 * @throws ModeshiftError `invalid-response` when it is none, e.g. a web page or an object without choices.
 */
export function fromChatCompletion(
  body: unknown,
  { host, provider }: { readonly host: string; readonly provider: string },
): LanguageResult {
  const completion = (typeof body === 'object' && body !== null ? body : {}) as WireCompletion;
  const choice = completion.choices?.find(candidate => (candidate.index ?? 0) === 0) ?? completion.choices?.[0];
  const message = choice?.message;
  if (!choice || !message) {
    throw otherAnswer(body, 'a chat completion', host);
  }
  const { text, reasoning } = readContent(message);
  const content: AssistantPart[] = [];
  const details = message.reasoning_details ?? [];
  const replay = details.length > 0 ? { provider, data: mergeDetails(details) } : undefined;
  if (reasoning || replay) content.push({ type: 'reasoning', text: reasoning, ...(replay && { replay }) });
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
