// Training of byte-pair vocabularies: against the CS336 reference and the ids that Hugging Face's tokenizers give.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { buildTokenizer } from './build-tokenizer.ts';
import { trainBpe } from './train-bpe.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');
const reference = path.join(
  process.env.MODESHIFT_DATA ?? path.resolve(root, '../shared/data'),
  'tokenizers/cs336_bpe/fixtures',
);
const there = existsSync(reference);
if (!there) {
  console.log(
    'Skipped: no folder tokenizers/cs336_bpe in the data folder. Set MODESHIFT_DATA to the folder that holds it.',
  );
}
const texts = [
  'low low low low low lower lower widest widest widest newest newest newest newest newest newest',
  '春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。春眠不觉晓，春眠。',
  'aaaaaaa aaaa aaaaaaaaa<|endoftext|>aaaa banana bananas 👋🏽👋🏽👋🏽',
];

describe('trainBpe', () => {
  it.runIf(there)('gives the merges and the vocabulary of the CS336 reference', () => {
    const corpus = readFileSync(path.join(reference, 'corpus.en'), 'utf8');
    const { model } = trainBpe({ texts: [corpus], vocabularySize: 500, specialTokens: ['<|endoftext|>'] });
    const merges = readFileSync(path.join(reference, 'train-bpe-reference-merges.txt'), 'utf8').trim().split('\n');
    expect(model.merges.map(merge => merge.join(' '))).toEqual(merges);
    expect({ ...model.vocab }).toEqual(
      JSON.parse(readFileSync(path.join(reference, 'train-bpe-reference-vocab.json'), 'utf8')),
    );
  });

  it('gives a file that Python reads with the same ids', () => {
    const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', 'trained.json'), 'utf8')) as {
      readonly tokenizer: unknown;
      readonly cases: readonly { readonly text: string; readonly ids: number[] }[];
    };
    const json = trainBpe({ texts, vocabularySize: 330, specialTokens: ['<|endoftext|>'] });
    expect(JSON.parse(JSON.stringify(json))).toEqual(fixture.tokenizer);
    const tokenizer = buildTokenizer(json);
    expect(fixture.cases.length).toBeGreaterThan(8);
    for (const { text, ids } of fixture.cases) {
      expect(tokenizer.encode(text)).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(text);
    }
  });

  it('takes a pattern, and stops where no pair is left or none is frequent enough', () => {
    const json = trainBpe({
      texts: ['12345 12345', '第12345章'],
      vocabularySize: 5000,
      pattern: '\\p{N}{1,3}|\\P{N}+',
    });
    expect(json.model.merges.map(([a, b]) => a + b)).not.toContain('1234');
    expect(json.model.merges.map(([a, b]) => a + b)).toContain('123');
    expect(Object.keys(json.model.vocab).length).toBeLessThan(300);
    expect(trainBpe({ texts: ['abab'], vocabularySize: 300, minimumFrequency: 3 }).model.merges).toEqual([]);
    expect(trainBpe({ texts: [], vocabularySize: 300 }).model.merges).toEqual([]);
  });

  it('reaches the size though two merges make the same token', () => {
    const json = trainBpe({
      texts: ['abcd abc bcd bc ab cd abc bcd abcd'.repeat(3), texts.join(' ')],
      vocabularySize: 300,
    });
    expect(new Set(Object.values(json.model.vocab)).size).toBe(300);
  });

  it('refuses what cannot be, and can be cancelled', () => {
    expect(() => trainBpe({ texts, vocabularySize: 256, specialTokens: ['<a>'] })).toThrow(/at least 257/);
    expect(() => trainBpe({ texts, vocabularySize: 300, specialTokens: ['<a>', '<a>'] })).toThrow(/given twice/);
    try {
      trainBpe({ texts, vocabularySize: 300, signal: AbortSignal.abort() });
      expect.unreachable();
    } catch (error) {
      expect(ModeshiftError.is(error, 'aborted')).toBe(true);
    }
  });
});
