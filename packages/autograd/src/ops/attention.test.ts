// Causal attention in parts (lengths known at run time) against the whole (fixed lengths), at every awkward length.
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { gradients } from '../gradients.ts';
import { Graph } from '../graph.ts';
import { Random } from '../random.ts';
import type { Dim } from '../shape.ts';
import { tensorValue } from '../tensor-value.ts';
import { mul } from './arithmetic.ts';
import { attention } from './attention.ts';
import { documentMask } from './documents.ts';
import { reduceSum } from './reduce.ts';

const [batch, heads, keyHeads, size] = [2, 4, 2, 3];

async function build(length: Dim, packed: boolean) {
  const graph = new Graph();
  const input = (name: string, count: number) => graph.input(name, 'float32', [batch, count, length, size]);
  const [q, k, v, dy] = [input('q', heads), input('k', keyHeads), input('v', keyHeads), input('dy', heads)];
  const mask = packed ? { mask: documentMask(graph.input('documents', 'int64', [batch, length])) } : {};
  const y = attention(q, k, v, { causal: true, ...mask });
  const [dq, dk, dv] = gradients(reduceSum(mul(y, dy)), [q, k, v]);
  return compile({ y, dq: dq!, dk: dk!, dv: dv! }, { threads: 1 });
}

describe.each([
  ['plain', false],
  ['packed', true],
] as const)('causal attention, %s', (_name, packed) => {
  it('is the same in parts and whole', async () => {
    const parts = await build('length', packed);
    for (const length of [1, 2, 3, 4, 5, 7, 8, 33]) {
      const random = new Random(length);
      const drawn = (count: number) =>
        tensorValue(
          Float32Array.from({ length: batch * count * length * size }, () => random.normal()),
          [batch, count, length, size],
        );
      const documents = BigInt64Array.from({ length: batch * length }, (_, i) => BigInt((i % length) >> 1));
      const feeds = {
        ...{ q: drawn(heads), k: drawn(keyHeads), v: drawn(keyHeads), dy: drawn(heads) },
        ...(packed ? { documents: tensorValue(documents, [batch, length]) } : {}),
      };
      const whole = await build(length, packed);
      const [a, b] = [await parts.run(feeds), await whole.run(feeds)];
      for (const key of ['y', 'dq', 'dk', 'dv'] as const) {
        expect(a[key].shape).toEqual(b[key].shape);
        for (const [i, value] of b[key].data.entries())
          expect(a[key].data[i], `${key} at length ${length}`).toBeCloseTo(value, 5);
      }
      await whole.dispose();
    }
    await parts.dispose();
  });
});
