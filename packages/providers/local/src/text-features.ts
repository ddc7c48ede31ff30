// A text as hashed n-grams: words, word pairs and characters, for scripts with and without spaces.

/** The kind of a feature: words and word pairs, or characters. Each kind is weighed on its own. */
export type FeatureKind = 'word' | 'character';

/** Options of {@link textFeatures}. */
export interface TextFeatureOptions {
  /** Shortest character n-gram, in code points. */
  readonly minCharacters: number;
  /** Longest character n-gram, in code points. */
  readonly maxCharacters: number;
  /** Pairs of tokens at most this far apart count as features; 1 is neighbours only, 0 none. */
  readonly pairDistance: number;
  /** Code units read of a text; the rest is ignored. */
  readonly maxLength: number;
}

/** The options that were measured best: see the decision record on the text classifier. */
export const defaultTextFeatures: TextFeatureOptions = {
  minCharacters: 2,
  maxCharacters: 5,
  pairDistance: 8,
  maxLength: 20_000,
};

const word = /[\p{L}\p{N}\p{M}'_]/u;
/** Scripts written without spaces: there every character is a token. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const space = /\s/u;

type CharacterClass = 0 | 1 | 2 | 3;
const spaceClass = 0;
const wordClass = 1;
const unspacedClass = 2;
const otherClass = 3;

const classes = new Map<number, CharacterClass>();

function classOf(codePoint: number): CharacterClass {
  let found = classes.get(codePoint);
  if (found === undefined) {
    const character = String.fromCodePoint(codePoint);
    found = space.test(character)
      ? spaceClass
      : unspaced.test(character)
        ? unspacedClass
        : word.test(character)
          ? wordClass
          : otherClass;
    classes.set(codePoint, found);
  }
  return found;
}

const mix = (hash: number, value: number): number => {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};

/** The last step of murmur3: every bit of the input moves every bit of the result. */
const finish = (hash: number): number => {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
};

const boundary = 0x20;
const wordSeed = 0x1f3d5b79;
const pairSeed = 0x2545f491;
const farPairSeed = 0x5bd1e995;
const characterSeed = 0x68e31da4;

/**
 * Calls `found` with the 32-bit hash of every n-gram of a text, as often as it occurs. The text is read in Unicode form NFKC
 * and in lower case. Tokens are runs of letters and digits; in scripts without spaces (Chinese, Japanese, Thai …) every
 * character is a token, so nothing depends on a word list. Character n-grams run over each word, or over each run of
 * characters without spaces, with its two ends marked.
 *
 * Hashes are the same on every machine. Weinberger et al. 2009, https://arxiv.org/abs/0902.2206, for hashed features; here
 * the 32 bits are kept whole, so that collisions are rare, and a vocabulary picks the features that are used.
 *
 * @example
 * ```ts
 * import { defaultTextFeatures, textFeatures } from '@modeshift/local';
 *
 * const seen = new Set<number>();
 * textFeatures('我的卡丢了', defaultTextFeatures, hash => seen.add(hash));
 * console.log(seen.size > 10); // true
 * ```
 */
export function textFeatures(
  text: string,
  options: TextFeatureOptions,
  found: (hash: number, kind: FeatureKind) => void,
): void {
  const { minCharacters, maxCharacters, pairDistance, maxLength } = options;
  const cut = text.length > maxLength ? text.slice(0, maxLength) : text;
  const points = Array.from(
    cut.normalize('NFKC').toLowerCase().replaceAll('’', "'"),
    character => character.codePointAt(0)!,
  );
  const tokens: number[] = [];
  const run: number[] = [];

  const endRun = (): void => {
    if (run.length === 0) return;
    run.unshift(boundary);
    run.push(boundary);
    for (let start = 0; start < run.length; start++) {
      let hash = characterSeed;
      const limit = Math.min(run.length, start + maxCharacters);
      for (let end = start; end < limit; end++) {
        hash = mix(hash, run[end]!);
        const length = end - start + 1;
        // A whole word with both ends is the word itself, which is a feature already.
        if (length >= minCharacters && length < run.length) found(finish(hash), 'character');
      }
    }
    run.length = 0;
  };

  let runClass: CharacterClass = spaceClass;
  let hash = wordSeed;
  const endToken = (): void => {
    if (hash !== wordSeed) tokens.push(hash);
    hash = wordSeed;
  };
  for (const point of points) {
    const kind = classOf(point);
    if (kind !== runClass || kind === otherClass) {
      endToken();
      endRun();
    }
    runClass = kind;
    if (kind === spaceClass) continue;
    if (kind === unspacedClass) endToken();
    hash = mix(hash, point);
    if (kind !== otherClass) run.push(point);
  }
  endToken();
  endRun();

  for (const token of tokens) found(finish(token), 'word');
  if (pairDistance < 1 || tokens.length === 0) return;
  found(finish(mix(mix(pairSeed, boundary), tokens[0]!)), 'word');
  found(finish(mix(mix(pairSeed, tokens.at(-1)!), boundary)), 'word');
  for (let i = 0; i < tokens.length; i++) {
    const limit = Math.min(tokens.length - 1, i + pairDistance);
    for (let j = i + 1; j <= limit; j++) {
      found(finish(mix(mix(j === i + 1 ? pairSeed : farPairSeed, tokens[i]!), tokens[j]!)), 'word');
    }
  }
}
