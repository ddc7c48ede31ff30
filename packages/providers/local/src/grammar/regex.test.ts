// Regular expressions: JavaScript's own engine says what they match.
import { ModeshiftError, type Random, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { syntheticVocabulary } from '../../bench/grammar/vocabularies.ts';
import { acceptAll, tokenize, walk } from '../../bench/grammar/walk.ts';
import { accepts, complement, intersect } from './automaton.ts';
import { compileGrammar } from './index.ts';
import { regexAutomaton } from './regex-automaton.ts';

const patterns = [
  'a',
  '',
  'a*b+c?',
  '(?:ab|a)(?:bc|c)',
  '[a-c]{2,4}',
  '(a|b)*abb',
  '[^a-c]',
  '.+',
  '^a$|^b',
  'a|b$',
  '(^a|b)c*',
  '\\d+(\\.\\d{1,2})?',
  '\\w\\W\\s?',
  '[\\w.-]+@[\\w-]+\\.[a-z]{2,}',
  '[\\u4e00-\\u9fff]{1,3}',
  '\\u{1F600}|中文',
  '\\ud83d\\ude00+',
  '\\p{L}+\\p{Nd}?',
  '\\P{Lu}',
  '[\\p{Script=Han}a-c]+',
  '(?<year>\\d{4})-\\d\\d',
  '\\x41\\t?\\/?',
  'a{0}b',
  'a{2}',
  'a{1,}?b??',
  '(a?){3}',
  '[]a]?',
  '\\.\\*\\+\\?\\^\\$\\{\\}\\(\\)\\|\\[\\]',
  '[\\]\\\\^-]',
  '[a\\-z]+',
  '\\cJ',
  '((a|b)(c|d))*',
  '^^a$$',
  'a^b',
  '$',
];
const alphabet = Array.from('aabbccdABZ019_ -.@/\\^]$[\n\t中文一é😀Ж٣');

function randomText(r: Random): string {
  return Array.from({ length: r.integer(6) }, () => alphabet[r.integer(alphabet.length)]!).join('');
}

/** A pattern put together at random. */
function randomPattern(r: Random, depth = 3): string {
  const atoms = ['a', 'b', '[ab]', '[^a]', 'c', '.', '中', '\\w', '\\d', '😀', '^', '$', ''];
  if (depth === 0 || r.next() < 0.3) return atoms[r.integer(atoms.length)]!;
  const one = randomPattern(r, depth - 1);
  switch (r.integer(4)) {
    case 0:
      return one + randomPattern(r, depth - 1);
    case 1:
      return `(?:${one}|${randomPattern(r, depth - 1)})`;
    case 2:
      return `(${one})${['*', '+', '?', '{2}', '{1,3}', '{0,2}'][r.integer(6)]!}`;
    default:
      return one;
  }
}

/** `[]a]` is read as an empty class followed by a text only by old engines: the pattern is compared where `u` reads it. */
const compiles = (pattern: string): boolean => {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
};

describe('an automaton accepts what the JavaScript engine matches', () => {
  const generated = Array.from({ length: 300 }, (_, i) => randomPattern(random(i)));

  it.each([
    ['hand-written patterns', patterns.filter(compiles)],
    ['random patterns', generated.filter(compiles)],
  ])('%s', (_, list) => {
    let [checked, matched] = [0, 0];
    for (const [i, pattern] of list.entries()) {
      const r = random(i);
      const whole = regexAutomaton(pattern, true);
      const search = regexAutomaton(pattern, false);
      const texts = ['', 'a', 'b', 'ab', 'abb', ...Array.from({ length: 120 }, () => randomText(r))];
      // Texts that match now and then, so that the comparison is not of refusals alone.
      for (const text of [...texts]) {
        const part = new RegExp(pattern, 'u').exec(text);
        if (part) texts.push(part[0]);
      }
      for (const text of texts) {
        const expected = new RegExp(`^(?:${pattern})$`, 'u').test(text);
        expect([pattern, text, accepts(whole, text)]).toEqual([pattern, text, expected]);
        expect([pattern, text, accepts(search, text)]).toEqual([pattern, text, new RegExp(pattern, 'u').test(text)]);
        checked++;
        if (expected) matched++;
      }
    }
    console.log(`${list.length} patterns, ${checked} texts, ${matched} of them match whole`);
    expect(matched).toBeGreaterThan(checked / 20);
  });

  it('complement and intersection are those of sets', () => {
    const [one, other] = [regexAutomaton('a', false), regexAutomaton('[ab中]{1,3}', true)];
    for (let seed = 0; seed < 300; seed++) {
      const text = randomText(random(seed));
      expect(accepts(complement(one), text)).toBe(!accepts(one, text));
      expect(accepts(intersect(one, other), text)).toBe(accepts(one, text) && accepts(other, text));
    }
  });
});

describe('a regex grammar', () => {
  const vocabulary = syntheticVocabulary();

  it('generates only what matches, in valid UTF-8, and accepts it however it is split', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    let texts = 0;
    for (const [i, pattern] of patterns.filter(compiles).entries()) {
      const matches = new RegExp(`^(?:${pattern})$`, 'u');
      // `a^b` and its like match nothing.
      if (pattern === 'a^b') {
        expect(() => compileGrammar({ type: 'regex', pattern }, vocabulary)).toThrow(/No text matches/);
        continue;
      }
      const grammar = compileGrammar({ type: 'regex', pattern }, vocabulary);
      for (let turn = 0; turn < 8; turn++) {
        const r = random(100 * i + turn);
        const bytes = walk(grammar.matcher(), vocabulary, r, 12)!;
        const text = decoder.decode(bytes);
        expect([pattern, text, matches.test(text)]).toEqual([pattern, text, true]);
        for (const splitter of [undefined, r]) {
          const matcher = grammar.matcher();
          const tokens = tokenize(bytes, vocabulary, splitter)!;
          expect([pattern, text, acceptAll(matcher, tokens)]).toEqual([pattern, text, tokens.length]);
          expect(matcher.isComplete).toBe(true);
        }
        texts++;
      }
    }
    expect(texts).toBeGreaterThan(200);
  });

  it.each([
    ['a(?=b)', /lookaround/],
    ['(?<!a)b', /lookaround/],
    ['(a)\\1', /back-reference/],
    ['(?<x>a)\\k<x>', /back-reference/],
    ['\\bword', /word boundary/],
    ['(?:[a-z]{500}){500}', /too large/],
    ['(?:a|b)*a(?:a|b){15}', /more than 20000 states/],
  ])('%s is refused', (pattern, message) => {
    expect(() => compileGrammar({ type: 'regex', pattern }, vocabulary)).toThrow(message);
    try {
      compileGrammar({ type: 'regex', pattern }, vocabulary);
    } catch (error) {
      expect(ModeshiftError.is(error, 'unsupported')).toBe(true);
    }
  });

  it('a pattern that cannot be read is wrong input', () => {
    expect(() => compileGrammar({ type: 'regex', pattern: '(a' }, vocabulary)).toThrow(/cannot be read/);
  });
});
