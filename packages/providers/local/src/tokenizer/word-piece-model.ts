// WordPiece (Schuster & Nakajima 2012, as in BERT): of each word the longest known beginning, then the longest known rest.
import type { TokenModel } from './token-model.ts';

/** Options of {@link WordPieceModel}; the names are those of `tokenizer.json`. */
export interface WordPieceOptions {
  readonly ids: ReadonlyMap<string, number>;
  readonly unknownId: number;
  readonly continuingSubwordPrefix: string;
  /** Words with more characters are unknown as a whole. */
  readonly maxInputCharsPerWord: number;
}

/** A WordPiece model. */
export class WordPieceModel implements TokenModel {
  readonly #options: WordPieceOptions;
  readonly #longest: number;

  constructor(options: WordPieceOptions) {
    this.#options = options;
    let longest = 1;
    for (const token of options.ids.keys()) if (token.length > longest) longest = token.length;
    this.#longest = longest;
  }

  tokenize(word: string, ids: number[]): void {
    const { ids: known, unknownId, continuingSubwordPrefix, maxInputCharsPerWord } = this.#options;
    const kept = ids.length;
    let characters = word.length;
    if (characters > maxInputCharsPerWord) characters = [...word].length;
    if (characters > maxInputCharsPerWord) {
      ids.push(unknownId);
      return;
    }
    for (let start = 0; start < word.length; ) {
      const prefix = start === 0 ? '' : continuingSubwordPrefix;
      let end = Math.min(word.length, start + this.#longest);
      let id: number | undefined;
      for (; end > start; end--) {
        id = known.get(prefix + word.slice(start, end));
        if (id !== undefined) break;
      }
      if (id === undefined) {
        ids.length = kept;
        ids.push(unknownId);
        return;
      }
      ids.push(id);
      start = end;
    }
  }
}
