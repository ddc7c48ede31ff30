// Text that a model writes, as it comes, to events: text, thoughts and calls of tools.
import type { LanguageEvent } from '@modeshift/core';
import type { OutputFormat } from './output-format.ts';
import { brokenCall, callsInJson, callWithMarks, type WrittenCall } from './written-calls.ts';

/** The events that an output parser gives. */
export type OutputEvent = Extract<LanguageEvent, { type: 'text-delta' | 'reasoning-delta' | 'tool-call' }>;

/** Takes text as it comes. */
export interface OutputParser {
  /** Gives the events that are certain: text that may be the beginning of a tag is kept back. */
  push(text: string): OutputEvent[];
  /** Gives what was kept back. What is no whole tag or call is text. */
  end(): OutputEvent[];
}

/** Options of {@link outputParser}. */
export interface OutputParserOptions extends OutputFormat {
  /** The prompt ends within a thought, as templates do that open `<think>` themselves. Default `false`. */
  readonly startsThinking?: boolean;
  /** Names of the tools that may be called. Without any, nothing is read as a call. */
  readonly tools: readonly string[];
  /** Makes the id of a call. Default: `call_0`, `call_1` … */
  readonly newId?: () => string;
}

const [thinkOpen, thinkClose] = ['<think>', '</think>'];
const callOpen = { tagged: '<tool_call>', bracketed: '[TOOL_CALLS]', json: '<|python_tag|>' } as const;
const callClose = '</tool_call>';

/**
 * Reads thoughts and calls out of what a model writes. Give it text that still has the tags, also where they are special
 * tokens, but not the token that ends the turn.
 *
 * @example
 * ```ts
 * import { outputParser } from '@modeshift/local';
 *
 * const parser = outputParser({ toolCalls: 'tagged', thinks: true, tools: ['weather'] });
 * const events = ['<thi', 'nk>\n问天气\n</think>\n\n<tool_c', 'all>{"name":"weather","arguments":{"city":"成都"}}</tool_call>']
 *   .flatMap(text => parser.push(text))
 *   .concat(parser.end());
 * console.log(events.map(event => event.type).join()); // reasoning-delta,tool-call
 * ```
 */
export function outputParser(options: OutputParserOptions): OutputParser {
  return new TagParser(options);
}

class TagParser implements OutputParser {
  readonly #options: OutputParserOptions;
  readonly #newId: () => string;
  #state: 'text' | 'thinking' | 'call';
  /** What is not yet certain. */
  #kept = '';
  /** The answer has only had whitespace so far. */
  #atStart = true;
  /** Whitespace at the beginning of a thought or behind one is the template's. */
  #skipsSpace: boolean;

  constructor(options: OutputParserOptions) {
    this.#options = options;
    this.#state = options.startsThinking ? 'thinking' : 'text';
    this.#skipsSpace = options.startsThinking ?? false;
    let calls = 0;
    this.#newId = options.newId ?? (() => `call_${calls++}`);
  }

  push(text: string): OutputEvent[] {
    this.#kept += text;
    return this.#read(false);
  }

  end(): OutputEvent[] {
    const events = this.#read(true);
    this.#kept = '';
    return joined(events);
  }

