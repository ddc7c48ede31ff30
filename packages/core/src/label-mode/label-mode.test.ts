// Label words, templates and comparisons: closed forms and wrong use.
import { describe, expect, it } from 'vitest';
import { holdOutByLabel } from './hold-out.ts';
import {
  completeTemplate,
  continuationOf,
  labelPrompt,
  labelTemplates,
  languageOfLabels,
  type PromptFrame,
  promptEnd,
} from './label-template.ts';
import { labelWords, readableLabel } from './label-words.ts';
import { checkComparison, comparedLog, labelLogs, likeliestLabel } from './word-scores.ts';

describe('label words', () => {
  it.each([
    ['card_arrival', 'card arrival'],
    ['Refund_not_showing_up', 'refund not showing up'],
    ['cardArrival', 'card arrival'],
    ['reverted_card_payment?', 'reverted card payment?'],
    ['follow-up', 'follow-up'],
    ['LOST_CARD', 'lost card'],
    ['NASA', 'NASA'],
    ['iOS', 'iOS'],
    ['退款_到账', '退款 到账'],
    ['物流', '物流'],
    ['__proto__', 'proto'],
  ])('%s reads %s', (label, readable) => expect(readableLabel(label)).toBe(readable));

  it('keeps labels apart that would read the same', () => {
    expect(labelWords(['a_b', 'a b', 'c_d'])).toEqual([['a_b'], ['a b'], ['c d']]);
    expect(labelWords(['constructor', '__proto__'])).toEqual([['constructor'], ['proto']]);
  });

  it('refuses words of no label, of two labels, and none', () => {
    expect(labelWords(['好', '坏'], { 好: ['好', '赞', '赞'] })).toEqual([['好', '赞'], ['坏']]);
    expect(() => labelWords(['a'], { b: 'x' })).toThrow(/"b", which is no label/);
    expect(() => labelWords(['a', 'b'], { a: 'x', b: ['y', 'x'] })).toThrow(/"x" stands for two labels, "a" and "b"/);
    expect(() => labelWords(['a', 'b'], { a: 'b' })).toThrow(/"b" stands for two labels/);
    expect(() => labelWords(['a'], { a: [] })).toThrow(/no word/);
    expect(() => labelWords(['a'], { a: ' ' })).toThrow(/empty word/);
  });
});

