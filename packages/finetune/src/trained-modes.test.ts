// lora, full and head on a scripted model that really learns: quality, seeds, what they see, cancelling in every phase, files.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineTask,
  type EmbeddingModel,
  labels,
  type Mode,
  ModeshiftError,
  type Progress,
  type Task,
  type TrainableModel,
  type TrainExample,
} from '@modeshift/core';
import { compare, reportTable } from '@modeshift/eval';
import { scriptedModel, scriptedTrainableModel } from '@modeshift/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { full } from './full.ts';
import { head } from './head.ts';
import { loadTrained, modes } from './index.ts';
import { lora } from './lora.ts';

type Input = { text: string };
const cities = ['北京', '上海', '广州', 'Berlin', 'Paris', 'Tokyo', '成都', 'Rome'];
const templates: readonly (readonly [string, (city: string) => string])[] = [
  ['天气', city => `明天${city}会下雨吗`],
  ['天气', city => `Will it rain in ${city} tomorrow?`],
  ['book_travel', city => `帮我订一张去${city}的机票`],
  ['book_travel', city => `Book me a flight to ${city}, please`],
  ['美食', city => `${city}有什么好吃的餐厅`],
  ['美食', city => `Where can I eat well in ${city}?`],
];
const of = (...names: string[]) =>
  names.flatMap(city => templates.map(([output, write]) => ({ input: { text: write(city) }, output })));

function makeTask(options: { dev?: boolean; train?: ReturnType<typeof of> } = {}): Task<Input, string> {
  return defineTask({
    name: '城市问题',
    instruction: '判断问题的主题。',
    input: z.object({ text: z.string() }),
    output: labels<string>(['天气', 'book_travel', '美食']),
    examples: {
      train: options.train ?? of(...cities.slice(0, 6)),
      test: of('成都', 'Rome'),
      ...(options.dev && { dev: of('Tokyo') }),
    },
  });
}

const make = {
  lora: (model: ReturnType<typeof scriptedTrainableModel>, more = {}) =>
    lora<Input, string>({ model, learningRate: 4, epochs: 20, ...more }),
  full: (model: ReturnType<typeof scriptedTrainableModel>, more = {}) =>
    full<Input, string>({ model, learningRate: 4, epochs: 20, ...more }),
  head: (model: ReturnType<typeof scriptedTrainableModel>, more = {}) =>
    head<Input, string>({ model, learningRate: 4, epochs: 20, ...more }),
};
const names = ['lora', 'full', 'head'] as const;

let scratch = '';
const before = process.env.TMPDIR;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'modeshift-finetune-'));
  process.env.TMPDIR = scratch;
});
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(scratch, { recursive: true, force: true });
});
const leftFolders = () => readdirSync(scratch).filter(name => name.startsWith('modeshift-trained-'));

