import { expect, it } from 'vitest';
import { placeNames } from './place-names.ts';
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

it('names stand beside their points, in the chart, and not over each other', () => {
  const area = { left: 0, right: 200, top: 0, bottom: 100 };
  const points = [
    { x: 20, y: 50, width: 40 },
    { x: 180, y: 50, width: 40 },
    { x: 20, y: 52, width: 40 },
    { x: 20, y: 48, width: 40 },
    { x: 100, y: 2, width: 40 },
  ];
  const placed = placeNames(points, area, { height: 10, gap: 6 });
  expect(placed.slice(0, 2)).toEqual([
    { x: 26, y: 50 },
    { x: 134, y: 50 },
  ]);
  expect(placed[4]).toEqual({ x: 106, y: 12 });
  for (const [i, one] of placed.entries())
    for (const other of placed.slice(i + 1))
      expect(Math.abs(one.x - other.x) >= 40 || Math.abs(one.y - other.y) >= 10).toBe(true);
  // Where there is no room at all it stands at its point all the same.
  const crowd = Array.from({ length: 40 }, () => ({ x: 20, y: 50, width: 40 }));
  expect(placeNames(crowd, area, { height: 10, gap: 6 }).at(-1)).toEqual({ x: 26, y: 50 });
});

it('finds quoted words, also across line ends and in another case', () => {
  expect(quotedParts('退货须在 30\n天内提出', '30 天内')).toEqual(['退货须在 ', '30\n天内', '提出']);
  expect(quotedParts('The Fee (2 %) is due', 'fee (2 %)')).toEqual(['The ', 'Fee (2 %)', ' is due']);
  expect(quotedParts('没有', '别的')).toEqual(['没有', '', '']);
  expect(quotedParts('没有', undefined)).toEqual(['没有', '', '']);
});
