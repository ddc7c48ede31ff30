// One token per word.
import type { TokenModel } from './token-model.ts';

/** A vocabulary of whole words. */
export class WordLevelModel implements TokenModel {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #unknownId: number | undefined;

  constructor(ids: ReadonlyMap<string, number>, unknownId: number | undefined) {
    this.#ids = ids;
    this.#unknownId = unknownId;
  }

  tokenize(word: string, ids: number[]): void {
    const id = this.#ids.get(word) ?? this.#unknownId;
    if (id !== undefined) ids.push(id);
  }
}
