// What a sequence may say next, guessed from what it said before, so that one pass can check several tokens. A guess costs less than
// the pass that it may save, and changes nothing: only tokens that would have been chosen anyway are kept.

/** Tokens that must have stood together before. */
const matched = 3;
/** The most tokens that are guessed at once. */
const most = 6;

/**
 * Guesses by looking up the last tokens in the sequence itself, and learns from each guess how many to make.
 *
 * Source: prompt lookup decoding, https://github.com/apoorvumang/prompt-lookup-decoding, a draft for speculative decoding
 * (https://arxiv.org/abs/2211.17192) without a second model.
 */
export class GuessAhead {
  #count = 2;
  /** Passes until guessing is tried again after guesses that were wrong. */
  #pause = 0;
  #wrong = 0;

  /** At most `room` tokens that followed where the last ones stood before; the latest such place counts. */
  next(ids: readonly number[], room: number): readonly number[] {
    if (this.#pause > 0) {
      this.#pause--;
      return [];
    }
    const count = Math.min(this.#count, room);
    if (count < 1) return [];
    const end = ids.length;
    for (let at = end - matched - 1; at >= 0; at--) {
      let same = 0;
      while (same < matched && ids[at + same] === ids[end - matched + same]) same++;
      if (same === matched) return ids.slice(at + matched, at + matched + count);
    }
    return [];
  }

  /** Told how many of `guessed` tokens were right. */
  learn(guessed: number, right: number): void {
    if (right === guessed) this.#count = Math.min(most, this.#count + 2);
    else this.#count = Math.max(1, right);
    this.#wrong = right > 0 ? 0 : this.#wrong + 1;
    if (right === 0) this.#pause = Math.min(64, 2 ** this.#wrong);
  }
}
