// When two texts count as the same, and a seeded order of texts that does not depend on where they stand.

/**
 * The key under which texts count as the same: Unicode NFKC (full-width and half-width forms alike), lower case, runs of
 * white space as one space, none around.
 *
 * @see https://unicode.org/reports/tr15/
 * @example
 * ```ts
 * import { textKey } from '@modeshift/data';
 *
 * console.log(textKey(' Ｈｅｌｌｏ\n 世界 ') === textKey('hello 世界')); // true
 * ```
 */
export function textKey(text: string): string {
  if (plain.test(text)) return text.toLowerCase();
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** ASCII words with one space between them: nothing to normalise but the case. */
const plain = /^[!-~]+(?: [!-~]+)*$/;

/**
 * A number in [0, 1) drawn from a seed and a text: two 32-bit multiplicative hashes with a final mix. Sorting by it is a
 * shuffle that stays the same when rows move, and nearly the same when rows are added.
 */
export function seededRank(seed: number, text: string): number {
  let a = (seed ^ 0x9e3779b9) | 0;
  let b = (Math.imul(seed, 0x85ebca6b) ^ 0x27d4eb2f) | 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 13;
  }
  a = mixed(a ^ mixed(b));
  b = mixed(b ^ mixed(a ^ text.length));
  return ((a >>> 0) * 0x20_0000 + (b >>> 11)) / 2 ** 53;
}

/** The finalizer of MurmurHash3. */
function mixed(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
