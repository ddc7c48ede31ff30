import { random } from '@modeshift/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWarning } from './data-warning.ts';
import { type PrepareOptions, prepareExamples } from './prepare-examples.ts';
import type { LabelledExample } from './read-examples.ts';
import { commandLineNames as settingNames } from './setting-names.ts';
import { splitExamples } from './split-examples.ts';
import { textKey } from './text-key.ts';

const rows = (...pairs: [text: string, label: string][]): LabelledExample[] =>
  pairs.map(([text, label], i) => ({ text, label, line: i + 2 }));
const many = (count: number, labelOf: (i: number) => string): LabelledExample[] =>
  Array.from({ length: count }, (_, i) => ({ text: `文本 ${i}`, label: labelOf(i), line: i + 2 }));
const codes = (options: PrepareOptions) => prepareExamples(options).warnings.map(({ code, count }) => [code, count]);
const countOf = (examples: readonly LabelledExample[], label: string) =>
  examples.filter(example => example.label === label).length;
const arbitrary = fc
  .array(fc.tuple(fc.constantFrom(...'abcdefgh', 'Ａ', ' B', '好'), fc.constantFrom('x', 'y', 'z')), {
    minLength: 2,
    maxLength: 60,
  })
  .map(pairs => rows(...pairs));

describe('the split', () => {
  it('keeps every label’s share and gives every label to train', () => {
    const examples = many(1000, i => (i < 700 ? 'a' : i < 990 ? 'b' : i < 999 ? 'c' : 'once'));
    const { train, test } = prepareExamples({ train: examples, split: 0.8 });
    expect([train.length, test.length]).toEqual([800, 200]);
    expect(['a', 'b', 'c', 'once'].map(label => countOf(test, label))).toEqual([140, 58, 2, 0]);
    expect(countOf(train, 'once')).toBe(1);
  });

  it('loses nothing, repeats nothing, keeps order and never puts one text on both sides', () => {
    fc.assert(
      fc.property(arbitrary, fc.double({ min: 0.1, max: 0.9, noNaN: true }), fc.integer(), (examples, split, seed) => {
        let parts: ReturnType<typeof splitExamples>;
        try {
          parts = splitExamples(examples, { split, seed });
        } catch (error) {
          expect(String(error)).toMatch(/Nothing can be held out/);
          return;
        }
        const { train, test } = parts;
        expect([...train, ...test].sort((a, b) => a.line - b.line)).toEqual(examples);
        for (const part of [train, test]) expect(part).toEqual([...part].sort((a, b) => a.line - b.line));
        const trained = new Set(train.map(example => textKey(example.text)));
        expect(test.filter(example => trained.has(textKey(example.text)))).toEqual([]);
        expect(test.length).toBeLessThanOrEqual(Math.max(1, Math.round((1 - split) * examples.length)));
      }),
      { numRuns: 500 },
    );
  });

  it('depends on seed and texts only: not on the order of the rows, and hardly on new rows', () => {
    const examples = many(500, i => `label ${i % 5}`);
    const textsOf = (from: readonly LabelledExample[], seed: number) =>
      new Set(splitExamples(from, { seed }).test.map(example => example.text));
    const before = textsOf(examples, 1);
    expect(textsOf(random(3).shuffle(examples), 1)).toEqual(before);
    expect([...textsOf(examples, 2)].filter(text => before.has(text)).length).toBeLessThan(50);
    const grown = textsOf([...examples, ...many(520, i => `label ${i % 5}`).slice(500)], 1);
    expect([...before].filter(text => grown.has(text)).length).toBeGreaterThan(90);
  });

  it('draws every text about equally often over seeds', () => {
    const examples = many(40, i => (i % 2 ? 'a' : 'b'));
    const drawn = new Map<string, number>();
    for (let seed = 0; seed < 1000; seed++) {
      for (const { text } of splitExamples(examples, { split: 0.75, seed }).test)
        drawn.set(text, (drawn.get(text) ?? 0) + 1);
    }
    // Binomial(1000, ¼): mean 250, standard deviation 13.7; five of them cover 40 texts.
    for (const { text } of examples) expect(Math.abs((drawn.get(text) ?? 0) - 250)).toBeLessThan(69);
  });

  it('says so when nothing can be held out', () => {
    const options = { train: rows(['a', 'x'], ['b', 'y']), settingNames };
    expect(() => prepareExamples(options)).toThrow(/Nothing can be held out.*--test/);
  });
});

