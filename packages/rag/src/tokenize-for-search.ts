// Text to the terms that a lexical search compares: words, or character n-grams where a script writes no spaces.
import { invalidInput } from '@modeshift/core';
import { porterStem } from './porter-stemmer.ts';

/** Options of {@link searchTerms}. */
export interface SearchTermOptions {
  /** English suffix stripping. Left out: `porter`; it leaves words of other scripts alone. */
  readonly stem?: 'porter' | 'none';
  /** Also each pair of neighbouring words, with the borders of the text. Left out: `false`. */
  readonly pairs?: boolean;
  /** Also the character n-grams of each word, of these lengths: they forgive typing errors. Left out: none. */
  readonly characters?: readonly number[];
}

/** Scripts without spaces between words, and Hangul, whose words carry endings. */
const unspaced = String.raw`[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]`;
const letter = String.raw`[\p{L}\p{M}\p{N}]`;
/** A run of such scripts, or a word of any other. */
const pieces = new RegExp(`[${letter}&&${unspaced}]+|[${letter}--${unspaced}]+(?:'[${letter}--${unspaced}]+)*`, 'gv');
const startsUnspaced = new RegExp(`^${unspaced}`, 'v');

/**
 * The terms of a text for lexical search, with repetitions: NFKC, lower case, words stemmed as English; a run of Chinese,
 * Japanese, Korean, Thai, Lao, Khmer or Burmese gives its single characters and its pairs of characters.
 *
 * @throws ModeshiftError `invalid-input` for an n-gram length that is not a whole number of at least 2.
 * @example
 * ```ts
 * import { searchTerms } from '@modeshift/rag';
 *
 * console.log(searchTerms('Refunds, please!')); // [ 'refund', 'pleas' ]
 * console.log(searchTerms('退款 OK')); // [ '退', '款', '退款', 'ok' ]
 * ```
 */
export function searchTerms(text: string, options: SearchTermOptions = {}): string[] {
  const { stem = 'porter', pairs = false, characters = [] } = options;
  if (characters.some(length => !Number.isInteger(length) || length < 2)) {
    throw invalidInput('`characters` takes whole numbers of at least 2, e.g. [3, 4].');
  }
  const terms: string[] = [];
  let previous = '^';
  for (const piece of text.normalize('NFKC').toLowerCase().replaceAll('’', "'").match(pieces) ?? []) {
    if (startsUnspaced.test(piece)) {
      const letters = Array.from(piece);
      terms.push(...letters);
      for (let i = 1; i < letters.length; i++) terms.push(letters[i - 1]! + letters[i]!);
      if (pairs) for (let i = 2; i < letters.length; i++) terms.push(letters[i - 2]! + letters[i - 1]! + letters[i]!);
      previous = '^';
      continue;
    }
    const word = stem === 'porter' ? porterStem(piece) : piece;
    terms.push(word);
    if (pairs) terms.push(`${previous} ${word}`);
    previous = word;
    for (const length of characters) pushNgrams(terms, word, length);
  }
  if (pairs && previous !== '^') terms.push(`${previous} $`);
  return terms;
}

/** N-grams of a word between its borders, marked so that none equals a word. */
function pushNgrams(terms: string[], word: string, length: number): void {
  const letters = Array.from(`<${word}>`);
  for (let i = 0; i + length <= letters.length; i++) terms.push(`#${letters.slice(i, i + length).join('')}`);
}
