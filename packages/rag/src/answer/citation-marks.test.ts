// Marks in text that comes in pieces of any length.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerPiece, CitationMarks } from './citation-marks.ts';

function cut(text: string, length: number): AnswerPiece[] {
  const marks = new CitationMarks();
  const pieces: AnswerPiece[] = [];
  const points = [...text];
  for (let i = 0; i < points.length; i += length) pieces.push(...marks.push(points.slice(i, i + length).join('')));
  pieces.push(...marks.end());
  return pieces.reduce<AnswerPiece[]>((all, piece) => {
    const last = all.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text')
      all[all.length - 1] = { kind: 'text', text: last.text + piece.text };
    else all.push(piece);
    return all;
  }, []);
}

const text = (value: string): AnswerPiece => ({ kind: 'text', text: value });
const mark = (numbers: number[], quote?: string): AnswerPiece => ({
  kind: 'mark',
  numbers,
  ...(quote !== undefined && { quote }),
});

describe('CitationMarks', () => {
  it.each([
    ['可以 [1 "七天内可以退款"]。', [text('可以 '), mark([1], '七天内可以退款'), text('。')]],
    ['可以【2：“七天内”】。', [text('可以'), mark([2], '七天内'), text('。')]],
    ['Yes [1][3, 2].', [text('Yes '), mark([1]), mark([3, 2]), text('.')]],
    ['Yes [1: "see [4] and “so”"] and [12]', [text('Yes '), mark([1], 'see [4] and “so”'), text(' and '), mark([12])]],
    ['a[i] = [x], [link](url), [ ] [', [text('a[i] = [x], [link](url), [ ] [')]],
    ['cut off [1 "half a quo', [text('cut off [1 "half a quo')]],
    [
      'A [1 "a b", 2 "c"]. B [2: “d”；3]',
      [text('A '), mark([1], 'a b'), mark([2], 'c'), text('. B '), mark([2], 'd'), mark([3])],
    ],
    ['A [1 "words]. B [2 "more"].', [text('A '), mark([1], 'words'), text('. B '), mark([2], 'more'), text('.')]],
    ['A [1 "words]. B.', [text('A '), mark([1], 'words'), text('. B.')]],
    [
      "A [1-3], ［4］ and [1 'it isn't so'].",
      [text('A '), mark([1, 2, 3]), text(', '), mark([4]), text(' and '), mark([1], "it isn't so"), text('.')],
    ],
    ['list[0], [0, 1] and [10]', [text('list[0], [0, 1] and '), mark([10])]],
    ['from [2019-2024] or [2024]', [text('from [2019-2024] or [2024]')]],
    ['', []],
  ])('%j', (input, expected) => {
    for (const length of [1, 3, 1000]) expect(cut(input, length)).toEqual(expected);
  });

  it('gives the same for every way to cut, and loses nothing', () => {
    const part = fc.constantFrom(
      '退款',
      ' ',
      '[1]',
      '[2 "a]b"]',
      '[1 "a',
      '[1 "b", 2 "c"]',
      '[1-',
      '【3】',
      '[',
      ']',
      '"',
      '7',
      '[x]',
      'a',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), (parts, length) => {
        const whole = parts.join('');
        expect(cut(whole, length)).toEqual(cut(whole, 1e6));
      }),
    );
  });

  it('holds back only what may still be a mark', () => {
    const marks = new CitationMarks();
    expect(marks.push('abc [')).toEqual([text('abc ')]);
    expect(marks.push('1 "qu')).toEqual([]);
    expect(marks.push('ote"] d')).toEqual([mark([1], 'quote'), text(' d')]);
    expect(marks.push(`[1 "${'x'.repeat(3000)}`)).toEqual([text(`[1 "${'x'.repeat(3000)}`)]);
  });
});
