// One generation's place in a grammar.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { Configuration, Configurations } from './configuration.ts';
import type { GrammarMatcher } from './grammar-spec.ts';
import type { TokenMasks } from './mask-tokens.ts';
import { bodyDead, bodyStart, bodyTable } from './string-body.ts';
import type { TokenTrie } from './token-trie.ts';

const longestForced = 512;

/** Follows a grammar token by token. */
export class Matcher implements GrammarMatcher {
  readonly #trie: TokenTrie;
  readonly #configurations: Configurations;
  readonly #masks: TokenMasks;
  /** The configurations passed through, the present one last; `undefined` behind an end token. */
  #path: (Configuration | undefined)[];

  constructor(
    trie: TokenTrie,
    configurations: Configurations,
    masks: TokenMasks,
    path: readonly (Configuration | undefined)[],
  ) {
    this.#trie = trie;
    this.#configurations = configurations;
    this.#masks = masks;
    this.#path = [...path];
  }

  get #now(): Configuration | undefined {
    if (this.#path.length === 0) throw invalidInput('This grammar matcher was disposed. Make a new one.');
    return this.#path.at(-1);
  }

  get isComplete(): boolean {
    return this.#now?.complete ?? true;
  }

  get hasEnded(): boolean {
    return this.#now === undefined;
  }

  mask(into: Uint32Array | Int32Array): void {
    if (into.length < this.#trie.words)
      throw invalidInput(`A mask of ${this.#trie.size} tokens needs ${this.#trie.words} words, not ${into.length}.`);
    into.fill(0);
    const now = this.#now;
    if (!now) return;
    const words = new Uint32Array(into.buffer, into.byteOffset, this.#trie.words);
    this.#masks.set(now, words);
    if (words.every(word => word === 0))
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'grammar' },
        'No token of this vocabulary can spell what must come next: it has no tokens for some single bytes.',
      );
  }

  accept(token: number): void {
    const now = this.#now;
    if (!now) throw invalidInput(`Token ${token} follows an end token. Nothing may.`);
    if (this.#trie.endTokens.includes(token)) {
      if (!now.complete) throw invalidInput(`The end token ${token} comes before the text is complete.`);
      this.#path.push(undefined);
      return;
    }
    const bytes = this.#trie.tokens[token];
    let to: Configuration | null = bytes && bytes.length > 0 ? now : null;
    for (const byte of bytes ?? []) {
      to = this.#configurations.step(to!, byte);
      if (!to) break;
    }
    if (!to) throw invalidInput(`Token ${token} is not allowed here. Choose among the tokens of mask().`);
    this.#path.push(to);
  }

  forced(): readonly number[] | undefined {
    const now = this.#now;
    if (!now) return undefined;
    const { endTokens } = this.#trie;
    if (now.complete) return now.items.length === 0 ? [endTokens[0]!] : undefined;
    const text: number[] = [];
    let at = now;
    while (!at.complete && text.length < longestForced) {
      const byte = this.#onlyByte(at);
      if (byte < 0) break;
      text.push(byte);
      at = this.#configurations.step(at, byte)!;
    }
    const tokens = this.#longestTokens(text, at.items.length > 0);
    return tokens.length > 0 ? tokens : undefined;
  }

  clone(): GrammarMatcher {
    if (this.#path.length === 0) throw invalidInput('This grammar matcher was disposed. Make a new one.');
    return new Matcher(this.#trie, this.#configurations, this.#masks, this.#path);
  }

  rollback(tokens: number): void {
    const accepted = this.#path.length - 1;
    if (!Number.isInteger(tokens) || tokens < 0 || tokens > accepted)
      throw invalidInput(`${tokens} tokens cannot be taken back: ${Math.max(0, accepted)} were accepted.`);
    this.#path.length -= tokens;
  }

  dispose(): void {
    this.#path = [];
  }

  /** The one byte that may come next, or -1. */
  #onlyByte(at: Configuration): number {
    let only = -1;
    for (const { state, inner } of at.items) {
      const { edges, body } = this.#configurations.rules.states[state]!;
      if (body) {
        if (inner === bodyStart) return -1;
        for (let byte = 0; byte < 256; byte++) {
          if (bodyTable[inner * 256 + byte] === bodyDead || byte === only) continue;
          if (only >= 0) return -1;
          only = byte;
        }
      }
      for (let i = 0; i < edges.length; i += 3) {
        // An edge may lead where the depth no longer allows it: only bytes that step anywhere count.
        if (edges[i] === only && edges[i + 1] === only) continue;
        for (let byte = edges[i]!; byte <= edges[i + 1]!; byte++) {
          if (byte === only || !this.#configurations.step(at, byte)) continue;
          if (only >= 0) return -1;
          only = byte;
        }
      }
    }
    return only;
  }

  /** Splits bytes into the longest tokens; `open`: more may follow, and a token that may grow into it is left out. */
  #longestTokens(text: readonly number[], open: boolean): number[] {
    const { bytes, ends, idStarts, ids } = this.#trie;
    const out: number[] = [];
    for (let from = 0; from < text.length; ) {
      let place = 0;
      let end = bytes.length;
      let best = -1;
      let length = 0;
      let at = from;
      for (; at < text.length; at++) {
        let child = place + 1;
        while (child < end && bytes[child] !== text[at]) child = ends[child]!;
        if (child >= end) break;
        place = child;
        end = ends[child]!;
        if (idStarts[place + 1]! > idStarts[place]!) {
          best = ids[idStarts[place]!]!;
          length = at - from + 1;
        }
      }
      const mayGrow = open && at === text.length && end > place + 1;
      if (best < 0 || mayGrow) break;
      out.push(best);
      from += length;
    }
    return out;
  }
}