describe('texts that stand twice', () => {
  it('counts duplicates and conflicts by text as people read it', () => {
    const train = rows(
      ['Ｈｅｌｌｏ 世界', 'a'],
      ['hello  世界 ', 'a'],
      ['HELLO 世界', 'b'],
      ['x', 'b'],
      ['y', 'a'],
      ['y', 'b'],
    );
    const { warnings } = prepareExamples({ train: [...train, ...many(9, () => 'a')] });
    expect(warnings).toMatchObject([
      { code: 'duplicate-texts', count: 1, lines: [3] },
      { code: 'conflicting-labels', count: 2, lines: [2, 4, 6, 7] },
    ]);
  });

  const train = rows(['你好', 'a'], ['再见', 'b'], ['晚安', 'b'], ['早', 'a'], ['您好', 'a'], ['你好 ', 'a']);
  const test = rows(['你好', 'a'], ['拜拜', 'b'], ['新', 'c']);

  it('drops leaks from training and leaves the test set as given', () => {
    const prepared = prepareExamples({ train, test, settingNames });
    expect(prepared.train.map(example => example.line)).toEqual([3, 4, 5, 6]);
    expect(prepared.test).toEqual(test);
    expect(prepared.warnings[0]).toMatchObject({ code: 'leaks', count: 2, lines: [2, 7], dropped: true });
    expect(prepared.warnings[0]!.message).toBe(
      'train: 2 training rows have a text of the test data and were dropped from training (--keep-leaks keeps them). Lines 2, 7.',
    );
    expect(describeWarning(prepared.warnings[0]!, 'zh')).toBe(
      'train:2 行训练数据的文本也出现在测试数据中,已从训练数据中去掉(--keep-leaks 可保留)。行号 2、7。',
    );
  });

  it('keeps leaks when told to, and still counts them', () => {
    const prepared = prepareExamples({ train, test, keepLeaks: true });
    expect(prepared.train).toEqual(train);
    expect(prepared.warnings[0]).toMatchObject({ code: 'leaks', count: 2, dropped: false });
  });

  it('fails when every training text is a test text', () => {
    expect(() => prepareExamples({ train: test, test, settingNames })).toThrow(
      /nothing is left to train on.*--keep-leaks/,
    );
  });
});

describe('labels', () => {
  it('warns of those that occur once, only in the test, or in two spellings', () => {
    const train = rows(['a', 'x'], ['b', 'x'], ['c', 'X'], ['d', 'once'], ['e', 'X']);
    const test = rows(['f', 'new'], ['g', 'x']);
    const prepared = prepareExamples({ train, test });
    expect(prepared.warnings).toMatchObject([
      { code: 'labels-once', count: 1, names: ['once'], lines: [5], source: 'train' },
      { code: 'similar-labels', count: 1, names: ['x / X'] },
      { code: 'labels-only-in-test', count: 1, names: ['new'], lines: [2], source: 'test' },
    ]);
    expect(prepared.labels).toEqual(['X', 'new', 'once', 'x']);
  });

  it('warns when a column has as many labels as an identifier', () => {
    const train = many(200, i => (i < 100 ? 'a' : `id ${i}`));
    expect(codes({ train })).toEqual([
      ['labels-once', 100],
      ['many-labels', 101],
    ]);
  });

  it('warns of labels that a small sample of train no longer has', () => {
    const prepared = prepareExamples({ train: many(100, i => `label ${i % 10}`), limit: { train: 5 } });
    expect(prepared.train.length).toBe(5);
    expect(prepared.warnings).toMatchObject([{ code: 'labels-only-in-test', count: 5 }]);
  });

  it('fails for one label, one row, or none', () => {
    expect(() => prepareExamples({ train: many(1200, () => 'x'), settingNames })).toThrow(
      'All 1,200 rows have the label "x": there is nothing to classify. Give rows of at least two labels, or name another column with --label.',
    );
    expect(() => prepareExamples({ train: rows(['a', 'x']) })).toThrow(/one example only/);
    expect(() => prepareExamples({ train: [] })).toThrow(/no examples to train on/);
    expect(() => prepareExamples({ train: rows(['a', 'x'], ['b', 'y']), test: [] })).toThrow(/no examples to test on/);
  });
});

describe('sizes', () => {
  const train = many(1000, i => (i < 900 ? 'a' : i < 990 ? 'b' : 'c'));

  it('draws so many of each label, different texts first', () => {
    const repeated = [...train, ...rows(...Array.from({ length: 50 }, (): [string, string] => ['同一句话', 'c']))];
    const prepared = prepareExamples({ train: repeated, test: rows(['新', 'a']), perLabel: 5 });
    expect(['a', 'b', 'c'].map(label => countOf(prepared.train, label))).toEqual([5, 5, 5]);
    expect(new Set(prepared.train.map(example => textKey(example.text))).size).toBe(15);
  });

  it('limits each part, keeps shares and gives every label one', () => {
    const prepared = prepareExamples({ train, split: 0.5, limit: 40 });
    expect(['a', 'b', 'c'].map(label => countOf(prepared.train, label))).toEqual([35, 4, 1]);
    expect(['a', 'b', 'c'].map(label => countOf(prepared.test, label))).toEqual([35, 4, 1]);
    const one = prepareExamples({ train, limit: { test: 7 } });
    expect([one.train.length, one.test.length]).toEqual([800, 7]);
  });

  it('draws the same for the same seed in any order of rows, and something else for another', () => {
    const textsOf = (from: readonly LabelledExample[], seed: number) => {
      const prepared = prepareExamples({ train: from, perLabel: 4, limit: { test: 30 }, seed });
      return [...prepared.train, ...prepared.test].map(example => example.text).sort();
    };
    expect(textsOf(random(9).shuffle(train), 1)).toEqual(textsOf(train, 1));
    expect(textsOf(train, 2)).not.toEqual(textsOf(train, 1));
  });

  it('refuses wrong numbers and says what to write', () => {
    const message = (options: Partial<PrepareOptions>) => () => prepareExamples({ train, settingNames, ...options });
    expect(message({ split: 80 })).toThrow('must lie between 0 and 1, e.g. --split 0.8; got 80.');
    expect(message({ split: Number.NaN })).toThrow(/--split/);
    expect(message({ perLabel: 0 })).toThrow('--per-label is a whole number of examples, at least 1; got 0.');
    expect(message({ limit: 2.5 })).toThrow(/--limit/);
    expect(message({ seed: 1.5 })).toThrow(/seed is a whole number/);
  });
});
