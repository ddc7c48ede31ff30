// From the events of a streamed response to the events of the house.
import type { LanguageEvent, SourcePart } from '@modeshift/core';
import { finishOf, throwIfFailed } from './from-response.ts';
import { mapLogprobs } from './map-logprobs.ts';
import { mapResponseUsage } from './map-usage.ts';
import { callId, readAnnotation, readOutputItem, replayOf } from './read-output-item.ts';
import type { WireOutputItem, WireResponse, WireResponseEvent } from './responses-wire.ts';
import type { EventDecoder } from './stream-events.ts';

/** Turns the events of one response into ours. Items are told apart by their place: some servers change their ids on the way. */
export class ResponseEventDecoder implements EventDecoder {
  readonly #provider: string;
  readonly #items: WireOutputItem[] = [];
  /** What was streamed of the item at a place. */
  readonly #streamed = new Map<number, 'text' | 'reasoning_text' | 'summary'>();
  readonly #callIds = new Map<number, string>();
  readonly #sources = new Map<string, SourcePart>();
  #answered = false;
  #refused = false;
  #response: WireResponse | undefined;

  constructor(provider: string) {
    this.#provider = provider;
  }

  get isFinished(): boolean {
    return this.#response !== undefined;
  }

  push(payload: unknown): LanguageEvent[] {
    const event = payload as WireResponseEvent;
    const at = event.output_index ?? 0;
    switch (event.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        this.#refused ||= event.type === 'response.refusal.delta';
        return this.#text(event, at);
      case 'response.reasoning_summary_part.added':
        return event.summary_index ? this.#reasoning('summary', '\n\n', at) : [];
      case 'response.reasoning_summary_text.delta':
        return this.#reasoning('summary', event.delta, at);
      case 'response.reasoning_text.delta':
        return this.#reasoning('reasoning_text', event.delta, at);
      case 'response.function_call_arguments.delta':
        return this.#argumentsDelta(event, at);
      case 'response.output_item.added':
        return this.#began(event.item ?? {}, at);
      case 'response.output_item.done':
        return this.#done(event.item ?? {}, at);
      case 'response.output_text.annotation.added':
        this.#annotate(event.annotation);
        return [];
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        return this.#respond(event.response ?? {});
      case 'response.completed':
      case 'response.incomplete':
      case 'response.cancelled':
      case 'response.failed':
        throwIfFailed(event.response ?? { status: 'failed' });
        this.#response = event.response ?? {};
        return this.#respond(this.#response);
      default:
        return [];
    }
  }

  end(): LanguageEvent[] {
    const events: LanguageEvent[] = [...this.#sources.values()].map(source => ({ type: 'source', source }));
    const response = this.#response ?? {};
    if (response.usage) events.push({ type: 'usage', usage: mapResponseUsage(response.usage) });
    const { reason, rawReason } = finishOf({
      ...response,
      output: response.output?.length ? response.output : this.#items,
    });
    events.push({ type: 'finish', reason: this.#refused && reason === 'stop' ? 'content-filter' : reason, rawReason });
    return events;
  }

  #respond({ id, model }: WireResponse): LanguageEvent[] {
    if (this.#answered || !(id || model)) return [];
    this.#answered = true;
    return [{ type: 'response', ...(id && { id }), ...(model && { modelId: model }) }];
  }

  #text({ delta, logprobs }: WireResponseEvent, at: number): LanguageEvent[] {
    if (typeof delta !== 'string') return [];
    this.#streamed.set(at, 'text');
    const mapped = logprobs?.length ? mapLogprobs({ content: logprobs }) : undefined;
    return [{ type: 'text-delta', text: delta, ...(mapped && { logprobs: mapped }) }];
  }

  /** A summary or the thought itself; where a server sends both, the one that came first. */
  #reasoning(kind: 'summary' | 'reasoning_text', delta: unknown, at: number): LanguageEvent[] {
    if (typeof delta !== 'string' || delta === '' || (this.#streamed.get(at) ?? kind) !== kind) return [];
    this.#streamed.set(at, kind);
    return [{ type: 'reasoning-delta', text: delta }];
  }

  #argumentsDelta({ delta }: WireResponseEvent, at: number): LanguageEvent[] {
    const id = this.#callIds.get(at);
    return id !== undefined && typeof delta === 'string' && delta !== ''
      ? [{ type: 'tool-call-delta', id, argumentsDelta: delta }]
      : [];
  }

  #began(item: WireOutputItem, at: number): LanguageEvent[] {
    if (item.type !== 'function_call' || this.#callIds.has(at)) return [];
    const id = callId(item);
    this.#callIds.set(at, id);
    return [{ type: 'tool-call-start', id, name: item.name ?? '' }];
  }

  #done(item: WireOutputItem, at: number): LanguageEvent[] {
    this.#items.push(item);
    for (const piece of item.type === 'message' ? (item.content ?? []) : []) {
      for (const annotation of piece.annotations ?? []) this.#annotate(annotation);
    }
    const wasStreamed = this.#streamed.delete(at);
    if (item.type === 'reasoning' && wasStreamed) {
      const replay = replayOf(item, this.#provider);
      return replay ? [{ type: 'reasoning-delta', text: '', replay }] : [];
    }
    if (item.type === 'message' && wasStreamed) return [];
    return readOutputItem(item, this.#provider).flatMap((part): LanguageEvent[] => {
      if (part.type === 'text') return [{ type: 'text-delta', text: part.text }];
      if (part.type === 'reasoning') {
        return [{ type: 'reasoning-delta', text: part.text, ...(part.replay && { replay: part.replay }) }];
      }
      if (part.type === 'file') return [{ type: 'file', file: part }];
      if (part.type !== 'tool-call') return [];
      const began = this.#began(item, at);
      const id = this.#callIds.get(at) ?? part.id;
      return [...began, { type: 'tool-call', id, name: part.name, arguments: part.arguments }];
    });
  }

  #annotate(annotation: WireResponseEvent['annotation']): void {
    const source = annotation && readAnnotation(annotation);
    if (source) this.#sources.set(source.url ?? source.title ?? '', source);
  }
}
