// Products as other providers than the CPU get them, computed by the CPU.
import { describe, expect, it } from 'vitest';
import { toFeeds } from './feeds.ts';
import { Graph } from './graph.ts';
import { matMul } from './ops/matmul.ts';
import { Session } from './session.ts';
import { writeOnnx } from './write-onnx.ts';

const operators = (bytes: Uint8Array): boolean => new TextDecoder('latin1').decode(bytes).includes('FusedMatMul');

describe('products without FusedMatMul', () => {
  it.each([
    { transposeA: true },
    { transposeB: true, scale: 0.3 },
    { transposeA: true, transposeB: true, scale: -2 },
    { scale: 0.5 },
  ])('give what FusedMatMul gives with %j', async options => {
    const graph = new Graph();
    const a = graph.input('a', 'float32', ['batch', 3, 3]);
    const y = matMul(a, graph.input('b', 'float32', ['batch', 3, 3]), options);
    const outputs = { y, again: matMul(y, y, { transposeA: true }) };
    const values = (k: number): number[][][] =>
      [0, 1].map(i => [0, 1, 2].map(j => [0, 1, 2].map(l => Math.sin(k * (9 * i + 3 * j + l + 1)))));
    const results = [];
    for (const executionProviders of [['cpu'], ['webgpu', 'cpu']]) {
      const model = writeOnnx(graph, outputs, { executionProviders });
      expect(operators(model.bytes)).toBe(executionProviders.length === 1);
      // Without optimization, so that the runtime does not join the operators again.
      const session = await Session.open(model, { threads: 1, optimization: 'disabled' });
      const { y, again } = await session.run(await toFeeds(model.inputs, { a: values(1), b: values(2) }));
      results.push([...(y!.data as Float32Array), ...(again!.data as Float32Array)]);
      await session.dispose();
    }
    const [fused, plain] = results as [number[], number[]];
    expect(fused.length).toBe(36);
    for (const [i, value] of fused.entries()) expect(plain[i]).toBeCloseTo(value, 5);
  });
});
