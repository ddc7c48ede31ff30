// What each UTF-16 unit is for a search by words, found out when it is first met.

/** Kinds of units; `unknown` was not met before. */
export const kind = {
  unknown: 0,
  /** Parts words, and nothing beyond it changes how what is before or after it is normalized. */
  border: 1,
  /** Parts words. */
  gap: 2,
  /** A letter or digit of ASCII. */
  letter: 3,
  /** Joins letters. */
  apostrophe: 4,
  /** A character of a script without spaces that stays as it is, whatever follows but marks. */
  unspaced: 5,
  /** Anything else: only `searchTerms` knows. */
  other: 6,
} as const;

const isWord = /^[\p{L}\p{M}\p{N}]$/u;
const isUnspaced = /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]$/u;
/** Vowels and finals of Hangul join the unit before them; marks do in every script. */
const joins = /^[\p{M}\u1160-\u11ff]$/u;
/** What a Greek sigma is in lower case depends on what is beyond these. */
const isIgnored = /\p{Case_Ignorable}/u;
const isPlain = /^[^A-Za-z0-9'\u0080-\uffff]+$/;

/** The kinds of all units, `unknown` at first. */
export const kinds: Uint8Array = new Uint8Array(65_536);

/** Finds out the kind of a unit. */
export function learnKind(unit: number): number {
  const character = String.fromCharCode(unit);
  kinds[unit] = kindOf(character, character.normalize('NFKC'));
  return kinds[unit]!;
}

function kindOf(character: string, normal: string): number {
  if (/[A-Za-z0-9]/.test(character)) return kind.letter;
  if (character === "'" || character === '’') return kind.apostrophe;
  if (/[\ud800-\udfff]/.test(character) || joins.test(character)) return kind.other;
  if (isWord.test(character)) return normal === character && isUnspaced.test(character) ? kind.unspaced : kind.other;
  if (normal !== character && !isPlain.test(normal)) return kind.other;
  return isIgnored.test(normal) ? kind.gap : kind.border;
}

/** The lower case of an ASCII letter or digit; 0 for every other unit. */
export const lower: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, unit) => {
  if (unit >= 128) return 0;
  const character = String.fromCharCode(unit);
  return /[A-Za-z0-9]/.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
});
