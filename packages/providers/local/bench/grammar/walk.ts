// Generation without a model: any allowed token, then whatever closes what is open.
import type { Random } from '@modeshift/core';
import type { GrammarMatcher, GrammarVocabulary } from '../../src/grammar/index.ts';

const byteTokens = new WeakMap<GrammarVocabulary, Map<number, number>>();

/** The ids of tokens that are a single byte, by byte. */
function singleBytes(vocabulary: GrammarVocabulary): Map<number, number> {
  let known = byteTokens.get(vocabulary);
  if (!known) {
    known = new Map();
    for (const [id, bytes] of vocabulary.tokens.entries())
      if (bytes?.length === 1 && !known.has(bytes[0]!)) known.set(bytes[0]!, id);
    byteTokens.set(vocabulary, known);
  }
  return known;
}

/** The ids whose bits are set. */
export function allowedTokens(mask: Uint32Array): number[] {
  const out: number[] = [];
  for (const [i, word] of mask.entries())
    for (let rest = word; rest !== 0; rest &= rest - 1) out.push(i * 32 + 31 - Math.clz32(rest & -rest));
  return out;
}

// The `@` is for addresses, whose first part may go on with brackets.
const closing = Array.from('"@}],:', char => char.charCodeAt(0));

/**
 * Takes `free` allowed tokens at random, then closes the text, and returns its bytes. `undefined` when it did not end within
 * `most` tokens.
 */
export function walk(
  matcher: GrammarMatcher,
  vocabulary: GrammarVocabulary,
  random: Random,
  free: number,
  most = 3000,
): Uint8Array | undefined {
  const mask = new Uint32Array(Math.ceil(vocabulary.tokens.length / 32));
  const single = singleBytes(vocabulary);
  const parts: Uint8Array[] = [];
  for (let step = 0; step < most; step++) {
    let token: number | undefined;
    const close = step >= free || random.next() < 0.1;
    if (close && matcher.isComplete) token = vocabulary.endTokens[0]!;
    else {
      matcher.mask(mask);
      const allows = (id: number | undefined): id is number =>
        id !== undefined && ((mask[id >>> 5]! >>> (id & 31)) & 1) === 1;
      // Now and then something else: a pattern may ask for a letter where a bracket is only content.
      if (close && random.next() < 0.7) token = closing.map(byte => single.get(byte)).find(allows);
      if (token === undefined && close) {
        // A first letter of the alphabet is what the patterns here most often still lack.
        const letter = single.get(0x61 + random.integer(3));
        const some = allows(letter) && random.next() < 0.5 ? [letter] : [...single.values()].filter(allows);
        if (some.length > 0) token = some[random.integer(some.length)]!;
      }
      if (token === undefined) {
        const allowed = allowedTokens(mask);
        token = allowed[random.integer(allowed.length)]!;
      }
    }
    matcher.accept(token);
    if (matcher.hasEnded) return Uint8Array.from(parts.flatMap(part => [...part]));
    parts.push(vocabulary.tokens[token]!);
  }
  return undefined;
}

/** Splits bytes into tokens: the longest each time, or with `random` any that fits. `undefined` where none does. */
export function tokenize(bytes: Uint8Array, vocabulary: GrammarVocabulary, random?: Random): number[] | undefined {
  const known = idsByText(vocabulary);
  const text = Buffer.from(bytes).toString('latin1');
  const out: number[] = [];
  for (let at = 0; at < text.length; ) {
    const fits: [number, number][] = [];
    for (let length = 1; length <= Math.min(32, text.length - at); length++) {
      const id = known.get(text.slice(at, at + length));
      if (id !== undefined) fits.push([id, length]);
    }
    if (fits.length === 0) return undefined;
    const [id, length] = random ? fits[random.integer(fits.length)]! : fits.at(-1)!;
    out.push(id);
    at += length;
  }
  return out;
}

const texts = new WeakMap<GrammarVocabulary, Map<string, number>>();

function idsByText(vocabulary: GrammarVocabulary): Map<string, number> {
  let known = texts.get(vocabulary);
  if (!known) {
    known = new Map();
    for (const [id, bytes] of vocabulary.tokens.entries())
      if (bytes && !vocabulary.endTokens.includes(id)) known.set(Buffer.from(bytes).toString('latin1'), id);
    texts.set(vocabulary, known);
  }
  return known;
}

/** How many tokens a matcher accepts of a list. */
export function acceptAll(matcher: GrammarMatcher, tokens: readonly number[]): number {
  for (const [i, token] of tokens.entries())
    try {
      matcher.accept(token);
    } catch {
      return i;
    }
  return tokens.length;
}
