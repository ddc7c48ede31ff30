// Cutting text at what a pattern finds, in the ways that tokenizer.json knows.
import { invalidInput } from '@modeshift/core';

/** What happens to the matches: the names are those of `tokenizer.json`. */
export type SplitBehavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

const behaviors: readonly string[] = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'];

/** The behaviour of a name. */
export function splitBehavior(name: unknown): SplitBehavior {
  if (typeof name === 'string' && behaviors.includes(name)) return name as SplitBehavior;
  throw invalidInput(
    `tokenizer.json: a split has the behaviour ${JSON.stringify(name)}. Known are ${behaviors.join(', ')}.`,
  );
}

/** Cuts a text; `pattern` needs the flag `g`. With `invert`, what lies between the matches is what is found. */
export function splitText(text: string, pattern: RegExp, behavior: SplitBehavior, invert = false): string[] {
  const pieces: string[] = [];
  const matched: boolean[] = [];
  const add = (from: number, to: number, match: boolean): void => {
    if (from === to) return;
    pieces.push(text.slice(from, to));
    matched.push(match !== invert);
  };
  let end = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match[0] === '') {
      pattern.lastIndex += text.codePointAt(pattern.lastIndex)! > 0xffff ? 2 : 1;
      continue;
    }
    add(end, match.index, false);
    end = match.index + match[0].length;
    add(match.index, end, true);
  }
  add(end, text.length, false);
  if (behavior === 'Isolated') return pieces;
  if (behavior === 'Removed') return pieces.filter((_, i) => !matched[i]);
  const joined: string[] = [];
  for (const [i, piece] of pieces.entries()) {
    const before = i > 0;
    const joins =
      behavior === 'Contiguous'
        ? before && matched[i] === matched[i - 1]
        : behavior === 'MergedWithPrevious'
          ? before && matched[i] === true && matched[i - 1] === false
          : before && matched[i - 1] === true && matched[i] === false;
    if (joins) joined[joined.length - 1] += piece;
    else joined.push(piece);
  }
  return joined;
}
