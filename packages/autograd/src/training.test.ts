// Training against PyTorch's trajectories, and the invariants a training engine must keep.
import { describe, expect, it } from 'vitest';
import { AutogradError } from './errors.ts';
import { Graph } from './graph.ts';
import { normal } from './initializers.ts';
import { crossEntropy } from './ops/cross-entropy.ts';
import { dropout } from './ops/dropout.ts';
import { gather } from './ops/gather.ts';
import { meanSquaredError } from './ops/losses.ts';
import { linear } from './ops/matmul.ts';
import { sumSquares } from './ops/reduce.ts';
import { adamW, sgd } from './optimizers.ts';
import { Session } from './session.ts';
import { compileTraining, type Trainer } from './training.ts';
import type { TrainingOptions } from './training-options.ts';
import { feeds, fixture, learningRate, trainer } from './trajectory-fixture.ts';

/**
 * The greatest distance of two sets of parameters. Key biases are left out: softmax cancels them, so their gradient is
 * rounding noise, which AdamW scales up to whole steps (in PyTorch too).
 */
function farthest(
  a: Readonly<Record<string, ArrayLike<number>>>,
  b: Readonly<Record<string, ArrayLike<number>>>,
): number {
  let most = 0;
  for (const [name, values] of Object.entries(b).filter(([name]) => !name.endsWith('.k.bias')))
    for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(a[name]![i]! - values[i]!));
  return most;
}

describe.each(['decoder', 'classifier'] as const)('a tiny %s', name => {
  it("follows PyTorch's losses for 20 AdamW steps", async () => {
    const run = await trainer(name);
    for (const [step, expected] of fixture[name].losses.entries()) {
      const { loss, gradientNorm } = await run.step(feeds(name, step));
      expect(Math.abs(loss - expected)).toBeLessThan(2e-5);
      expect(Math.abs(gradientNorm! / fixture[name].norms[step]! - 1)).toBeLessThan(1e-4);
    }
    expect(farthest(run.parameters(), fixture[name].trained)).toBeLessThan(1e-3);
    await run.dispose();
  });

  it('accumulates: one batch equals its rows one by one', async () => {
    const whole = await trainer(name);
    const parts = await trainer(name);
    const [ids, labels] = fixture[name].batches[0]!;
    await whole.step({ ids, labels });
    for (const [row, label] of labels.entries()) {
      const weight = typeof label === 'number' ? 1 : label.filter(item => item >= 0).length;
      await parts.accumulate({ ids: [ids[row]!], labels: [label] }, weight);
    }
    await parts.apply();
    expect(farthest(whole.parameters(), parts.parameters())).toBeLessThan(1e-5);
    await whole.dispose();
    await parts.dispose();
  });

  it('resumes from a state to the bit', async () => {
    const straight = await trainer(name);
    for (let step = 0; step < 6; step++) await straight.step(feeds(name, step));
    const first = await trainer(name);
    for (let step = 0; step < 3; step++) await first.step(feeds(name, step));
    const state = structuredClone(first.state());
    await first.dispose();
    const second = await trainer(name, { seed: 99, parameters: {} });
    second.load(state);
    for (let step = 3; step < 6; step++) await second.step(feeds(name, step));
    expect(second.state()).toEqual(straight.state());
    await straight.dispose();
    await second.dispose();
  });

  it('gives the same numbers on one thread and two', async () => {
    const runs = [await trainer(name, { threads: 1 }), await trainer(name, { threads: 2 })];
    for (const run of runs) for (let step = 0; step < 4; step++) await run.step(feeds(name, step));
    expect(farthest(runs[0]!.parameters(), runs[1]!.parameters())).toBeLessThan(1e-5);
    for (const run of runs) await run.dispose();
  });
});

