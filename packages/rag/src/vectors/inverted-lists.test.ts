// Neighbours against exact search: in clustered vectors few lists hold them, in others many, and that is learnt.
import { type Random, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { BinaryCode } from './binary-code.ts';
import { CodeBlock } from './code-block.ts';
import { InvertedLists, trainLists } from './inverted-lists.ts';
import { ProbeCount } from './probe-count.ts';

const dimensions = 64;
const lists = 32;
const count = 1500;

function vectorsOf(source: Random, spread: number): Float32Array[] {
  const draw = (): Float32Array => Float32Array.from({ length: dimensions }, () => source.normal());
  const centres = Array.from({ length: 40 }, draw);
  return Array.from({ length: count }, () => {
    const centre = centres[source.integer(40)]!;
    const vector = draw().map((value, i) => spread * value + centre[i]!);
    const norm = Math.hypot(...vector);
    return vector.map(value => value / norm);
  });
}

/** By query: in the how manyth nearest list each of its ten neighbours lies. */
function ranks(vectors: readonly Float32Array[]): number[][] {
  const mean = new Float32Array(dimensions);
  for (const vector of vectors) for (let i = 0; i < dimensions; i++) mean[i] = mean[i]! + vector[i]! / count;
  const code = new BinaryCode(mean);
  const block = CodeBlock.make(code.bytes, count);
  const rotated = new Float32Array(count * code.length);
  for (const [row, vector] of vectors.entries()) {
    code.encode(vector, block, row);
    code.decode(block, row, rotated.subarray(row * code.length, (row + 1) * code.length));
  }
  const points = new InvertedLists(code, trainLists(code, rotated, lists));
  expect(points.count).toBe(lists);
  points.assign(block);
  expect(new Set(block.lists).size).toBeGreaterThan(lists / 2);
  return Array.from({ length: 20 }, (_, q) => {
    const query = vectors[q * 70]!;
    const order = points.nearest(code.encodeQuery(query), lists);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: lists }, (_, list) => list));
    const scores = vectors.map(vector => vector.reduce((sum, value, i) => sum + value * query[i]!, 0));
    const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(1, 11);
    return best.map(row => order.indexOf(block.lists[row]!));
  });
}

function enough(found: readonly (readonly number[])[]): number {
  const probes = new ProbeCount();
  for (const one of found) {
    probes.next();
    probes.learn(one);
  }
  return probes.enough;
}

describe('inverted lists', () => {
  it('hold the neighbours of clustered vectors in few lists, of others in many', () => {
    const clustered = ranks(vectorsOf(random(1), 0.4));
    expect(clustered.flat().filter(rank => rank < 4).length).toBeGreaterThan(0.95 * 200);
    const scattered = ranks(vectorsOf(random(1), 6));
    expect(scattered.flat().filter(rank => rank < 4).length).toBeLessThan(0.9 * 200);
    expect(enough(clustered)).toBeLessThan(enough(scattered));
  });

  it('grow with the root of the number of vectors', () => {
    expect([200_000, 1_000_000, 1e9].map(InvertedLists.countFor)).toEqual([2048, 4096, 8192]);
  });
});

describe('ProbeCount', () => {
  it('has everything searched first, then as many lists as held nearly all neighbours, and everything once in a while', () => {
    const probes = new ProbeCount();
    const asked: (number | undefined)[] = [];
    for (let search = 0; search <= 256; search++) {
      asked.push(probes.next());
      if (asked.at(-1) === undefined)
        probes.learn(Array.from({ length: 10 }, (_, i) => (search === 0 && i === 0 ? 30 : 3)));
    }
    expect(asked.slice(0, 32).every(one => one === undefined)).toBe(true);
    expect(new Set(asked.slice(32, 256))).toEqual(new Set([6]));
    expect(asked[256]).toBeUndefined();
  });
});
