// Where sentences end, in Chinese, Japanese, English and their mixtures, and where a text may be cut at all.
import { isSpace } from './chunk.ts';

const ending = { none: 0, latin: 1, full: 2, newline: 3 } as const;
/** What a character may end, by its code. */
const endings = /* @__PURE__ */ (() => {
  const table = new Uint8Array(65_536);
  for (const mark of '.!?') table[mark.charCodeAt(0)] = ending.latin;
  // CJK, Arabic, Urdu, Devanagari, Ethiopic, Burmese and Khmer full stops need no space after them.
  for (const mark of '。！？；｡…؟۔।॥።፧။។') table[mark.charCodeAt(0)] = ending.full;
  table[0x0a] = ending.newline;
  return table;
})();
const closers = /* @__PURE__ */ new Set('"\')]}”’」』）】》〉〕｣'.split(''));
/** Words whose full stop ends no sentence. */
const abbreviations = /* @__PURE__ */ new Set(
  'mr mrs ms dr prof st no vs etc inc ltd co corp jr sr fig figs eq sec ch vol pp ed eds al cf e.g i.e u.s u.k approx dept est gen gov hon rev sen rep jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);

/**
 * Where the sentences of `text.slice(start, end)` end, as offsets in `text`, the last at `end`. The white space after a sentence
 * belongs to it, so the sentences tile the text. A blank line ends a sentence, a single line end does not.
 *
 * @example
 * ```ts
 * import { sentenceEnds } from '@modeshift/rag';
 *
 * const text = 'Dr. Wang 说：“好的。”然后他走了！What next?';
 * let from = 0;
 * for (const end of sentenceEnds(text)) {
 *   console.log(text.slice(from, end));
 *   from = end;
 * }
 * // Dr. Wang 说：“好的。”
 * // 然后他走了！
 * // What next?
 * ```
 */
export function sentenceEnds(text: string, start = 0, end: number = text.length): number[] {
  const ends: number[] = [];
  for (let i = start; i < end; i++) {
    const found = endings[text.charCodeAt(i)]!;
    if (found === ending.none) continue;
    let after = i + 1;
    if (found === ending.newline) {
      if (!isBlankLine(text, after, end)) continue;
    } else {
      while (after < end && (endings[text.charCodeAt(after)]! % 3 !== 0 || closers.has(text[after]!))) after++;
      if (found === ending.latin && !endsLatin(text, i, after, end)) {
        i = after - 1;
        continue;
      }
    }
    while (after < end && isSpace(text.charCodeAt(after))) after++;
    ends.push(after);
    i = after - 1;
  }
  if (ends.at(-1) !== end && end > start) ends.push(end);
  return ends;
}

/** Whether only blanks stand between `at` and the next line end. */
function isBlankLine(text: string, at: number, end: number): boolean {
  while (at < end && text[at] !== '\n' && isSpace(text.charCodeAt(at))) at++;
  return at < end && text[at] === '\n';
}

/** Whether `.`, `!` or `?` at `mark`, with closing marks up to `after`, ends a sentence. */
function endsLatin(text: string, mark: number, after: number, end: number): boolean {
  if (after >= end) return true;
  if (!isSpace(text.charCodeAt(after))) {
    // “3.14”, “v2.0”, “a.b”; but a CJK character after a question mark begins a sentence.
    return text.charCodeAt(mark) !== 0x2e && text.charCodeAt(after) >= 0x2e80;
  }
  if (text.charCodeAt(mark) !== 0x2e) return true;
  let word = mark;
  while (word > 0 && mark - word < 12 && /[\p{L}\p{M}.]/u.test(text[word - 1]!)) word--;
  const before = text.slice(word, mark).toLowerCase();
  if (abbreviations.has(before) || /^\p{L}(\.\p{L})*$/u.test(before)) return false;
  // “1. First”: the number of an item.
  if (/(^|\n|[.!?。！？]\s)[ \t]*\d{1,3}$/.test(text.slice(Math.max(0, mark - 8), mark))) return false;
  let next = after;
  while (next < end && isSpace(text.charCodeAt(next))) next++;
  return !/\p{Ll}/u.test(text[next] ?? '');
}

const joinsBefore = /^(?:\p{M}|\u200d|[\u{1f3fb}-\u{1f3ff}]|[\u{e0020}-\u{e007f}])/u;
const regional = /[\u{1f1e6}-\u{1f1ff}]$/u;

/** Whether a text may be cut at an offset without breaking a character as people see it, or CRLF. */
export function canCut(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  if ((before & 0xfc00) === 0xd800 && (after & 0xfc00) === 0xdc00) return false;
  if (before === 0x0d && after === 0x0a) return false;
  if (before < 0x300 && after < 0x300) return true;
  if (before === 0x200d) return false;
  const next = text.slice(at, at + 2);
  if (joinsBefore.test(next)) return false;
  if (!/^[\u{1f1e6}-\u{1f1ff}]/u.test(next)) return true;
  // Flags are pairs of letters: count those before.
  let letters = 0;
  for (let i = at; i >= 2 && regional.test(text.slice(i - 2, i)); i -= 2) letters++;
  return letters % 2 === 0;
}
