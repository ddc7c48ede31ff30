// Server-sent events out of bytes, at the cost of little more than splitting lines.

/** One event: its name, where it has one, and its data. */
export interface ServerSentEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/**
 * Reads the event stream format: give every piece of bytes to `push`, then ask `end` once. Characters and lines may be cut
 * anywhere between pieces; lines may end in CR, LF or both.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * @example
 * ```ts
 * import { SseParser } from '@modeshift/core/provider';
 *
 * const parser = new SseParser();
 * const bytes = new TextEncoder().encode('event: a\ndata: 你好\n\ndata: b');
 * console.log([...parser.push(bytes), ...parser.end()].map(event => event.data)); // [ '你好', 'b' ]
 * ```
 */
export class SseParser {
  readonly #decoder = new TextDecoder();
  #rest = '';
  #data: string | undefined;
  #event: string | undefined;

  /** The events that end in this piece. */
  push(bytes: Uint8Array): ServerSentEvent[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const events: ServerSentEvent[] = [];
    // Most servers end lines with a line feed alone: then a carriage return need not be looked for in each.
    const nextBreak = text.includes('\r') ? nextOfBoth : nextFeed;
    let from = 0;
    for (let at = nextBreak(text, from); at >= 0; at = nextBreak(text, from)) {
      const isCarriageReturn = text.charCodeAt(at) === 13;
      // A line feed that belongs to this carriage return may be in the next piece.
      if (isCarriageReturn && at === text.length - 1) break;
      this.#line(text.slice(from, at), events);
      from = isCarriageReturn && text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
    }
    this.#rest = text.slice(from);
    return events;
  }

  /** What was left open by a server that does not end its last event. */
  end(): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    const last = (this.#rest + this.#decoder.decode()).replace(/\r$/, '');
    this.#rest = '';
    if (last) this.#line(last, events);
    this.#line('', events);
    return events;
  }

  #line(line: string, events: ServerSentEvent[]): void {
    if (line === '') {
      if (this.#data !== undefined) events.push({ event: this.#event, data: this.#data });
      this.#data = undefined;
      this.#event = undefined;
    } else if (line.startsWith('data:')) {
      const value = line.slice(line.charCodeAt(5) === 32 ? 6 : 5);
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    } else if (line.startsWith('event:')) this.#event = line.slice(6).trim();
  }
}

function nextFeed(text: string, from: number): number {
  return text.indexOf('\n', from);
}

function nextOfBoth(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  if (feed < 0) return text.indexOf('\r', from);
  // The carriage return of CRLF, or one that ends a line by itself, comes before the line feed.
  const carriage = text.slice(from, feed).indexOf('\r');
  return carriage < 0 ? feed : from + carriage;
}
