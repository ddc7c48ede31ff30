// The store by vector and by words: recall against exact search, median time of a query beside a plain JavaScript scan in the same
// process, memory of a process that only searches, cold open.
//   node --conditions=modeshift-source packages/rag/bench/store.ts [vectors] [dimensions] [spread]
// `spread`: of vectors around the centres of their clusters, 0.8; with 100 there are no clusters, and all are about as far from each other.
// From 300,000 vectors on a document has ten chunks, and texts are shorter: a million take 2 GB in the folder for temporary files.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '@modeshift/core';
import { type ChunkWrite, type Filter, type Hit, openStore } from '../src/index.ts';

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
  /** Asked first, so that a store with inverted lists has learnt how many to look at. */
  readonly earlier: readonly (readonly number[])[];
  readonly words: readonly string[];
  /** By filter and query: the exact answers. */
  readonly exact: readonly (readonly (readonly string[])[])[];
  readonly count: number;
  readonly dimensions: number;
}

/** The ten of the highest scores. */
class Nearest {
  readonly #best: { readonly score: number; readonly name: string }[] = [];

  offer(score: number, name: string): void {
    if (this.#best.length === 10 && score <= this.#best[9]!.score) return;
    const at = this.#best.findIndex(one => one.score < score);
    this.#best.splice(at < 0 ? this.#best.length : at, 0, { score, name });
    this.#best.length = Math.min(10, this.#best.length);
  }

  get names(): string[] {
    return this.#best.map(one => one.name);
  }
}

if (process.argv[2] === 'search') await search(process.argv[3]!);
else await write(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 384), Number(process.argv[4] ?? 0.8));

async function write(count: number, dimensions: number, spread: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-bench-'));
  const file = join(folder, 'store.db');
  const isLarge = count >= 300_000;
  const source = random(1);
  const centres = Array.from({ length: Math.max(20, count / 200) }, () =>
    Float32Array.from({ length: dimensions }, () => source.normal()),
  );
  const near = (): Float32Array => {
    const centre = centres[source.integer(centres.length)]!;
    const vector = centre.map(value => value + spread * source.normal());
    let square = 0;
    for (const value of vector) square += value * value;
    return vector.map(value => value / Math.sqrt(square));
  };
  const zipf = (): string => `word${Math.floor(20_000 ** source.next()) - 1}`;
  const queries = Array.from({ length: isLarge ? 60 : 200 }, near);
  const words = queries.map(() => Array.from({ length: 4 }, zipf).join(' '));
  const exact = filters.map(() => queries.map(() => new Nearest()));

  const store = await openStore(file);
  const collection = await store.collection('main', 'all');
  await collection.addSpace({ name: 'main', dimensions });
  let spent = 0;
  const perDocument = isLarge ? 10 : 1;
  const each = 2000;
  for (let first = 0; first < count; first += each) {
    const writes = Array.from({ length: Math.min(each, count - first) / perDocument }, (_, i) => {
      const number = first / perDocument + i;
      const part = number % 100;
      const chunks: ChunkWrite[] = [];
      let whole = '';
      for (let ordinal = 0; ordinal < perDocument; ordinal++) {
        const vector = near();
        const text = Array.from({ length: isLarge ? 5 : 20 }, zipf).join(' ');
        const start = whole.length;
        whole += text;
        const place = { start, end: whole.length, headings: [], line: 1 };
        chunks.push({ ordinal, text, ...place, vectors: { main: vector } });
        for (const [q, query] of queries.entries()) {
          const score = dot(query, vector);
          for (const [f, [, below]] of filters.entries())
            if (part < below) exact[f]![q]!.offer(score, `d${number} ${ordinal}`);
        }
      }
      return { document: { id: `d${number}`, text: whole, metadata: { part } }, chunks };
    });
    const before = cpu();
    await collection.put(writes);
    spent += cpu() - before;
  }
  await store.close();
  show(
    `${count} × ${dimensions}: written, indexed, durable`,
    `${((1000 * count) / spent).toFixed(0)} chunks per CPU s`,
  );
  show('file', `${(statSync(file).size / 1e6).toFixed(0)} MB`);

  const plan: Plan = {
    queries: queries.map(one => [...one]),
    earlier: Array.from({ length: 40 }, () => [...near()]),
    words,
    exact: exact.map(one => one.map(nearest => nearest.names)),
    count,
    dimensions,
  };
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  if (process.env.MODESHIFT_BENCH_KEEP) console.log(folder);
  spawnSync(process.execPath, [...process.execArgv, process.argv[1]!, 'search', folder], { stdio: 'inherit' });
  if (!process.env.MODESHIFT_BENCH_KEEP) rmSync(folder, { recursive: true });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
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
  for (const query of plan.earlier) await collection.searchVector(Float32Array.from(query), { space: 'main', k: 10 });
  for (const [i, [name, below]] of filters.entries()) {
    const filter: { filter?: Filter } = below === 100 ? {} : { filter: { field: 'part', lt: below } };
    const answers: (readonly Hit[])[] = [];
    const ask = async (query: Float32Array): Promise<unknown> =>
      answers.push(await collection.searchVector(query, { space: 'main', k: 10, ...filter }));
    const times = await timed(queries, ask, scan);
    const hits = queries.reduce((sum, _, q) => {
      const wanted = new Set(plan.exact[i]![q]);
      // Each was asked twice.
      return (
        sum +
        answers[queries.length + q]!.filter(({ chunk }) => wanted.has(`${chunk.documentId} ${chunk.ordinal}`)).length
      );
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
