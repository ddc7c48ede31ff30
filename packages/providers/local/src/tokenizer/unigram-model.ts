// The unigram language model of SentencePiece (Kudo 2018): the most probable way to cut a text into pieces.
import { byteTokenIds, type TokenModel } from './token-model.ts';
import { Trie } from './trie.ts';

const unknownPenalty = 10;
const encoder = new TextEncoder();

/** A unigram model. */
export class UnigramModel implements TokenModel {
  readonly #trie: Trie;
  readonly #scores: readonly number[];
  readonly #unknownId: number;
  readonly #unknownScore: number;
  readonly #byteIds: readonly number[] | undefined;

  constructor(pieces: readonly (readonly [string, number])[], unknownId: number, byteFallback: boolean) {
    this.#scores = pieces.map(([, score]) => score);
    this.#unknownId = unknownId;
    let least = Infinity;
    for (const score of this.#scores) if (score < least) least = score;
    this.#unknownScore = least - unknownPenalty;
    this.#trie = new Trie(pieces.reduce((sum, [piece]) => sum + piece.length, 0));
    for (const [id, [piece]] of pieces.entries()) this.#trie.add(piece, id);
    this.#byteIds = byteFallback ? byteTokenIds(new Map(pieces.map(([piece], id) => [piece, id]))) : undefined;
  }

  /** Viterbi over the places between characters. Runs of unknown characters are one unknown token. */
  tokenize(text: string, ids: number[]): void {
    const best = new Float64Array(text.length + 1).fill(-Infinity);
    const from = new Int32Array(text.length + 1).fill(-1);
    const token = new Int32Array(text.length + 1);
    best[0] = 0;
    for (let i = 0; i < text.length; ) {
      const width = text.codePointAt(i)! > 0xffff ? 2 : 1;
      const here = best[i]!;
      let single = false;
      this.#trie.prefixes(text, i, (end, id) => {
        const score = here + this.#scores[id]!;
        if (from[end] === -1 || score > best[end]!) {
          best[end] = score;
          from[end] = i;
          token[end] = id;
        }
        if (end === i + width) single = true;
      });
      if (!single && (from[i + width] === -1 || here + this.#unknownScore > best[i + width]!)) {
        best[i + width] = here + this.#unknownScore;
        from[i + width] = i;
        token[i + width] = this.#unknownId;
      }
      i += width;
    }
    const ends: number[] = [];
    for (let end = text.length; end > 0; end = from[end]!) ends.push(end);
    let unknownFrom = -1;
    for (let k = ends.length - 1; k >= 0; k--) {
      const end = ends[k]!;
      if (token[end] === this.#unknownId) {
        if (unknownFrom === -1) unknownFrom = from[end]!;
        if (k === 0) this.#unknown(text.slice(unknownFrom, end), ids);
        continue;
      }
      if (unknownFrom !== -1) this.#unknown(text.slice(unknownFrom, from[end]), ids);
      unknownFrom = -1;
      ids.push(token[end]!);
    }
  }

  #unknown(text: string, ids: number[]): void {
    if (this.#byteIds === undefined) ids.push(this.#unknownId);
    else for (const byte of encoder.encode(text)) ids.push(this.#byteIds[byte]!);
  }
}
