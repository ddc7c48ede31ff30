// A text under construction that remembers where its parts stand in the source.
import type { Place, SourceDocument } from '../chunk/document.ts';
import { markdownDocument } from '../chunk/markdown-blocks.ts';

/** Markdown written block by block, with places and pages. */
export class PlacedText {
  #text = '';
  readonly #places: Place[] = [];
  readonly #pages: number[] = [];

  /** What is written from now on stands at this place of the source. */
  place(name: string): this {
    if (this.#places.at(-1)?.name === name) return this;
    if (this.#places.at(-1)?.start === this.#text.length) this.#places.pop();
    this.#places.push({ start: this.#text.length, name });
    return this;
  }

  /** What is written from now on stands on the next page. */
  page(): this {
    this.#pages.push(this.#pages.length === 0 ? 0 : this.#text.length);
    return this;
  }

  /** A line of a block. */
  line(text: string): this {
    this.#text += `${text}\n`;
    return this;
  }

  /** Ends a block with a blank line. */
  gap(): this {
    if (this.#text !== '' && !this.#text.endsWith('\n\n')) this.#text += '\n';
    return this;
  }

  /** A whole block; an empty one is none. */
  block(text: string): this {
    return text.trim() === '' ? this : this.gap().line(text).gap();
  }

  document(id: string, rest: Omit<SourceDocument, 'id' | 'text' | 'blocks'> = {}): SourceDocument {
    return markdownDocument(id, this.#text.trimEnd().toWellFormed(), {
      ...rest,
      ...(this.#places.length > 0 && { places: this.#places }),
      ...(this.#pages.length > 0 && { pages: this.#pages }),
    });
  }
}
