// The scratch mode: trains on a task, answers with probabilities, is cancelled, saved and loaded.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTask, labels, ModeshiftError, type Progress, type Task } from '@modeshift/core';
import { loadTextClassifier } from '@modeshift/local';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scratch } from './scratch.ts';

const cities = ['北京', '上海', '广州', 'Berlin', 'Paris', 'Tokyo', '成都', 'Rome'];
const templates: readonly (readonly [string, (city: string) => string])[] = [
  ['weather', city => `明天${city}会下雨吗`],
  ['weather', city => `Will it rain in ${city} tomorrow?`],
  ['travel', city => `帮我订一张去${city}的机票`],
  ['travel', city => `Book me a flight to ${city}, please`],
  ['food', city => `${city}有什么好吃的餐厅`],
  ['food', city => `Where can I eat well in ${city}?`],
];
const examples = cities.flatMap(city => templates.map(([output, write]) => ({ input: { text: write(city) }, output })));
const of = (city: string) => examples.filter(({ input }) => input.text.includes(city));

function makeTask(options: { dev?: boolean } = {}): Task<{ text: string }, string> {
  const held = new Set([...of('成都'), ...of('Rome'), ...(options.dev ? of('Tokyo') : [])]);
  return defineTask({
    name: 'city-questions',
    instruction: 'Say what is asked about.',
    input: z.object({ text: z.string() }),
    output: labels<string>(['weather', 'travel', 'food', 'other']),
    examples: {
      train: examples.filter(example => !held.has(example)),
      test: [...of('成都'), ...of('Rome')],
      ...(options.dev && { dev: of('Tokyo') }),
    },
  });
}

describe('scratch', () => {
  it('learns a Chinese and English task and answers for cities it never saw', async () => {
    const task = makeTask();
    const progress: Progress[] = [];
    const solution = await scratch().solve(task, { seed: 3, onProgress: step => progress.push(step) });
    for (const { input, output } of task.test) {
      const answer = await solution.predict(input, {});
      expect(answer.output, input.text).toBe(output);
      expect(Object.keys(answer.probabilities!)).toEqual(task.labels);
      const sum = Object.values(answer.probabilities!).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 10);
      expect(Math.max(...Object.values(answer.probabilities!))).toBe(answer.probabilities![output]);
    }
    expect(solution.footprint.trainedParameters).toBeGreaterThan(1000);
    expect(solution.footprint.totalParameters).toBe(solution.footprint.trainedParameters);
    expect(solution.footprint.trainUsd).toBe(0);
    expect(solution.footprint.trainMs).toBeGreaterThan(0);
    expect(new Set(progress.map(({ phase }) => phase))).toEqual(new Set(['reading texts', 'training']));
    expect(progress.at(-1)).toMatchObject({ phase: 'training', unit: 'steps' });
    expect(progress.at(-1)!.done).toBe(progress.at(-1)!.total);
  });

  it('saves what @modeshift/local loads, with the bytes it said', async () => {
    const task = makeTask({ dev: true });
    const solution = await scratch({ epochs: 8 }).solve(task, {});
    const dir = await mkdtemp(join(tmpdir(), 'scratch-'));
    await solution.save(dir);
    const loaded = await loadTextClassifier(dir);
    const { input } = task.test[0]!;
    const [answer] = await loaded.classify([input.text]);
    expect(answer!.probabilities).toEqual((await solution.predict(input, {})).probabilities);
    expect(loaded.bytes).toBe(solution.footprint.bytes);
    expect(loaded.training.heldOutExamples).toBe(task.dev.length);
  });

  it('gives the same answers for the same seed and others for another', async () => {
    const task = makeTask();
    const answer = async (seed: number) => {
      const solution = await scratch({ epochs: 4 }).solve(task, { seed });
      return solution.predict(task.test[0]!.input, {});
    };
    expect(await answer(1)).toEqual(await answer(1));
    expect(await answer(1)).not.toEqual(await answer(2));
  });

  it('refuses a task without labels and says what to do', async () => {
    const task = defineTask({
      name: 'summaries',
      instruction: 'Summarise.',
      input: z.string(),
      output: z.string(),
      examples: { train: [{ input: 'a', output: 'b' }], test: [{ input: 'a', output: 'b' }] },
    });
    await expect(scratch().solve(task, {})).rejects.toThrow(/no fixed labels.*labels\(\['a', 'b'\]\)/);
  });

  it('refuses a wrong option', async () => {
    await expect(scratch({ hiddenDropout: 1 }).solve(makeTask(), {})).rejects.toThrow(/hiddenDropout is 1/);
  });

  it('stops when the run is cancelled', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const solving = scratch().solve(makeTask(), {
      signal: controller.signal,
      onProgress: ({ phase, done }) => {
        if (phase !== 'training') return;
        seen.push(done);
        if (done === 3) controller.abort();
      },
    });
    await expect(solving).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
    expect(seen).toEqual([1, 2, 3]);
  });
});
