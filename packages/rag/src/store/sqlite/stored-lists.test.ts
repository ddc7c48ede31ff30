// Inverted lists over their life: made while vectors are written, searched, deleted from, grown, read by another connection.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { random } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { clusteredVectors, unit, withVector } from '../../testing/samples.ts';
import type { Collection } from '../store.ts';
import { openStore } from './open-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-lists-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const dimensions = 64;
const listsFrom = 3000;
const vectors = clusteredVectors(random(3), 6000, dimensions);

async function fill(collection: Collection, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += 500)
    await collection.put(
      vectors
        .slice(first, first + 500)
        .map((vector, i) => withVector(`d${first + i}`, vector, { metadata: { part: (first + i) % 50 } })),
    );
}

/** Recall at 10 among those whose number passes, and whether all that was found passes. */
async function recall(collection: Collection, keep: (number: number) => boolean, below?: number): Promise<number> {
  const source = random(7);
  const there = [...vectors.keys()].filter(keep);
  let hits = 0;
  for (let q = 0; q < 60; q++) {
    const query = unit(vectors[there[source.integer(there.length)]!]!.map(value => value + 0.1 * source.normal()));
    const filter = below === undefined ? {} : { filter: { field: 'part', lt: below } as const };
    const found = await collection.searchVector(query, { space: 'main', k: 10, ...filter });
    const numbers = found.map(hit => Number(hit.chunk.documentId.slice(1)));
    expect(numbers.every(keep)).toBe(true);
    // The first searches look at everything and learn how many lists are enough.
    if (q < 40) continue;
    const exact = there
      .map(number => ({ number, score: vectors[number]!.reduce((sum, value, i) => sum + value * query[i]!, 0) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10);
    hits += exact.filter(one => numbers.includes(one.number)).length;
  }
  return hits / 200;
}

describe('inverted lists of a store', () => {
  it('are made in steps, and searches find what exact search finds', { timeout: 60_000 }, async () => {
    const file = join(folder, 'store.db');
    const store = await openStore(file, { listsFrom });
    const collection = await store.collection('main', 'all');
    await collection.addSpace({ name: 'main', dimensions });
    await fill(collection, 0, 5000);
    const db = new DatabaseSync(file);
    const listed = db.prepare(
      `SELECT p.size AS lists, l.size AS made_at, l.last >= p.last AS done FROM segments p, segments l
       WHERE p.kind = 'lists' AND l.kind = 'listed'`,
    );
    expect(listed.all()).toEqual([{ lists: 256, made_at: 3000, done: 1 }]);
    expect(await recall(collection, number => number < 5000)).toBeGreaterThan(0.95);

    // A second connection reads the lists from the file; what comes later is found in both, what goes is not.
    const other = await openStore(file, { listsFrom });
    const there = await other.collection('main', 'all');
    expect(await recall(there, number => number < 5000)).toBeGreaterThan(0.95);
    await collection.delete({ filter: { field: 'part', gte: 40 } });
    await fill(collection, 5000, 6000);
    const isThere = (number: number): boolean => number < 6000 && (number % 50 < 40 || number >= 5000);
    for (const one of [collection, there]) expect(await recall(one, isThere)).toBeGreaterThan(0.95);
    expect(await recall(there, number => isThere(number) && number % 50 < 5, 5)).toBeGreaterThan(0.95);

    // As many as are asked for are found, even if the nearest lists have fewer.
    const most = { space: 'main', k: 400 };
    for (let q = 0; q < 40; q++) expect(await collection.searchVector(vectors[5000 + q]!, most)).toHaveLength(400);
    await collection.delete({ filter: { field: 'part', gte: 4 } });
    for (const k of [10, 400]) {
      const left = Math.min(k, (await collection.count()).chunks);
      expect(await collection.searchVector(vectors[5000]!, { space: 'main', k })).toHaveLength(left);
    }

    await collection.deleteSpace('main');
    expect(db.prepare(`SELECT count(*) AS n FROM segments WHERE kind <> 'terms'`).get()).toEqual({ n: 0 });
    db.close();
    await Promise.all([store.close(), other.close()]);
  });

  it('are not made below their number, and a number is asked for', async () => {
    const store = await openStore(':memory:', { listsFrom: Number.POSITIVE_INFINITY });
    await store.close();
    await expect(openStore(':memory:', { listsFrom: 0 })).rejects.toThrow('listsFrom');
    await expect(openStore(':memory:', { listsFrom: Number.NaN })).rejects.toThrow('listsFrom');
  });
});
