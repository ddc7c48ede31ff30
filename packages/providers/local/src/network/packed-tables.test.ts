// Large tables in 8 bits: rows, the tied product beside them, and what they take.
import { evaluate, Graph } from '@modeshift/autograd';
import { random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { weightsInMemory } from '../checkpoint/weights.ts';
import { constantWeights } from './constant-weights.ts';
import { loadWeights } from './load-weights.ts';
import { packedTable, weightBytesOf } from './memory-need.ts';
import type { NetworkPlan } from './plan-network.ts';
import { dequantise, emptyQuantised, packingOf, quantiseRows } from './quantise.ts';

const [rows, size] = [2100, 64];
const draw = random(11);
const data = Float32Array.from({ length: rows * size }, () => draw.normal());
const weights = weightsInMemory(new Map([['words.weight', { shape: [rows, size], data }]]), 'memory');
const plan: NetworkPlan = {
  tensors: [],
  tables: ['words.weight'],
  linears: [{ names: ['words'], bias: false, transposed: false }],
  parameters: rows * size,
};

describe.each(['int8', 'int4'] as const)('a vocabulary of %s weights', format => {
  it('gives rows and the tied product in 8 bits, and takes what was told', async () => {
    const loaded = await loadWeights(weights, plan, { format });
    expect(loaded.bytes).toBe(weightBytesOf(weights, plan, format));
    const graph = new Graph();
    const tensors = constantWeights(graph, loaded);
    const ids = graph.input('ids', 'int64', ['batch', 'length']);
    const x = graph.input('x', 'float32', ['batch', size]);
    const out = await evaluate(
      { rows: tensors.rows('words.weight', ids), logits: tensors.linear(x, 'words', {}) },
      { ids: [[0, 2099, 7]], x: [[...data.subarray(0, size)]] },
    );
    const packed = emptyQuantised(rows, size, { bits: 8, blockSize: 64 });
    quantiseRows(data, packed);
    const table = dequantise(packed);
    const wanted = [0, 2099, 7].flatMap(id => [...table.subarray(id * size, (id + 1) * size)]);
    expect([...out.rows.data]).toEqual(wanted);
    const logit = (row: number): number =>
      table.subarray(row * size, (row + 1) * size).reduce((sum, value, i) => sum + value * data[i]!, 0);
    for (const row of [0, 1, 2099]) expect(Math.abs(Number(out.logits.data[row]) - logit(row))).toBeLessThan(0.2);
  });
});

describe('which tables', () => {
  it('are held in 8 bits: vocabularies beside products in few bits', () => {
    const int4 = packingOf('int4');
    const eight = (blockSize: 32 | 64 | 128) => ({ bits: 8, blockSize });
    expect(packedTable([30_522, 384], packingOf('int8'))).toEqual(eight(128));
    expect(packedTable([30_522, 384], packingOf('f32'))).toBeUndefined();
    expect(packedTable([512, 384], int4)).toBeUndefined();
    expect(packedTable([30_522, 100], int4)).toBeUndefined();
    // The largest blocks that rows are whole ones of, also where products are in smaller ones.
    expect(packedTable([30_522, 384], int4)).toEqual(eight(128));
    expect(packedTable([30_522, 576], int4)).toEqual(eight(64));
    expect(packedTable([30_522, 96], int4)).toEqual(eight(32));
  });
});
