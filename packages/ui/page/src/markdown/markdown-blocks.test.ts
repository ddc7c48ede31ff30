import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blocksOf } from './markdown-blocks.ts';

it('cuts between paragraphs, not within fences, lists and formulas', () => {
  expect(blocksOf('一\n\n二\n\n三')).toEqual(['一\n\n', '二\n\n', '三']);
  expect(blocksOf('```\na\n\nb\n```\n\n后')).toEqual(['```\na\n\nb\n```\n\n', '后']);
  expect(blocksOf('```js\na\n\n没完')).toEqual(['```js\na\n\n没完']);
  expect(blocksOf('1. 一\n\n2. 二\n\n   接着\n\n后')).toEqual(['1. 一\n\n2. 二\n\n   接着\n\n', '后']);
  expect(blocksOf('$$\na\n\nb\n$$\n\n后')).toEqual(['$$\na\n\nb\n$$\n\n', '后']);
  expect(blocksOf('$$a$$\n\n后')).toEqual(['$$a$$\n\n', '后']);
  expect(blocksOf('~~~\n```\n\n~~~\n\n后')).toEqual(['~~~\n```\n\n~~~\n\n', '后']);
});

it('joined, the parts are the text; while it grows, parts before the last stay', () => {
  const piece = fc.constantFrom('一', '\n', '\n\n', '```', '```\n', '- 项', '  ', '$$', '# 题', '1. ', '> ');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      let text = '';
      let before: readonly string[] = [];
      for (const next of pieces) {
        text += next;
        const blocks = blocksOf(text);
        expect(blocks.join('')).toBe(text);
        // A list may still take in what follows it; whatever stands two before the end stays.
        expect(blocks.slice(0, Math.max(0, before.length - 2))).toEqual(
          before.slice(0, Math.max(0, before.length - 2)),
        );
        before = blocks;
      }
    }),
    { numRuns: 1000, seed: 7 },
  );
});