describe('templates', () => {
  const frame = (template: PromptFrame['template'], ...words: string[]): PromptFrame => ({
    template,
    instruction: ' 判断主题。 ',
    words: words.map(word => [word]),
  });

  it('writes head, examples and the text, the same in both languages', () => {
    expect(labelPrompt(frame(labelTemplates.zh, '账单', '物流'), '包裹呢', [{ text: '多收了钱', word: '账单' }])).toBe(
      '判断主题。\n可选标签：账单、物流\n\n文本：多收了钱\n标签：账单\n\n文本：包裹呢\n标签：',
    );
    expect(labelPrompt(frame(labelTemplates.en, 'billing'), 'late', [{ text: 'twice', word: 'billing' }])).toBe(
      '判断主题。\nLabels: billing\n\nText: twice\nLabel: billing\n\nText: late\nLabel:',
    );
    expect(promptEnd(frame(labelTemplates.zh))).toBe('标签：');
    expect(languageOfLabels(['账单', '物流', 'other'])).toBe('zh');
    expect(languageOfLabels(['账单', 'delivery'])).toBe('en');
  });

  it('puts texts in as they are: no placeholder, no replacement pattern in them counts', () => {
    const text = "{labels} $& {text} $1 {instruction} $'";
    expect(labelPrompt(frame(completeTemplate('Review: {text}\nIt was'), 'a'), text)).toBe(`Review: ${text}\nIt was`);
  });

  it('finds the gap before a word', () => {
    expect(completeTemplate('{text} =>').gap).toBe(' ');
    expect(completeTemplate('{text}\n').gap).toBe('');
    expect(completeTemplate('{text}：').gap).toBe('');
    expect(completeTemplate('{text}属于').gap).toBe('');
    expect(completeTemplate({ item: '{text}>', gap: '' }).gap).toBe('');
    expect(completeTemplate({ item: '{text}>', format: 'chat' }).gap).toBe('');
    expect(
      labelPrompt(frame(completeTemplate({ item: '{text} is:', format: 'chat' }), 'a'), 'x', [
        { text: 'y', word: 'a' },
      ]),
    ).toEqual([{ role: 'user', content: 'y is: a\n\nx is:' }]);
  });

  it('ends words with a line break where one begins another, so that the longer can win', () => {
    const nested = frame(labelTemplates.en, 'card', 'card payment');
    expect(continuationOf(nested, 'card')).toBe(' card\n');
    expect(continuationOf(frame(labelTemplates.en, 'card', 'cash'), 'card')).toBe(' card');
  });

  it('refuses templates that cannot work', () => {
    expect(() => completeTemplate('no place')).toThrow(/\{text\} exactly once/);
    expect(() => completeTemplate('{text}{text}')).toThrow(/exactly once/);
    expect(() => completeTemplate({ item: '{text}', head: '{text}' })).toThrow(/not into its head/);
    expect(() => completeTemplate('{text} {label}')).toThrow(/\{label\}/);
    expect(completeTemplate('{"a": {text}}').item).toBe('{"a": {text}}');
    expect(() => completeTemplate({ item: '{text}', format: 'html' as never })).toThrow(/text or chat/);
  });
});

describe('likelihoods', () => {
  it('averages probabilities, or takes the highest', () => {
    const logs = [[Math.log(0.4), Math.log(0.1)], [Math.log(0.3)]];
    expect(labelLogs(logs).map(Math.exp)).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.3, 12)]);
    expect(labelLogs(logs, 'max').map(Math.exp)).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.3, 12)]);
    expect(labelLogs([[-1000, -1001]])[0]).toBeCloseTo(-1000 + Math.log((1 + Math.exp(-1)) / 2), 10);
    expect(labelLogs([[Number.NEGATIVE_INFINITY]])[0]).toBe(Number.NEGATIVE_INFINITY);
  });

  it('compares by length when told to', () => {
    const score = { continuation: ' 物流', logprob: -6, tokens: [0, 1, 2].map(() => ({ token: '', logprob: -2 })) };
    expect([undefined, 'tokens', 'characters'].map(by => comparedLog(score, by as never))).toEqual([-6, -2, -3]);
    expect(() => checkComparison({ normalize: 'words' as never })).toThrow(/tokens or characters/);
    expect(() => checkComparison({ combine: 'sum' as never })).toThrow(/mean or max/);
  });

  it('gives probabilities that sum to 1, the first of equals, and a problem for NaN', () => {
    const prediction = likeliestLabel(['a', 'b', 'c'], [-1001, -1000, -1000]);
    expect(prediction.output).toBe('b');
    expect(Object.values(prediction.probabilities!).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    for (const logs of [[Number.NaN, 0], [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], [0]])
      expect(likeliestLabel(['a', 'b'], logs)).toMatchObject({ output: undefined, problem: expect.any(String) });
  });
});

it('holds out of every label that has enough, by seed', () => {
  const labels = [...'aaaaaaaaaabbbbbbbbbbccc'];
  const split = holdOutByLabel(labels, 0.2, 3);
  expect(split.heldOut.map(i => labels[i]).join('')).toBe('aabb');
  expect([...split.train, ...split.heldOut].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  expect(holdOutByLabel(labels, 0.2, 3)).toEqual(split);
  expect(holdOutByLabel(labels, 0.2, 4)).not.toEqual(split);
  expect(holdOutByLabel(labels, 0, 3).heldOut).toEqual([]);
});
