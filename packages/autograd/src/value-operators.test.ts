// Operators without a gradient, the graph's own rules, and the ONNX writer.
import { describe, expect, it } from 'vitest';
import { compile, evaluate } from './compile.ts';
import { AutogradError } from './errors.ts';
import { initialParameters } from './flat-parameters.ts';
import { gradients } from './gradients.ts';
import { Graph } from './graph.ts';
import * as initializers from './initializers.ts';
import * as ag from './ops/index.ts';
import { Random } from './random.ts';
import { constantSchedule, cosineSchedule, linearSchedule, warmupStableDecay } from './schedules.ts';
import { Session } from './session.ts';
import { factors, product, quotient } from './shape.ts';
import type { FloatTensor, Tensor } from './tensor.ts';
import { tensorValue } from './tensor-value.ts';
import { writeOnnx } from './write-onnx.ts';

const numbers = (data: ArrayLike<number | bigint>): number[] => Array.from(data, Number);

describe('operators without a gradient', () => {
  it('compare, combine, count and rank', async () => {
    const graph = new Graph();
    const x = graph.constant([3, 1, 2]);
    const y = graph.constant([1, 1, 5]);
    const small = ag.less(x, y);
    const out = await evaluate({
      equal: ag.equal(x, y),
      less: small,
      lessOrEqual: ag.lessOrEqual(x, y),
      not: ag.not(small),
      and: ag.and(ag.lessOrEqual(x, y), ag.not(small)),
      argMax: ag.argMax(x),
      range: ag.range(graph, 3, 'int32'),
      sum: ag.add(graph.constant([1, 2], { dtype: 'int64' }), 5),
    });
    expect(numbers(out.equal.data)).toEqual([0, 1, 0]);
    expect(numbers(out.less.data)).toEqual([0, 0, 1]);
    expect(numbers(out.lessOrEqual.data)).toEqual([0, 1, 1]);
    expect(numbers(out.not.data)).toEqual([1, 1, 0]);
    expect(numbers(out.and.data)).toEqual([0, 1, 0]);
    expect(numbers(out.argMax.data)).toEqual([0]);
    expect(numbers(out.range.data)).toEqual([0, 1, 2]);
    expect(numbers(out.sum.data)).toEqual([6, 7]);
  });

  it('makes tables of angles for ropes', async () => {
    const graph = new Graph();
    const { cos, sin } = ag.ropeTables(graph.constant([0, 1], { dtype: 'int64' }), { headSize: 4, base: 100 });
    const out = await evaluate({ cos, sin });
    expect(out.cos.shape).toEqual([2, 2]);
    for (const [i, angle] of [0, 0, 1, 0.1].entries()) {
      expect(out.cos.data[i]).toBeCloseTo(Math.cos(angle), 6);
      expect(out.sin.data[i]).toBeCloseTo(Math.sin(angle), 6);
    }
  });
});

describe('the graph', () => {
  it('differentiates a gradient again', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['n']);
    const [dx] = gradients(ag.reduceSum(ag.silu(x)), [x]);
    const [ddx] = gradients(ag.reduceSum(dx!), [x]);
    const { y } = await evaluate({ y: ddx! }, { x: [0.3] });
    const silu = (v: number): number => v / (1 + Math.exp(-v));
    expect(y.data[0]).toBeCloseTo((silu(0.301) - 2 * silu(0.3) + silu(0.299)) / 1e-6, 3);
  });

  it('adds up the gradients of every use', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', []);
    const [dx] = gradients(ag.add(ag.mul(x, x), ag.exp(x)), [x]);
    expect((await evaluate({ dx: dx! }, { x: 1 })).dx.data[0]).toBeCloseTo(2 + Math.E, 5);
  });

  const graph = new Graph();
  const x = graph.input('x', 'float32', ['batch', 4]);
  const ids = graph.input('ids', 'int64', ['batch']) as Tensor as FloatTensor;
  it.each<[string, () => unknown, RegExp]>([
    ['a name twice', () => graph.input('x', 'float32', []), /used twice/],
    ['shapes that do not broadcast', () => ag.add(x, graph.constant([1, 2, 3])), /add: shapes \[batch, 4\] and \[3\]/],
    ['inner sizes', () => ag.matMul(x, graph.constant([[1]])), /inner sizes 4 and 1 differ/],
    ['a lost element', () => ag.reshape(x, ['batch', 3]), /4\*batch elements/],
    ['integers in a float operator', () => ag.softmax(ids), /needs float32 or float64, got int64/],
    ['element types that differ', () => ag.mul(x, ids as never), /float32 and int64 differ/],
    ['another graph', () => ag.add(x, new Graph().scalar(1)), /belongs to another graph/],
    ['a loss that is no scalar', () => gradients(x, [x]), /must be a scalar/],
    ['a loss without a path', () => gradients(ag.reduceSum(x), [graph.scalar(3)]), /does not depend on/],
    ['an axis outside', () => ag.softmax(x, 2), /axis 2 is outside/],
    ['a rate of one', () => ag.dropout(x, { rate: 1, seed: graph.scalar(0, 'int32') }), /rate must be in \[0, 1\)/],
    ['heads that do not divide', () => attend(3, 2), /3 query heads cannot share 2/],
  ])('refuses %s', (_name, build, message) => {
    expect(build).toThrow(message);
    expect(build).toThrow(AutogradError);
  });
  function attend(heads: number, keys: number): unknown {
    const [q, k] = [heads, keys].map(count => graph.constant(new Float32Array(count), { shape: [1, count, 1, 1] }));
    return ag.attention(q as FloatTensor, k as FloatTensor, k as FloatTensor);
  }

  it('reckons with symbolic sizes', () => {
    expect(product(['length', 2, 'batch', 3])).toBe('6*batch*length');
    expect(quotient('6*batch*length', '2*length')).toBe('3*batch');
    expect(quotient('6*batch', '4*batch')).toBeUndefined();
    expect(factors('2*(past*2+length)*batch')).toEqual({ coefficient: 2, names: ['(past*2+length)', 'batch'] });
  });
});

