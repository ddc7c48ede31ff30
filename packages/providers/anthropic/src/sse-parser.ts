// Server-sent events, as far as this wire uses them.

/**
 * Cuts a stream of text into the payloads of its events: give every piece to `push`. Names of events are not looked at, because
 * every payload says what it is, and some gateways send no names.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseParser {
  #rest = '';
  #data: string | undefined;

  /** The payloads that end in this piece. */
  push(piece: string): string[] {
    const payloads: string[] = [];
    const text = this.#rest === '' ? piece : this.#rest + piece;
    // What was left over had no line end in it, so the search starts behind it.
    let end = text.indexOf('\n', this.#rest.length);
    let start = 0;
    for (; end !== -1; start = end + 1, end = text.indexOf('\n', start)) {
      const last = text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end;
      if (last === start) {
        // Some gateways end with the mark of another wire.
        if (this.#data !== undefined && this.#data !== '[DONE]') payloads.push(this.#data);
        this.#data = undefined;
      } else if (text.startsWith('data:', start)) {
        const from = text.charCodeAt(start + 5) === 32 ? start + 6 : start + 5;
        const line = text.slice(from, last);
        this.#data = this.#data === undefined ? line : `${this.#data}\n${line}`;
      }
    }
    this.#rest = text.slice(start);
    return payloads;
  }
}
