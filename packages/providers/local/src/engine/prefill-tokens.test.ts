import { expect, test } from 'vitest';
import { prefillTokensOf } from './prefill-tokens.ts';

test('a bigger model computes fewer tokens of a prompt at once', () => {
  const sizes = [4.5e6, 30e6, 135e6, 600e6, 1.7e9, 8e9];
  expect(sizes.map(prefillTokensOf)).toEqual([512, 512, 240, 64, 64, 64]);
});
