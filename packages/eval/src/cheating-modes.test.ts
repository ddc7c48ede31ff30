// Modes that try to get at the test labels, or at each other.
import { defineTask, type Example, labels, type Mode, type TaskForModes } from '@modeshift/core';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compare } from './compare.ts';
import { sealTask } from './seal-task.ts';

type Input = { text: string; tags: string[] };
const secret = (i: number): string => ['北', '南', '东'][(i * i + 1) % 3]!;
const example = (i: number, part: string): Example<Input, string> => ({
  input: { text: `${part} ${i}`, tags: [] },
  output: secret(i),
});
const make = () =>
  defineTask({
    name: 'secret',
    instruction: 'Guess.',
    input: z.object({ text: z.string(), tags: z.array(z.string()) }),
    output: labels<string>(['北', '南', '东']),
    examples: {
      train: Array.from({ length: 30 }, (_, i) => example(i, 'train')),
      dev: Array.from({ length: 6 }, (_, i) => example(i, 'dev')),
      test: Array.from({ length: 45 }, (_, i) => example(i, 'test')),
    },
  });

const footprint = { trainedParameters: 0, totalParameters: 0, bytes: 0, trainMs: 0, trainUsd: 0 };
type Predict = (input: Input, ctx: object) => string | undefined;
function cheat(
  name: string,
  prepare: (task: TaskForModes<Input, string>, ctx: object) => Predict,
): Mode<Input, string> {
  return {
    name,
    kind: 'api',
    async solve(task, ctx) {
      const predict = prepare(task, ctx);
      return {
        footprint,
        predict: async (input, call) => ({ output: predict(input, call) ?? '北' }),
        save: async () => {},
      };
    },
  };
}

/** Everything that can be reached from a value: properties, hidden ones, symbols, prototypes, and what getters give. */
function reachable(root: unknown, seen = new Set<unknown>()): Set<unknown> {
  const open: unknown[] = [root];
  const foreign = new Set<unknown>([Object.prototype, Array.prototype, Function.prototype, globalThis]);
  while (open.length > 0) {
    const value = open.pop();
    if (seen.has(value) || foreign.has(value)) continue;
    seen.add(value);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
    for (const key of Reflect.ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, key)!;
      if ('value' in property) open.push(property.value);
    }
    open.push(Reflect.getPrototypeOf(value));
  }
  return seen;
}

/** The accuracy of answering 北 to everything: what a cheat gets that finds nothing. */
const floor = Array.from({ length: 45 }, (_, i) => secret(i)).filter(label => label === '北').length / 45;

