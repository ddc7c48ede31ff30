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

const ignored = /^[\p{P}\p{Z}\p{C}`|~^]$/u;
const digit = /^\p{N}$/u;
const spacedLetter =
  /[[\p{L}\p{N}]--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]/v;
const folded = /* @__PURE__ */ new WeakMap<object, Folded>();

/**
 * Finds a quote in a text. `.`, `:`, `/` and `-` between digits count (1.5 is not 15), as does `%`; a quote of a script with spaces begins and ends
 * where words do. A quote that leaves words out with … or ... is found where its pieces follow each other.
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
  if (trimmed === '') return undefined;
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
    if (isWhole(text, start, end)) return { start, end, after: at + wanted.length };
  }
  return undefined;
}

/** Whether a span does not begin or end within a word. */
function isWhole(text: string, start: number, end: number): boolean {
  const cuts = (at: number): boolean =>
    at > 0 && at < text.length && spacedLetter.test(pointBefore(text, at)) && spacedLetter.test(pointAt(text, at));
  return !cuts(start) && !cuts(end);
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
    for (const one of point.normalize('NFKC').toLowerCase()) {
      const between = /[.:/-]/.test(one) && digit.test(points[i - 1] ?? '') && digit.test(points[i + 1] ?? '');
      if (ignored.test(one) && one !== '%' && !between) continue;
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
