// A deep network with and without checkpoints, as a process whose peak memory checkpoint.test.ts compares. Test-only.
import { Graph } from './graph.ts';
import { normal } from './initializers.ts';
import { silu } from './ops/activations.ts';
import { add } from './ops/arithmetic.ts';
import { checkpoint } from './ops/checkpoint.ts';
import { dropout } from './ops/dropout.ts';
import { meanSquaredError } from './ops/losses.ts';
import { linear } from './ops/matmul.ts';
import type { FloatTensor } from './tensor.ts';
import { tensorValue } from './tensor-value.ts';
import { compileTraining, type Trainer } from './training.ts';

const size = 64;

/** Twelve residual blocks of an up and a down projection with dropout. */
export async function deepTrainer(checkpoints: boolean, threads = 1): Promise<Trainer> {
  const graph = new Graph();
  const input = graph.input('x', 'float32', ['batch', size]);
  const seed = graph.input('seed', 'int32', []);
  let x: FloatTensor = input;
  for (let i = 0; i < 12; i++) {
    const up = graph.parameter(`${i}.up`, [8 * size, size], { initialize: normal(0.1) });
    const down = graph.parameter(`${i}.down`, [size, 8 * size], { initialize: normal(0.1) });
    const block = (h: FloatTensor): FloatTensor =>
      add(h, linear(dropout(silu(linear(h, up)), { rate: 0.1, seed }), down));
    x = checkpoints ? checkpoint([x], block) : block(x);
  }
  return compileTraining({ loss: meanSquaredError(x, input), threads });
}

/** A batch of the given number of rows. */
export const deepBatch = (rows: number) => ({
  x: tensorValue(
    Float32Array.from({ length: rows * size }, (_, i) => Math.sin(i)),
    [rows, size],
  ),
  seed: 3,
});

if (process.argv[2]) {
  const trainer = await deepTrainer(process.argv[2] === 'checkpoints');
  await trainer.step(deepBatch(4096));
  console.log(process.resourceUsage().maxRSS / 1024);
  await trainer.dispose();
}
