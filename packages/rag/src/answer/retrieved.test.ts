// The mode `retrieved`: in a comparison, saved and loaded, with a model that reads; and on recorded vectors of real tickets.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineTask, type EmbeddingModel, labels, type Price } from '@modeshift/core';
import { readExamples, readTable } from '@modeshift/data';
import { compare, majority } from '@modeshift/eval';
import { scriptedModel, scriptedScoringModel } from '@modeshift/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { retrieved } from './retrieved.ts';
import { loadRetrieved } from './retrieved-solution.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'modeshift-retrieved-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const topics = {
  billing: ['我被扣了两次钱', '账单金额不对', '为什么多收了费用', 'I was charged twice', 'the bill is wrong'],
  delivery: ['我的包裹还没到', '快递丢了', '物流不动了', 'my parcel is late', 'where is my parcel'],
};
const train = Object.entries(topics).flatMap(([output, texts]) => texts.map(text => ({ input: { text }, output })));
const task = defineTask({
  name: 'topic',
  instruction: 'Say what the message is about.',
  input: z.object({ text: z.string() }),
  output: labels(Object.keys(topics)),
  examples: {
    train,
    test: [
      { input: { text: '包裹在哪里' }, output: 'delivery' },
      { input: { text: '账单多收了钱' }, output: 'billing' },
      { input: { text: 'is my parcel lost' }, output: 'delivery' },
    ],
  },
});

