// Two processes write one file and are killed at any moment: what was acknowledged is there, nothing is there by half or twice.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { random } from '@modeshift/core';
import { afterAll, expect, it } from 'vitest';
import { openStore } from './open-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** `MODESHIFT_KILL_ROUNDS=1000` for the long run. */
const rounds = Number(process.env.MODESHIFT_KILL_ROUNDS ?? 8);
const perBatch = 3;

const source = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);
const writer = `
  import { writeSync } from 'node:fs';
  const { openStore } = await import(${source('open-store.ts')});
  const { withVector } = await import(${source('../../testing/samples.ts')});
  const [file, name, from] = process.argv.slice(1);
  const store = await openStore(file);
  const collection = await store.collection('main', 'all');
  await collection.addSpace({ name: 'main', dimensions: 8 });
  for (let batch = Number(from); ; batch++) {
    const id = part => name + '-' + batch + '-' + part;
    const write = part => withVector(id(part), Float32Array.from({ length: 8 }, (_, i) => Math.sin(batch * 8 + part + i)), { text: '第一版 ' + id(part), metadata: { batch, name } });
    await collection.put([0, 1, 2].map(write));
    // Replaced at once, so that a kill also falls between deleting and writing again.
    await collection.put([0, 1, 2].map(part => ({ ...write(part), document: { ...write(part).document, uri: 'second' } })));
    writeSync(1, batch + '\\n');
  }`;

async function killedAfter(file: string, name: string, from: number, ms: number): Promise<number> {
  const args = [
    '--conditions=modeshift-source',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    writer,
  ];
  const child = spawn(process.execPath, [...args, file, name, String(from)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let errors = '';
  child.stderr.on('data', (part: Buffer) => {
    errors += String(part);
  });
  await new Promise<void>((done, fail) => {
    child.on('close', done);
    child.on('error', fail);
    child.stdout.on('data', (part: Buffer) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), ms);
      said += String(part);
    });
  });
  expect(errors).toBe('');
  return said.split('\n').slice(0, -1).length;
}

it(`loses nothing acknowledged in ${rounds} rounds of two killed writers`, {
  timeout: 60_000 + rounds * 3000,
}, async () => {
  const chance = random(Number(process.env.MODESHIFT_KILL_SEED ?? 1));
  const file = join(folder, 'store.db');
  const acknowledged = { a: 0, b: 0 };
  for (let round = 0; round < rounds; round++) {
    const names = ['a', 'b'] as const;
    const counts = await Promise.all(
      names.map(name => killedAfter(file, name, acknowledged[name], chance.next() * 60)),
    );
    for (const [i, name] of names.entries()) acknowledged[name] += counts[i]!;
    const store = await openStore(file);
    const collection = await store.collection('main', 'all');
    for (const name of names) {
      const filter = { field: 'name', eq: name } as const;
      const { documents } = await collection.count(filter);
      // The batch that was under way is there whole, or not at all; it is written again in the next round.
      expect(documents % perBatch).toBe(0);
      expect(documents / perBatch - acknowledged[name]).toBeGreaterThanOrEqual(0);
      expect(documents / perBatch - acknowledged[name]).toBeLessThanOrEqual(1);
      const second = await collection.documents({ filter, limit: 1e6 });
      const done = second.filter(one => Number(one.metadata.batch) < acknowledged[name]);
      expect(done).toHaveLength(perBatch * acknowledged[name]);
      expect(done.every(one => one.uri === 'second')).toBe(true);
    }
    const { documents, chunks } = await collection.count();
    expect(chunks).toBe(documents);
    expect(await collection.searchText('第一版', { k: documents + 10 })).toHaveLength(documents);
    const nearest = await collection.searchVector(new Float32Array(8).fill(1), { space: 'main', k: documents + 10 });
    expect(new Set(nearest.map(hit => hit.chunk.id)).size).toBe(documents);
    await store.close();
  }
  const db = new DatabaseSync(file);
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  const { v, size } = db.prepare('SELECT (SELECT count(*) FROM vectors) AS v, size FROM spaces').get()!;
  expect(v).toBe(size);
  for (const [kind, entries] of Object.entries({ codes: 'vectors', terms: 'chunks' })) {
    const row = db
      .prepare(
        `SELECT coalesce(sum(size), 0) AS written, (SELECT count(*) FROM removals WHERE kind = ?) AS removed,
           (SELECT count(*) FROM ${entries}) AS there FROM segments WHERE kind = ?`,
      )
      .get(kind, kind)!;
    // Deleted entries go when their piece is joined with others; until then they are noted.
    if (kind === 'terms' || Number(row.written) > 0)
      expect(Number(row.written)).toBeGreaterThanOrEqual(Number(row.there));
    expect(Number(row.written) - Number(row.there)).toBeLessThanOrEqual(Number(row.removed));
  }
  db.close();
  expect(acknowledged.a + acknowledged.b).toBeGreaterThan(rounds);
});