describe.each(names)('%s', name => {
  it('learns a Chinese and English task and answers for cities it never saw', async () => {
    const task = makeTask();
    const model = scriptedTrainableModel();
    const progress: Progress[] = [];
    const mode = make[name](model);
    expect(mode).toMatchObject({ name, kind: 'fine-tuning', model: 'scripted:trainable' });
    const solution = await mode.solve(task, { seed: 3, onProgress: one => progress.push(one) });
    for (const { input, output } of task.test) {
      const answer = await solution.predict(input, {});
      expect(answer.output, input.text).toBe(output);
      expect(Object.keys(answer.probabilities!)).toEqual(task.labels);
      expect(Object.values(answer.probabilities!).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
      expect(answer.usage!.inputTokens).toBeGreaterThan(0);
    }
    const trained = { lora: 512, full: 1024, head: 256 }[name] * 64;
    expect(solution.footprint).toMatchObject({ trainedParameters: trained, totalParameters: 65_536, trainUsd: 0 });
    expect(solution.footprint.trainMs).toBeGreaterThan(0);
    expect(new Set(progress.map(({ phase }) => phase))).toEqual(
      new Set(['loading the model', 'training', 'saving', 'loading what was trained']),
    );
    expect(progress.some(({ figures }) => figures?.loss !== undefined)).toBe(true);
    expect(solution.training).toMatchObject({ examples: 30, heldOut: 6, tooLong: 0 });
    expect(model.open).toBe(1);
    await solution.dispose!();
    expect(model.open).toBe(0);
    expect(leftFolders()).toEqual([]);
  });

  it('is the same for the same seed and another for another', async () => {
    const task = makeTask();
    const answer = async (seed: number) => {
      const solution = await make[name](scriptedTrainableModel(), { epochs: 2 }).solve(task, { seed });
      const { trainMs: _, ...footprint } = solution.footprint;
      const prediction = await solution.predict(task.test[0]!.input, {});
      await solution.dispose!();
      return { prediction, footprint, training: solution.training };
    };
    expect(await answer(1)).toEqual(await answer(1));
    expect((await answer(1)).prediction).not.toEqual((await answer(2)).prediction);
  });

  it('is cancelled in every phase, and leaves nothing behind', async () => {
    for (const phase of ['loading the model', 'training', 'saving', 'loading what was trained']) {
      const model = scriptedTrainableModel();
      const controller = new AbortController();
      const reached: string[] = [];
      const solving = make[name](model).solve(makeTask(), {
        signal: controller.signal,
        onProgress: one => {
          reached.push(one.phase);
          if (one.phase === phase && (phase !== 'training' || one.done === 3)) controller.abort();
        },
      });
      await expect(solving, phase).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
      expect(reached.at(-1)).toBe(phase);
      expect(model.open, phase).toBe(0);
      expect(leftFolders(), phase).toEqual([]);
    }
    const solution = await make[name](scriptedTrainableModel(), { epochs: 1 }).solve(makeTask(), {});
    const cancelled = solution.predict({ text: 'x' }, { signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
    await solution.dispose!();
  });

  it('answers the same after saving and loading, with the bytes it said', async () => {
    const task = makeTask({ dev: true });
    const model = scriptedTrainableModel();
    const solution = await make[name](model).solve(task, { seed: 2 });
    const dir = join(scratch, `saved-${name}`);
    await solution.save(dir);
    const bytes = readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .map(file => statSync(join(dir, file)))
      .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    expect(bytes).toBe(solution.footprint.bytes);
    const answers = await Promise.all(task.test.map(({ input }) => solution.predict(input, {})));
    await solution.dispose!();
    expect(model.open).toBe(0);
    const loaded = await loadTrained(dir, { model });
    for (const [i, { input }] of task.test.entries()) expect(await loaded.predict(input.text, {})).toEqual(answers[i]);
    const { trainMs: _, ...footprint } = loaded.footprint;
    expect(solution.footprint).toMatchObject(footprint);
    // Saving where it was loaded from, and elsewhere.
    await loaded.save(dir);
    await loaded.save(`${dir}-again`);
    expect(readFileSync(join(`${dir}-again`, 'trained.json'), 'utf8')).toBe(
      readFileSync(join(dir, 'trained.json'), 'utf8'),
    );
    await loaded.dispose!();
    await expect(loadTrained(dir, { model: scriptedTrainableModel({ modelId: 'other' }) })).rejects.toThrow(
      /was trained on trainable, and this model is other/,
    );
    expect(model.open).toBe(0);
  });
});

describe('what is trained', () => {
  it('is one record for each training example, by the template that is asked with; no test example', async () => {
    const seen: TrainExample[] = [];
    const prompts: unknown[] = [];
    const inner = scriptedTrainableModel();
    const model: TrainableModel = {
      provider: 'p',
      modelId: 'm',
      trainer: async (spec, context) => {
        const trainer = await inner.trainer(spec, context);
        const train = trainer.train.bind(trainer);
        trainer.train = run => {
          seen.push(...run.examples, ...(run.evaluation?.examples ?? []));
          return train(run);
        };
        return trainer;
      },
      trained: async (...args) => {
        const trained = (await inner.trained(...args)) as unknown as ReturnType<typeof scriptedTrainableModel>;
        const score: typeof trained.score = (call, context) => {
          prompts.push(call);
          return trained.score(call, context);
        };
        return { ...trained, score };
      },
    };
    const task = makeTask();
    const solution = await lora<Input, string>({ model, epochs: 1 }).solve(task, {});
    await solution.predict({ text: '明天北京会下雨吗' }, {});
    expect(seen).toHaveLength(task.train.length);
    expect(seen).toContainEqual({ prompt: '判断问题的主题。\n\n文本：明天北京会下雨吗\n标签：', completion: '天气' });
    expect(seen).toContainEqual({
      prompt: '判断问题的主题。\n\n文本：Book me a flight to Paris, please\n标签：',
      completion: 'book travel',
    });
    expect(prompts).toEqual([
      { prompt: '判断问题的主题。\n\n文本：明天北京会下雨吗\n标签：', continuations: ['天气', 'book travel', '美食'] },
    ]);
    expect(JSON.stringify(seen)).not.toMatch(/成都|Rome/);
    await solution.dispose!();
  });

  it('is what the options say', async () => {
    const model = scriptedTrainableModel();
    const open: { dispose?(): Promise<void> }[] = [];
    const run = { epochs: 1, batches: { size: 4 }, optimizer: { weightDecay: 0.1 } };
    open.push(
      await lora<Input, string>({ model, rank: 2, alpha: 4, blocks: [0], ...run }).solve(makeTask(), { seed: 7 }),
    );
    open.push(await head<Input, string>({ model }).solve(makeTask(), {}));
    expect(model.specs[0]).toEqual({
      method: 'lora',
      lora: { rank: 2, alpha: 4, blocks: [0], targets: 'all-linear' },
      schedule: { warmup: 0.1 },
      batches: { size: 4 },
      optimizer: { weightDecay: 0.1 },
      seed: 7,
    });
    expect(model.specs[1]).toMatchObject({
      method: 'head',
      loss: { kind: 'classification', labels: ['天气', 'book_travel', '美食'] },
    });
    await expect(full<Input, string>({ model, layers: 2 }).solve(makeTask(), {})).rejects.toThrow(/"last-layers"/);
    await expect(lora<Input, string>({ model, form: 'dora' }).solve(makeTask(), {})).rejects.toThrow(/"dora"/);
    for (const one of open) await one.dispose?.();
    expect(model.open).toBe(0);
  });

  it('has a learning rate by the size of the model, unless one is given', async () => {
    const rates: unknown[] = [];
    const inner = scriptedTrainableModel();
    const sized = (allParameters: number) => ({
      ...inner,
      trainer: async (...args: Parameters<typeof inner.trainer>) => {
        const trainer = await inner.trainer(...args);
        Object.defineProperty(trainer, 'allParameters', { value: allParameters });
        const train = trainer.train.bind(trainer);
        trainer.train = run => {
          rates.push(run.learningRate ?? args[0].learningRate);
          return train(run);
        };
        return trainer;
      },
    });
    const solve = async (allParameters: number, options = {}) => {
      const mode = lora<Input, string>({ model: sized(allParameters), epochs: 1, ...options });
      await (await mode.solve(makeTask(), {})).dispose!();
    };
    for (const size of [1e8, 4e8, 4e6, 1, 1e14]) await solve(size);
    await solve(4e6, { learningRate: 0.5 });
    expect(rates).toEqual([6e-4, 3e-4, 3e-3, 0.0384, 6e-5, 0.5].map(rate => expect.closeTo(rate, 12)));
  });

  it('keeps the best state and stops when the held-out loss no longer falls', async () => {
    // Dev labels that contradict what is trained: every further step makes the loss there greater.
    const task = makeTask({ dev: true });
    const wrong = task.dev.map(({ input, output }) => ({ input, output: output === '天气' ? '美食' : '天气' }));
    const solution = await make.lora(scriptedTrainableModel(), { patience: 2 }).solve({ ...task, dev: wrong }, {});
    const { stopped, step, steps, evaluations } = solution.training;
    expect(stopped).toBe('early');
    expect(step).toBeLessThan(steps);
    expect(evaluations.find(one => one.best && one.step === step)).toBeDefined();
    expect(evaluations.at(-1)!.figures.loss).toBeGreaterThan(evaluations[0]!.figures.loss!);
    await solution.dispose!();
  });

  it('trains all examples where nothing can be held out', async () => {
    const few = makeTask({ train: of('Paris').slice(0, 6) });
    const solution = await make.lora(scriptedTrainableModel(), { epochs: 3 }).solve(few, {});
    expect(solution.training).toMatchObject({ examples: 6, heldOut: 0, evaluations: [], stopped: 'finished' });
    await solution.dispose!();
    const all = await make.lora(scriptedTrainableModel(), { epochs: 1, heldOut: 0 }).solve(makeTask(), {});
    expect(all.training).toMatchObject({ examples: 36, heldOut: 0 });
    await all.dispose!();
  });

  it('leaves out what is too long to be trained on whole, and says how many', async () => {
    const inner = scriptedTrainableModel();
    const counting = {
      ...inner,
      countTokens: async (text: unknown) => [...String(text)].length,
      trainer: async (...args: Parameters<typeof inner.trainer>) =>
        Object.assign(await inner.trainer(...args), { maxTokens: 80 }),
    };
    const long = { input: { text: '明天'.repeat(40) }, output: '天气' };
    const task = makeTask({ train: [...of('Paris', 'Tokyo'), long] });
    const solution = await lora<Input, string>({ model: counting, epochs: 1, heldOut: 0 }).solve(task, {});
    expect(solution.training).toMatchObject({ examples: 12, tooLong: 1 });
    await solution.dispose!();
    const none = lora<Input, string>({ model: counting, epochs: 1 }).solve(makeTask({ train: [long] }), {});
    await expect(none).rejects.toThrow(/has more tokens than .* can be trained on \(80\)/);
    expect(inner.open).toBe(0);
  });
});

describe('in a comparison', () => {
  it('shows trained parameters and their share, and frees what it holds', async () => {
    const model = scriptedTrainableModel();
    const list: Mode<Input, string>[] = names.map(name => make[name](model));
    const report = await compare(makeTask(), list, { seed: 1 });
    expect(report.modes.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(report.modes.map(mode => mode.metrics.accuracy)).toEqual([1, 1, 1]);
    expect(report.modes[0]!.footprint).toMatchObject({ trainedParameters: 32_768, totalParameters: 65_536 });
    const table = reportTable(report, { columns: 100, color: false });
    expect(table).toMatch(/lora .*32.8k 50%/);
    expect(table).toMatch(/head .*16.4k 25%/);
    expect(table).toMatch(/full .*65.5k 100%/);
    expect(model.open).toBe(0);
    expect(leftFolders()).toEqual([]);
  });
});

describe('wrong use', () => {
  const embedder: EmbeddingModel = {
    provider: 'p',
    modelId: 'embedder',
    dimensions: 2,
    embed: async () => ({ embeddings: [], usage: { inputTokens: 0, outputTokens: 0 } }),
  };

  it('does not compile with a model that cannot be trained, and throws at construction', () => {
    // @ts-expect-error This model cannot be trained: it has no trainer() method.
    expect(() => lora({ model: embedder })).toThrow(/lora trains a model, and p:embedder cannot be trained/);
    // @ts-expect-error This model cannot be trained: it has no trainer() method.
    expect(() => full({ model: scriptedModel({ reply: () => '' }) })).toThrow(/full trains a model/);
    const { trained: _, ...mute } = scriptedTrainableModel();
    expect(() => head({ model: mute as TrainableModel })).toThrow(/cannot answer with what was trained/);
    const model = scriptedTrainableModel();
    expect(() => lora({ model, rank: 0 })).toThrow(/rank/);
    expect(() => lora({ model, form: 'qlora' as never })).toThrow(/lora, rslora or dora/);
    expect(() => full({ model, layers: 0.5 })).toThrow(/layers/);
    expect(() => full({ model, epochs: 0 })).toThrow(/epochs/);
    expect(() => head({ model, patience: 0 })).toThrow(/patience/);
    expect(() => head({ model, heldOut: 1 })).toThrow(/heldOut/);
    expect(() => head({ model, name: ' ' })).toThrow(/name/);
    expect(() => lora({ model, template: 'no text' })).toThrow(/\{text\}/);
  });

  it('refuses a task without labels and words that do not fit', async () => {
    const open = defineTask({
      name: 'open',
      instruction: 'i',
      input: z.string(),
      output: z.string(),
      examples: { train: [{ input: 'a', output: 'b' }], test: [{ input: 'a', output: 'b' }] },
    });
    const model = scriptedTrainableModel();
    await expect(lora<string, string>({ model }).solve(open, {})).rejects.toThrow(/no fixed labels/);
    await expect(lora<Input, string>({ model, verbalizer: { 别的: 'x' } }).solve(makeTask(), {})).rejects.toThrow(
      /"别的", which is no label/,
    );
    const several = { 天气: ['雨', '晴'] } as unknown as Record<string, string>;
    const mode = lora<Input, string>({ model, verbalizer: several });
    await expect(mode.solve(makeTask(), {})).rejects.toThrow(/one word for each label, and "天气" has several/);
  });

  it('says what is wrong with a missing or broken file', async () => {
    const model = scriptedTrainableModel();
    const dir = mkdtempSync(join(scratch, 'broken-'));
    await expect(loadTrained(dir, { model })).rejects.toMatchObject({ reason: { tag: 'storage', code: 'ENOENT' } });
    writeFileSync(join(dir, 'trained.json'), '{');
    await expect(loadTrained(dir, { model })).rejects.toThrow(/is not JSON/);
    writeFileSync(
      join(dir, 'trained.json'),
      '{"format":"modeshift-trained","version":2,"labels":["a"],"answers":{"by":"words"}}',
    );
    await expect(loadTrained(dir, { model })).rejects.toThrow(/version is not 1.*words do not belong.*template/);
    const solution = await make.lora(model, { epochs: 1 }).solve(makeTask(), {});
    writeFileSync(join(dir, 'file'), '');
    await expect(solution.save(join(dir, 'file', 'below'))).rejects.toMatchObject({ reason: { tag: 'storage' } });
    await solution.dispose!();
  });
});

it('is offered to the command line', () => {
  expect(modes.map(({ name, needs }) => `${name} ${needs}`)).toEqual([
    'scratch none',
    'head trainable',
    'lora trainable',
    'full trainable',
  ]);
  for (const offer of modes.slice(1)) {
    expect(() => offer.create({})).toThrow(/--model local:/);
    expect(() => offer.create({ model: scriptedModel({ reply: () => '' }) })).toThrow(/cannot be trained/);
    expect(offer.create({ model: scriptedTrainableModel() }).name).toBe(offer.name);
  }
});
