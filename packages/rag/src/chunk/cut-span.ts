// Cuts a span into pieces that fit a budget: by lines or sentences, then clauses, then words, then characters.
import { isSpace } from './chunk.ts';
import type { Span } from './document.ts';
import { canCut, sentenceEnds } from './sentences.ts';
import type { Measure } from './token-measure.ts';

/** A piece with its tokens. */
export interface Piece extends Span {
  readonly tokens: number;
}

type Ends = (text: string, start: number, end: number) => number[];

/** The pieces tile the span. None is above the budget but a single code point whose tokens already are. */
export function cutSpan(
  text: string,
  span: Span,
  maxTokens: number,
  measure: Measure,
  by: 'sentences' | 'lines',
): Piece[] {
  const pieces: Piece[] = [];
  const levels: readonly Ends[] = [by === 'lines' ? lineEnds : sentenceEnds, lineEnds, clauseEnds, wordEnds];
  const add = (start: number, end: number, level: number): void => {
    const tokens = measure(start, end);
    const ends = levels[level];
    if (tokens <= maxTokens) pieces.push({ start, end, tokens });
    else if (ends) {
      let from = start;
      const list = ends(text, start, end);
      for (const to of level >= 2 ? joined(list, start, maxTokens, measure) : list) {
        add(from, to, level + 1);
        from = to;
      }
    } else cutCharacters(text, start, end, maxTokens, measure, pieces);
  };
  if (span.end > span.start) add(span.start, span.end, 0);
  return pieces;
}

function lineEnds(text: string, start: number, end: number): number[] {
  const ends: number[] = [];
  for (let at = text.indexOf('\n', start); at >= 0 && at + 1 < end; at = text.indexOf('\n', at + 1)) ends.push(at + 1);
  ends.push(end);
  return ends;
}

/** Marks that end a clause: those of Latin with white space after them, those of CJK and Arabic by themselves. */
const clauseMarks = /[,:;\u060c\u061b\u3001\uff0c-\uff1b](?<=[，、；：،؛]|[,;:](?=\s))/g;

function clauseEnds(text: string, start: number, end: number): number[] {
  const ends: number[] = [];
  const part = text.slice(start, end);
  const marks = new RegExp(clauseMarks);
  while (marks.test(part)) {
    let after = start + marks.lastIndex;
    while (after < end && isSpace(text.charCodeAt(after))) after++;
    if (after < end) ends.push(after);
    marks.lastIndex = after - start;
  }
  ends.push(end);
  return ends;
}

function wordEnds(text: string, start: number, end: number): number[] {
  const ends: number[] = [];
  for (let i = start + 1; i < end; i++) {
    if (isSpace(text.charCodeAt(i - 1)) && !isSpace(text.charCodeAt(i)) && canCut(text, i)) ends.push(i);
  }
  ends.push(end);
  return ends;
}

/** Ends of runs of small parts that fit together, found by doubling and halving so that few spans are measured. */
function joined(ends: readonly number[], start: number, maxTokens: number, measure: Measure): number[] {
  const kept: number[] = [];
  let from = start;
  for (let i = 0; i < ends.length; ) {
    const most = furthest(i, ends.length - 1, index => measure(from, ends[index]!) <= maxTokens);
    from = ends[most]!;
    kept.push(from);
    i = most + 1;
  }
  return kept;
}

/** The last index of `least … most` that fits, or `least`; what fits is taken to be fit for everything shorter. */
function furthest(least: number, most: number, fits: (index: number) => boolean): number {
  let good = least;
  let step = 1;
  while (good + step <= most && fits(good + step)) {
    good += step;
    step *= 2;
  }
  let bad = Math.min(most + 1, good + step);
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function cutCharacters(
  text: string,
  start: number,
  end: number,
  maxTokens: number,
  measure: Measure,
  pieces: Piece[],
): void {
  for (let from = start; from < end; ) {
    let to = furthest(from + 1, end, index => measure(from, index) <= maxTokens);
    while (to > from + 1 && !canCut(text, to)) to--;
    // One character of many code points that is above the budget by itself: cut between code points.
    if (to <= from + 1 && !canCut(text, to)) {
      to = furthest(from + 1, end, index => measure(from, index) <= maxTokens);
      const insidePair = (text.charCodeAt(to - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(to) & 0xfc00) === 0xdc00;
      if (insidePair) to += to > from + 1 ? -1 : 1;
    }
    pieces.push({ start: from, end: to, tokens: measure(from, to) });
    from = to;
  }
}
