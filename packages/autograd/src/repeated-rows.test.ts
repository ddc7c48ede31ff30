// Sums over repeated rows with more than one thread: embedding gradients must be whole, and the same at every run.
import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { gradients } from './gradients.ts';
import { Graph } from './graph.ts';
import { add, mul } from './ops/arithmetic.ts';
import { embeddingBag, embeddingBagFlat } from './ops/embedding-bag.ts';
import { gather, gatherElements, segmentSum } from './ops/gather.ts';
import { reshape } from './ops/layout.ts';
import { reduceSum } from './ops/reduce.ts';
import { Random } from './random.ts';
import type { FloatTensor, IndexTensor } from './tensor.ts';
import { tensorValue } from './tensor-value.ts';
import { compileTraining } from './training.ts';

const [vocabulary, size, batch, length] = [2000, 64, 128, 40];
const entries = batch * length;
const random = new Random(7);
// Low ids repeat often, as frequent words do.
const ids = BigInt64Array.from({ length: entries }, () => BigInt(Math.floor(random.uniform() ** 3 * vocabulary)));
const rows = Float32Array.from({ length: entries * size }, () => random.uniform() - 0.5);
const segments = BigInt64Array.from({ length: entries }, () => BigInt(random.integer(batch)));
const weights = Float32Array.from({ length: entries }, () => random.uniform());

/** Row sums in double precision, in plain loops. */
function expected(places: BigInt64Array, count: number, rowAt: (entry: number, column: number) => number) {
  const sums = new Float64Array(count * size);
  for (let i = 0; i < entries; i++) for (let j = 0; j < size; j++) sums[Number(places[i]) * size + j]! += rowAt(i, j);
  return sums;
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < b.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

const feeds = {
  ids: tensorValue(ids),
  rows: tensorValue(rows, [entries, size]),
  segments: tensorValue(segments),
  weights: tensorValue(weights),
};

type Build = (
  table: FloatTensor,
  ids: IndexTensor,
  rows: FloatTensor,
  segments: IndexTensor,
  weights: FloatTensor,
) => FloatTensor;

/** Losses whose gradient with respect to the table is known. */
const losses: Readonly<Record<string, readonly [Build, () => Float64Array]>> = {
  gather: [
    (table, at, dy) => reduceSum(mul(gather(table, at), dy)),
    () => expected(ids, vocabulary, (i, j) => rows[i * size + j]!),
  ],
  'gather beside a dense use': [
    (table, at, dy) => add(reduceSum(mul(gather(table, at), dy)), reduceSum(table)),
    () => expected(ids, vocabulary, (i, j) => rows[i * size + j]!).map(value => value + 1),
  ],
  embeddingBag: [
    (table, at, dy, _segments, w) => {
      const bags = embeddingBag(table, reshape(at, [batch, length]), reshape(w, [batch, length]));
      return reduceSum(mul(bags, segmentRows(dy)));
    },
    () => expected(ids, vocabulary, (i, j) => weights[i]! * rows[Math.floor(i / length) * size + j]!),
  ],
  embeddingBagFlat: [
    (table, at, dy, to, w) => reduceSum(mul(embeddingBagFlat(table, at, to, w, batch), segmentRows(dy))),
    () => expected(ids, vocabulary, (i, j) => weights[i]! * rows[Number(segments[i]) * size + j]!),
  ],
};

/** The first rows, one for each segment. */
const segmentRows = (dy: FloatTensor): FloatTensor =>
  gather(dy, dy.graph.constant([...Array(batch).keys()], { dtype: 'int64' }));

function build(loss: Build) {
  const graph = new Graph();
  const table = graph.parameter('table', [vocabulary, size]);
  const at = graph.input('ids', 'int64', [entries]);
  const dy = graph.input('rows', 'float32', [entries, size]);
  const to = graph.input('segments', 'int64', [entries]);
  const w = graph.input('weights', 'float32', [entries]);
  return { table, loss: loss(table, at, dy, to, w) };
}

describe.each(Object.entries(losses))('the gradient of %s', (_name, [loss, answer]) => {
  it('is whole with two threads when a trainer computes it', async () => {
    const trainer = await compileTraining({ loss: build(loss).loss, threads: 2 });
    const first = (await trainer.gradients(feeds)).table!;
    expect(farthest(first, answer())).toBeLessThan(1e-4);
    const others = { ...feeds, ids: tensorValue(ids.map(id => BigInt(vocabulary - 1) - id)) };
    for (let run = 0; run < 5; run++) {
      expect((await trainer.gradients(others)).table).not.toEqual(first);
      expect((await trainer.gradients(feeds)).table).toEqual(first);
    }
    await trainer.dispose();
  });

  it('is whole with two threads inside a graph', async () => {
    const { table, loss: value } = build(loss);
    const [gradient] = gradients(value, [table]);
    const compiled = await compile({ gradient: gradient! }, { threads: 2 });
    const zeros = tensorValue(new Float32Array(vocabulary * size), [vocabulary, size]);
    const run = async () => (await compiled.run({ ...feeds, table: zeros })).gradient.data;
    const first = await run();
    expect(farthest(first, answer())).toBeLessThan(1e-4);
    for (let again = 0; again < 5; again++) expect(await run()).toEqual(first);
    await compiled.dispose();
  });
});

describe('sums of rows', () => {
  it.each([
    ['few', batch, segments],
    ['many', vocabulary, ids],
  ] as const)('are whole with two threads for %s segments', async (_name, count, places) => {
    const graph = new Graph();
    const x = graph.input('rows', 'float32', [entries, size]);
    const sum = segmentSum(x, graph.input('ids', 'int64', [entries]), count);
    const compiled = await compile({ sum }, { threads: 2 });
    const answer = expected(places, count, (i, j) => rows[i * size + j]!);
    for (let run = 0; run < 6; run++) {
      const out = await compiled.run({ rows: feeds.rows, ids: tensorValue(places) });
      expect(farthest(out.sum.data, answer)).toBeLessThan(1e-4);
    }
    await compiled.dispose();
  });

  it('add repeated elements in the gradient of gatherElements', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [size, vocabulary]);
    const at = graph.input('at', 'int64', [size, length]);
    const [gradient] = gradients(reduceSum(gatherElements(x, at)), [x]);
    const compiled = await compile({ gradient: gradient! }, { threads: 2 });
    const columns = ids.slice(0, size * length).map(id => id % 20n);
    const counts = new Float64Array(size * vocabulary);
    for (const [i, column] of columns.entries()) counts[Math.floor(i / length) * vocabulary + Number(column)]! += 1;
    const table = tensorValue(new Float32Array(size * vocabulary), [size, vocabulary]);
    for (let run = 0; run < 6; run++) {
      const out = await compiled.run({ x: table, at: tensorValue(columns, [size, length]) });
      expect(farthest(out.gradient.data, counts)).toBe(0);
    }
    await compiled.dispose();
  });
});
