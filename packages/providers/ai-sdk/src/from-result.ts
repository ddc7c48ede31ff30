// From the small values of the AI SDK to ours: usage, reasons, files, sources.
import type {
  LanguageModelV4File,
  LanguageModelV4FinishReason,
  LanguageModelV4Source,
  LanguageModelV4Usage,
  SharedV4Warning,
} from '@ai-sdk/provider';
import {
  type FilePart,
  type FinishReason,
  invalidInput,
  ModeshiftError,
  type SourcePart,
  type Usage,
} from '@modeshift/core';

/** Tokens; what is not reported stays unknown. */
export function fromUsage({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage {
  const known = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined);
  const cached = known(inputTokens.cacheRead);
  const written = known(inputTokens.cacheWrite);
  const reasoning = known(outputTokens.reasoning);
  return {
    inputTokens: known(inputTokens.total),
    outputTokens: known(outputTokens.total),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(written !== undefined && { cacheWriteTokens: written }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}

/**
 * Why the model stopped.
 *
 * @throws ModeshiftError `interrupted` where the wire never said: providers of the AI SDK then make up a reason `other`.
 */
export function fromFinishReason(
  { unified, raw }: LanguageModelV4FinishReason,
  who: string,
  began: boolean,
): FinishReason {
  if (unified === 'interrupted' || unified === 'error' || (unified === 'other' && raw === undefined)) {
    const tag = unified === 'error' && !began ? 'server' : began ? 'interrupted' : 'invalid-response';
    throw new ModeshiftError({ tag }, `${who} ended its answer before it was complete. Ask again.`);
  }
  return unified;
}

/** @throws ModeshiftError `unsupported` when the model says that it left out what was asked for. */
export function refuseWarnings(warnings: readonly SharedV4Warning[] | undefined, who: string): void {
  const dropped = warnings?.filter(warning => warning.type === 'unsupported') ?? [];
  if (dropped.length === 0) return;
  const features = dropped.map(({ feature, details }) => (details ? `${feature} (${details})` : feature)).join(', ');
  throw new ModeshiftError(
    { tag: 'unsupported', feature: dropped[0]!.feature },
    `${who} does not support ${features}. Take it out of the call, or make the model with onUnsupported: 'ignore'.`,
  );
}

export function fromSource(source: LanguageModelV4Source): SourcePart {
  return {
    type: 'source',
    ...(source.sourceType === 'url' && { url: source.url }),
    ...(source.title !== undefined && { title: source.title }),
  };
}

export function fromFile({ data, mediaType }: Pick<LanguageModelV4File, 'data' | 'mediaType'>): FilePart {
  if (data.type === 'url') return { type: 'file', mediaType, data: data.url };
  return { type: 'file', mediaType, data: typeof data.data === 'string' ? fromBase64(data.data) : data.data };
}

export function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), char => char.charCodeAt(0));
  } catch {
    throw invalidInput('A file holds text that is no base64.');
  }
}
