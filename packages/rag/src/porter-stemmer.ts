// Porter's stemmer for English: `waiting`, `waited` and `waits` become `wait`.

/** Suffixes of steps 2 and 3 with what replaces them where the rest has a measure above 0; the longest comes first. */
const derivations: readonly (readonly (readonly [string, string])[])[] = [
  [
    ['ational', 'ate'],
    ['ization', 'ize'],
    ['iveness', 'ive'],
    ['fulness', 'ful'],
    ['ousness', 'ous'],
    ['tional', 'tion'],
    ['biliti', 'ble'],
    ['entli', 'ent'],
    ['ousli', 'ous'],
    ['ation', 'ate'],
    ['alism', 'al'],
    ['aliti', 'al'],
    ['iviti', 'ive'],
    ['enci', 'ence'],
    ['anci', 'ance'],
    ['izer', 'ize'],
    ['alli', 'al'],
    ['ator', 'ate'],
    ['logi', 'log'],
    ['bli', 'ble'],
    ['eli', 'e'],
  ],
  [
    ['icate', 'ic'],
    ['ative', ''],
    ['alize', 'al'],
    ['iciti', 'ic'],
    ['ical', 'ic'],
    ['ness', ''],
    ['ful', ''],
  ],
];

/** Suffixes that step 4 takes off where the rest has a measure above 1. */
const endings = /(?:ement|ance|ence|able|ible|ment|ant|ent|ism|ate|iti|ous|ive|ize|ion|al|er|ic|ou)$/;

/**
 * The stem of an English word in lower case. A word of one or two letters, or with anything but `a`–`z` in it, comes back as
 * it is.
 *
 * Porter, "An algorithm for suffix stripping" (1980), with the three later changes of its author
 * (https://tartarus.org/martin/PorterStemmer/): `bli` → `ble`, `logi` → `log`, short words untouched.
 *
 * @example
 * ```ts
 * import { porterStem } from '@modeshift/rag';
 *
 * console.log(['waiting', 'cards', 'verification', '银行卡'].map(porterStem)); // [ 'wait', 'card', 'verif', '银行卡' ]
 * ```
 */
export function porterStem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  let stem = stripPast(stripPlural(word));
  if (stem.endsWith('y') && hasVowel(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`;
  for (const suffixes of derivations) {
    const match = suffixes.find(([suffix]) => stem.endsWith(suffix));
    if (!match) continue;
    const rest = stem.slice(0, -match[0].length);
    if (measure(rest) > 0) stem = rest + match[1];
  }
  return tidyEnd(stripEnding(stem));
}

function stripPlural(word: string): string {
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

function stripPast(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const suffix = word.endsWith('ed') ? 2 : word.endsWith('ing') ? 3 : 0;
  const rest = word.slice(0, word.length - suffix);
  if (suffix === 0 || !hasVowel(rest)) return word;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (endsInDoubleConsonant(rest) && !/[lsz]$/.test(rest)) return rest.slice(0, -1);
  return measure(rest) === 1 && endsShort(rest) ? `${rest}e` : rest;
}

function stripEnding(word: string): string {
  const suffix = endings.exec(word)?.[0];
  if (suffix === undefined) return word;
  const rest = word.slice(0, -suffix.length);
  if (measure(rest) < 2 || (suffix === 'ion' && !/[st]$/.test(rest))) return word;
  return rest;
}

function tidyEnd(word: string): string {
  let stem = word;
  if (stem.endsWith('e')) {
    const rest = stem.slice(0, -1);
    const count = measure(rest);
    if (count > 1 || (count === 1 && !endsShort(rest))) stem = rest;
  }
  return stem.endsWith('ll') && measure(stem) > 1 ? stem.slice(0, -1) : stem;
}

/** `c` and `v` for each letter; `y` is a vowel after a consonant. */
function shape(word: string): string {
  let letters = '';
  for (const letter of word) {
    const isVowel = letter === 'y' ? letters.endsWith('c') : 'aeiou'.includes(letter);
    letters += isVowel ? 'v' : 'c';
  }
  return letters;
}

/** How many times vowels are followed by consonants: Porter's m. */
function measure(word: string): number {
  return shape(word).match(/v+c+/g)?.length ?? 0;
}

function hasVowel(word: string): boolean {
  return shape(word).includes('v');
}

function endsInDoubleConsonant(word: string): boolean {
  return word.at(-1) === word.at(-2) && shape(word).endsWith('cc');
}

/** Consonant, vowel, consonant other than w, x and y: Porter's *o. */
function endsShort(word: string): boolean {
  return shape(word).endsWith('cvc') && !/[wxy]$/.test(word);
}
