import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineTask, labels, type Progress } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { modes } from './modes.ts';
import { nearest } from './nearest.ts';
import { loadNearest } from './nearest-solution.ts';

const subjects = ['the kettle', 'my lamp', 'a coat', 'this chair', 'the tablet', 'our rug'];
const 物品 = ['水壶', '台灯', '大衣', '椅子', '平板', '地毯'];
const train = subjects.flatMap((thing, i) => [
  { input: { text: `I want a refund for ${thing}` }, output: 'refund' },
  { input: { text: `where is ${thing}, track my parcel` }, output: 'order_status' },
  { input: { text: `${物品[i]}我要退款` }, output: 'refund' },
  { input: { text: `${物品[i]}的快递到哪了` }, output: 'order_status' },
  { input: { text: `please cancel the order of ${thing}` }, output: 'cancel' },
]);
const taskWith = (examples: typeof train, dev: typeof train = []) =>
  defineTask({
    name: 'topic',
    instruction: 'Say what the message is about.',
    input: z.object({ text: z.string() }),
    output: labels<string>(['refund', 'order_status', 'cancel', 'never_seen']),
    examples: { train: examples, dev, test: train.slice(0, 1) },
  });
const task = taskWith(train);

describe('nearest', () => {
  it('answers in both languages, with honest probabilities and its evidence', async () => {
    const solution = await nearest().solve(task, {});
    for (const [text, label] of [
      ['REFUND the toaster', 'refund'],
      ['tracking of the parcel', 'order_status'],
      ['cancel it', 'cancel'],
      ['行李箱想退款', 'refund'],
      ['快递呢', 'order_status'],
    ] as const) {
      const { output, probabilities } = await solution.predict({ text }, {});
      expect(output, text).toBe(label);
      const sum = Object.values(probabilities!).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 9);
      expect(Object.keys(probabilities!)).toEqual(task.labels);
      const [best] = solution.evidence({ text }, 1);
      expect(best?.label).toBe(label);
      expect(train.map(example => example.input.text)).toContain(best?.text);
    }
  });

  it('knows a label by its name alone, unless told not to', async () => {
    const withNames = await (await nearest().solve(task, {})).predict({ text: 'never seen' }, {});
    expect(withNames.output).toBe('never_seen');
    const without = await (await nearest({ labelNames: false }).solve(task, {})).predict({ text: 'never seen' }, {});
    expect(without.output).not.toBe('never_seen');
  });

  it('answers with the most frequent label when nothing is alike', async () => {
    const solution = await nearest().solve(task, {});
    const { output, probabilities } = await solution.predict({ text: '؟' }, {});
    expect(['refund', 'order_status']).toContain(output);
    expect(probabilities!.never_seen).toBeGreaterThan(0);
  });

  it('does the same for the same seed, and keeps a fixed k and sharpness', async () => {
    const [a, b] = [await nearest().solve(task, { seed: 4 }), await nearest().solve(task, { seed: 4 })];
    expect(a.vote).toEqual(b.vote);
    const fixed = await nearest({ k: 3, sharpness: 2 }).solve(taskWith(train, train.slice(0, 4)), {});
    expect(fixed.vote).toMatchObject({ k: 3, sharpness: 2 });
  });

  it('works with one example, and with more neighbours asked than there are', async () => {
    const solution = await nearest({ k: 50 }).solve(taskWith(train.slice(0, 1)), {});
    expect((await solution.predict({ text: 'refund' }, {})).output).toBe('refund');
  });

  it('costs nothing but the examples it keeps, and loads from its folder', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'nearest-'));
    try {
      const solution = await nearest().solve(task, {});
      await solution.save(path.join(dir, 'deep', 'er'));
      const [file] = await readdir(path.join(dir, 'deep', 'er'));
      const { size } = await stat(path.join(dir, 'deep', 'er', file!));
      expect(solution.footprint).toMatchObject({ trainedParameters: 0, bytes: size, trainUsd: 0 });
      expect(solution.footprint.trainMs).toBeGreaterThan(0);
      const loaded = await loadNearest(path.join(dir, 'deep', 'er'));
      for (const text of ['refund', '快递到哪', 'cancel now']) {
        expect(await loaded.predict({ text }, {})).toEqual(await solution.predict({ text }, {}));
        expect(await loaded.predict(text, {})).toEqual(await solution.predict({ text }, {}));
      }
      await expect(loaded.predict({ a: 1 }, {})).rejects.toThrow(/`text`/);
      await expect(loadNearest(dir)).rejects.toThrow(/cannot be read/);
      await writeFile(path.join(dir, 'nearest.json'), '{"version":1}');
      await expect(loadNearest(dir)).rejects.toThrow(/damaged/);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('says where it stands, and stops when told to', async () => {
    const seen: Progress[] = [];
    await nearest().solve(task, { onProgress: progress => seen.push(progress) });
    expect(seen.map(progress => progress.phase)).toContain('choosing neighbours');
    for (const { done, total } of seen) expect(done).toBeLessThanOrEqual(total!);
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
    await expect(nearest().solve(task, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
    const controller = new AbortController();
    const stopping = nearest().solve(task, {
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'choosing neighbours' && controller.abort(),
    });
    await expect(stopping).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });

  it('refuses wrong options and tasks without labels', async () => {
    expect(() => nearest({ k: 0 })).toThrow(/`k`/);
    expect(() => nearest({ sharpness: -1 })).toThrow(/`sharpness`/);
    expect(() => nearest({ b: 2 })).toThrow(/`b`/);
    expect(() => nearest({ terms: { characters: [0] } })).toThrow(/characters/);
    const open = defineTask({
      name: 'summary',
      instruction: 'Sum up.',
      input: z.string(),
      output: z.string(),
      examples: { train: [{ input: 'a', output: 'b' }], test: [{ input: 'a', output: 'b' }] },
    });
    await expect(nearest().solve(open, {})).rejects.toThrow(/no choice of labels/);
  });

  it('is offered to tools', () => {
    expect(modes.map(offer => [offer.name, offer.needs])).toEqual([
      ['nearest', 'none'],
      ['retrieved', 'none'],
      ['rag', 'answering'],
    ]);
    expect(modes[0]!.create({}).name).toBe('nearest');
  });
});
