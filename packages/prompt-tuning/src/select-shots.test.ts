import { random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { nearestSelector, orderShots, selectStratified } from './select-shots.ts';

const pool = Array.from({ length: 60 }, (_, i) => ({ text: `t${i}`, label: i < 40 ? 'a' : i < 58 ? 'b' : 'c' }));
const tally = (shots: readonly { label: string }[]) =>
  Object.entries(Object.groupBy(shots, shot => shot.label))
    .map(([label, group]) => `${label}${group!.length}`)
    .sort();

describe('selectStratified', () => {
  it('takes equally of each label as far as there are examples, without repeats', () => {
    expect(tally(selectStratified(pool, 6, random(1)))).toEqual(['a2', 'b2', 'c2']);
    expect(tally(selectStratified(pool, 12, random(1)))).toEqual(['a5', 'b5', 'c2']);
    expect(tally(selectStratified(pool, 2, random(1)))).toHaveLength(2);
    const all = selectStratified(pool, 99, random(1));
    expect(new Set(all.map(shot => shot.text)).size).toBe(60);
    expect(selectStratified([], 3, random(1))).toEqual([]);
  });

  it('is the same for the same seed and differs between seeds', () => {
    expect(selectStratified(pool, 8, random(5))).toEqual(selectStratified(pool, 8, random(5)));
    expect(selectStratified(pool, 8, random(5))).not.toEqual(selectStratified(pool, 8, random(6)));
  });
});

describe('nearestSelector', () => {
  const texts = [
    '我要退货，请问怎么办',
    'I was charged twice',
    '信用卡被盗刷了',
    'My card was stolen yesterday',
    '包裹还没有到',
  ];
  const nearest = nearestSelector(texts.map(text => ({ text, label: 'x' })));

  it.each([
    ['我的信用卡丢了', '信用卡被盗刷了'],
    ['怎么退货', '我要退货，请问怎么办'],
    ['包裹到哪里了', '包裹还没有到'],
    ['charged two times', 'I was charged twice'],
    ['STOLEN CARDS', 'My card was stolen yesterday'],
  ])('finds for %s %s', (query, found) => expect(nearest(query, 1)[0]!.text).toBe(found));

  it('gives as many as asked, most alike first, in a fixed order where nothing is alike', () => {
    expect(nearest('zzz', 2).map(shot => shot.text)).toEqual(texts.slice(0, 2));
    expect(nearest('', 9)).toHaveLength(5);
    expect(nearest(texts[2]!, 5)[0]!.text).toBe(texts[2]);
  });
});

it('orders shots', () => {
  const shots = [
    { text: '1', label: 'b' },
    { text: '2', label: 'a' },
    { text: '3', label: 'b' },
  ];
  const texts = (order: Parameters<typeof orderShots>[1]) =>
    orderShots(shots, order, ['a', 'b'], random(3))
      .map(shot => shot.text)
      .join('');
  expect(texts('as-selected')).toBe('123');
  expect(texts('reversed')).toBe('321');
  expect(texts('by-label')).toBe('213');
  expect([...texts('random')].sort().join('')).toBe('123');
  expect(texts('random')).toBe(texts('random'));
});
