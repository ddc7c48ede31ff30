// The texts of bounded numbers, judged by arithmetic; formats, judged by ajv-formats.
import { random } from '@modeshift/core';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { syntheticVocabulary } from '../../bench/grammar/vocabularies.ts';
import { walk } from '../../bench/grammar/walk.ts';
import { accepts } from './automaton.ts';
import { compileGrammar } from './index.ts';
import { numberAutomaton } from './number-automaton.ts';
import { stringFormats } from './string-formats.ts';

describe('numbers', () => {
  it('integers: exactly those within the bounds, one by one', () => {
    for (let seed = 0; seed < 60; seed++) {
      const r = random(seed);
      const low = r.integer(3000) - 1500;
      const high = low + r.integer(600);
      const minimum =
        r.next() < 0.8 ? { value: low - (seed % 5 === 0 ? 0.5 : 0), exclusive: r.next() < 0.5 } : undefined;
      const maximum = r.next() < 0.8 ? { value: high, exclusive: r.next() < 0.5 } : undefined;
      const multiplesOf = r.next() < 0.5 ? [[1, 2, 3, 7, 10, 25][r.integer(6)]!] : [];
      if (minimum && maximum && high - low < 50) continue;
      const automaton = numberAutomaton({ integer: true, minimum, maximum, multiplesOf });
      for (let value = -2500; value <= 2500; value++) {
        const expected =
          (!minimum || (minimum.exclusive ? value > minimum.value : value >= minimum.value)) &&
          (!maximum || (maximum.exclusive ? value < maximum.value : value <= maximum.value)) &&
          multiplesOf.every(multiple => value % multiple === 0);
        expect([low, high, value, accepts(automaton, String(value))]).toEqual([low, high, value, expected]);
      }
      for (const text of ['-0', '00', '01', '+1', '1.0', '1e2', '', '-']) expect(accepts(automaton, text)).toBe(false);
    }
  });

  it('decimals: the text is accepted exactly where its double is within the bounds', () => {
    let inside = 0;
    for (let seed = 0; seed < 400; seed++) {
      const r = random(seed);
      const scale = 10 ** r.integer(6);
      const low = Math.round((r.next() * 200 - 100) * scale) / scale;
      const high = low + Math.round(r.next() * 10 * scale) / scale;
      const minimum = r.next() < 0.8 ? { value: low, exclusive: r.next() < 0.5 } : undefined;
      const maximum = r.next() < 0.8 ? { value: high, exclusive: r.next() < 0.5 } : undefined;
      if (high - low < 0.01) continue;
      const automaton = numberAutomaton({ integer: false, minimum, maximum, multiplesOf: [] });
      for (let i = 0; i < 60; i++) {
        const near = [low, high, 0, low - 5 + r.next() * 20][r.integer(4)]! + (r.next() - 0.5) * 10 ** -r.integer(5);
        const text = r.next() < 0.3 ? String([low, high, 0][r.integer(3)]) : near.toFixed(r.integer(12));
        const value = Number(text);
        const expected =
          (!minimum || (minimum.exclusive ? value > minimum.value : value >= minimum.value)) &&
          (!maximum || (maximum.exclusive ? value < maximum.value : value <= maximum.value));
        // Negative zero in a text is left out where the bounds leave only zero of the negative side.
        if (value === 0 && text.startsWith('-')) continue;
        if (/e/.test(text)) continue;
        expect([low, high, minimum, maximum, text, accepts(automaton, text)]).toEqual([
          ...[low, high, minimum, maximum, text, expected],
        ]);
        if (expected) inside++;
      }
    }
    expect(inside).toBeGreaterThan(3000);
  });

  it('multiples of a decimal are exact', () => {
    const automaton = numberAutomaton({ integer: false, multiplesOf: [0.05] });
    for (const text of ['0.05', '0.1', '0.10', '-2.35', '7', '0.30'])
      expect([text, accepts(automaton, text)]).toEqual([text, true]);
    for (const text of ['0.01', '0.051', '1.12', '1e1'])
      expect([text, accepts(automaton, text)]).toEqual([text, false]);
  });

  it('end: digits and exponents are limited, and no text is infinite', () => {
    const automaton = numberAutomaton({ integer: false, multiplesOf: [] });
    expect(accepts(automaton, '9'.repeat(15))).toBe(true);
    expect(accepts(automaton, '9'.repeat(16))).toBe(false);
    expect(accepts(automaton, `0.${'1'.repeat(21)}`)).toBe(false);
    for (const text of ['1e+289', '999999999999999e289', '1E-324', '5e-7', '1.25e2'])
      expect([text, accepts(automaton, text), Number.isFinite(Number(text))]).toEqual([text, true, true]);
    expect(accepts(automaton, '1e290')).toBe(false);
  });
});

describe('formats', () => {
  const ajv = new Ajv();
  addFormats.default(ajv);
  const vocabulary = syntheticVocabulary();
  // The whole of the strings a format leaves is too much to try: what is generated is judged, and known wrong ones are tried.
  it.each(Object.keys(stringFormats))('%s: everything generated passes ajv-formats', format => {
    const validate = ajv.compile({ type: 'string', format });
    const grammar = compileGrammar({ type: 'json', schema: { type: 'string', format } }, vocabulary);
    for (let seed = 0; seed < 60; seed++) {
      const text = new TextDecoder().decode(walk(grammar.matcher(), vocabulary, random(seed), 25)!);
      expect([text, validate(JSON.parse(text))]).toEqual([text, true]);
    }
  });

  it.each([
    ['date', '2023-02-29'],
    ['date', '1900-02-29'],
    ['date', '2024-04-31'],
    ['time', '24:00:00Z'],
    ['time', '10:00:00'],
    ['date-time', '2024-01-01 10:00:00Z'],
    ['ipv4', '256.0.0.1'],
    ['ipv4', '01.0.0.1'],
    ['uuid', '123e4567-e89b-12d3-a456-42661417400'],
    ['email', 'a@b'],
    ['email', '@b.co'],
    ['uri', '中文'],
  ])('%s: %s is refused', (format, text) => {
    const matcher = compileGrammar({ type: 'json', schema: { type: 'string', format } }, vocabulary).matcher();
    expect(() => {
      for (const byte of new TextEncoder().encode(JSON.stringify(text))) matcher.accept(byte);
    }).toThrow(/not allowed here/);
  });
});
