import { describe, expect, it } from 'vitest';
import { parseLabel } from './parse-label.ts';
import { writeLabel } from './write-label.ts';

const labels = ['billing', 'late delivery', '账单', '物流 问题'];
const labelOf = (answer: string, structured?: boolean, from: readonly string[] = labels) => {
  const parsed = parseLabel(answer, from, structured);
  return 'label' in parsed ? parsed.label : undefined;
};

describe('parseLabel', () => {
  it.each([
    ['billing', 'billing'],
    ['  billing\n', 'billing'],
    ['Billing.', 'billing'],
    ['"billing"', 'billing'],
    ['"billing".', 'billing'],
    ['"billing."', 'billing'],
    ['`Late  Delivery`', 'late delivery'],
    ['[billing]', 'billing'],
    ['**billing**', 'billing'],
    ['ＢＩＬＬＩＮＧ', 'billing'],
    ['账单。', '账单'],
    ['“账单”。', '账单'],
    ['「账单」', '账单'],
    ['物流　问题', '物流 问题'],
    ['<think>maybe 账单? no.</think>\n\nbilling', 'billing'],
  ])('accepts %j', (answer, label) => expect(labelOf(answer)).toBe(label));

  it.each([
    '',
    '  ',
    'not billing',
    'The label is billing',
    'Label: billing',
    'billing, late delivery',
    'billing\nlate delivery',
    'bill',
    'billings',
    '不是账单',
    '账单和物流',
    '<think>billing',
    '{"label":"billing"}',
    '{"choice":"billing"} extra',
    '..billing..',
  ])('refuses %j and says why', answer => {
    const parsed = parseLabel(answer, labels);
    expect(parsed).toEqual({ problem: expect.stringMatching(/^The answer is (empty|none of the labels: ")/) });
  });

  it('reads JSON when structured', () => {
    expect(labelOf('{"choice":"账单"}', true)).toBe('账单');
    expect(labelOf('{"label": "Billing"}', true)).toBe('billing');
    expect(labelOf('"late delivery"', true)).toBe('late delivery');
    for (const answer of [
      '{"choice":"x"}',
      '{"a":"billing","b":"账单"}',
      '{"choice":1}',
      '["billing"]',
      '{"choice":',
    ]) {
      expect(labelOf(answer, true)).toBeUndefined();
    }
  });

  it('lets the case decide between labels that differ by it, and is ambiguous where it cannot', () => {
    const pair = ['IT', 'it', 'It'];
    expect(labelOf('it', false, pair)).toBe('it');
    expect(labelOf('IT', false, pair)).toBe('IT');
    expect(parseLabel('iT', pair)).toEqual({ problem: 'The answer fits several labels: "IT", "it", "It".' });
  });

  it('reads back every label as it was written in the prompt', () => {
    const odd = [
      'a.',
      '"quoted"',
      'two\nlines',
      ' padded ',
      '-',
      '1.',
      '[x]',
      '中文，标点。',
      'it\u2019s',
      '`code`',
      '**',
      '()',
    ];
    for (const label of odd) {
      expect(labelOf(label, false, odd)).toBe(label);
      expect(labelOf(writeLabel(label), false, odd)).toBe(label);
    }
    expect(writeLabel('two\nlines')).toBe('"two\\nlines"');
    expect(writeLabel('账单')).toBe('账单');
  });
});
