// Takes citation marks out of a text that comes in pieces: `[1 "words of the passage"]`, `[1]`, `[1, 3]`, 【1：“原文”】.

/** A piece of an answer: text, or a mark with its numbers and quote. */
export type AnswerPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'mark'; readonly numbers: readonly number[]; readonly quote?: string };

/** The longest mark; what is longer is text. */
const longest = 2000;
const open = /[[【]/;
const quoteMarks = '"“”「『«';
const numbers = String.raw`\s*(\d{1,4}(?:\s*[,，、;；]\s*\d{1,4})*)\s*`;
const whole = new RegExp(`^[[【]${numbers}(?:[:：,，]?\\s*[${quoteMarks}]([\\s\\S]*?)["“”」』»]\\s*)?[\\]】]`, 'u');
const begun = new RegExp(`^[[【](?:\\s*[\\d\\s,，、;；]*|${numbers}[:：,，]?\\s*(?:[${quoteMarks}][\\s\\S]*)?)$`, 'u');

/** Cuts a stream of text into text and marks. */
export class CitationMarks {
  #held = '';

  /** Takes the next piece and gives what is certain by now. */
  push(text: string): AnswerPiece[] {
    this.#held += text;
    return this.#take(false);
  }

  /** Gives the rest. */
  end(): AnswerPiece[] {
    return this.#take(true);
  }

  #take(isEnd: boolean): AnswerPiece[] {
    const pieces: AnswerPiece[] = [];
    const addText = (length: number): void => {
      if (length === 0) return;
      const last = pieces.at(-1);
      const text = this.#held.slice(0, length);
      if (last?.kind === 'text') pieces[pieces.length - 1] = { kind: 'text', text: last.text + text };
      else pieces.push({ kind: 'text', text });
      this.#held = this.#held.slice(length);
    };
    for (;;) {
      const at = this.#held.search(open);
      addText(at < 0 ? this.#held.length : at);
      if (this.#held === '') return pieces;
      const match = whole.exec(this.#held);
      if (match) {
        const [mark, list = '', quote] = match;
        const cited = [...new Set(list.split(/\D+/).filter(Boolean).map(Number))];
        pieces.push({ kind: 'mark', numbers: cited, ...(quote !== undefined && { quote }) });
        this.#held = this.#held.slice(mark.length);
      } else if (!isEnd && this.#held.length < longest && begun.test(this.#held)) {
        return pieces;
      } else addText(1);
    }
  }
}
