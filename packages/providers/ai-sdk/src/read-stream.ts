// From the parts of an AI SDK stream to our events.
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { LanguageEvent } from '@modeshift/core';
import { fromFile, fromFinishReason, fromSource, fromUsage } from './from-result.ts';

/** Turns parts into events. Parts that only our caller's provider could read (raw, ping, custom) give none. */
export class StreamReader {
  /** Content came. */
  began = false;
  isFinished = false;
  readonly #who: string;
  readonly #provider: string;
  readonly #started = new Set<string>();

  constructor(provider: string, modelId: string) {
    this.#provider = provider;
    this.#who = `${provider} ${modelId}`;
  }

  /** @throws what the model says went wrong. */
  push(part: LanguageModelV4StreamPart): LanguageEvent[] {
    const events = this.#events(part);
    this.began ||= events.some(event => !['response', 'usage', 'finish'].includes(event.type));
    return events;
  }

  #events(part: LanguageModelV4StreamPart): LanguageEvent[] {
    switch (part.type) {
      case 'response-metadata':
        return part.id === undefined && part.modelId === undefined
          ? []
          : [
              {
                type: 'response',
                ...(part.id !== undefined && { id: part.id }),
                ...(part.modelId !== undefined && { modelId: part.modelId }),
              },
            ];
      case 'text-delta':
        return part.delta === '' ? [] : [{ type: 'text-delta', text: part.delta }];
      case 'reasoning-delta':
        return part.delta === '' ? [] : [{ type: 'reasoning-delta', text: part.delta }];
      case 'reasoning-end': {
        const { providerMetadata: data } = part;
        return data ? [{ type: 'reasoning-delta', text: '', replay: { provider: this.#provider, data } }] : [];
      }
      case 'tool-input-start':
        if (part.providerExecuted) return [];
        this.#started.add(part.id);
        return [{ type: 'tool-call-start', id: part.id, name: part.toolName }];
      case 'tool-input-delta':
        return this.#started.has(part.id) && part.delta !== ''
          ? [{ type: 'tool-call-delta', id: part.id, argumentsDelta: part.delta }]
          : [];
      case 'tool-call':
        // What the provider runs itself asks nothing of the caller.
        if (part.providerExecuted) return [];
        return [{ type: 'tool-call', id: part.toolCallId, name: part.toolName, arguments: part.input }];
      case 'source':
        return [{ type: 'source', source: fromSource(part) }];
      case 'file':
        return [{ type: 'file', file: fromFile(part) }];
      case 'error':
        throw part.error;
      case 'finish': {
        const reason = fromFinishReason(part.finishReason, this.#who, this.began);
        this.isFinished = true;
        const { raw } = part.finishReason;
        return [
          { type: 'usage', usage: fromUsage(part.usage) },
          { type: 'finish', reason, ...(raw !== undefined && { rawReason: raw }) },
        ];
      }
      default:
        return [];
    }
  }
}
