// Two processes write one file and are killed at random moments, again and again: what was acknowledged is there, nothing is there
// by half or twice. The tests do this a few times, bench/kill-writers.ts as often as it is told.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { random } from '@modeshift/core';
import { withVector } from '../../testing/samples.ts';
import { openStore } from './open-store.ts';

const perBatch = 3;
/** Documents that are there before, so that writers keep codes and make inverted lists. */
const earlier = 2300;
const names = ['a', 'b'] as const;

const source = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);
const writer = `
  import { writeSync } from 'node:fs';
  const { openStore } = await import(${source('open-store.ts')});
  const { withVector } = await import(${source('../../testing/samples.ts')});
  const [file, name, from] = process.argv.slice(1);
  writeSync(1, 'begun\\n');
  const store = await openStore(file, { listsFrom: ${earlier} });
  const collection = await store.collection('main', 'all');
  for (let batch = Number(from); ; batch++) {
    const id = part => name + '-' + batch + '-' + part;
    const write = part => withVector(id(part), Float32Array.from({ length: 8 }, (_, i) => Math.sin(batch * 8 + part + i)), { text: '第一版 ' + id(part), metadata: { batch, name } });
    await collection.put([0, 1, 2].map(write));
    // Replaced at once, so that a kill also falls between deleting and writing again.
    await collection.put([0, 1, 2].map(part => ({ ...write(part), document: { ...write(part).document, uri: 'second' } })));
    writeSync(1, batch + '\\n');
  }`;

/**
 * Kills two writers of a file at once, `rounds` times, and looks into it after each time. Says how many batches were acknowledged.
 *
 * @throws AssertionError where something is lost, there by half, or twice.
 */
export async function killWriters(folder: string, rounds: number, seed: number): Promise<number> {
  const chance = random(seed);
  const file = join(folder, 'store.db');
  const acknowledged = { a: 0, b: 0 };
  await begin(file);
  for (let round = 0; round < rounds; round++) {
    // Some are killed while they open the file or write for the first time, most after that.
    const counts = await Promise.all(
      names.map(name => {
        const moment =
          chance.next() < 0.3 ? { lines: 1, ms: chance.next() * 150 } : { lines: 2, ms: chance.next() * 60 };
        return killedAfter(folder, file, name, acknowledged[name], moment);
      }),
    );
    for (const [i, name] of names.entries()) acknowledged[name] += counts[i]!;
    await check(file, acknowledged);
  }
  checkFile(file, acknowledged.a + acknowledged.b);
  return acknowledged.a + acknowledged.b;
}

async function begin(file: string): Promise<void> {
  const source = random(earlier);
  const store = await openStore(file);
  const collection = await store.collection('main', 'all');
  await collection.addSpace({ name: 'main', dimensions: 8 });
  const vector = (): Float32Array => Float32Array.from({ length: 8 }, () => source.normal());
  const write = (_: unknown, i: number) => withVector(`earlier-${i}`, vector(), { text: `第一版 ${i}` });
  await collection.put(Array.from({ length: earlier }, write));
  await store.close();
}

/** When a writer is killed: how long after how many lines of it. */
interface Moment {
  readonly lines: number;
  readonly ms: number;
}

async function killedAfter(folder: string, file: string, name: string, from: number, moment: Moment): Promise<number> {
  const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e'];
  const child = spawn(process.execPath, [...flags, writer, file, name, String(from)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
  let [said, errors] = ['', ''];
  let timer: NodeJS.Timeout | undefined;
  child.stderr.on('data', (part: Buffer) => {
    errors += String(part);
  });
  child.stdout.on('data', (part: Buffer) => {
    said += String(part);
    if (timer || said.split('\n').length <= moment.lines) return;
    timer = setTimeout(() => child.kill('SIGKILL'), moment.ms);
  });
  await new Promise<void>((done, fail) => {
    child.on('close', () => done());
    child.on('error', fail);
  });
  assert.equal(errors, '');
  // The line "begun" and what the last line break begins are none.
  return said.split('\n').length - 2;
}

async function check(file: string, acknowledged: Readonly<Record<'a' | 'b', number>>): Promise<void> {
  const store = await openStore(file);
  const collection = await store.collection('main', 'all');
  for (const name of names) {
    const filter = { field: 'name', eq: name } as const;
    const { documents } = await collection.count(filter);
    // The batch that was under way is there whole, or not at all; it is written again in the next round.
    assert.equal(documents % perBatch, 0);
    assert.ok([0, 1].includes(documents / perBatch - acknowledged[name]), `${documents} documents of ${name}`);
    const listed = await collection.documents({ filter, limit: 1e6 });
    const done = listed.filter(one => Number(one.metadata.batch) < acknowledged[name]);
    assert.equal(done.length, perBatch * acknowledged[name]);
    assert.ok(done.every(one => one.uri === 'second'));
  }
  const { documents, chunks } = await collection.count();
  assert.equal(chunks, documents);
  assert.equal((await collection.searchText('第一版', { k: documents + 10 })).length, documents);
  if (documents > 0) {
    const nearest = await collection.searchVector(new Float32Array(8).fill(1), { space: 'main', k: documents + 10 });
    assert.equal(new Set(nearest.map(hit => hit.chunk.id)).size, documents);
  }
  await store.close();
}

/** What SQLite says of the file, and whether what is derived from documents fits them. */
function checkFile(file: string, acknowledged: number): void {
  const db = new DatabaseSync(file);
  assert.equal(db.prepare('PRAGMA integrity_check').get()!.integrity_check, 'ok');
  const { vectors, size } = db.prepare('SELECT (SELECT count(*) FROM vectors) AS vectors, size FROM spaces').get()!;
  assert.equal(vectors, size);
  for (const [kind, entries] of Object.entries({ codes: 'vectors', terms: 'chunks' })) {
    const row = db
      .prepare(
        `SELECT coalesce(sum(size), 0) AS written, (SELECT count(*) FROM removals WHERE kind = ?) AS removed,
           (SELECT count(*) FROM ${entries}) AS there FROM segments WHERE kind = ?`,
      )
      .get(kind, kind)!;
    const [written, removed, there] = [row.written, row.removed, row.there].map(Number) as [number, number, number];
    // Deleted entries go when their piece is joined with others; until then they are noted.
    if (kind === 'terms' || written > 0)
      assert.ok(written >= there && written - there <= removed, `${kind}: ${JSON.stringify(row)}`);
  }
  assert.deepEqual(
    db
      .prepare(`SELECT kind, count(*) AS n FROM segments WHERE kind LIKE 'list%' GROUP BY kind`)
      .all()
      .map(row => ({ ...row })),
    acknowledged > 0
      ? [
          { kind: 'listed', n: 1 },
          { kind: 'lists', n: 1 },
        ]
      : [],
  );
  db.close();
}
