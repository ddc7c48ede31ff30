import { expect, it } from 'vitest';
import { RecentCache } from './recent-cache.ts';

it('lets go of what was not used for longest, by bytes', () => {
  const cache = new RecentCache<{ name: string }, number>(100);
  const keys = ['a', 'b', 'c', 'd'].map(name => ({ name }));
  for (const [i, key] of keys.slice(0, 3).entries()) cache.add(key, i, 30);
  expect(cache.get(keys[0]!)).toBe(0);
  cache.add(keys[3]!, 3, 60);
  expect(keys.map(key => cache.get(key))).toEqual([0, undefined, undefined, 3]);
  cache.add({ name: '大' }, 4, 500);
  expect(cache.size).toBe(1);
});
