// From the events of a stream to events of the house.
import type { LanguageEvent } from '@modeshift/core';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapUsage, mergeUsage } from './map-usage.ts';
import { replayOf } from './read-block.ts';
import { sourceOfCitation, sourcesOfResult } from './read-sources.ts';
import type { WireBlock, WireCitation, WireDelta, WireEvent, WireUsage } from './wire.ts';

interface OpenBlock {
  readonly block: WireBlock;
  /** Pieces of its arguments. */
  readonly json: string[];
  readonly citations: WireCitation[];
  signature: string;
  /** What deltas of a kind that is not known say: they replace fields of the block. */
  fields: Record<string, unknown> | undefined;
}

const nothing: readonly LanguageEvent[] = [];

/** Turns the events of one answer into ours: give every event to `push`, then ask `end` once. */
export class MessageDecoder {
  readonly #answerTool: string | undefined;
  readonly #open = new Map<number, OpenBlock>();
  /** Text that came before it was known whether the answer tool would be called. */
  readonly #held: string[] = [];
  #answered = false;
  #calledTools = false;
  #stopReason: string | undefined;
  #usage: WireUsage | undefined;
  #responded = false;
  #complete = false;

  /** `answerTool` is the tool that stands for structured output: its arguments are the text of the answer. */
  constructor(answerTool?: string) {
    this.#answerTool = answerTool;
  }

  /** The server said that the message ends. */
  get isComplete(): boolean {
    return this.#complete;
  }

  /** The usage so far. */
  get usage(): WireUsage | undefined {
    return this.#usage;
  }

  /** Our events for one of theirs. */
  push(event: WireEvent): readonly LanguageEvent[] {
    if (this.#complete) return nothing;
    switch (event.type) {
      case 'content_block_delta':
        return event.delta ? this.#delta(event.index ?? 0, event.delta) : nothing;
      case 'content_block_start':
        return event.content_block ? this.#start(event.index ?? 0, event.content_block) : nothing;
      case 'content_block_stop':
        return this.#stop(event.index ?? 0);
      case 'message_start': {
        const { id, model, usage, content, stop_reason } = event.message ?? {};
        this.#stopReason ??= stop_reason ?? undefined;
        this.#usage = mergeUsage(this.#usage, usage);
        // Some gateways send the start twice.
        if (this.#responded) return nothing;
        this.#responded = true;
        const events: LanguageEvent[] = [{ type: 'response', ...(id && { id }), ...(model && { modelId: model }) }];
        // Calls that come out of running code stand in the start, whole.
        for (const [i, block] of (content ?? []).entries()) {
          events.push(...this.#start(-1 - i, block), ...this.#stop(-1 - i));
        }
        return events;
      }
      case 'message_delta':
        this.#stopReason = event.delta?.stop_reason ?? this.#stopReason;
        this.#usage = mergeUsage(this.#usage, event.usage);
        return nothing;
      case 'message_stop':
        this.#complete = true;
        return nothing;
      default:
        return nothing;
    }
  }

  /** The events that close an answer. */
  end(): LanguageEvent[] {
    const events: LanguageEvent[] = [];
    if (!this.#answered && this.#held.length > 0) events.push({ type: 'text-delta', text: this.#held.join('') });
    if (this.#usage) events.push({ type: 'usage', usage: mapUsage(this.#usage) });
    const rawReason = this.#stopReason ?? '';
    const reason = mapFinishReason(rawReason);
    const onlyAnswered = this.#answered && !this.#calledTools && reason === 'tool-calls';
    events.push({ type: 'finish', reason: onlyAnswered ? 'stop' : reason, rawReason });
    return events;
  }

  #start(index: number, block: WireBlock): readonly LanguageEvent[] {
    const open: OpenBlock = {
      block,
      json: [],
      citations: [...(block.citations ?? [])],
      signature: block.signature ?? '',
      fields: undefined,
    };
    this.#open.set(index, open);
    switch (block.type) {
      case 'text':
        return this.#text(block.text);
      case 'thinking':
        return block.thinking ? [{ type: 'reasoning-delta', text: block.thinking }] : nothing;
      case 'tool_use':
        if (this.#isAnswer(block)) {
          this.#answered = true;
          return nothing;
        }
        this.#calledTools = true;
        return [{ type: 'tool-call-start', id: block.id ?? '', name: block.name ?? '' }];
      default:
        return nothing;
    }
  }

  #delta(index: number, delta: WireDelta): readonly LanguageEvent[] {
    switch (delta.type) {
      case 'text_delta':
        return this.#text(delta.text);
      case 'thinking_delta':
        return delta.thinking ? [{ type: 'reasoning-delta', text: delta.thinking }] : nothing;
      case 'input_json_delta': {
        const open = this.#open.get(index);
        if (!open || !delta.partial_json) return nothing;
        open.json.push(delta.partial_json);
        if (open.block.type !== 'tool_use') return nothing;
        return this.#isAnswer(open.block)
          ? [{ type: 'text-delta', text: delta.partial_json }]
          : [{ type: 'tool-call-delta', id: open.block.id ?? '', argumentsDelta: delta.partial_json }];
      }
      case 'signature_delta': {
        const open = this.#open.get(index);
        if (open) open.signature += delta.signature ?? '';
        return nothing;
      }
      case 'citations_delta':
        if (delta.citation) this.#open.get(index)?.citations.push(delta.citation);
        return nothing;
      default: {
        const open = this.#open.get(index);
        const { type: _, ...fields } = delta;
        if (open) open.fields = { ...open.fields, ...fields };
        return nothing;
      }
    }
  }

  #stop(index: number): readonly LanguageEvent[] {
    const open = this.#open.get(index);
    if (!open) return nothing;
    this.#open.delete(index);
    const { block } = open;
    switch (block.type) {
      case 'text':
        return open.citations.map(citation => ({ type: 'source', source: sourceOfCitation(citation) }));
      case 'thinking': {
        const replay = replayOf({ ...block, signature: open.signature });
        return replay ? [{ type: 'reasoning-delta', text: '', replay }] : nothing;
      }
      case 'tool_use': {
        const text = open.json.join('') || JSON.stringify(block.input ?? {});
        if (!this.#isAnswer(block))
          return [{ type: 'tool-call', id: block.id ?? '', name: block.name ?? '', arguments: text }];
        return open.json.length === 0 ? [{ type: 'text-delta', text }] : nothing;
      }
      default: {
        const input = open.json.length > 0 ? parsed(open.json.join('')) : block.input;
        const whole = { ...block, ...open.fields, ...(input !== undefined && { input }) } as WireBlock;
        const replay = replayOf(whole)!;
        return [
          { type: 'reasoning-delta', text: '', replay },
          ...sourcesOfResult(whole).map(source => ({ type: 'source' as const, source })),
        ];
      }
    }
  }

  #text(text: string | undefined): readonly LanguageEvent[] {
    if (!text) return nothing;
    if (this.#answerTool === undefined) return [{ type: 'text-delta', text }];
    this.#held.push(text);
    return nothing;
  }

  #isAnswer(block: WireBlock): boolean {
    return this.#answerTool !== undefined && block.name === this.#answerTool;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