describe('a mode cannot see the test labels', () => {
  const restore: (() => void)[] = [];
  afterEach(() => {
    for (const undo of restore.splice(0)) undo();
  });

  it('through the task: neither by a cast, nor by properties, nor by prototypes', () => {
    const task = make();
    const found = reachable(sealTask(task));
    expect([...found].some(value => typeof value === 'string' && value.startsWith('train 3'))).toBe(true);
    expect([...found].some(value => typeof value === 'string' && value.startsWith('test '))).toBe(false);
    expect(found.has(task.test)).toBe(false);
    expect(found.has(task)).toBe(false);
    for (const { input } of task.train) expect(found.has(input)).toBe(false);
  });

  it('by looking around in task, context, input and solution', async () => {
    const seen: unknown[] = [];
    const looking = cheat('looking', (task, ctx) => {
      seen.push((task as unknown as { test?: unknown }).test, Object.getPrototypeOf(task));
      const labelled = [...reachable(task), ...reachable(ctx)].filter(
        value => typeof value === 'object' && value !== null && 'output' in value && 'input' in value,
      ) as Example<Input, string>[];
      const answers = new Map(labelled.map(one => [one.input.text, one.output]));
      return (input, call) => {
        seen.push((input as unknown as { output?: unknown }).output);
        for (const value of reachable(call))
          if (typeof value === 'object') seen.push((value as { output?: unknown } | null)?.output);
        return answers.get(input.text);
      };
    });
    const report = await compare(make(), [looking]);
    expect(seen.every(value => value === undefined || value === null)).toBe(true);
    expect(report.modes[0]!.metrics.accuracy).toBeCloseTo(floor, 12);
  });

  it('by listening in on built-in functions: labels are not read before the last mode has ended', async () => {
    const caught = new Map<string, string>();
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const { input, output, expected } = value as { input?: Input; output?: string; expected?: string };
      if (input?.text?.startsWith('test ') && (output ?? expected)) caught.set(input.text, (output ?? expected)!);
    };
    let ended = false;
    const spying = cheat('spying', () => {
      for (const name of ['map', 'forEach', 'filter', 'slice', 'push', 'reduce', 'flatMap'] as const) {
        const original = Array.prototype[name] as (...parts: unknown[]) => unknown;
        const patched = function (this: unknown[], ...parts: unknown[]): unknown {
          if (!ended) for (let i = 0; i < this.length; i++) look(this[i]);
          return original.apply(this, parts);
        };
        Object.defineProperty(Array.prototype, name, { value: patched, configurable: true, writable: true });
        restore.push(() =>
          Object.defineProperty(Array.prototype, name, { value: original, configurable: true, writable: true }),
        );
      }
      const keys = Object.keys;
      Object.keys = (value: object) => {
        if (!ended) look(value);
        return keys(value);
      };
      restore.push(() => {
        Object.keys = keys;
      });
      return input => caught.get(input.text);
    });
    let calls = 0;
    const last = cheat('last', () => input => {
      if (++calls === 45) ended = true;
      return caught.get(input.text);
    });
    const report = await compare(make(), [spying, last]);
    for (const undo of restore.splice(0)) undo();
    expect(caught.size).toBe(0);
    for (const row of report.modes) expect(row.metrics.accuracy).toBeCloseTo(floor, 12);
  });

  it('by the order of the examples: they come shuffled, the same for every mode', async () => {
    const orders: string[][] = [[], []];
    const noting = (index: number): Mode<Input, string> =>
      cheat(`noting ${index}`, () => input => {
        orders[index]!.push(input.text);
        return undefined;
      });
    await compare(make(), [noting(0), noting(1)], { seed: 3 });
    expect(orders[0]).toEqual(orders[1]);
    const inFile = Array.from({ length: 45 }, (_, i) => `test ${i}`);
    expect(orders[0]).not.toEqual(inFile);
    expect(orders[0]!.toSorted()).toEqual(inFile.toSorted());
  });
});

describe('a mode cannot reach another mode or the task', () => {
  it('by changing examples, labels or schemas: they are copies and frozen', async () => {
    const task = make();
    const before = JSON.stringify(task);
    let refused = 0;
    const attempt = (change: () => void): void => {
      try {
        change();
      } catch {
        refused++;
      }
    };
    const changing = cheat('changing', given => {
      const open = given as unknown as { train: Example<Input, string>[]; labels: string[]; name: string };
      attempt(() => open.train.push(example(0, 'evil')));
      attempt(() => Object.assign(open.train[0]!, { output: '南' }));
      attempt(() => open.train[0]!.input.tags.push('evil'));
      attempt(() => open.labels.push('evil'));
      attempt(() => Object.assign(open, { name: 'evil' }));
      attempt(() => Object.assign(given.output['~standard'], { validate: () => ({ value: 'evil' }) }));
      attempt(() => Object.assign(given.text, { evil: true }));
      return input => {
        input.tags.push('evil');
        input.text = 'evil';
        return undefined;
      };
    });
    const texts: string[] = [];
    const honest = cheat('honest', given => {
      texts.push(JSON.stringify([given.train.length, given.labels, given.train[0]]));
      return input => {
        texts.push(input.text + input.tags.join());
        return undefined;
      };
    });
    await compare(task, [changing, honest]);
    expect(refused).toBe(7);
    expect(texts.join()).not.toContain('evil');
    expect(JSON.stringify(task)).toBe(before);
  });

  it('keeps what inputs are made of: dates, maps, bytes, the user’s own classes', () => {
    class Own {
      readonly value = 1;
    }
    const input = {
      at: new Date(5),
      map: new Map([['a', 1]]),
      bytes: new Uint8Array([1, 2]),
      own: new Own(),
      text: 'x',
    };
    const task = { ...make(), input: z.any(), train: [{ input, output: '北' }] };
    const copy = (sealTask(task as never) as unknown as { train: { input: typeof input }[] }).train[0]!.input;
    expect(copy).toEqual(input);
    expect(copy.own).toBeInstanceOf(Own);
    expect(copy.map).not.toBe(input.map);
    expect(copy.bytes).not.toBe(input.bytes);
  });
});
