// Puts tool calls together from their deltas, also where index or id is missing.
import type { LanguageEvent } from '@modeshift/core';
import { argumentsText } from './from-chat-completion.ts';
import type { WireToolCall } from './wire.ts';

interface OpenCall {
  readonly id: string;
  name: string;
  started: boolean;
  readonly pieces: string[];
}

/** Collects the tool calls of one answer: give every delta to `push`, then ask `end` once. */
export class ToolCallAssembler {
  readonly #calls: OpenCall[] = [];
  readonly #byIndex = new Map<number, OpenCall>();

  /** The events of one delta; `responseId` makes the id of a call that the server gave none. */
  push(delta: WireToolCall, responseId: string | undefined): LanguageEvent[] {
    const events: LanguageEvent[] = [];
    const call = this.#callOf(delta, responseId);
    if (!call.name && delta.function?.name) call.name = delta.function.name;
    if (!call.started && call.name) {
      call.started = true;
      events.push({ type: 'tool-call-start', id: call.id, name: call.name });
    }
    const value = delta.function?.arguments;
    const piece =
      typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
    if (!piece) return events;
    call.pieces.push(piece);
    events.push({ type: 'tool-call-delta', id: call.id, argumentsDelta: piece });
    return events;
  }

  /** The whole calls, in the order in which they began. */
  end(): LanguageEvent[] {
    return this.#calls.map(({ id, name, pieces }) => ({
      type: 'tool-call',
      id,
      name,
      arguments: argumentsText(pieces.join('')),
    }));
  }

  /** The call that a delta belongs to: by index; by id where there is none (Mistral); else the last one. */
  #callOf(delta: WireToolCall, responseId: string | undefined): OpenCall {
    const known = typeof delta.index === 'number' ? this.#byIndex.get(delta.index) : undefined;
    // Gemini's compatible endpoint gives parallel calls the same index and different ids.
    if (known && (!delta.id || delta.id === known.id || !delta.function?.name)) return known;
    const sameId = delta.id ? this.#calls.find(call => call.id === delta.id) : undefined;
    if (sameId) return sameId;
    const last = this.#calls.at(-1);
    if (last && typeof delta.index !== 'number' && !delta.id && !delta.function?.name) return last;
    const id = delta.id || `${responseId ?? 'call'}-${this.#calls.length}`;
    const call: OpenCall = { id, name: '', started: false, pieces: [] };
    this.#calls.push(call);
    if (typeof delta.index === 'number') this.#byIndex.set(delta.index, call);
    return call;
  }
}
