// Ends a text before any of some strings, while it is still being written.

/** Takes text as it comes and gives what can no longer be the beginning of a stop string. */
export class StopFilter {
  readonly #stops: readonly string[];
  readonly #longest: number;
  #held = '';
  #stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter(stop => stop !== '');
    this.#longest = Math.max(0, ...this.#stops.map(stop => stop.length));
  }

  /** A stop string came: what follows is thrown away. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Takes a piece and gives the text that is certain. */
  push(piece: string): string {
    if (this.#stopped || this.#stops.length === 0) return this.#stopped ? '' : piece;
    const text = this.#held + piece;
    const cut = this.#firstComplete(text);
    if (cut !== undefined) {
      this.#stopped = true;
      this.#held = '';
      return text.slice(0, cut);
    }
    const keep = this.#beginningAtEnd(text);
    this.#held = text.slice(text.length - keep);
    return text.slice(0, text.length - keep);
  }

  /** Gives what was held back: no stop string came of it. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  /** Where the stop string begins that is complete first; of those complete at the same place, the longest. */
  #firstComplete(text: string): number | undefined {
    let best: { at: number; end: number } | undefined;
    for (const stop of this.#stops) {
      const at = text.indexOf(stop);
      const end = at + stop.length;
      if (at >= 0 && (!best || end < best.end || (end === best.end && at < best.at))) best = { at, end };
    }
    return best?.at;
  }

  /** The length of the longest end of `text` that begins a stop string. */
  #beginningAtEnd(text: string): number {
    for (let length = Math.min(this.#longest - 1, text.length); length > 0; length--) {
      const end = text.slice(text.length - length);
      if (this.#stops.some(stop => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
