import { describe, expect, it } from 'vitest';
import { porterStem } from './porter-stemmer.ts';

describe('porterStem', () => {
  // Examples of Porter's paper, taken through all of its steps.
  it.each([
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['cats', 'cat'],
    ['agreed', 'agre'],
    ['hopping', 'hop'],
    ['falling', 'fall'],
    ['failing', 'fail'],
    ['filing', 'file'],
    ['happy', 'happi'],
    ['sky', 'sky'],
    ['relational', 'relat'],
    ['conditional', 'condit'],
    ['vietnamization', 'vietnam'],
    ['formaliti', 'formal'],
    ['electrical', 'electr'],
    ['replacement', 'replac'],
    ['adoption', 'adopt'],
    ['probate', 'probat'],
    ['controll', 'control'],
    ['roll', 'roll'],
    ['apology', 'apolog'],
    ['possibly', 'possibl'],
    ['is', 'is'],
  ])('%s → %s', (word, stem) => expect(porterStem(word)).toBe(stem));

  it('leaves other scripts, digits and apostrophes alone', () => {
    for (const word of ['退款', 'naïves', 'b2bs', "haven't", '']) expect(porterStem(word)).toBe(word);
  });
});
