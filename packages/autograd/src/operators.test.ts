// Every operator: value and gradients against PyTorch, gradients against central finite differences in double precision.
import { describe, expect, it } from 'vitest';
import { operatorCases } from './operator-cases.ts';
import { build, distance, feedsOf, fixture } from './operator-fixture.ts';
import * as operators from './ops/index.ts';

/** Operators that have no gradient by their nature; their values are checked in value-operators.test.ts. */
const withoutGradient = [
  'and',
  'argMax',
  'documentMask',
  'documentPositions',
  'equal',
  'less',
  'lessOrEqual',
  'not',
  'range',
  'ropeTables',
];
/** Finite differences see through stopGradient, which is its point. */
const withoutDifferences = ['stopGradient'];
/** Casting through float32 rounds, so the step must be far above the rounding; the case is linear. */
const steps: Readonly<Record<string, number>> = { cast: 0.125 };

describe.each(Object.keys(fixture.cases))('%s', name => {
  it.each(['float64', 'float32'] as const)("agrees with PyTorch's value and gradients in %s", async float => {
    const compiled = await build(name, float);
    const tolerance = float === 'float64' && name !== 'cast' ? 1e-8 : 2e-5;
    for (const [i, { output, gradients: expected }] of fixture.cases[name]!.variants.entries()) {
      const out = await compiled.run(feedsOf(name, i, float));
      expect(out.output!.shape).toEqual(output.shape);
      expect(distance(out.output!.data, output.data)).toBeLessThan(tolerance);
      for (const [key, data] of Object.entries(expected))
        expect(distance(out[`d:${key}`]!.data, data), key).toBeLessThan(tolerance);
    }
    await compiled.dispose();
  });

  it.skipIf(withoutDifferences.includes(name))('agrees with finite differences in float64', async () => {
    const compiled = await build(name, 'float64');
    const step = steps[name] ?? 1e-5;
    for (const i of fixture.cases[name]!.variants.keys()) {
      const feeds = feedsOf(name, i, 'float64');
      const exact = await compiled.run(feeds);
      for (const key of Object.keys(fixture.cases[name]!.variants[i]!.gradients)) {
        const data = feeds[key]!.data as Float64Array;
        const slopes = new Float64Array(data.length);
        for (let at = 0; at < data.length; at++) {
          const held = data[at]!;
          data[at] = held + step;
          const above = Number((await compiled.run(feeds)).loss!.data[0]);
          data[at] = held - step;
          const below = Number((await compiled.run(feeds)).loss!.data[0]);
          data[at] = held;
          slopes[at] = (above - below) / (2 * step);
        }
        expect(distance(exact[`d:${key}`]!.data, slopes), key).toBeLessThan(1e-6);
      }
    }
    await compiled.dispose();
  });
});

describe('coverage', () => {
  it('has a case, with differences, for every exported operator that has a gradient', () => {
    const covered = new Set(Object.keys(fixture.cases).map(name => name.split('.')[0]!));
    const exported = Object.keys(operators).filter(name => !withoutGradient.includes(name));
    expect(exported.filter(name => !covered.has(name))).toEqual([]);
  });

  it('has a builder for every case of the fixture and the other way round', () => {
    expect(Object.keys(operatorCases).sort()).toEqual(Object.keys(fixture.cases).sort());
  });
});
