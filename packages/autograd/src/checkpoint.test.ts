// Activation checkpointing: the same gradients from less memory.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { deepBatch, deepTrainer } from './checkpoint-memory.ts';
import { compile } from './compile.ts';
import { gradients } from './gradients.ts';
import { Graph } from './graph.ts';
import { mul } from './ops/arithmetic.ts';
import { checkpoint } from './ops/checkpoint.ts';
import { tanh } from './ops/math.ts';
import { reduceSum } from './ops/reduce.ts';

function peakMegabytes(how: 'checkpoints' | 'plain'): number {
  const file = fileURLToPath(new URL('./checkpoint-memory.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=modeshift-source', file, how], {
    encoding: 'utf8',
  });
  if (!Number(stdout)) throw new Error(`The process printed no figure: ${stdout}${stderr}`);
  return Number(stdout);
}

describe('checkpoint', () => {
  it('trains as without it, with the same dropout in both runs of a block', async () => {
    const plain = await deepTrainer(false);
    const kept = await deepTrainer(true);
    const batch = deepBatch(16);
    for (let step = 0; step < 3; step++)
      expect((await kept.step({ ...batch, seed: step })).loss).toBeCloseTo(
        (await plain.step({ ...batch, seed: step })).loss,
        5,
      );
    const [a, b] = [await plain.gradients(batch), await kept.gradients(batch)];
    for (const [name, values] of Object.entries(a))
      for (const [i, value] of values.entries()) expect(b[name]![i]).toBeCloseTo(value, 5);
    await plain.dispose();
    await kept.dispose();
  });

  it('lets a deep network train in half the memory', () => {
    const empty = process.resourceUsage().maxRSS / 1024;
    const [plain, kept] = [peakMegabytes('plain'), peakMegabytes('checkpoints')];
    console.log(
      `peak memory: ${Math.round(plain)} MB, with checkpoints ${Math.round(kept)} MB (this process ${Math.round(empty)})`,
    );
    expect(kept).toBeLessThan(plain / 2);
  });

  it('works on fixed sizes, where a runtime could fold the barrier away, and refuses second derivatives', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [3]);
    const y = checkpoint([x], h => mul(tanh(h), h));
    const [dx] = gradients(reduceSum(y), [x]);
    const compiled = await compile({ dx: dx! }, { threads: 1 });
    const out = await compiled.run({ x: [-1, 0.5, 2] });
    for (const [i, value] of [-1, 0.5, 2].entries())
      expect(out.dx.data[i]).toBeCloseTo(Math.tanh(value) + value * (1 - Math.tanh(value) ** 2), 6);
    await compiled.dispose();
    expect(() => gradients(reduceSum(dx!), [x])).toThrow(/no second derivative/);
  });
});
