// The kernel against plain counting, the rotation against what a rotation keeps, and recall against exact search.
import { type Random, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { BinaryCode } from './binary-code.ts';
import { CodeIndex } from './code-index.ts';
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

function build(vectors: readonly Float32Array[], scalar = false): { code: BinaryCode; index: CodeIndex } {
  const mean = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + vector[i]! / vectors.length;
  const code = new BinaryCode(mean);
  const index = new CodeIndex(code.bytes, scalar);
  for (const [i, vector] of vectors.entries()) index.append(i, i % 7, code.encode(vector));
  return { code, index };
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
  it('runs as SIMD here', () => expect(new CodeIndex(48).kind).toBe('simd'));

  it.each([16, 48, 192, 512])('finds the same with %d bytes whether SIMD or not, all or listed', bytes => {
    const source = random(bytes);
    const codes = Array.from({ length: 3000 }, () => {
      const code = Uint8Array.from({ length: bytes + 8 }, () => source.integer(256));
      new DataView(code.buffer).setFloat32(bytes, 1, true);
      new DataView(code.buffer).setFloat32(bytes + 4, 0, true);
      return code;
    });
    const bits = Uint8Array.from({ length: bytes }, () => source.integer(256));
    // The table of a query whose estimate is minus the distance.
    const tables = Float32Array.from({ length: bytes * 256 }, (_, i) => {
      const different = (i & 255) ^ bits[i >> 8]!;
      return -[...different.toString(2)].filter(digit => digit === '1').length;
    });
    const distances = codes.map((code, key) => {
      let distance = 0;
      for (let i = 0; i < bytes; i++) distance -= tables[i * 256 + code[i]!]!;
      return { key, distance };
    });
    const rows = Uint32Array.from(distances.filter(one => one.key % 3 === 0).map(one => one.key));
    for (const scalar of [false, true]) {
      const index = new CodeIndex(bytes, scalar);
      for (const [key, code] of codes.entries()) index.append(key, 0, code);
      for (const some of [undefined, rows]) {
        const wanted = distances.filter(one => !some || one.key % 3 === 0).sort((a, b) => a.distance - b.distance);
        const found = index.search({ bits, tables, meanProduct: 0, deviation: 1 }, 50, some).slice(0, 50);
        expect(found.map(one => -one.estimate)).toEqual(wanted.slice(0, 50).map(one => one.distance));
        for (const { key, estimate } of found) expect(distances[key]!.distance).toBe(-estimate);
      }
    }
  });

  it.each([32, 128, 384])('has the true neighbours among its candidates at %d dimensions', dimensions => {
    const source = random(3);
    const vectors = clustered(source, 4000, dimensions);
    const queries = clustered(random(3), 30, dimensions).map((vector, i) =>
      unit(vector.map((v, j) => v + 0.3 * vectors[i]![j]!)),
    );
    const { code, index } = build(vectors);
    let hits = 0;
    for (const query of queries) {
      const exact = vectors
        .map((vector, key) => ({ key, score: dot(query, vector) }))
        .sort((a, b) => b.score - a.score);
      const found = new Set(
        index
          .search(code.encodeQuery(query), 400)
          .slice(0, 100)
          .map(one => one.key),
      );
      hits += exact.slice(0, 10).filter(one => found.has(one.key)).length;
    }
    expect(hits / (10 * queries.length)).toBeGreaterThan(0.98);
  });

  it('removes and appends', () => {
    const vectors = clustered(random(9), 500, 64);
    const { code, index } = build(vectors);
    for (let key = 0; key < 500; key += 2) index.remove(key);
    index.remove(4);
    expect(index.size).toBe(250);
    const all = index.search(code.encodeQuery(vectors[0]!), 500);
    expect(all.map(one => one.key).sort((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, i) => 2 * i + 1));
    index.append(4, 0, code.encode(vectors[4]!));
    expect(index.search(code.encodeQuery(vectors[4]!), 10)[0]!.key).toBe(4);
    for (const { key } of all) index.remove(key);
    index.remove(4);
    expect(index.search(code.encodeQuery(vectors[4]!), 10)).toEqual([]);
  });
});