describe('retrieved', () => {
  it('answers by the vote of its knowledge base, in a comparison', async () => {
    const report = await compare(task, [majority(), retrieved()]);
    const row = report.modes.find(mode => mode.name === 'retrieved')!;
    expect([row.status, row.metrics.accuracy]).toEqual(['ok', 1]);
  });

  it('is saved as a store and its settings, and answers the same when loaded', async () => {
    const solution = await retrieved({ k: 3 }).solve(task, {});
    const folder = path.join(scratch, 'saved');
    await solution.save(folder);
    const before = await solution.predict({ text: '快递呢' }, {});
    await solution.dispose();
    const loaded = await loadRetrieved(folder);
    expect(await loaded.predict({ text: '快递呢' }, {})).toEqual(before);
    expect(before.output).toBe('delivery');
    expect(Object.values(before.probabilities!).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    expect(await loaded.evidence('快递丢了', 1)).toMatchObject([{ text: '快递丢了', label: 'delivery' }]);
    expect(loaded.footprint.bytes).toBe(solution.footprint.bytes);
    await loaded.dispose();
    expect(existsSync(path.join(folder, 'knowledge.db'))).toBe(true);
  });

  it('has a model read the nearest examples as data, and takes labels only', async () => {
    const value = (label: string): string => JSON.stringify({ value: label });
    const model = scriptedModel({
      reply: (_, index) => [value('delivery'), 'no idea', value('parcel')][index] ?? '',
    });
    const solution = await retrieved({ model, k: 2 }).solve(task, {});
    expect((await solution.predict({ text: '包裹呢' }, {})).output).toBe('delivery');
    const [system, user] = model.journal[0]!.call.messages;
    expect(system!.content).toContain('Say what the message is about.');
    expect(user!.content).toMatch(/^<passage-\w+ number="1" source="delivery">\n.*包裹/);
    expect(user!.content).toMatch(/<\/passage-\w+>\n\nText: 包裹呢$/);
    const wrong = await solution.predict({ text: '包裹呢' }, {});
    expect([wrong.output, wrong.problem]).toEqual([undefined, expect.stringContaining('labels')]);
    await solution.save(path.join(scratch, 'read'));
    await solution.dispose();
    await expect(loadRetrieved(path.join(scratch, 'read'))).rejects.toThrow('Give "model"');
  });

  it('has a model that scores choose among the labels, after the nearest examples', async () => {
    const prompts: string[] = [];
    const model = scriptedScoringModel((prompt, continuation) => {
      prompts.push(String(prompt));
      return continuation.includes('delivery') === String(prompt).includes('包裹还没到') ? -1 : -3;
    });
    const mode = retrieved({ model, k: 2 });
    expect([mode.name, retrieved().name]).toEqual(['rag', 'retrieved']);
    const solution = await mode.solve(task, {});
    const { output, probabilities } = await solution.predict({ text: '包裹呢' }, {});
    expect([output, probabilities!.delivery]).toEqual(['delivery', expect.closeTo(1 / (1 + Math.exp(-2)), 12)]);
    expect(prompts[0]).toMatch(/^Say what.*\nText: .*包裹.*\nLabel: delivery\n\nText: 包裹呢\nLabel:$/s);
    await solution.dispose();
  });

  it('counts what embedding an input costs, and says that it is unknown where it is', async () => {
    const embedderOf = (price?: Price): EmbeddingModel => ({
      ...{ provider: 'test', modelId: 'length', dimensions: 2, ...(price && { price }) },
      embed: async texts => ({
        embeddings: texts.map(text => Float32Array.of(1, text.length)),
        usage: { inputTokens: 1000 * texts.length, outputTokens: 0 },
      }),
    });
    const price = { inputPerMillion: 2, outputPerMillion: 0, asOf: '2026-11-25', source: 'a test' };
    const told: unknown[] = [];
    for (const embedder of [embedderOf(price), embedderOf()]) {
      const solution = await retrieved({ embedder }).solve(task, {});
      told.push((await solution.predict({ text: '包裹呢' }, {})).usd, solution.footprint.trainUsd);
      await solution.dispose();
    }
    expect(told).toEqual([0.002, expect.closeTo(0.02, 9), undefined, undefined]);
  });

  it('leaves nothing behind where it fails', async () => {
    const folders = (): string[] =>
      readdirSync(tmpdir()).filter(name => name.startsWith('modeshift-retrieved-') && !name.includes('test'));
    const before = folders();
    const embedder: EmbeddingModel = {
      ...{ provider: 'test', modelId: 'none', dimensions: 2 },
      embed: () => Promise.reject(new Error('网络')),
    };
    await expect(retrieved({ embedder }).solve(task, {})).rejects.toThrow('网络');
    expect(folders().filter(name => !before.includes(name))).toEqual([]);
  });

  it('refuses what does not go together', async () => {
    expect(() => retrieved({ search: 'vector' })).toThrow('needs an "embedder"');
    expect(() => retrieved({ k: 0 })).toThrow('"k" is 0');
    const free = defineTask({
      ...{ name: 'free', instruction: 'x', input: z.string(), output: z.string() },
      examples: { train: [{ input: 'a', output: 'b' }], test: [{ input: 'a', output: 'b' }] },
    });
    await expect(retrieved().solve(free, {})).rejects.toThrow('no choice of labels');
    await expect(loadRetrieved(path.join(scratch, 'nowhere'))).rejects.toMatchObject({ reason: { tag: 'storage' } });
    writeFileSync(path.join(scratch, 'retrieved.json'), '{');
    await expect(loadRetrieved(scratch)).rejects.toThrow('damaged');
  });
});

const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../../shared/data');
const file = path.join(data, 'anthropic_cookbook/classification/voyage_embeddings.json');
const hasTickets = existsSync(file);
if (!hasTickets)
  console.log(
    'Skipped: no folder anthropic_cookbook in the data folder. Set MODESHIFT_DATA to the folder that holds it.',
  );

describe.runIf(hasTickets)('insurance tickets with the vectors that the cookbook recorded', () => {
  it.each([
    ['the nearest one', { k: 1 }, 66],
    ['neighbours chosen on the training set', {}, 64],
  ] as const)('%s', async (name, options, least) => {
    interface Ticket {
      readonly text: string;
      readonly label: string;
      readonly embedding: readonly number[];
    }
    const { train: known, queries } = JSON.parse(readFileSync(file, 'utf8')) as Record<'train' | 'queries', Ticket[]>;
    const table = await readTable(path.join(path.dirname(file), 'test.tsv'));
    const { examples: test } = readExamples({ table, input: 'text', label: 'label' });
    const vectors = new Map([...known, ...queries].map(one => [one.text, Float32Array.from(one.embedding)]));
    const embedder: EmbeddingModel = {
      ...{ provider: 'recorded', modelId: 'voyage-2', dimensions: 1024 },
      embed: async texts => ({
        embeddings: texts.map(text => vectors.get(text)!),
        usage: { inputTokens: undefined, outputTokens: 0 },
      }),
    };
    const tickets = defineTask({
      name: 'tickets',
      instruction: 'Say what the ticket is about.',
      input: z.string(),
      output: labels([...new Set(known.map(one => one.label))]),
      examples: {
        train: known.map(({ text, label }) => ({ input: text, output: label })),
        test: test.map(({ text, label }) => ({ input: text, output: label })),
      },
    });
    const solution = await retrieved({ embedder, search: 'vector', ...options }).solve(tickets, {});
    let right = 0;
    for (const { input, output } of tickets.test) if ((await solution.predict(input, {})).output === output) right++;
    await solution.dispose();
    console.log(`Insurance tickets, recorded vectors, ${name}: ${right} of ${tickets.test.length}`);
    expect(tickets.test).toHaveLength(68);
    expect(right).toBeGreaterThanOrEqual(least);
  });
});
