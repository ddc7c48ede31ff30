// From our events to the parts of an AI SDK stream.
import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { AssistantPart, LanguageEvent, ReasoningPart, SourcePart, Usage } from '@modeshift/core';
import { replayName } from './from-prompt.ts';

/** Turns events into parts; texts and thoughts are wrapped in their start and end. */
export class StreamWriter {
  #open: 'text' | 'reasoning' | undefined;
  #count = 0;
  #usage: Usage = { inputTokens: undefined, outputTokens: undefined };

  push(event: LanguageEvent): LanguageModelV4StreamPart[] {
    switch (event.type) {
      case 'response':
        return [
          {
            type: 'response-metadata',
            ...(event.id !== undefined && { id: event.id }),
            ...(event.modelId !== undefined && { modelId: event.modelId }),
          },
        ];
      case 'text-delta':
        return event.text === ''
          ? []
          : [...this.#into('text'), { type: 'text-delta', id: this.#id('text'), delta: event.text }];
      case 'reasoning-delta': {
        const parts = this.#into('reasoning');
        if (event.text !== '') parts.push({ type: 'reasoning-delta', id: this.#id('reasoning'), delta: event.text });
        if (event.replay) parts.push(...this.#close(replayOf(event.replay)));
        return parts;
      }
      case 'tool-call-start':
        return [...this.#close(), { type: 'tool-input-start', id: event.id, toolName: event.name }];
      case 'tool-call-delta':
        return [{ type: 'tool-input-delta', id: event.id, delta: event.argumentsDelta }];
      case 'tool-call':
        return [
          ...this.#close(),
          { type: 'tool-input-end', id: event.id },
          { type: 'tool-call', toolCallId: event.id, toolName: event.name, input: event.arguments },
        ];
      case 'source':
        return [...this.#close(), toSource(event.source, `source-${this.#count++}`)];
      case 'file':
        return [...this.#close(), toFile(event.file)];
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'finish':
        return [
          ...this.#close(),
          { type: 'finish', usage: toUsage(this.#usage), finishReason: toFinishReason(event.reason, event.rawReason) },
        ];
    }
  }

  #id(kind: string): string {
    return `${kind}-${this.#count}`;
  }

  #into(kind: 'text' | 'reasoning'): LanguageModelV4StreamPart[] {
    if (this.#open === kind) return [];
    const parts = this.#close();
    this.#open = kind;
    parts.push({ type: `${kind}-start`, id: this.#id(kind) });
    return parts;
  }

  #close(providerMetadata?: SharedV4ProviderMetadata): LanguageModelV4StreamPart[] {
    const kind = this.#open;
    if (!kind) return [];
    const id = this.#id(kind);
    this.#open = undefined;
    this.#count++;
    return [{ type: `${kind}-end`, id, ...(providerMetadata && { providerMetadata }) }];
  }
}

/** A whole answer's content. */
export function toContent(content: readonly AssistantPart[]): LanguageModelV4Content[] {
  return content.map((part, i) => toPart(part, `source-${i}`));
}

function toPart(part: AssistantPart, id: string): LanguageModelV4Content {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'reasoning':
      return {
        type: 'reasoning',
        text: part.text,
        ...(part.replay && { providerMetadata: replayOf(part.replay) }),
      };
    case 'tool-call':
      return { type: 'tool-call', toolCallId: part.id, toolName: part.name, input: part.arguments };
    case 'source':
      return toSource(part, id);
    case 'file':
      return toFile(part);
  }
}

export function toUsage(usage: Usage): LanguageModelV4Usage {
  const { inputTokens: total, cachedInputTokens: cacheRead, cacheWriteTokens: cacheWrite } = usage;
  const { outputTokens, reasoningTokens: reasoning } = usage;
  return {
    inputTokens: {
      total,
      noCache: total === undefined ? undefined : total - (cacheRead ?? 0) - (cacheWrite ?? 0),
      cacheRead,
      cacheWrite,
    },
    outputTokens: {
      total: outputTokens,
      text: outputTokens === undefined ? undefined : outputTokens - (reasoning ?? 0),
      reasoning,
    },
  };
}

/** `other` without a raw word means to the AI SDK that nothing was said: ours always says something. */
export function toFinishReason(
  unified: LanguageModelV4FinishReason['unified'],
  raw: string | undefined,
): LanguageModelV4FinishReason {
  return { unified, raw: raw ?? (unified === 'other' ? 'other' : undefined) };
}

function replayOf(replay: NonNullable<ReasoningPart['replay']>): SharedV4ProviderMetadata {
  return { [replayName]: replay } as unknown as SharedV4ProviderMetadata;
}

function toSource({ url, title, text }: SourcePart, id: string): Extract<LanguageModelV4Content, { type: 'source' }> {
  if (url !== undefined) return { type: 'source', sourceType: 'url', id, url, ...(title !== undefined && { title }) };
  return {
    type: 'source',
    sourceType: 'document',
    id,
    mediaType: 'text/plain',
    title: title ?? text?.slice(0, 80) ?? id,
  };
}

function toFile(part: Extract<AssistantPart, { type: 'file' }>): Extract<LanguageModelV4Content, { type: 'file' }> {
  const { data, mediaType } = part;
  return {
    type: 'file',
    mediaType,
    data: data instanceof URL ? { type: 'url', url: data } : { type: 'data', data },
  };
}
