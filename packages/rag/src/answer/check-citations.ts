// Turns marks into citations: each quote is looked up in the passages before anybody is told that it is there.
import { sentenceEnds } from '../chunk/sentences.ts';
import { searchTerms } from '../tokenize-for-search.ts';
import type { Citation, NumberedPassage, SourcePlace } from './answer.ts';
import { CitationMarks } from './citation-marks.ts';
import { findQuote } from './find-quote.ts';

/** A piece of a checked answer. */
export type CheckedPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'citation'; readonly citation: Citation };

/** Reads an answer as it comes and checks its citations. */
export class CitationChecker {
  readonly #passages: readonly NumberedPassage[];
  readonly #marks = new CitationMarks();
  #text = '';
  /** Where the statement of a mark begins at the earliest: after the mark before it, unless both stand together. */
  #from = 0;
  #lastMark: { readonly end: number; readonly statementStart: number; readonly statementEnd: number } | undefined;

  constructor(passages: readonly NumberedPassage[]) {
    this.#passages = passages;
  }

  /** The text so far, marks as `[1]`. */
  get text(): string {
    return this.#text;
  }

  push(text: string): CheckedPiece[] {
    return this.#check(this.#marks.push(text));
  }

  end(): CheckedPiece[] {
    return this.#check(this.#marks.end());
  }

  #check(pieces: ReturnType<CitationMarks['push']>): CheckedPiece[] {
    return pieces.flatMap((piece): CheckedPiece[] => {
      if (piece.kind === 'text') {
        this.#text += piece.text;
        return [piece];
      }
      const checked: CheckedPiece[] = [];
      const cited = new Set<number>();
      for (const given of piece.numbers) {
        const citation = this.#cite(given, piece.quote);
        // A quote for several numbers that stands in one passage only.
        if (cited.has(citation.number)) continue;
        cited.add(citation.number);
        const text = `[${citation.number}]`;
        this.#text += text;
        this.#from = this.#text.length;
        this.#lastMark = {
          end: this.#text.length,
          statementStart: citation.statement.start,
          statementEnd: citation.statement.end,
        };
        checked.push({ kind: 'text', text }, { kind: 'citation', citation });
      }
      return checked;
    });
  }

  #cite(number: number, quote: string | undefined): Citation {
    const statement = this.#statement();
    const claimed = this.#passages[number - 1];
    if (quote === undefined || quote.trim() === '') {
      if (!claimed) return { number, statement, quote: '', check: 'missing', source: undefined };
      const words = this.#text.slice(statement.start, statement.end);
      const { start, end } = closestSentence(claimed.text, words);
      const text = claimed.text.slice(start, end);
      return { number, statement, quote: text, check: 'unquoted', source: placeOf(claimed, start, end) };
    }
    const others = this.#passages.filter(passage => passage !== claimed);
    for (const passage of claimed ? [claimed, ...others] : others) {
      const found = findQuote(passage.text, quote, passage);
      if (!found) continue;
      const source = placeOf(passage, found.start, found.end);
      return { number: passage.number, statement, quote, check: found.check, source };
    }
    return { number, statement, quote, check: 'missing', source: undefined };
  }

  /** The sentence before a mark; marks that stand together share one. */
  #statement(): { start: number; end: number } {
    const last = this.#lastMark;
    if (last && /^(?:[\s\p{P}]|and|和|与|及)*$/u.test(this.#text.slice(last.end)))
      return { start: last.statementStart, end: last.statementEnd };
    const text = this.#text;
    let end = text.length;
    while (end > this.#from && /\s/u.test(text[end - 1]!)) end--;
    let start = this.#from;
    for (const one of sentenceEnds(text, this.#from, end)) if (one < end) start = one;
    while (start < end && /[\s.,;:!?。，；：！？、]/u.test(text[start]!)) start++;
    return { start, end };
  }
}

/** The place of a part of a passage in its document. */
export function placeOf(passage: NumberedPassage, start: number, end: number): SourcePlace {
  const { chunk, title, uri } = passage;
  return {
    start: passage.start + start,
    end: passage.start + end,
    documentId: chunk.documentId,
    tenant: chunk.tenant,
    chunkId: chunk.id,
    ...(title !== undefined && { title }),
    ...(uri !== undefined && { uri }),
    line: lineAt(passage, start),
    ...(chunk.page !== undefined && { page: chunk.page }),
    ...(chunk.place !== undefined && { place: chunk.place }),
    headings: chunk.headings,
  };
}

/** Counted from the line of the chunk, which the passage may begin before. */
function lineAt({ chunk, text, start: from }: NumberedPassage, at: number): number {
  const chunkAt = Math.max(0, chunk.start - from);
  const between = text.slice(Math.min(chunkAt, at), Math.max(chunkAt, at)).split('\n').length - 1;
  return chunk.line + (at < chunkAt ? -between : between);
}

function closestSentence(text: string, statement: string): { start: number; end: number } {
  const wanted = new Set(searchTerms(statement));
  let best = { start: 0, end: text.length };
  let most = 0;
  let from = 0;
  for (const end of sentenceEnds(text)) {
    const terms = new Set(searchTerms(text.slice(from, end)));
    const shared = [...terms].filter(term => wanted.has(term)).length / Math.sqrt(terms.size || 1);
    if (shared > most) {
      most = shared;
      best = { start: from, end: from + text.slice(from, end).trimEnd().length };
    }
    from = end;
  }
  return best;
}
