// The tokens of a vocabulary as a tree of bytes in depth-first order: a subtree is a run of places.
import { invalidInput } from '@modeshift/core';
import type { GrammarVocabulary } from './grammar-spec.ts';

/** The tree. Place 0 is the root; the children of a place follow it. */
export interface TokenTrie {
  readonly size: number;
  /** Words of a mask. */
  readonly words: number;
  readonly endTokens: readonly number[];
  readonly tokens: readonly (Uint8Array | undefined)[];
  /** The byte that leads to a place. */
  readonly bytes: Uint8Array;
  /** How many bytes deep a place is. */
  readonly depths: Uint16Array;
  /** The place after the subtree. */
  readonly ends: Int32Array;
  /** Ids of the tokens that end at a place: `ids` from `idStarts[place]` to `idStarts[place + 1]`. */
  readonly idStarts: Int32Array;
  readonly ids: Int32Array;
  /** The most brackets that one token opens: how many calls deep it can lead. */
  readonly mostBrackets: number;
  readonly longest: number;
}

/** Ids below this fit beside four bytes in the 53 bits of a double. */
const idRange = 2 ** 21;
const tries = new WeakMap<GrammarVocabulary, TokenTrie>();

/** The tree of a vocabulary, built once. Throws `invalid-input` where the vocabulary is no vocabulary. */
export function tokenTrie(vocabulary: GrammarVocabulary): TokenTrie {
  const known = tries.get(vocabulary);
  if (known) return known;
  const { tokens, endTokens } = vocabulary;
  for (const id of endTokens)
    if (!Number.isInteger(id) || id < 0 || id >= tokens.length)
      throw invalidInput(`The end token ${id} is not in the vocabulary of ${tokens.length} tokens.`);
  if (endTokens.length === 0) throw invalidInput('The vocabulary has no end token: nothing could end.');
  const ended = new Set(endTokens);
  const order = sortedTokens(tokens, ended);
  let places = 1;
  let mostBrackets = 0;
  let longest = 0;
  for (const id of order) {
    const text = tokens[id]!;
    let brackets = 0;
    for (const byte of text) if (byte === 0x5b || byte === 0x7b) brackets++;
    mostBrackets = Math.max(mostBrackets, brackets);
    longest = Math.max(longest, text.length);
    places += text.length;
  }

  const bytes = new Uint8Array(places);
  const depths = new Uint16Array(places);
  const ends = new Int32Array(places);
  const idStarts = new Int32Array(places + 1);
  const open: number[] = [0];
  let count = 1;
  let before = new Uint8Array(0);
  for (let i = 0; i < order.length; i++) {
    const text = tokens[order[i]!]!;
    let shared = 0;
    while (shared < before.length && shared < text.length && before[shared] === text[shared]) shared++;
    while (open.length > shared + 1) ends[open.pop()!] = count;
    for (let at = shared; at < text.length; at++) {
      bytes[count] = text[at]!;
      depths[count] = at + 1;
      idStarts[count] = i;
      open.push(count++);
    }
    before = text as Uint8Array<ArrayBuffer>;
  }
  while (open.length > 0) ends[open.pop()!] = count;
  idStarts.fill(order.length, count);
  const trie: TokenTrie = {
    size: tokens.length,
    words: Math.ceil(tokens.length / 32),
    endTokens,
    tokens,
    bytes: bytes.slice(0, count),
    depths: depths.slice(0, count),
    ends: ends.slice(0, count),
    idStarts: idStarts.slice(0, count + 1),
    ids: order,
    mostBrackets,
    longest,
  };
  tries.set(vocabulary, trie);
  return trie;
}

/** The ids of the tokens that occur in text, by their bytes. */
function sortedTokens(tokens: readonly (Uint8Array | undefined)[], ended: ReadonlySet<number>): Int32Array {
  if (tokens.length > idRange) throw invalidInput(`A vocabulary has at most ${idRange} tokens, not ${tokens.length}.`);
  // Four bytes and the id in one double: sorting numbers is many times faster than sorting texts, and leaves little to compare.
  const keys = new Float64Array(tokens.length);
  let count = 0;
  for (let id = 0; id < tokens.length; id++) {
    const text = tokens[id];
    if (text === undefined || text.length === 0 || ended.has(id)) continue;
    const head = (text[0]! * 256 + (text[1] ?? 0)) * 65_536 + (text[2] ?? 0) * 256 + (text[3] ?? 0);
    keys[count++] = head * idRange + id;
  }
  const sorted = keys.subarray(0, count).sort();
  const order = Int32Array.from(sorted, key => key % idRange);
  const headOf = (place: number): number => Math.floor(sorted[place]! / idRange);
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && headOf(to) === headOf(from)) to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => compareBytes(tokens[a]!, tokens[b]!) || a - b);
    from = to;
  }
  return order;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Sets the bits of the tokens that end at a place. */
export function setTokens(trie: TokenTrie, place: number, into: Uint32Array | Int32Array): void {
  const to = trie.idStarts[place + 1]!;
  for (let i = trie.idStarts[place]!; i < to; i++) {
    const id = trie.ids[i]!;
    into[id >>> 5]! |= 1 << (id & 31);
  }
}