  #read(ended: boolean): OutputEvent[] {
    const events: OutputEvent[] = [];
    for (;;) {
      const before = this.#kept.length;
      const state = this.#state;
      if (state === 'thinking') this.#think(events, ended);
      else if (state === 'call') this.#call(events, ended);
      else this.#text(events, ended);
      if (this.#state === state && this.#kept.length === before) return joined(events);
      if (this.#kept === '') return joined(events);
    }
  }

  #think(events: OutputEvent[], ended: boolean): void {
    const end = this.#kept.indexOf(thinkClose);
    const sure = end === -1 ? this.#sureLength([thinkClose], ended) : end;
    const ends = end !== -1 || ended;
    let thought = this.#kept.slice(0, sure);
    if (this.#skipsSpace) thought = thought.replace(/^\s+/, '');
    // Line breaks before the closing tag are the template's.
    const whole = thought.replace(/\s+$/, '');
    if (whole !== '') {
      events.push({ type: 'reasoning-delta', text: whole });
      this.#skipsSpace = false;
    }
    this.#kept = (ends ? '' : thought.slice(whole.length)) + this.#kept.slice(sure);
    if (end === -1) return;
    this.#kept = this.#kept.slice(thinkClose.length);
    this.#state = 'text';
    this.#skipsSpace = true;
  }

  #text(events: OutputEvent[], ended: boolean): void {
    const { toolCalls, thinks, tools } = this.#options;
    const opensCall = toolCalls !== undefined && tools.length > 0 ? callOpen[toolCalls] : undefined;
    if (this.#skipsSpace) {
      this.#kept = this.#kept.replace(/^\s+/, '');
      if (this.#kept === '') return;
      this.#skipsSpace = false;
    }
    const first = /\S/.exec(this.#kept)?.[0];
    if (toolCalls === 'json' && opensCall !== undefined && this.#atStart) {
      if (first === undefined && !ended) return;
      if (first === '{' || first === '[') {
        this.#state = 'call';
        return;
      }
    }
    const begun = this.#kept.trimStart();
    const mayThink = thinks && this.#atStart && begun.slice(0, thinkOpen.length) === thinkOpen.slice(0, begun.length);
    const tags = [...(mayThink ? [thinkOpen] : []), ...(opensCall === undefined ? [] : [opensCall])];
    const places = tags.map(tag => this.#kept.indexOf(tag)).filter(place => place !== -1);
    const at = places.length > 0 ? Math.min(...places) : -1;
    const sure = at === -1 ? this.#sureLength(tags, ended) : at;
    let text = this.#kept.slice(0, sure);
    const thinksNext = at !== -1 && mayThink && this.#kept.startsWith(thinkOpen, at);
    if (thinksNext && text.trim() === '') text = '';
    else if (this.#atStart && text.trim() === '' && !ended && at === -1) return;
    // Line breaks before a call are the template's.
    const shown = at === -1 || thinksNext ? text : text.trimEnd();
    const trailing = at === -1 && !ended && opensCall !== undefined ? text.length - text.trimEnd().length : 0;
    const given = shown.slice(0, shown.length - trailing);
    if (given !== '') {
      events.push({ type: 'text-delta', text: given });
      if (given.trim() !== '') this.#atStart = false;
    }
    this.#kept = this.#kept.slice(sure - trailing);
    if (at === -1) return;
    if (thinksNext) {
      this.#kept = this.#kept.slice(thinkOpen.length);
      this.#state = 'thinking';
      this.#skipsSpace = true;
    } else {
      this.#state = 'call';
      this.#atStart = false;
    }
  }

  /** Here what is kept begins with the opening tag, or with the JSON of a model that writes no tag. */
  #call(events: OutputEvent[], ended: boolean): void {
    const format = this.#options.toolCalls!;
    const open = callOpen[format];
    const from = this.#kept.startsWith(open) ? open.length : 0;
    let end = this.#kept.length;
    let behind = end;
    if (format === 'tagged') {
      const close = this.#kept.indexOf(callClose, from);
      if (close === -1 && !ended) return;
      if (close !== -1) [end, behind] = [close, close + callClose.length];
    } else if (format === 'bracketed') {
      const next = this.#kept.indexOf(open, from);
      if (next === -1 && !ended) return;
      if (next !== -1) end = behind = next;
    } else if (!ended) return;
    const written = this.#kept.slice(from, end);
    const calls = this.#callsIn(written, from > 0);
    if (calls === undefined) events.push({ type: 'text-delta', text: this.#kept.slice(0, behind) });
    else for (const call of calls) events.push({ type: 'tool-call', id: this.#newId(), ...call });
    this.#kept = this.#kept.slice(behind);
    this.#atStart = false;
    this.#state = 'text';
    this.#skipsSpace = calls !== undefined;
  }

  #callsIn(text: string, tagged: boolean): WrittenCall[] | undefined {
    const calls = callsInJson(text);
    if (calls) {
      // Without a tag JSON may be an answer as well: it is a call only of a tool that there is.
      return tagged || calls.every(call => this.#options.tools.includes(call.name)) ? calls : undefined;
    }
    if (!tagged) return undefined;
    const one = this.#options.toolCalls === 'bracketed' ? (callWithMarks(text) ?? brokenCall(text)) : brokenCall(text);
    return one && [one];
  }

  /** The length of what is kept without an end that may be the beginning of a tag. */
  #sureLength(tags: readonly string[], ended: boolean): number {
    if (ended) return this.#kept.length;
    let least = this.#kept.length;
    for (const tag of tags) {
      for (let length = Math.min(tag.length - 1, this.#kept.length); length > 0; length--) {
        if (this.#kept.endsWith(tag.slice(0, length))) {
          least = Math.min(least, this.#kept.length - length);
          break;
        }
      }
    }
    return least;
  }
}

function joined(events: readonly OutputEvent[]): OutputEvent[] {
  const result: OutputEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (last?.type === event.type && event.type !== 'tool-call' && last.type !== 'tool-call') {
      result[result.length - 1] = { ...event, text: last.text + event.text };
    } else result.push(event);
  }
  return result;
}
