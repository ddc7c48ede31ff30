// The three stores side by side, in one run: recall against exact search, and CPU time of a write and of a query, the server's counted
// in, as parts of what a plain JavaScript scan of all the vectors takes. Postgres and LanceDB take part where they are installed.
//   node --conditions=modeshift-source packages/rag/bench/peers/stores.ts [vectors] [dimensions]
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '@modeshift/core';
import {
  type DocumentWrite,
  type KnowledgeStore,
  openLanceStore,
  openPostgresStore,
  openStore,
} from '../../src/index.ts';
import { postgresPrograms, startTestServer } from '../../src/store/postgres/test-server.ts';

const [count, dimensions] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 384)];
const questions = 50;
const parts = [100, 10, 1] as const;
const folder = mkdtempSync(join(tmpdir(), 'modeshift-stores-'));
const source = random(1);

const centres = Array.from({ length: Math.max(20, count / 200) }, () =>
  Float32Array.from({ length: dimensions }, () => source.normal()),
);
const near = (): Float32Array => {
  const centre = centres[source.integer(centres.length)]!;
  const vector = centre.map(value => value + 0.8 * source.normal());
  const norm = Math.hypot(...vector);
  return vector.map(value => value / norm);
};
const words = (many: number): string =>
  Array.from({ length: many }, () => `word${Math.floor(20_000 ** source.next()) - 1}`).join(' ');

const flat = new Float32Array(count * dimensions);
const texts: string[] = [];
for (let row = 0; row < count; row++) {
  flat.set(near(), row * dimensions);
  texts.push(words(20));
}
const write = (row: number): DocumentWrite => {
  const text = texts[row]!;
  const vectors = { main: flat.slice(row * dimensions, (row + 1) * dimensions) };
  const chunk = { ordinal: 0, start: 0, end: text.length, text, headings: [], line: 1, vectors };
  return { document: { id: `d${row}`, text, metadata: { part: row % 100 } }, chunks: [chunk] };
};
const queries = Array.from({ length: questions }, near);
const queryWords = queries.map(() => words(4));

let serverCpu = (): number => 0;
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3 + serverCpu();
};

/** All cosines with a query, and so what a scan takes. */
function scan(query: Float32Array): Float64Array {
  const scores = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    let sum = 0;
    for (let i = 0; i < dimensions; i++, at++) sum += flat[at]! * query[i]!;
    scores[row] = sum;
  }
  return scores;
}
const before = cpu();
const scores = queries.map(scan);
const scanMs = (cpu() - before) / questions;
const exact = parts.map(below =>
  scores.map(all => {
    const rows = Array.from(all.keys()).filter(row => row % 100 < below);
    return new Set(
      rows
        .sort((a, b) => all[b]! - all[a]!)
        .slice(0, 10)
        .map(row => `d${row}`),
    );
  }),
);

console.log(
  `${count} × ${dimensions}, clustered; CPU time, where a plain JavaScript scan of the vectors is 1 (${scanMs.toFixed(0)} ms)\n`,
);
console.log('| store | 1,000 documents written | recall@10, a query | 10 % of them | 1 % of them | four words |');
console.log('|---|---|---|---|---|---|');
const share = (ms: number): string => {
  const part = ms / scanMs;
  return part >= 1 ? part.toFixed(1) : part.toPrecision(2).replace(/^0/, '');
};

async function ask(store: KnowledgeStore): Promise<string[]> {
  const collection = await store.collection('main', 'all');
  const timed = async (one: (q: number) => Promise<unknown>): Promise<number> => {
    for (let q = 0; q < questions; q++) await one(q);
    const start = cpu();
    for (let q = 0; q < questions; q++) await one(q);
    return (cpu() - start) / questions;
  };
  const cells: string[] = [];
  for (const [i, below] of parts.entries()) {
    let found = 0;
    const options = { space: 'main', k: 10, ...(below < 100 && { filter: { field: 'part', lt: below } as const }) };
    const ms = await timed(async q => {
      const hits = await collection.searchVector(queries[q]!, options);
      found += hits.filter(hit => exact[i]![q]!.has(hit.chunk.documentId)).length;
    });
    cells.push(`${(found / (2 * 10 * questions)).toFixed(3).replace(/^0/, '')}, ${share(ms)}`);
  }
  cells.push(share(await timed(q => collection.searchText(queryWords[q]!, { k: 10 }))));
  return cells;
}

async function fill(store: KnowledgeStore, finish = async (): Promise<void> => {}): Promise<string> {
  const collection = await store.collection('main', 'all');
  await collection.addSpace({ name: 'main', dimensions });
  let spent = 0;
  for (let row = 0; row < count; row += 1000) {
    const writes = Array.from({ length: Math.min(1000, count - row) }, (_, i) => write(row + i));
    const start = cpu();
    await collection.put(writes);
    spent += cpu() - start;
  }
  const start = cpu();
  await finish();
  return share((1000 * (spent + cpu() - start)) / count);
}
const print = (name: string, cells: readonly string[]): void => console.log(`| ${[name, ...cells].join(' | ')} |`);

try {
  const file = await openStore(join(folder, 'store.db'));
  print('one file', [await fill(file), ...(await ask(file))]);
  await file.close();

  const project = [process.env.MODESHIFT_LANCEDB, '/opt/modeshift-lancedb'].find(
    place => place && existsSync(join(place, 'node_modules', '@lancedb', 'lancedb')),
  );
  if (project) {
    const lance = await openLanceStore(join(folder, 'lance'), { project });
    const written = await fill(lance, () => lance.optimize('main'));
    print('LanceDB, no index', [written, ...(await ask(lance))]);
    const start = cpu();
    await lance.optimize('main', { vectorIndex: 'main' });
    const indexed = share((1000 * (cpu() - start)) / count);
    print('LanceDB, `vectorIndex`', [`${indexed} more`, ...(await ask(lance))]);
    await lance.close();
  }

  const programs = postgresPrograms();
  if (programs) {
    const server = await startTestServer(programs);
    try {
      const main = Number(
        readFileSync(join(server.sql('postgres', 'SHOW data_directory'), 'postmaster.pid'), 'utf8').split('\n')[0],
      );
      serverCpu = () => cpuOf(main);
      const postgres = await openPostgresStore(server.database('main'), { connections: 1 });
      print('Postgres', [await fill(postgres), ...(await ask(postgres))]);
      await postgres.close();
    } finally {
      await server.stop();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Milliseconds of a process and its children, those that have ended counted in. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuOf(main: number): number {
  let ticks = 0;
  for (const id of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    } catch {
      continue; // It has ended.
    }
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, user, system, endedUser, endedSystem] = [
      fields[1],
      fields[11]!,
      fields[12]!,
      fields[13]!,
      fields[14]!,
    ];
    if (Number(id) === main) ticks += user + system + endedUser + endedSystem;
    else if (parent === main) ticks += user + system;
  }
  return ticks * 10;
}
