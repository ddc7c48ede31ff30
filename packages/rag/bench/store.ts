// The store by vector and by words: recall against exact search, CPU time as a ratio to a plain JavaScript scan of the same vectors
// in the same run, memory, cold open.
//   node --conditions=modeshift-source packages/rag/bench/store.ts [vectors] [dimensions]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '@modeshift/core';
import { type Filter, openStore } from '../src/index.ts';

const count = Number(process.argv[2] ?? 100_000);
const dimensions = Number(process.argv[3] ?? 384);
const queries = 100;
const folder = mkdtempSync(join(tmpdir(), 'modeshift-bench-'));
const file = join(folder, 'store.db');
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};
const show = (name: string, value: string): void => console.log(`${name.padEnd(58)} ${value}`);

const source = random(1);
const centres = Array.from({ length: Math.max(20, count / 200) }, () =>
  Float32Array.from({ length: dimensions }, () => source.normal()),
);
const unit = (vector: Float32Array): Float32Array => {
  const norm = Math.hypot(...vector);
  return vector.map(value => value / norm);
};
const near = (): Float32Array => {
  const centre = centres[source.integer(centres.length)]!;
  return unit(centre.map(value => value + 0.8 * source.normal()));
};
const words = Array.from({ length: 20_000 }, (_, i) => `word${i}`);
const zipf = (): string => words[Math.floor(words.length ** source.next()) - 1]!;

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
    return {
      document,
      chunks: [{ ordinal: 0, start: 0, end: text.length, text, headings: [], line: 1, vectors: { main: vector } }],
    };
  });
  const before = cpu();
  await collection.put(writes);
  spent += cpu() - before;
}
show(
  `${count} × ${dimensions}: written, indexed, durable`,
  `${((1000 * count) / spent).toFixed(0)} documents per CPU s`,
);
show('file', `${(statSync(file).size / 1e6).toFixed(0)} MB`);
await store.close();

const asked = Array.from({ length: queries }, near);
const exactTimes: number[] = [];
const exact = (query: Float32Array, below: number): number[] => {
  const scores: [number, number][] = [];
  const before = cpu();
  for (let row = 0; row < count; row++) {
    if (row % 100 >= below) continue;
    let sum = 0;
    for (let i = 0, at = row * dimensions; i < dimensions; i++, at++) sum += flat[at]! * query[i]!;
    scores.push([sum, row]);
  }
  exactTimes.push(cpu() - before);
  return scores
    .sort((a, b) => b[0] - a[0])
    .slice(0, 10)
    .map(one => one[1]);
};

const resident = process.memoryUsage().rss;
let before = performance.now();
const again = await openStore(file);
const reopened = await again.collection('main', 'all');
show('cold open', `${(performance.now() - before).toFixed(1)} ms`);
before = performance.now();
await reopened.searchVector(asked[0]!, { space: 'main', k: 10 });
show('first search, which loads the codes', `${(performance.now() - before).toFixed(0)} ms`);

for (const [name, below] of [
  ['all', 100],
  ['filtered to 10 %', 10],
  ['filtered to 1 %', 1],
] as const) {
  const filter: { filter?: Filter } = below === 100 ? {} : { filter: { field: 'part', lt: below } };
  exactTimes.length = 0;
  const answers = asked.map(query => new Set(exact(query, below).map(row => `d${row}`)));
  let hits = 0;
  const start = cpu();
  for (const [i, query] of asked.entries()) {
    const found = await reopened.searchVector(query, { space: 'main', k: 10, ...filter });
    hits += found.filter(hit => answers[i]!.has(hit.chunk.documentId)).length;
  }
  const ours = (cpu() - start) / queries;
  const scan = exactTimes.reduce((sum, one) => sum + one, 0) / queries;
  show(
    `${name}: recall@10 ${(hits / (10 * queries)).toFixed(4)}`,
    `${ours.toFixed(2)} CPU ms a query, ${(scan / ours).toFixed(1)} × faster than the JavaScript scan of ${scan.toFixed(1)}`,
  );
}
show('memory since opening', `${((process.memoryUsage().rss - resident) / 1e6).toFixed(0)} MB`);

const start = cpu();
for (let i = 0; i < queries; i++) await reopened.searchText([zipf(), zipf(), zipf(), zipf()].join(' '), { k: 10 });
show('words, four of a Zipf vocabulary', `${((cpu() - start) / queries).toFixed(1)} CPU ms a query`);
await again.close();
rmSync(folder, { recursive: true });
