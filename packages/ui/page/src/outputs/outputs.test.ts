import { expect, it } from 'vitest';
import { plotRows } from './plot-rows.ts';
import { quotedParts } from './quoted-parts.ts';

it('curves with different x stand over one axis', () => {
  const rows = plotRows({
    series: [
      { name: '训练', x: [1, 2, 3], y: [3, 2, 1] },
      { name: '验证', x: [3, 1.5], y: [1, 9] },
    ],
  });
  expect(rows).toEqual({
    x: [1, 1.5, 2, 3],
    ys: [
      [3, null, 2, 1],
      [null, 9, null, 1],
    ],
  });
});

it('finds quoted words, also across line ends and in another case', () => {
  expect(quotedParts('退货须在 30\n天内提出', '30 天内')).toEqual(['退货须在 ', '30\n天内', '提出']);
  expect(quotedParts('The Fee (2 %) is due', 'fee (2 %)')).toEqual(['The ', 'Fee (2 %)', ' is due']);
  expect(quotedParts('没有', '别的')).toEqual(['没有', '', '']);
  expect(quotedParts('没有', undefined)).toEqual(['没有', '', '']);
});