describe('a table trained by rows', () => {
  const build = (rowsBy: boolean, options: Partial<TrainingOptions> = {}): Promise<Trainer> => {
    const graph = new Graph();
    const ids = graph.input('ids', 'int64', ['batch', 'length']);
    const table = graph.parameter('table', [12, 4], rowsBy ? { rowsBy: ['ids'] } : {});
    const optimizer = adamW({ weightDecay: 0 });
    const parameters = { table: fixture.sparse.table };
    return compileTraining({ loss: sumSquares(gather(table, ids)), optimizer, learningRate, parameters, ...options });
  };

  it("follows PyTorch's SparseAdam", async () => {
    const run = await build(true);
    for (const [step, ids] of fixture.sparse.batches.entries())
      expect((await run.step({ ids })).loss).toBeCloseTo(fixture.sparse.losses[step]!, 5);
    expect(farthest(run.parameters(), { table: fixture.sparse.trained })).toBeLessThan(1e-5);
    await run.dispose();
  });

  it('has the gradient and the norm of the dense table', async () => {
    const [ids] = fixture.sparse.batches;
    const runs = [await build(true, { clipNorm: 0.5 }), await build(false, { clipNorm: 0.5 })] as const;
    expect(await runs[0].gradients({ ids: ids! })).toEqual(await runs[1].gradients({ ids: ids! }));
    const [sparse, dense] = [await runs[0].step({ ids: ids! }), await runs[1].step({ ids: ids! })];
    expect(sparse.gradientNorm).toBeCloseTo(dense.gradientNorm!, 6);
    expect(farthest(runs[0].parameters(), runs[1].parameters())).toBeLessThan(1e-6);
    for (const run of runs) await run.dispose();
  });

  it('resumes to the bit, and says what it cannot do', async () => {
    const first = await build(true);
    const second = await build(true, { parameters: {} });
    await first.step({ ids: [[1, 2]] });
    second.load(first.state());
    for (const run of [first, second]) await run.step({ ids: [[2, 3]] });
    expect(second.state()).toEqual(first.state());
    await expect(first.accumulate({ ids: [[1]] })).rejects.toThrow(/rowsBy do not accumulate/);
    await expect(first.step({ ids: [[12]] })).rejects.toThrow(/names row 12, "table" has 12 rows/);
    await first.dispose();
    await second.dispose();
  });
});

