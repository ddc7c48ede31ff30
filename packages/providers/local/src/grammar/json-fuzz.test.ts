// Random schemas, judged by ajv: whatever is generated is valid, whatever is valid is accepted, and nothing else is.
import { type Random, random } from '@modeshift/core';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { randomSchema, writings } from '../../bench/grammar/schemas.ts';
import { ggufVocabulary, llama2cVocabulary, syntheticVocabulary } from '../../bench/grammar/vocabularies.ts';
import { acceptAll, tokenize, walk } from '../../bench/grammar/walk.ts';
import { compileGrammar, type GrammarVocabulary } from './index.ts';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

/** Compiled by ajv once: the same schemas are tried with every vocabulary. */
const judges = new Map<string, ValidateFunction>();

function judgeOf(schema: Record<string, unknown>): (text: string) => string | undefined {
  const key = JSON.stringify(schema);
  const validate = judges.get(key) ?? ajv.compile(schema);
  judges.set(key, validate);
  return text => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return String(error);
    }
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const vocabularies: readonly [string, GrammarVocabulary | undefined, number][] = [
  ['a synthetic one', syntheticVocabulary(), 400],
  ['llama2.c, 512 tokens', llama2cVocabulary(), 300],
  ['SentencePiece with byte fallback, 32,000 tokens', ggufVocabulary('llama-spm'), 160],
  ['byte-level BPE with Chinese, 102,400 tokens', ggufVocabulary('deepseek-llm'), 60],
];

describe.each(vocabularies.filter(([, vocabulary]) => vocabulary))('vocabulary: %s', (name, given, cases) => {
  const vocabulary = given!;

  it(`${cases} random schemas: every text that ends is valid`, { timeout: 300_000 }, () => {
    const wrong: unknown[] = [];
    let bytes = 0;
    for (let seed = 0; seed < cases; seed++) {
      const r = random(seed);
      const { schema } = randomSchema(r);
      const judge = judgeOf(schema);
      const whitespace = seed % 2 === 0 ? 'free' : 'compact';
      const grammar = compileGrammar({ type: 'json', schema, whitespace }, vocabulary);
      for (let turn = 0; turn < 2; turn++) {
        const out = walk(grammar.matcher(), vocabulary, r, turn === 0 ? 30 : 80);
        if (!out) wrong.push({ seed, schema, why: 'did not end' });
        else {
          const text = strictDecoder.decode(out);
          bytes += out.length;
          const error = judge(text);
          if (error) wrong.push({ seed, schema, text, error });
        }
      }
    }
    console.log(`${name}: ${cases * 2} texts, ${bytes} bytes, ${wrong.length} invalid`);
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('valid values are accepted however they are split into tokens', { timeout: 300_000 }, () => {
    const wrong: unknown[] = [];
    for (let seed = 0; seed < cases / 2; seed++) {
      const r = random(1000 + seed);
      const { schema, sample } = randomSchema(r);
      const judge = judgeOf(schema);
      for (let turn = 0; turn < 3; turn++) {
        const { compact, spaced, indented } = writings(sample(r));
        expect([schema, compact, judge(compact)]).toEqual([schema, compact, undefined]);
        for (const [text, whitespace] of [
          [compact, 'compact'],
          [compact, 'free'],
          [spaced, 'free'],
          [indented, 'free'],
        ] as const)
          for (const splitter of [undefined, r]) {
            const tokens = tokenize(encoder.encode(text), vocabulary, splitter)!;
            const matcher = compileGrammar({ type: 'json', schema, whitespace }, vocabulary).matcher();
            const accepted = acceptAll(matcher, tokens);
            if (accepted < tokens.length || !matcher.isComplete)
              wrong.push({ seed, schema, text, accepted, whitespace });
          }
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});

/** One character changed, left out, put in twice or moved. */
function mutate(text: string, r: Random): string {
  const chars = Array.from(text);
  const at = r.integer(chars.length);
  const other = Array.from('{}[]",:0159.-eatn \\中')[r.integer(20)]!;
  const kind = r.integer(4);
  if (kind === 0) chars[at] = other;
  else if (kind === 1) chars.splice(at, 1);
  else if (kind === 2) chars.splice(at, 0, other);
  else chars.length = at;
  return chars.join('');
}

it('mutants: what is accepted is valid, and what was accepted before a rejection can still become valid', () => {
  const vocabulary = syntheticVocabulary();
  let [rejected, valid] = [0, 0];
  for (let seed = 0; seed < 300; seed++) {
    const r = random(1000 + seed);
    const { schema, sample } = randomSchema(r);
    const judge = judgeOf(schema);
    const grammar = compileGrammar({ type: 'json', schema }, vocabulary);
    for (let turn = 0; turn < 6; turn++) {
      const text = mutate(writings(sample(r)).spaced, r);
      const matcher = grammar.matcher();
      const bytes = [...encoder.encode(text)];
      const accepted = acceptAll(matcher, bytes);
      if (accepted === bytes.length && matcher.isComplete) {
        valid++;
        expect([schema, text, judge(text)]).toEqual([schema, text, undefined]);
        continue;
      }
      rejected++;
      // Nothing was accepted too long: from here there is a way to a valid text.
      const rest = walk(matcher, vocabulary, r, 0);
      expect([schema, text, accepted, rest === undefined]).toEqual([schema, text, accepted, false]);
      const whole = strictDecoder.decode(Uint8Array.from([...bytes.slice(0, accepted), ...rest!]));
      expect([schema, whole, judge(whole)]).toEqual([schema, whole, undefined]);
    }
  }
  console.log(`mutants: ${rejected} rejected, ${valid} still valid`);
  expect(rejected).toBeGreaterThan(900);
});
