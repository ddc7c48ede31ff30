// The kernel against plain counting, the rotation against what a rotation keeps, and recall against exact search.
import { type Random, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { BinaryCode, type EncodedQuery } from './binary-code.ts';
import type { Candidates } from './candidates.ts';
import { CodeBlock, noList } from './code-block.ts';
import { CodeIndex, type Precision } from './code-index.ts';
import { seededRotation } from './rotation.ts';

const unit = (vector: Float32Array): Float32Array => {
  const norm = Math.hypot(...vector);
  return vector.map(value => value / norm);
};
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function clustered(source: Random, count: number, dimensions: number): Float32Array[] {
  const draw = (): Float32Array => Float32Array.from({ length: dimensions }, () => source.normal());
  const shared = draw();
  const centres = Array.from({ length: 60 }, draw);
  return Array.from({ length: count }, () => {
    const centre = centres[source.integer(60)]!;
    const noise = draw();
    return unit(noise.map((value, i) => 0.8 * value + centre[i]! + 0.5 * shared[i]!));
  });
}

function encoded(code: BinaryCode, vectors: readonly Float32Array[]): CodeBlock {
  const block = CodeBlock.make(code.bytes, vectors.length);
  for (const [row, vector] of vectors.entries()) {
    block.keys[row] = row;
    block.documents[row] = row % 7;
    code.encode(vector, block, row);
  }
  return CodeBlock.of(code.bytes, block.data, block.levels);
}

function build(vectors: readonly Float32Array[], precision: Precision): { code: BinaryCode; index: CodeIndex } {
  const mean = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + vector[i]! / vectors.length;
  const code = new BinaryCode(mean);
  const index = new CodeIndex(code.bytes, precision);
  index.append(encoded(code, vectors));
  return { code, index };
}

interface Taken {
  readonly key: number;
  readonly estimate: number;
  readonly deviation: number;
}

/** What a search finds, in the order in which it is taken. */
function found(index: CodeIndex, query: EncodedQuery, wanted: number, rows?: Uint32Array): Taken[] {
  const candidates = index.search(query, wanted, rows);
  const list: Taken[] = [];
  for (; candidates.size > 0; candidates.next()) {
    const { row, estimate, deviation } = candidates;
    list.push({ key: index.key(row), estimate, deviation });
  }
  return list;
}

describe('seededRotation', () => {
  it.each([1, 2, 3, 7, 64, 100, 384, 1000])('keeps lengths and angles at %d dimensions', dimensions => {
    const source = random(dimensions);
    const rotate = seededRotation(dimensions, 5);
    const [a, b] = [0, 1].map(() => Float32Array.from({ length: dimensions }, () => source.normal())) as [
      ...[Float32Array, Float32Array],
    ];
    const [ra, rb] = [new Float32Array(dimensions), new Float32Array(dimensions)];
    rotate(a, ra);
    rotate(b, rb);
    expect(dot(ra, rb)).toBeCloseTo(dot(a, b), 3);
    expect(dot(ra, ra)).toBeCloseTo(dot(a, a), 2);
  });

  it('spreads one coordinate over all', () => {
    const out = new Float32Array(384);
    seededRotation(384, 1)(
      Float32Array.from({ length: 384 }, (_, i) => (i === 3 ? 1 : 0)),
      out,
    );
    expect(Math.max(...out.map(Math.abs))).toBeLessThan(0.3);
  });
});

describe('CodeIndex', () => {
  it('runs as WebAssembly here', () => expect(new CodeIndex(48).kind).toBe('wasm'));

  it.each([16, 48, 192, 512])('finds the same with %d bytes in WebAssembly and in JavaScript, all or listed', bytes => {
    const source = random(bytes);
    const block = CodeBlock.make(bytes, 2999);
    for (const part of [block.bits, block.seconds, block.levels!])
      for (let i = 0; i < part.length; i++) part[i] = source.integer(256);
    block.scales.fill(1);
    block.fineScales.fill(1);
    block.secondScales.fill(1);
    for (let i = 0; i < block.count; i++) block.keys[i] = i;
    const rotated = Float32Array.from({ length: 8 * bytes }, () => source.integer(4096) - 2048);
    rotated[0] = 4095;
    const bits = new Uint8Array(bytes);
    for (const [i, value] of rotated.entries()) if (value > 0) bits[i >> 3] = bits[i >> 3]! | (1 << (i & 7));
    const query = { bits, rotated, meanProduct: 0, norm: 1 };
    const rows = block.keys.filter(key => key % 3 === 0);
    const distances = Array.from(block.keys, key => {
      let distance = 0;
      for (let i = 0; i < bytes; i++)
        distance += (block.bits[key * bytes + i]! ^ bits[i]!).toString(2).replaceAll('0', '').length;
      return distance;
    });
    const productBySigns = (key: number): number =>
      rotated.reduce(
        (sum, value, i) => sum + (block.bits[key * bytes + (i >> 3)]! & (1 << (i & 7)) ? value : -value),
        0,
      );
    const productByLevels = (key: number): number =>
      rotated.reduce((sum, value, i) => {
        const both = block.levels![4 * key * bytes + 16 * (i >> 5) + (i & 15)]!;
        return sum + value * ((i & 16 ? both >> 4 : both & 15) - 7.5);
      }, 0);
    const productBySeconds = (key: number): number =>
      rotated.reduce((sum, value, i) => {
        const [at, bit] = [key * bytes + (i >> 3), i & 7];
        const both = 2 * ((block.bits[at]! >> bit) & 1) + ((block.seconds[at]! >> bit) & 1);
        return sum + Math.round((31 / 4095) * value) * (both - 1.5);
      }, 0);
    const products = { 1: productBySigns, 2: productBySeconds, 4: productByLevels };
    for (const [precision, scalar] of ([1, 2, 4] as const).flatMap(one => [
      [one, true] as const,
      [one, false] as const,
    ])) {
      const index = new CodeIndex(bytes, precision, scalar);
      index.append(block);
      for (const some of [undefined, rows]) {
        const all = [...(some ?? block.keys)];
        const limit = all.map(key => distances[key]!).sort((a, b) => a - b)[49]!;
        const taken = found(index, query, 50, some);
        expect(taken.map(one => one.key).sort((a, b) => a - b)).toEqual(all.filter(key => distances[key]! <= limit));
        for (const { key, estimate } of taken) {
          const steps = precision === 2 ? (31 / 4095) * estimate : estimate;
          expect(steps).toBeCloseTo(products[precision](key), 6);
        }
        expect(taken.map(one => one.estimate)).toEqual(taken.map(one => one.estimate).sort((a, b) => b - a));
      }
      expect(found(index, query, 10, rows.slice(0, 10))).toHaveLength(10);
    }
  });

  it.each([
    [32, 4],
    [32, 2],
    [32, 1],
    [128, 4],
    [384, 4],
    [384, 2],
    [384, 1],
  ] as const)(
    'estimates at %d dimensions by %d bits are as far off as they say, and true neighbours are the first',
    (dimensions, precision) => {
      const source = random(3);
      const vectors = clustered(source, 4000, dimensions);
      const queries = clustered(random(3), 30, dimensions).map((vector, i) =>
        unit(vector.map((v, j) => v + 0.3 * vectors[i]![j]!)),
      );
      const { code, index } = build(vectors, precision);
      let hits = 0;
      let [squares, biases, estimates] = [0, 0, 0];
      for (const query of queries) {
        const scores = vectors.map(vector => dot(query, vector));
        const exact = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
        const asked = code.encodeQuery(query);
        const taken = found(index, asked, 400);
        const first = new Set(taken.slice(0, precision === 4 ? 20 : precision === 2 ? 40 : 100).map(one => one.key));
        hits += exact.slice(0, 10).filter(key => first.has(key)).length;
        for (const { key, estimate, deviation } of taken) {
          const off = (asked.meanProduct + estimate - scores[key]!) / deviation;
          squares += off ** 2;
          biases += off;
          estimates++;
        }
      }
      expect(hits / (10 * queries.length)).toBeGreaterThan(0.98);
      expect(Math.sqrt(squares / estimates)).toBeGreaterThan(0.6);
      expect(Math.sqrt(squares / estimates)).toBeLessThan(1.5);
      // Those that the signs chose are those that they overestimate.
      expect(Math.abs(biases / estimates)).toBeLessThan(precision === 4 ? 0.3 : precision === 2 ? 0.7 : 1);
    },
  );

  it.each([4, 2, 1] as const)('removes and appends (%d bits)', precision => {
    const vectors = clustered(random(9), 500, 64);
    const { code, index } = build(vectors, precision);
    index.remove(Array.from({ length: 250 }, (_, i) => 2 * i));
    index.remove([4, 700]);
    expect(index.size).toBe(250);
    const keys = (taken: readonly Taken[]): number[] => taken.map(one => one.key).sort((a, b) => a - b);
    const all = found(index, code.encodeQuery(vectors[0]!), 500);
    expect(keys(all)).toEqual(Array.from({ length: 250 }, (_, i) => 2 * i + 1));
    const whole = encoded(code, vectors);
    const some = CodeBlock.join(code.bytes, [whole], key => key < 6 && key % 2 === 0);
    expect([...some.keys]).toEqual([0, 2, 4]);
    index.append(some, 1);
    expect(index.size).toBe(252);
    expect(found(index, code.encodeQuery(vectors[4]!), 10)[0]!.key).toBe(4);
    expect(found(index, code.encodeQuery(vectors[1]!), 10)[0]!.key).toBe(1);
    index.remove([2, 4, ...keys(all)]);
    index.remove([]);
    expect(index.size).toBe(0);
    expect(found(index, code.encodeQuery(vectors[4]!), 10)).toEqual([]);
  });
});

describe('rows sorted by list', () => {
  it.each([4, 2, 1] as const)('are searched list by list, removed and appended (%d bits)', precision => {
    const vectors = clustered(random(4), 600, 64);
    const code = new BinaryCode(new Float32Array(64));
    const block = encoded(code, vectors);
    const listOf = (key: number): number => (key % 10 === 9 ? noList : key % 4);
    for (const key of block.keys.keys()) block.lists[key] = listOf(key);
    const index = new CodeIndex(code.bytes, precision);
    index.group(Uint32Array.from({ length: 5 }, (_, list) => block.lists.filter(one => one === list).length));
    index.place(block);
    expect([index.size, index.lists, index.unlisted]).toEqual([600, 5, 60]);
    const query = code.encodeQuery(vectors[8]!);
    const keysOf = (candidates: Candidates): number[] => {
      const keys: number[] = [];
      for (; candidates.size > 0; candidates.next()) {
        const key = index.key(candidates.row);
        expect(index.listOf(candidates.row) ?? noList).toBe(key < 600 ? listOf(key) : noList);
        keys.push(key);
      }
      return keys.sort((a, b) => a - b);
    };
    const all = [...block.keys];
    expect(keysOf(index.search(query, 600))).toEqual(all);
    expect(keysOf(index.searchLists(query, 600, [1, 0, 4]))).toEqual(all.filter(key => ![2, 3].includes(listOf(key))));
    expect(keysOf(index.searchLists(query, 600, []))).toEqual(all.filter(key => key % 10 === 9));
    const order = (candidates: Candidates): number => index.key(candidates.row);
    expect(order(index.searchLists(query, 20, [0]))).toBe(8);
    index.remove(all.filter(key => key % 3 === 0));
    const kept = all.filter(key => key % 3 !== 0);
    expect([index.size, keysOf(index.search(query, 600))]).toEqual([400, kept]);
    expect([...index.documents].filter(document => document === 0).length).toBeGreaterThanOrEqual(180);
    expect(keysOf(index.searchLists(query, 600, [3]))).toEqual(kept.filter(key => [3, noList].includes(listOf(key))));
    const fresh = encoded(code, vectors.slice(0, 10));
    for (let i = 0; i < 10; i++) fresh.keys[i] = 600 + i;
    index.append(fresh);
    expect(order(index.searchLists(query, 20, [1]))).toBe(608);
    expect(keysOf(index.search(query, 700))).toEqual([...kept, ...fresh.keys]);
  });
});
