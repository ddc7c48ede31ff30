// From generated tokens to the events of an answer: text, thoughts, calls of tools, ended by stop strings.
import type { LanguageEvent, TokenLogprob } from '@modeshift/core';
import { type OutputEvent, type OutputFormat, type OutputParser, outputParser } from '../chat-template/index.ts';
import type { GeneratedToken } from '../engine/generate-types.ts';
import type { Tokenizer, TokenStream } from '../tokenizer/index.ts';
import { StopFilter } from './stop-filter.ts';

/** Control tokens that the parser must see. All others are left out of the text. */
const marks = new Set([
  '<think>',
  '</think>',
  '<tool_call>',
  '</tool_call>',
  '[TOOL_CALLS]',
  '[ARGS]',
  '<|python_tag|>',
]);

/** Reads tokens as they come. */
export class AnswerEvents {
  /** Tokens that were generated, the one that ended the answer among them. */
  tokens = 0;
  /** A call of a tool was among the events. */
  calledTool = false;
  readonly #tokenizer: Tokenizer;
  readonly #stream: TokenStream;
  readonly #filter: StopFilter;
  readonly #parser: OutputParser | undefined;
  readonly #endTokens: ReadonlySet<number>;
  /** Of tokens whose text has not been given yet. */
  #logprobs: TokenLogprob[] = [];

  constructor(
    tokenizer: Tokenizer,
    format: (OutputFormat & { readonly startsThinking: boolean; readonly tools: readonly string[] }) | undefined,
    stops: readonly string[],
    endTokens: ReadonlySet<number>,
    /** The answer goes on with a text, so a space before its first word is kept. */
    continues: boolean,
  ) {
    this.#tokenizer = tokenizer;
    this.#stream = tokenizer.stream({ skipSpecialTokens: false, continues });
    this.#filter = new StopFilter(stops);
    this.#parser = format && outputParser({ ...format, newId: () => `call_${crypto.randomUUID()}` });
    this.#endTokens = endTokens;
  }

  /** A stop string came: the answer is over, whatever else is generated. */
  get stopped(): boolean {
    return this.#filter.stopped;
  }

  /** Takes a token and gives the events that are certain now. */
  push(token: GeneratedToken): LanguageEvent[] {
    this.tokens++;
    const { id } = token;
    if (this.#endTokens.has(id)) return [];
    if (this.#tokenizer.isSpecial(id) && !(this.#parser && marks.has(this.#tokenizer.tokenOf(id) ?? ''))) return [];
    if (token.logprob !== undefined) this.#logprobs.push(this.#logprobOf(token));
    return this.#events(this.#filter.push(this.#stream.push(id)));
  }

  /** Gives what was kept back. */
  end(): LanguageEvent[] {
    const rest = this.stopped ? '' : this.#filter.push(this.#stream.end()) + this.#filter.end();
    const events = this.#events(rest);
    if (this.#parser) events.push(...this.#dressed(this.#parser.end()));
    return events;
  }

  #events(text: string): LanguageEvent[] {
    if (text === '') return [];
    return this.#dressed(this.#parser ? this.#parser.push(text) : [{ type: 'text-delta', text }]);
  }

  /** Gives log-probabilities to the text they belong to; those of thoughts and calls are not given. */
  #dressed(events: readonly OutputEvent[]): LanguageEvent[] {
    return events.map(event => {
      const logprobs = this.#logprobs;
      if (event.type === 'text-delta' && logprobs.length === 0) return event;
      this.#logprobs = [];
      if (event.type === 'text-delta') return { ...event, logprobs };
      if (event.type === 'tool-call') this.calledTool = true;
      return event;
    });
  }

  #logprobOf({ id, logprob, top }: GeneratedToken): TokenLogprob {
    const textOf = (one: number): string => this.#tokenizer.decode([one]);
    return {
      token: textOf(id),
      logprob: logprob!,
      ...(top ? { top: top.map(one => ({ token: textOf(one.id), logprob: one.logprob })) } : {}),
    };
  }
}
