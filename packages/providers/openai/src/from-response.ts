// From a whole response to a result.
import {
  type AssistantPart,
  type FinishReason,
  type LanguageResult,
  ModeshiftError,
  type SourcePart,
  type TokenLogprob,
} from '@modeshift/core';
import { mapLogprobs } from './map-logprobs.ts';
import { mapResponseUsage } from './map-usage.ts';
import { isRefusal, readAnnotation, readOutputItem } from './read-output-item.ts';
import type { WireResponse } from './responses-wire.ts';
import { WireRefusal } from './wire-refusal.ts';

/**
 * Maps a response.
 *
 * @throws ModeshiftError `invalid-response` when it is none; WireRefusal when it says that it failed.
 */
export function fromResponse(
  body: unknown,
  origin: { readonly host: string; readonly provider: string },
): LanguageResult {
  const response = (typeof body === 'object' && body !== null ? body : {}) as WireResponse;
  throwIfFailed(response);
  if (!Array.isArray(response.output)) {
    const what = typeof body === 'string' && body.trimStart().startsWith('<') ? 'a web page' : 'something else';
    throw new ModeshiftError(
      { tag: 'invalid-response' },
      `${origin.host} answered with ${what} instead of a response. Check the base URL, or use { api: 'chat' }: not every compatible server has the Responses API.`,
    );
  }
  const content: AssistantPart[] = [];
  const sources = new Map<string, SourcePart>();
  const logprobs: TokenLogprob[] = [];
  for (const item of response.output as NonNullable<WireResponse['output']>) {
    content.push(...readOutputItem(item, origin.provider));
    for (const piece of item.type === 'message' ? (item.content ?? []) : []) {
      logprobs.push(...(mapLogprobs({ content: piece.logprobs ?? null }) ?? []));
      for (const annotation of piece.annotations ?? []) {
        const source = readAnnotation(annotation);
        if (source) sources.set(source.url ?? source.title ?? '', source);
      }
    }
  }
  content.push(...sources.values());
  const { reason } = finishOf(response);
  return {
    content,
    finishReason: reason,
    usage: mapResponseUsage(response.usage),
    ...(logprobs.length > 0 && { logprobs }),
    ...(response.id && { responseId: response.id }),
    ...(response.model && { modelId: response.model }),
  };
}

/** Throws what a failed response says, as the client would throw it for a refused request. */
export function throwIfFailed({ status, error }: WireResponse): void {
  if (status === 'failed' || error) {
    throw new WireRefusal(error ?? { message: 'The response failed.' });
  }
}

/** Why a response ended. */
export function finishOf(response: WireResponse): { readonly reason: FinishReason; readonly rawReason: string } {
  const rawReason = response.incomplete_details?.reason ?? response.status ?? '';
  return { reason: reasonOf(response, rawReason), rawReason };
}

function reasonOf({ status, output }: WireResponse, rawReason: string): FinishReason {
  if (rawReason === 'max_output_tokens' || rawReason === 'max_tokens') return 'length';
  if (rawReason === 'content_filter') return 'content-filter';
  if (status === 'incomplete' || status === 'cancelled') return 'other';
  if (output?.some(item => item.type === 'function_call')) return 'tool-calls';
  if (output?.some(item => item.type === 'message' && isRefusal(item))) return 'content-filter';
  return 'stop';
}
