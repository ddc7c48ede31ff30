// The part of a tokenizer that knows the vocabulary: it turns a word into ids.

/** Cuts one word, as the pre-tokenizer gives it, into tokens. */
export interface TokenModel {
  /** Appends the ids of a word. */
  tokenize(word: string, ids: number[]): void;
}

/** A tokenizer's tokens, by text and by id. */
export interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly tokens: readonly (string | undefined)[];
}

/** The token that stands for a byte where a vocabulary falls back to bytes: `<0x0A>`. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** The ids of all byte tokens, or `undefined` where the vocabulary lacks one of them. */
export function byteTokenIds(ids: ReadonlyMap<string, number>): readonly number[] | undefined {
  const found = Array.from({ length: 256 }, (_, byte) => ids.get(byteToken(byte)));
  return found.every(id => id !== undefined) ? (found as number[]) : undefined;
}
