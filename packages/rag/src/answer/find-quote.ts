// Looks up a quote in a text: letter by letter, or but for white space, punctuation, case and width.
import type { Span } from '../chunk/document.ts';

/** Where a quote stands, and how well it fits. */
export interface FoundQuote extends Span {
  readonly check: 'exact' | 'similar';
}

/** A text without what a quote may leave out or write otherwise. Entry `i` of `starts` and `ends` is where its unit `i` stands. */
interface Folded {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const ignored = /^[\p{P}\p{Z}\p{C}\p{DI}`|~^]$/u;
const digit = /^\p{N}$/u;
const spacedLetter =
  /[[\p{L}\p{N}]--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]/v;
/** What belongs to the letter before it: accents, vowel signs; not what only chooses how an emoji looks. */
const mark = /[\p{M}--\p{DI}]/v;
/** Within 1.5, 1,000 or 9:30, or after the sign of -5. */
const withinNumber = /(?:\p{N}[.,:]?|(?<![^\s(（])[-−])$/u;
const number = /^\p{N}/u;
const numberGoesOn = /^[.,:]?\p{N}/u;
const folded = /* @__PURE__ */ new WeakMap<object, Folded>();

/**
 * Finds a quote in a text. `.`, `:`, `/` and `-` between digits count (1.5 is not 15), as do `%` and the sign of -5; a quote begins and ends where
 * numbers do and, of a script with spaces, where words do. A quote that leaves words out with … or ... is found where its pieces follow each other.
 *
 * @param key remembers the folded text for further quotes.
 * @example
 * ```ts
 * import { findQuote } from '@modeshift/rag';
 *
 * console.log(findQuote('满１００元，免运费！', '满100元免运费')); // { start: 0, end: 9, check: 'similar' }
 * console.log(findQuote('满１００元，免运费！', '满10元免运费')); // undefined
 * ```
 */
export function findQuote(text: string, quote: string, key?: object): FoundQuote | undefined {
  const trimmed = quote.trim();
  if (foldText(trimmed).text === '') return undefined;
  for (let at = text.indexOf(trimmed); at >= 0; at = text.indexOf(trimmed, at + 1)) {
    if (isWhole(text, at, at + trimmed.length)) return { start: at, end: at + trimmed.length, check: 'exact' };
  }
  let fold = key && folded.get(key);
  if (!fold) {
    fold = foldText(text);
    if (key) folded.set(key, fold);
  }
  let span: Span | undefined;
  let from = 0;
  for (const piece of trimmed.split(/\[?(?:…+|\.{3,})\]?/u)) {
    const wanted = foldText(piece).text;
    if (wanted === '') continue;
    const found = findFolded(text, fold, wanted, from);
    if (!found) return undefined;
    from = found.after;
    span = { start: span?.start ?? found.start, end: found.end };
  }
  return span && { ...span, check: 'similar' };
}

function findFolded(
  text: string,
  fold: Folded,
  wanted: string,
  from: number,
): (Span & { readonly after: number }) | undefined {
  for (let at = fold.text.indexOf(wanted, from); at >= 0; at = fold.text.indexOf(wanted, at + 1)) {
    const start = fold.starts[at]!;
    const end = fold.ends[at + wanted.length - 1]!;
    // A unit of a letter's decomposition is no letter: 하 is not the beginning of 한.
    const cutsLetter =
      fold.starts[at - 1] === start || fold.starts[at + wanted.length] === fold.starts[at + wanted.length - 1];
    if (!cutsLetter && isWhole(text, start, end)) return { start, end, after: at + wanted.length };
  }
  return undefined;
}

/** Whether a span does not begin or end within a word, a number or a letter. */
function isWhole(text: string, start: number, end: number): boolean {
  const cuts = (at: number): boolean =>
    at > 0 &&
    at < text.length &&
    (mark.test(pointAt(text, at)) ||
      (spacedLetter.test(pointBefore(text, at)) && spacedLetter.test(pointAt(text, at))));
  const cutsNumber =
    (number.test(text.slice(start, start + 2)) && withinNumber.test(text.slice(Math.max(0, start - 3), start))) ||
    (digit.test(pointBefore(text, end)) && numberGoesOn.test(text.slice(end, end + 3)));
  return !cutsNumber && !cuts(start) && !cuts(end);
}

const pointAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at)!);
const pointBefore = (text: string, at: number): string => {
  const code = text.charCodeAt(at - 1);
  return (code & 0xfc00) === 0xdc00 && at > 1 ? text.slice(at - 2, at) : text[at - 1]!;
};

function foldText(text: string): Folded {
  const points = Array.from(text);
  const starts: number[] = [];
  const ends: number[] = [];
  let result = '';
  let at = 0;
  for (const [i, point] of points.entries()) {
    const end = at + point.length;
    // Decomposed, so that é written as two code points is the same.
    for (const one of point.normalize('NFKD').toLowerCase()) {
      const before = points[i - 1] ?? ' ';
      const isPart = /[.:/-]/.test(one) && digit.test(before) && digit.test(points[i + 1] ?? '');
      const isSign = one === '-' && /[\s(（]/.test(before) && digit.test(points[i + 1] ?? '');
      if (ignored.test(one) && one !== '%' && !isPart && !isSign) continue;
      result += one;
      for (let unit = 0; unit < one.length; unit++) {
        starts.push(at);
        ends.push(end);
      }
    }
    at = end;
  }
  return { text: result, starts, ends };
}
