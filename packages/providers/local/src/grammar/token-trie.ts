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
  const texts: { id: number; key: string }[] = [];
  let places = 1;
  let mostBrackets = 0;
  let longest = 0;
  for (let id = 0; id < tokens.length; id++) {
    const bytes = tokens[id];
    if (bytes === undefined || bytes.length === 0 || ended.has(id)) continue;
    let brackets = 0;
    for (const byte of bytes) if (byte === 0x5b || byte === 0x7b) brackets++;
    mostBrackets = Math.max(mostBrackets, brackets);
    longest = Math.max(longest, bytes.length);
    places += bytes.length;
    // Latin-1 keeps the order of bytes, and the engine compares strings faster than we could.
    texts.push({ id, key: latin1(bytes) });
  }
  texts.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id - b.id));

  const bytes = new Uint8Array(places);
  const depths = new Uint16Array(places);
  const ends = new Int32Array(places);
  const idStarts = new Int32Array(places + 1);
  const ids = new Int32Array(texts.length);
  const open: number[] = [0];
  let count = 1;
  let before = '';
  for (const [i, { id, key }] of texts.entries()) {
    let shared = 0;
    while (shared < before.length && shared < key.length && before.charCodeAt(shared) === key.charCodeAt(shared))
      shared++;
    while (open.length > shared + 1) ends[open.pop()!] = count;
    for (let at = shared; at < key.length; at++) {
      bytes[count] = key.charCodeAt(at);
      depths[count] = at + 1;
      idStarts[count] = i;
      open.push(count++);
    }
    ids[i] = id;
    before = key;
  }
  while (open.length > 0) ends[open.pop()!] = count;
  idStarts.fill(texts.length, count);
  const trie: TokenTrie = {
    size: tokens.length,
    words: Math.ceil(tokens.length / 32),
    endTokens,
    tokens,
    bytes: bytes.slice(0, count),
    depths: depths.slice(0, count),
    ends: ends.slice(0, count),
    idStarts: idStarts.slice(0, count + 1),
    ids,
    mostBrackets,
    longest,
  };
  tries.set(vocabulary, trie);
  return trie;
}

function latin1(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += String.fromCharCode(byte);
  return out;
}

/** Sets the bits of the tokens that end at a place. */
export function setTokens(trie: TokenTrie, place: number, into: Uint32Array | Int32Array): void {
  const to = trie.idStarts[place + 1]!;
  for (let i = trie.idStarts[place]!; i < to; i++) {
    const id = trie.ids[i]!;
    into[id >>> 5]! |= 1 << (id & 31);
  }
}
