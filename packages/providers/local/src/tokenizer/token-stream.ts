// Text out of tokens as they come, whole characters only.
import type { TokenDecoder } from './decode-tokens.ts';
import type { TokenStream } from './tokenizer.ts';

/** What a stream needs to know of a tokenizer. */
export interface StreamSource {
  /** What is taken away at the beginning. */
  readonly strip: TokenDecoder['strip'];
  /** The bytes of an id, `undefined` for one that is left out. */
  bytesOf(id: number, first: boolean): Uint8Array | undefined;
}

/** Decodes tokens one at a time; joined, the pieces are the text of all. */
export class Utf8TokenStream implements TokenStream {
  readonly #source: StreamSource;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  #first = true;
  #toStrip: number;

  constructor(source: StreamSource) {
    this.#source = source;
    this.#toStrip = source.strip.count;
  }

  push(id: number): string {
    const bytes = this.#source.bytesOf(id, this.#first);
    if (bytes === undefined) return '';
    this.#first = false;
    return this.#stripped(this.#utf8.decode(bytes, { stream: true }));
  }

  end(): string {
    const rest = this.#stripped(this.#utf8.decode());
    this.#first = true;
    this.#toStrip = this.#source.strip.count;
    return rest;
  }

  #stripped(text: string): string {
    let from = 0;
    while (this.#toStrip > 0 && from < text.length) {
      if (text[from] === this.#source.strip.content) from++;
      else this.#toStrip = 1;
      this.#toStrip--;
    }
    return from === 0 ? text : text.slice(from);
  }
}
