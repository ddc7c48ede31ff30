// From the chunks of a stream to events.
import type { LanguageEvent, SourcePart } from '@modeshift/core';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapLogprobs } from './map-logprobs.ts';
import { mapUsage } from './map-usage.ts';
import { readContent, readSources } from './read-content.ts';
import { mergeDetails } from './reasoning-details.ts';
import type { EventDecoder } from './stream-events.ts';
import { ToolCallAssembler } from './tool-call-assembler.ts';
import type { WireChunk, WireReasoningDetail, WireUsage } from './wire.ts';

/** Turns chunks into events: give every chunk to `push`, then ask `end` once. */
export class ChatChunkDecoder implements EventDecoder {
  readonly #calls = new ToolCallAssembler();
  readonly #provider: string;
  #details: WireReasoningDetail[] = [];
  readonly #sources = new Map<string, SourcePart>();
  #responseId: string | undefined;
  #answered = false;
  #finish: string | undefined;
  #refused = false;
  #usage: WireUsage | undefined;

  /** @param provider whose reasoning this is, where it must come back. */
  constructor(provider: string) {
    this.#provider = provider;
  }

  /** The server said why it stopped: the answer is complete. */
  get isFinished(): boolean {
    return this.#finish !== undefined;
  }

  /** The events of one chunk. */
  push(payload: unknown): LanguageEvent[] {
    const chunk = payload as WireChunk;
    const events: LanguageEvent[] = [];
    // Servers that report usage in every chunk report it cumulatively: the last one counts.
    this.#usage = chunk.usage ?? chunk.x_groq?.usage ?? this.#usage;
    if (!this.#answered && (chunk.id || chunk.model)) {
      this.#answered = true;
      this.#responseId = chunk.id || undefined;
      events.push({
        type: 'response',
        ...(chunk.id && { id: chunk.id }),
        ...(chunk.model && { modelId: chunk.model }),
      });
    }
    const choice = chunk.choices?.find(candidate => (candidate.index ?? 0) === 0);
    const delta = choice?.delta;
    if (chunk.citations || delta?.annotations) {
      for (const source of readSources(chunk, delta)) this.#sources.set(source.url ?? '', source);
    }
    if (!choice) return events;
    if (delta) {
      const { text, reasoning } = readContent(delta);
      if (delta.refusal) this.#refused = true;
      if (delta.reasoning_details) this.#details.push(...delta.reasoning_details);
      if (reasoning) events.push({ type: 'reasoning-delta', text: reasoning });
      const logprobs = mapLogprobs(choice.logprobs);
      // Reasoning ends where the answer begins.
      if ((text || delta.tool_calls?.length) && this.#details.length > 0) events.push(this.#replay());
      if (text || logprobs) events.push({ type: 'text-delta', text, ...(logprobs && { logprobs }) });
      for (const call of delta.tool_calls ?? []) events.push(...this.#calls.push(call, this.#responseId));
    }
    if (choice.finish_reason) this.#finish = choice.finish_reason;
    return events;
  }

  /** The events that close an answer: whole tool calls, sources, usage and the finish. */
  end(): LanguageEvent[] {
    const events: LanguageEvent[] = this.#calls.end();
    if (this.#details.length > 0) events.unshift(this.#replay());
    for (const source of this.#sources.values()) events.push({ type: 'source', source });
    if (this.#usage) events.push({ type: 'usage', usage: mapUsage(this.#usage) });
    const rawReason = this.#finish ?? '';
    events.push(
      this.#refused
        ? { type: 'finish', reason: 'content-filter', rawReason: 'refusal' }
        : { type: 'finish', reason: mapFinishReason(rawReason), rawReason },
    );
    return events;
  }

  #replay(): LanguageEvent {
    const data = mergeDetails(this.#details);
    this.#details = [];
    return { type: 'reasoning-delta', text: '', replay: { provider: this.#provider, data } };
  }
}
