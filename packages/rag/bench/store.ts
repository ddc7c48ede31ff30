// The store by vector and by words: recall against exact search, median time of a query beside a plain JavaScript scan in the same
// process, memory of a process that only searches, cold open.
//   node --conditions=modeshift-source packages/rag/bench/store.ts [vectors] [dimensions]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '@modeshift/core';
import { type Filter, type Hit, openStore } from '../src/index.ts';

const filters = [
  ['all', 100],
  ['filtered to 10 %', 10],
  ['filtered to 1 %', 1],
] as const;
const show = (name: string, value: string): void => console.log(`${name.padEnd(58)} ${value}`);
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

/** What the searching process is told. */
interface Plan {
  readonly queries: readonly (readonly number[])[];
  readonly words: readonly string[];
  /** By filter and query: the exact answers. */
  readonly exact: readonly (readonly (readonly string[])[])[];
  readonly count: number;
  readonly dimensions: number;
}

if (process.argv[2] === 'search') await search(process.argv[3]!);
else await write(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 384));

async function write(count: number, dimensions: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-bench-'));
  const file = join(folder, 'store.db');
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
  const zipf = (): string => `word${Math.floor(20_000 ** source.next()) - 1}`;

  const flat = new Float32Array(count * dimensions);
  const store = await openStore(file);
  const collection = await store.collection('main', 'all');
  await collection.addSpace({ name: 'main', dimensions });
  let spent = 0;
  for (let i = 0; i < count; i += 2000) {
    const writes = Array.from({ length: Math.min(2000, count - i) }, (_, j) => {
      const vector = near();
      flat.set(vector, (i + j) * dimensions);
      const text = Array.from({ length: 20 }, zipf).join(' ');
      const document = { id: `d${i + j}`, text, metadata: { part: (i + j) % 100 } };
      const chunk = { ordinal: 0, start: 0, end: text.length, text, headings: [], line: 1, vectors: { main: vector } };
      return { document, chunks: [chunk] };
    });
    const before = cpu();
    await collection.put(writes);
    spent += cpu() - before;
  }
  await store.close();
  show(
    `${count} × ${dimensions}: written, indexed, durable`,
    `${((1000 * count) / spent).toFixed(0)} documents per CPU s`,
  );
  show('file', `${(statSync(file).size / 1e6).toFixed(0)} MB`);

  const queries = Array.from({ length: count > 300_000 ? 60 : 200 }, near);
  const exact = filters.map(([, below]) =>
    queries.map(query => {
      const scores: [number, number][] = [];
      for (let row = 0; row < count; row++) {
        if (row % 100 >= below) continue;
        let sum = 0;
        for (let i = 0, at = row * dimensions; i < dimensions; i++, at++) sum += flat[at]! * query[i]!;
        scores.push([sum, row]);
      }
      const best = scores.sort((a, b) => b[0] - a[0]).slice(0, 10);
      return best.map(one => `d${one[1]}`);
    }),
  );
  const words = queries.map(() => Array.from({ length: 4 }, zipf).join(' '));
  const plan: Plan = { queries: queries.map(one => [...one]), words, exact, count, dimensions };
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  if (process.env.MODESHIFT_BENCH_KEEP) console.log(folder);
  spawnSync(process.execPath, [...process.execArgv, process.argv[1]!, 'search', folder], { stdio: 'inherit' });
  if (!process.env.MODESHIFT_BENCH_KEEP) rmSync(folder, { recursive: true });
}

async function search(folder: string): Promise<void> {
  const empty = process.memoryUsage().rss;
  const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as Plan;
  const queries = plan.queries.map(one => Float32Array.from(one));
  const scan = scanOf(plan.count, plan.dimensions);
  let before = performance.now();
  const store = await openStore(join(folder, 'store.db'));
  const collection = await store.collection('main', 'all');
  show('cold open', `${(performance.now() - before).toFixed(1)} ms`);
  before = performance.now();
  await collection.searchVector(queries[0]!, { space: 'main', k: 10 });
  show('first search by vector, which loads the codes', `${(performance.now() - before).toFixed(0)} ms`);
  for (const [i, [name, below]] of filters.entries()) {
    const filter: { filter?: Filter } = below === 100 ? {} : { filter: { field: 'part', lt: below } };
    const answers: (readonly Hit[])[] = [];
    const ask = async (query: Float32Array): Promise<unknown> =>
      answers.push(await collection.searchVector(query, { space: 'main', k: 10, ...filter }));
    const times = await timed(queries, ask, scan);
    const hits = queries.reduce((sum, _, q) => {
      const wanted = new Set(plan.exact[i]![q]);
      return sum + answers[q]!.filter(hit => wanted.has(hit.chunk.documentId)).length;
    }, 0);
    const [ours, whole] = [percentile(times.queries, 0.5), 100 * percentile(times.scans, 0.5)];
    show(
      `${name}: recall@10 ${(hits / (10 * queries.length)).toFixed(4)}`,
      `median ${ours.toFixed(2)} ms, ${(whole / ours).toFixed(0)} × less than a JavaScript scan of all (${whole.toFixed(0)} ms)`,
    );
  }
  globalThis.gc?.();
  const rss = process.memoryUsage().rss;
  show(
    'memory of the process',
    `${(rss / 1e6).toFixed(0)} MB, ${((rss - empty) / 1e6).toFixed(0)} MB more than before opening`,
  );
  before = performance.now();
  await collection.searchText(plan.words[0]!, { k: 10 });
  show('first search by words, which loads the terms', `${(performance.now() - before).toFixed(0)} ms`);
  const times = await timed(plan.words, words => collection.searchText(words, { k: 10 }), scan);
  const [ours, whole] = [percentile(times.queries, 0.5), 100 * percentile(times.scans, 0.5)];
  show(
    'words, four of a Zipf vocabulary',
    `median ${ours.toFixed(2)} ms, ${(whole / ours).toFixed(0)} × less than that scan`,
  );
  await store.close();
}

/**
 * Milliseconds of each query, the second time that it is asked, and of a JavaScript scan of a hundredth of the vectors after each. Both are
 * so short that most are not interrupted, so that their medians compare even on a busy machine.
 */
async function timed<Query>(
  queries: readonly Query[],
  ask: (query: Query) => Promise<unknown>,
  scan: () => void,
): Promise<{ queries: number[]; scans: number[] }> {
  const times = { queries: [] as number[], scans: [] as number[] };
  for (const query of queries) await ask(query);
  for (const query of queries) {
    let start = performance.now();
    await ask(query);
    times.queries.push(performance.now() - start);
    start = performance.now();
    scan();
    times.scans.push(performance.now() - start);
  }
  return times;
}

/** A plain scan of a hundredth of as many vectors; its result is kept so that it is not left out. */
function scanOf(count: number, dimensions: number): () => void {
  const flat = new Float32Array(Math.ceil(count / 100) * dimensions).fill(0.5);
  const query = new Float32Array(dimensions).fill(0.25);
  let best = 0;
  return () => {
    for (let at = 0; at < flat.length; at += dimensions) {
      let sum = 0;
      for (let i = 0; i < dimensions; i++) sum += flat[at + i]! * query[i]!;
      if (sum > best) best = sum;
    }
  };
}

function percentile(times: readonly number[], part: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(part * times.length)]!;
}
