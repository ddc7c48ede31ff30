// Vectors that signs tell apart poorly, since all are about as far from each other.
import { random } from '@modeshift/core';
import { expect, it } from 'vitest';
import { withVector } from '../../testing/samples.ts';
import { openStore } from './open-store.ts';

it.each([
  [64, 8000, 0.985],
  [192, 8000, 0.985],
])('finds the nearest of vectors without clusters, at %d dimensions', async (dimensions, count, aim) => {
  const source = random(dimensions);
  const vector = (): Float32Array => Float32Array.from({ length: dimensions }, () => source.normal());
  const store = await openStore(':memory:');
  const collection = await store.collection('main', 'all');
  await collection.addSpace({ name: 'main', dimensions });
  await collection.put(Array.from({ length: count }, (_, i) => withVector(`d${i}`, vector())));
  let [found, wanted] = [0, 0];
  for (let question = 0; question < 40; question++) {
    const asked = vector();
    const search = async (exact: boolean): Promise<string[]> =>
      (await collection.searchVector(asked, { space: 'main', k: 10, exact })).map(hit => hit.chunk.documentId);
    const nearest = new Set(await search(true));
    found += (await search(false)).filter(id => nearest.has(id)).length;
    wanted += nearest.size;
  }
  expect(found / wanted).toBeGreaterThan(aim);
  await store.close();
});
