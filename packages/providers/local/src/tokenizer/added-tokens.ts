// Tokens that were added to a vocabulary, found in a text before anything else is done to it.
import type { AddedTokenEntry } from './tokenizer-json.ts';
import { Trie } from './trie.ts';

/** A place of a text where an added token stands. */
export interface AddedTokenMatch {
  readonly start: number;
  readonly end: number;
  readonly id: number;
}

const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;
const whitespace = /^\p{White_Space}$/u;

/**
 * Whether a token opens, closes or marks something, rather than being a piece of text: special tokens, and added ones that
 * look like markup.
 */
export function isControlToken({ content, special }: AddedTokenEntry): boolean {
  return special === true || /^(<[^\s<>]+>|\[[^\s[\]]+\])$/.test(content);
}

/** Finds added tokens: the leftmost, and of those the longest. */
export class AddedTokenFinder {
  readonly #trie = new Trie();
  readonly #tokens: readonly AddedTokenEntry[];
  readonly #begins: RegExp | undefined;

  /** `write` gives a token as it stands in the texts that are searched. */
  constructor(tokens: readonly AddedTokenEntry[], write: (content: string) => string = content => content) {
    this.#tokens = tokens;
    const first = new Set<string>();
    for (const [i, token] of tokens.entries()) {
      const written = write(token.content);
      if (written === '') continue;
      this.#trie.add(written, i);
      first.add(written[0]!);
    }
    if (first.size > 0) {
      const units = [...first].map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
      this.#begins = new RegExp(`[${units.join('')}]`, 'g');
    }
  }

  /** Places in order. `allowed` may refuse a place: then a shorter token there may be found, and the search goes on behind it. */
  find(
    text: string,
    allowed: (token: AddedTokenEntry, start: number, end: number) => boolean = () => true,
  ): AddedTokenMatch[] {
    const matches: AddedTokenMatch[] = [];
    const begins = this.#begins;
    if (begins === undefined) return matches;
    let free = 0;
    begins.lastIndex = 0;
    for (let hit = begins.exec(text); hit !== null; hit = begins.exec(text)) {
      let end = -1;
      let found: AddedTokenEntry | undefined;
      this.#trie.prefixes(text, hit.index, (stop, i) => {
        const token = this.#tokens[i]!;
        if (!allowed(token, hit.index, stop)) return;
        end = stop;
        found = token;
      });
      if (found === undefined) continue;
      begins.lastIndex = end;
      if (found.single_word && !standsAlone(text, hit.index, end)) continue;
      let start = hit.index;
      if (found.lstrip) while (start > free && whitespace.test(text[start - 1]!)) start--;
      if (found.rstrip) while (end < text.length && whitespace.test(text[end]!)) end++;
      matches.push({ start, end, id: found.id });
      begins.lastIndex = end;
      free = end;
    }
    return matches;
  }
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !(start > 0 && wordCharacter.test(text[start - 1]!)) && !(end < text.length && wordCharacter.test(text[end]!));
}