describe('compile', () => {
  it('binds parameters, also large ones, and shares the session of equal models', async () => {
    const graph = new Graph();
    const y = ag.linear(graph.input('x', 'float32', ['n', 2000]), graph.parameter('w', [1, 2000]));
    const w = new Float32Array(2000).fill(0.5);
    const models = [await compile({ y }, { parameters: { w } }), await compile({ y }, { parameters: { w } })];
    expect(Session.loaded).toBe(1);
    const feed = tensorValue(new Float32Array(2000).fill(2), [1, 2000]);
    for (const model of models) expect((await model.run({ x: feed })).y!.data[0]).toBe(2000);
    const other = await compile({ y }, { parameters: { w: w.slice().fill(1) } });
    expect((await other.run({ x: feed })).y.data[0]).toBe(4000);
    for (const model of [...models, other]) await model.dispose();
    expect(Session.loaded).toBe(0);
  });

  it('feeds parameters that are not bound, and gives an input back as an output', async () => {
    const graph = new Graph();
    const w = graph.parameter('w', [2]);
    const out = await evaluate({ w, twice: ag.mul(w, 2), again: ag.mul(w, 2) }, { w: [1, 2] });
    expect([out.w, out.twice, out.again].map(({ data }) => numbers(data))).toEqual([
      [1, 2],
      [2, 4],
      [2, 4],
    ]);
  });

  it('refuses weights of another type, size or name', async () => {
    const graph = new Graph();
    const y = ag.neg(graph.parameter('w', [2]));
    await expect(compile({ y }, { parameters: { w: new Float64Array(2) } })).rejects.toThrow(
      /is float32, a Float64Array/,
    );
    await expect(compile({ y }, { parameters: { w: new Float32Array(3) } })).rejects.toThrow(/holds 2 values, 3/);
    await expect(compile({ y }, { parameters: { v: new Float32Array(2) } })).rejects.toThrow(/no parameter "v"/);
  });

  it('keeps only what the outputs need', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['n']);
    ag.exp(graph.input('unused', 'float32', ['n']));
    expect(writeOnnx(graph, { y: ag.relu(x) }).inputs).toEqual([x]);
  });
});

describe('numbers to begin with', () => {
  it('draws the published sequence of one seed on every machine', () => {
    const random = new Random(1);
    expect([random.bits(), random.bits(), random.bits()]).toMatchInlineSnapshot(`
      [
        1495155000,
        2933378396,
        2144035039,
      ]
    `);
  });

  it.each<[string, initializers.Initializer, number, number]>([
    ['normal', initializers.normal(0.5, 1), 1, 0.5],
    ['truncatedNormal', initializers.truncatedNormal(0.5), 0, 0.5 * 0.8796],
    ['uniform', initializers.uniform(-1, 3), 1, 4 / Math.sqrt(12)],
    ['xavierUniform', initializers.xavierUniform(), 0, Math.sqrt(2 / 300)],
    ['xavierNormal', initializers.xavierNormal(), 0, Math.sqrt(2 / 300)],
    ['kaimingUniform', initializers.kaimingUniform(), 0, Math.sqrt(2 / 200)],
    ['kaimingNormal', initializers.kaimingNormal(), 0, Math.sqrt(2 / 200)],
    ['full', initializers.full(3), 3, 0],
    ['ones', initializers.ones, 1, 0],
    ['zeros', initializers.zeros, 0, 0],
  ])('%s has its mean and its deviation', (_name, initialize, mean, deviation) => {
    const graph = new Graph();
    graph.parameter('w', [100, 200], { initialize });
    const w = Array.from(initialParameters(graph, 3).w!);
    const average = w.reduce((a, b) => a + b, 0) / w.length;
    const spread = Math.sqrt(w.reduce((a, b) => a + (b - average) ** 2, 0) / w.length);
    expect(Math.abs(average - mean)).toBeLessThan(0.03);
    expect(Math.abs(spread - deviation)).toBeLessThan(0.01 + 0.02 * deviation);
  });
});

describe('schedules', () => {
  const options = { learningRate: 2, steps: 10, warmup: 2, minRatio: 0.5 };
  it.each([
    ['constant', constantSchedule(options), [1, 2, 2, 2, 2]],
    ['linear', linearSchedule(options), [1, 2, 1.5, 1, 1]],
    ['cosine', cosineSchedule(options), [1, 2, 1.5, 1, 1]],
    ['warmup-stable-decay', warmupStableDecay({ ...options, decay: 0.25 }), [1, 2, 2, 1, 1]],
  ])('%s', (_name, schedule, expected) => {
    for (const [i, step] of [1, 2, 6, 10, 99].entries()) expect(schedule(step)).toBeCloseTo(expected[i]!, 10);
  });

  it('refuses what cannot be', () => {
    expect(() => linearSchedule({ learningRate: 1, steps: 0 })).toThrow(AutogradError);
  });
});