describe('training', () => {
  it('draws the same bits from the same seed, and others from another', async () => {
    const runs = await Promise.all([1, 1, 2].map(seed => trainer('decoder', { seed, parameters: {} })));
    const [a, b, c] = runs.map(run => run.parameters().embedding);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    for (const run of runs) await run.dispose();
  });

  it('leaves parameters it was not asked to train as they were', async () => {
    const run = await trainer('decoder', { train: ['0.q', '1.down'] });
    const before = run.parameters();
    await run.step(feeds('decoder', 0));
    const after = run.parameters();
    const changed = Object.keys(before).filter(name => farthest({ x: before[name]! }, { x: after[name]! }) > 0);
    expect(changed.sort()).toEqual(['0.q', '1.down']);
    await run.dispose();
  });

  it('trains across the border of two chunks of the optimizer', async () => {
    const graph = new Graph();
    const x = graph.parameter('x', [70_000], { initialize: normal() });
    const loss = meanSquaredError(x, graph.constant(new Float32Array(70_000).fill(2)), { reduction: 'sum' });
    const run = await compileTraining({ loss, optimizer: sgd(), learningRate: 0.5 });
    await run.step({});
    expect(run.parameters().x!.every(value => Math.abs(value - 2) < 1e-6)).toBe(true);
    await run.dispose();
  });

  it.each([
    ['plain', sgd()],
    ['momentum', sgd({ momentum: 0.9 })],
    ['nesterov', sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.1 })],
  ])('descends with %s SGD as the textbook says', async (name, optimizer) => {
    const graph = new Graph({ dtype: 'float64' });
    const loss = meanSquaredError(graph.parameter('x', [1]), graph.constant([1]));
    const run = await compileTraining({ loss, optimizer, learningRate: 0.1, parameters: { x: [3] } });
    let x = 3;
    let velocity = 0;
    for (let step = 0; step < 5; step++) {
      await run.step({});
      const slope = 2 * (x - 1) + (name === 'nesterov' ? 0.1 * x : 0);
      velocity = 0.9 * velocity + slope;
      x -= 0.1 * (name === 'plain' ? slope : name === 'nesterov' ? slope + 0.9 * velocity : velocity);
    }
    expect(run.parameters().x![0]).toBeCloseTo(x, 6);
    await run.dispose();
  });

  it('drops the same elements for the same seed, and about as many as asked', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['batch', 64]);
    const dropped = dropout(x, { rate: 0.3, seed: graph.input('seed', 'int32', []) });
    const loss = meanSquaredError(linear(dropped, graph.parameter('w', [64, 64], { initialize: normal(0.1) })), x);
    const run = await compileTraining({ loss, metrics: { dropped } });
    const ones = Array.from({ length: 100 }, () => Array<number>(64).fill(1));
    const masks = [];
    for (const seed of [1, 1, 2])
      masks.push((await run.evaluate({ x: ones, seed })).metrics.dropped!.data as Float32Array);
    expect(masks[0]).toEqual(masks[1]);
    expect(masks[0]).not.toEqual(masks[2]);
    const share = masks[0]!.filter(value => value === 0).length / 6400;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.03);
    await run.dispose();
  });

  it('says what is wrong', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['batch', 2]);
    const loss = crossEntropy(linear(x, graph.parameter('w', [2, 2])), graph.input('y', 'int64', ['batch']));
    await expect(compileTraining({ loss, train: ['v'] })).rejects.toThrow(/no parameter "v"/);
    await expect(compileTraining({ loss, parameters: { w: [1] } })).rejects.toThrow(AutogradError);
    const run = await compileTraining({ loss });
    await expect(run.step({ x: [[1, 2]] })).rejects.toThrow(/No value was given for the input y/);
    await expect(run.step({ x: [[1, 2]], y: [0, 1] })).rejects.toThrow(/the size of "batch" in "x"/);
    await expect(run.apply()).rejects.toThrow(/accumulate\(\) first/);
    expect(() => run.load({ ...run.state(), optimizer: 'sgd' })).toThrow(/uses adamW/);
    expect(() => run.load({ ...run.state(), parameters: {} })).toThrow(/"w" needs 4 values/);
    await run.dispose();
    await expect(run.step({ x: [[1, 2]], y: [0] })).rejects.toMatchObject({ reason: 'disposed' });
  });

  it('evaluates without gradients, with tables trained by rows too', async () => {
    for (const rowsBy of [{}, { rowsBy: ['ids'] }]) {
      const graph = new Graph();
      const ids = graph.input('ids', 'int64', ['batch']);
      const rows = gather(graph.parameter('table', [9, 4], { initialize: normal(), ...rowsBy }), ids);
      const run = await compileTraining({
        loss: sumSquares(rows),
        metrics: { rows },
        clipNorm: Number.POSITIVE_INFINITY,
      });
      const { loss, metrics } = await run.evaluate({ ids: [3, 3, 8] });
      const step = await run.step({ ids: [3, 3, 8] });
      expect(step.loss).toBeCloseTo(loss, 6);
      expect(step.metrics.rows).toEqual(metrics.rows);
      // The gradient of Σ x² over a row that is read twice is 4x.
      const data = metrics.rows!.data as Float32Array;
      const squares = [...data.subarray(0, 4)].map(x => 16 * x * x).concat([...data.subarray(8)].map(x => 4 * x * x));
      expect(step.gradientNorm).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b)), 4);
      await run.dispose();
      expect(() => run.state()).toThrow(/was disposed/);
      expect(run.parameters().table).toHaveLength(36);
    }
  });

  it('keeps accumulated gradients when other batches are run in between', async () => {
    const runs = [await trainer('decoder'), await trainer('decoder')] as const;
    for (const [i, run] of runs.entries()) {
      await run.accumulate(feeds('decoder', 0), 2);
      if (i === 1) await run.gradients(feeds('decoder', 3));
      await run.accumulate(feeds('decoder', 1), 1);
      if (i === 1) await run.evaluate(feeds('decoder', 4));
      await expect(run.step(feeds('decoder', 2))).rejects.toThrow(/call apply\(\)/);
      await run.apply();
    }
    expect(runs[1].state()).toEqual(runs[0].state());
    for (const run of runs) await run.dispose();
  });

  it('keeps no session after dispose', () => {
    expect(Session.loaded).toBe(0);
  });
});
