// Takes citation marks out of a text that comes in pieces: `[1 "words of the passage"]`, `[1]`, `[1, 3]`, `[1-3]`, 【1：“原文”】.

/** A piece of an answer: text, or a mark with its numbers and quote. */
export type AnswerPiece = { readonly kind: 'text'; readonly text: string } | CitationMark;

interface CitationMark {
  readonly kind: 'mark';
  readonly numbers: readonly number[];
  readonly quote?: string;
}

/** The longest mark; what is longer is text. */
const longest = 2000;
const opening = '[[【［]';
const closing = '[\\]】］]';
const startQuote = `["“”「『«'‘]`;
const endQuote = `["“”」』»'’]`;
const comma = '[,，、;；]';
const numbers = String.raw`[1-9]\d?\s*[-–—~～]\s*[1-9]\d?(?!\d)|[1-9]\d{0,2}(?!\d)`;
const open = new RegExp(opening);
const list = new RegExp(String.raw`\s*((?:${numbers})(?:\s*${comma}\s*(?:${numbers}))*)\s*`, 'y');
const close = new RegExp(closing, 'y');
const quoteBegins = new RegExp(String.raw`[:：,，]?\s*${startQuote}`, 'y');
const quoteEnds = new RegExp(
  String.raw`${endQuote}\s*(?:(?=${closing})|${comma}(?=\s*\d{1,3}\s*(?:${closing}|[:：,，]?\s*${startQuote})))`,
  'g',
);
/** Another mark that begins within a quote: the quote was not closed. */
const nextMark = new RegExp(String.raw`${opening}\s*\d{1,3}[\s\d,，、;；:：]*${startQuote}`, 'g');
const begun = /^[\s\d,，、;；:：~～–—-]*$/;

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
      const read = readMark(this.#held, isEnd || this.#held.length >= longest);
      if (read === 'begun') return pieces;
      if (read) {
        pieces.push(...read.marks);
        this.#held = this.#held.slice(read.length);
      } else addText(1);
    }
  }
}

/** The mark that a text begins with, as several where it has several quotes; `begun` where more text has to decide. */
function readMark(
  text: string,
  isWhole: boolean,
): { readonly length: number; readonly marks: CitationMark[] } | 'begun' | undefined {
  const marks: CitationMark[] = [];
  for (let at = 1; ; ) {
    const undecided = !isWhole && begun.test(text.slice(at)) ? 'begun' : undefined;
    const listed = find(list, text, at);
    if (!listed) return undecided;
    const mark = { kind: 'mark', numbers: numbersOf(listed[1]!) } as const;
    at = list.lastIndex;
    if (find(close, text, at)) return { length: close.lastIndex, marks: [...marks, mark] };
    if (!find(quoteBegins, text, at)) return undecided;
    const from = quoteBegins.lastIndex;
    const ended = find(quoteEnds, text, from);
    const next = find(nextMark, text, from);
    if (next ? !ended || next.index < ended.index : !ended && isWhole) {
      const length = text.slice(from, next?.index).search(closing);
      if (length < 0) return undefined;
      return { length: from + length + 1, marks: [...marks, { ...mark, quote: text.slice(from, from + length) }] };
    }
    if (!ended) return 'begun';
    marks.push({ ...mark, quote: text.slice(from, ended.index) });
    at = quoteEnds.lastIndex;
    if (find(close, text, at)) return { length: close.lastIndex, marks };
  }
}

function find(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** `1, 3-5` → 1, 3, 4, 5. */
function numbersOf(written: string): number[] {
  const all = written.split(/[,，、;；]/).flatMap(part => {
    const [first = 0, last = first] = part.split(/[-–—~～]/).map(Number);
    return last <= first ? [...new Set([first, last])] : Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(all)];
}
