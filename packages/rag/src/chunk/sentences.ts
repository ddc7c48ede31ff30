// Where sentences end, in Chinese, Japanese, English and their mixtures, and where a text may be cut at all.
import { isSpace } from './chunk.ts';

const ending = { none: 0, latin: 1, full: 2, newline: 3, closer: 4 } as const;
/** CJK, Arabic, Urdu, Devanagari, Ethiopic, Burmese and Khmer full stops need no space after them. */
const fullStops = '。！？；｡…؟۔।॥።፧။។';
/**
 * What may end a sentence; a full stop within a word or before a small letter and a line end alone do not. The first class is wider
 * than it has to be: of few ranges it is fast.
 */
const anyEnding = /* @__PURE__ */ new RegExp(
  `[.!?\\n\\u0600-\\u1fff\\u2026\\u3002\\uff01-\\uff61](?<=[!?${fullStops}]|\\.(?![A-Za-z0-9_]|\\s[a-z])|\\n(?=[^\\S\\n]*\\n))`,
  'g',
);
/** What a character may end, by its code. */
const endings = /* @__PURE__ */ (() => {
  const table = new Uint8Array(65_536);
  for (const mark of '.!?') table[mark.charCodeAt(0)] = ending.latin;
  for (const mark of fullStops) table[mark.charCodeAt(0)] = ending.full;
  for (const mark of '"\')]}”’」』）】》〉〕｣') table[mark.charCodeAt(0)] = ending.closer;
  table[0x0a] = ending.newline;
  return table;
})();
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
  // A search for marks stops at the end of what it is given, or it would read on to the next one anywhere.
  const part = start === 0 && end === text.length ? text : text.slice(start, end);
  const marks = new RegExp(anyEnding);
  while (marks.test(part)) {
    const mark = start + marks.lastIndex - 1;
    const found = endings[text.charCodeAt(mark)]!;
    let after = mark + 1;
    if (found !== ending.newline) {
      while (after < end && goesOn(text, after)) after++;
      if (found === ending.latin && !endsLatin(text, mark, after, end)) {
        marks.lastIndex = after - start;
        continue;
      }
    }
    while (after < end && isSpace(text.charCodeAt(after))) after++;
    ends.push(after);
    marks.lastIndex = after - start;
  }
  if (ends.at(-1) !== end && end > start) ends.push(end);
  return ends;
}

/** Whether a mark or a closing quote belongs to the mark before it. */
function goesOn(text: string, at: number): boolean {
  const found = endings[text.charCodeAt(at)]!;
  return found === ending.latin || found === ending.full || found === ending.closer;
}

/** Whether `.`, `!` or `?` at `mark`, with closing marks up to `after`, ends a sentence. */
function endsLatin(text: string, mark: number, after: number, end: number): boolean {
  if (after >= end) return true;
  if (!isSpace(text.charCodeAt(after))) {
    // “3.14”, “v2.0”, “a.b”; but a CJK character after a question mark begins a sentence.
    return text.charCodeAt(mark) !== 0x2e && text.charCodeAt(after) >= 0x2e80;
  }
  if (text.charCodeAt(mark) !== 0x2e) return true;
  if (endsAbbreviation(text, mark) || endsItemNumber(text, mark)) return false;
  let next = after;
  while (next < end && isSpace(text.charCodeAt(next))) next++;
  const code = text.charCodeAt(next);
  return code < 0x80 ? code < 0x61 || code > 0x7a : !/\p{Ll}/u.test(text[next] ?? '');
}

/** Whether the word before a full stop is an abbreviation, or letters with full stops between them. */
function endsAbbreviation(text: string, mark: number): boolean {
  let word = mark;
  while (word > 0 && mark - word < 12 && isLetter(text.charCodeAt(word - 1))) word--;
  // The longest abbreviation without a full stop has six letters.
  if (mark - word > 6 && text[word - 1] !== '.') return false;
  while (word > 0 && mark - word < 12 && (text[word - 1] === '.' || isLetter(text.charCodeAt(word - 1)))) word--;
  const before = text.slice(word, mark);
  if (before.length === 1) return isLetter(before.charCodeAt(0));
  return abbreviations.has(before.toLowerCase()) || (before.includes('.') && /^\p{L}(\.\p{L})+$/u.test(before));
}

const isLetter = (code: number): boolean =>
  code < 0x80 ? (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a : /[\p{L}\p{M}]/u.test(String.fromCharCode(code));

/** Whether a number before a full stop begins its line or sentence: “1. First”. */
function endsItemNumber(text: string, mark: number): boolean {
  const code = text.charCodeAt(mark - 1);
  return (
    code >= 0x30 && code <= 0x39 && /(^|\n|[.!?。！？]\s)[ \t]*\d{1,3}$/.test(text.slice(Math.max(0, mark - 8), mark))
  );
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
