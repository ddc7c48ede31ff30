// Byte-pair encoding (Sennrich et al. 2016): over bytes as GPT-2 does it, or over characters with bytes to fall back on.
import { invalidInput } from '@modeshift/core';
import { byteCharacters, toByteCharacters } from './byte-alphabet.ts';
import { type Merges, mergeTokens } from './merge-tokens.ts';
import { PairTable } from './pair-table.ts';
import { byteTokenIds, type TokenModel } from './token-model.ts';

/** What a byte-pair model is made of; the names are those of `tokenizer.json`. */
export interface BytePairOptions {
  readonly ids: ReadonlyMap<string, number>;
  readonly merges: Merges;
  /** Words are text whose UTF-8 bytes are the symbols. */
  readonly byteLevel: boolean;
  readonly byteFallback?: boolean;
  readonly unknown?: string | undefined;
  readonly fuseUnknown?: boolean;
  /** A word that is a token by itself is that token, whatever the merges say. */
  readonly ignoreMerges?: boolean;
  readonly continuingSubwordPrefix?: string;
  readonly endOfWordSuffix?: string;
  /** Splits words before this character where no token crosses such a place: the ids are the same, and words can be remembered. */
  readonly wordMark?: string;
}

/** Merges in order, as pairs of tokens. */
export function mergesInOrder(
  pairs: readonly (readonly [string, string])[],
  ids: ReadonlyMap<string, number>,
  continuingSubwordPrefix = '',
): Merges {
  const table = new PairTable(pairs.length);
  const merged = new Int32Array(pairs.length);
  const rank = new Int32Array(pairs.length);
  for (const [i, [left, right]] of pairs.entries()) {
    const tail = right.startsWith(continuingSubwordPrefix) ? right.slice(continuingSubwordPrefix.length) : right;
    const [a, b, joined] = [ids.get(left), ids.get(right), ids.get(left + tail)];
    if (a === undefined || b === undefined || joined === undefined) {
      throw invalidInput(
        `tokenizer.json: merge ${i} joins "${left}" and "${right}", but the vocabulary lacks one of them or "${left + tail}". The file is damaged: download it again.`,
      );
    }
    merged[i] = joined;
    rank[i] = i;
    table.set(a, b, i);
  }
  return { table, rank, merged };
}

/** Merges of a SentencePiece vocabulary: any two tokens that join to a token, the higher its score the sooner. */
export function mergesByScore(tokens: readonly (string | undefined)[], scores: readonly number[]): Merges {
  const ids = new Map<string, number>();
  for (const [id, token] of tokens.entries()) if (token !== undefined && !ids.has(token)) ids.set(token, id);
  const distinct = [...new Set(scores)].sort((a, b) => b - a);
  const rankOfScore = new Map(distinct.map((score, rank) => [score, rank]));
  const table = new PairTable(tokens.length * 4);
  const merged: number[] = [];
  const rank: number[] = [];
  for (const [token, id] of ids) {
    for (let cut = 1; cut < token.length; cut++) {
      const left = ids.get(token.slice(0, cut));
      const right = left === undefined ? undefined : ids.get(token.slice(cut));
      if (left === undefined || right === undefined) continue;
      table.set(left, right, merged.push(id) - 1);
      rank.push(rankOfScore.get(scores[id]!)!);
    }
  }
  return { table, rank: Int32Array.from(rank), merged: Int32Array.from(merged) };
}

const rememberedWords = 1 << 16;
const rememberedLength = 48;
const encoder = new TextEncoder();

/** A byte-pair model. */
export class BytePairModel implements TokenModel {
  readonly #options: BytePairOptions;
  readonly #byteIds: readonly (number | undefined)[];
  readonly #unknownId: number | undefined;
  readonly #wordBorder: RegExp | undefined;
  readonly #known = new Map<string, readonly number[]>();
  #symbols = new Int32Array(256);

  constructor(options: BytePairOptions) {
    this.#options = options;
    const { ids, byteLevel, byteFallback, wordMark } = options;
    this.#byteIds = byteLevel
      ? byteCharacters.map(character => ids.get(character))
      : (byteFallback && byteTokenIds(ids)) || [];
    this.#unknownId = options.unknown === undefined ? undefined : ids.get(options.unknown);
    if (wordMark !== undefined) {
      const crossing = new RegExp(`[^${wordMark}]${wordMark}`, 'u');
      if (![...ids.keys()].some(token => crossing.test(token))) {
        this.#wordBorder = new RegExp(`(?<=[^${wordMark}])(?=${wordMark})`, 'u');
      }
    }
  }

  tokenize(text: string, ids: number[]): void {
    if (this.#wordBorder === undefined) this.#word(text, ids);
    else for (const word of text.split(this.#wordBorder)) this.#word(word, ids);
  }

  #word(word: string, ids: number[]): void {
    if (word === '') return;
    const remember = word.length <= rememberedLength;
    const known = remember ? this.#known.get(word) : undefined;
    if (known !== undefined) {
      for (const id of known) ids.push(id);
      return;
    }
    const start = ids.length;
    this.#merge(word, ids);
    if (!remember) return;
    if (this.#known.size >= rememberedWords) this.#known.clear();
    this.#known.set(word, ids.slice(start));
  }

  #merge(word: string, ids: number[]): void {
    const { merges, byteLevel, ignoreMerges } = this.#options;
    if (ignoreMerges) {
      const whole = this.#options.ids.get(byteLevel ? toByteCharacters(word) : word);
      if (whole !== undefined) {
        ids.push(whole);
        return;
      }
    }
    const length = byteLevel ? this.#bytesOf(word) : this.#charactersOf(word);
    const left = mergeTokens(this.#symbols, length, merges);
    for (let i = 0; i < left; i++) ids.push(this.#symbols[i]!);
    if (this.#symbols.length > 1 << 16) this.#symbols = new Int32Array(256);
  }

  #bytesOf(word: string): number {
    const bytes = encoder.encode(word);
    this.#reserve(bytes.length);
    let length = 0;
    for (const byte of bytes) {
      const id = this.#byteIds[byte] ?? this.#unknownId;
      if (id !== undefined) this.#symbols[length++] = id;
    }
    return length;
  }

  #charactersOf(word: string): number {
    const { ids, continuingSubwordPrefix = '', endOfWordSuffix = '', fuseUnknown } = this.#options;
    this.#reserve(word.length * 3);
    let length = 0;
    let afterUnknown = false;
    for (let i = 0; i < word.length; ) {
      const width = word.codePointAt(i)! > 0xffff ? 2 : 1;
      const character = word.slice(i, i + width);
      const first = i === 0;
      i += width;
      const written =
        continuingSubwordPrefix === '' && endOfWordSuffix === ''
          ? character
          : (first ? '' : continuingSubwordPrefix) + character + (i === word.length ? endOfWordSuffix : '');
      const id = ids.get(written);
      if (id !== undefined) {
        this.#symbols[length++] = id;
        afterUnknown = false;
      } else if (this.#byteIds.length > 0) {
        for (const byte of encoder.encode(character)) this.#symbols[length++] = this.#byteIds[byte]!;
        afterUnknown = false;
      } else if (this.#unknownId !== undefined) {
        if (!(fuseUnknown && afterUnknown)) this.#symbols[length++] = this.#unknownId;
        afterUnknown = true;
      }
    }
    return length;
  }

  #reserve(length: number): void {
    if (this.#symbols.length < length) this.#symbols = new Int32Array(length);
  }
}
