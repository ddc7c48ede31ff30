// Puts the events of a streamed answer together, in time linear in their number.
import { ModeshiftError, type PartialAnswer } from './errors.ts';
import type { FinishReason, LanguageEvent, TokenLogprob } from './language-event.ts';
import type { AssistantPart, ReasoningPart } from './message.ts';
import type { LanguageResult } from './models.ts';
import { type CachedAnswer, costOf, knownUsage, type Price, type Usage, unknownUsage } from './usage.ts';

/** The text of an answer: its text parts, joined. */
export function textOf(content: readonly AssistantPart[]): string {
  return content.map(part => (part.type === 'text' ? part.text : '')).join('');
}

/** Whether an event carries something of the answer itself; what comes before the first such event may be repeated. */
export function isContent(event: LanguageEvent): boolean {
  return event.type !== 'response' && event.type !== 'usage' && event.type !== 'finish';
}

/** Collects events and gives the whole answer, or the part of it that came. */
export class AnswerBuilder {
  /** Whether content came. */
  began = false;
  finishReason: FinishReason | undefined;
  usage: Usage | undefined;
  #content: AssistantPart[] = [];
  #kind: 'text' | 'reasoning' = 'text';
  #texts: string[] = [];
  #replay: ReasoningPart['replay'];
  #logprobs: TokenLogprob[] = [];
  #responseId: string | undefined;
  #modelId: string | undefined;
  #price: Price | undefined;
  #cached: CachedAnswer | undefined;

  push(event: LanguageEvent): void {
    switch (event.type) {
      case 'text-delta':
        this.began = true;
        if (this.#kind !== 'text') this.#flush('text');
        this.#texts.push(event.text);
        if (event.logprobs) for (const logprob of event.logprobs) this.#logprobs.push(logprob);
        break;
      case 'reasoning-delta':
        this.began = true;
        if (this.#kind !== 'reasoning') this.#flush('reasoning');
        this.#texts.push(event.text);
        if (event.replay) {
          this.#replay = event.replay;
          this.#flush('text');
        }
        break;
      case 'tool-call-start':
      case 'tool-call-delta':
        this.began = true;
        break;
      case 'tool-call':
        this.#add({ type: 'tool-call', id: event.id, name: event.name, arguments: event.arguments });
        break;
      case 'source':
        this.#add(event.source);
        break;
      case 'file':
        this.#add(event.file);
        break;
      case 'response':
        this.#responseId = event.id ?? this.#responseId;
        this.#modelId = event.modelId ?? this.#modelId;
        this.#price = event.price ?? this.#price;
        this.#cached = event.cached ?? this.#cached;
        break;
      case 'usage':
        this.usage = knownUsage(event.usage);
        break;
      case 'finish':
        this.finishReason = event.reason;
        break;
    }
  }

  /** @throws ModeshiftError `interrupted` when no `finish` came. */
  result(provider: string): LanguageResult {
    if (this.finishReason === undefined) {
      throw new ModeshiftError(
        { tag: 'interrupted' },
        `${provider} ended the answer before it was complete. Try again.`,
      );
    }
    this.#flush('text');
    return {
      content: this.#content,
      finishReason: this.finishReason,
      usage: this.usage ?? unknownUsage,
      ...(this.#logprobs.length > 0 && { logprobs: this.#logprobs }),
      ...(this.#responseId !== undefined && { responseId: this.#responseId }),
      ...(this.#modelId !== undefined && { modelId: this.#modelId }),
      ...(this.#price && { price: this.#price }),
      ...(this.#cached && { cached: this.#cached }),
    };
  }

  /** What came so far. */
  partial(price: Price | undefined): PartialAnswer {
    this.#flush(this.#kind);
    const content = [...this.#content];
    const usd = this.usage && costOf(this.usage, this.#price ?? price);
    return { content, text: textOf(content), usage: this.usage, usd };
  }

  #add(part: AssistantPart): void {
    this.began = true;
    this.#flush('text');
    this.#content.push(part);
  }

  /** Ends the part that is being written. Deltas of nothing do not cut a part in two. */
  #flush(next: 'text' | 'reasoning'): void {
    const text = this.#texts.join('');
    const last = this.#content.at(-1);
    if (this.#kind === 'reasoning') {
      const replay = this.#replay && { replay: this.#replay };
      const isMore = last?.type === 'reasoning' && !last.replay;
      if (isMore) this.#content.pop();
      if (isMore || text !== '' || replay) {
        this.#content.push({ type: 'reasoning', text: isMore ? last.text + text : text, ...replay });
      }
    } else if (text !== '') {
      const isMore = last?.type === 'text';
      if (isMore) this.#content.pop();
      this.#content.push({ type: 'text', text: isMore ? last.text + text : text });
    }
    this.#texts = [];
    this.#replay = undefined;
    this.#kind = next;
  }
}
