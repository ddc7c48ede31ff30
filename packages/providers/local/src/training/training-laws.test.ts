// What must hold of every training, whatever the model: batches, packing, threads, resuming, adapters off and merged.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@modeshift/autograd';
import { ModeshiftError, type TrainSpec } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, golden, relativeDifference, trainerOn } from '../../test/training-fixtures.ts';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { createTrainer } from './create-trainer.ts';
import type { LocalTrainer } from './local-trainer.ts';
import type { CausalExample, TokenExample } from './token-example.ts';

const folder = mkdtempSync(join(tmpdir(), 'training-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
const place = (): string => join(folder, String(folders++));

/** Random token sequences of different lengths. */
function sequences(count: number, seed = 1): CausalExample[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const ids = Array.from({ length: 3 + random.integer(20) }, () => random.integer(300));
    return { ids, labels: ids.map((id, i) => (i < 2 || random.uniform() < 0.3 ? -100 : id)) };
  });
}

const lora: TrainSpec = { method: 'lora', lora: { rank: 4, targets: 'all-linear', init: 'random' } };

async function withTrainer<T>(name: string, spec: TrainSpec, use: (trainer: LocalTrainer) => Promise<T>): Promise<T> {
  const trainer = await trainerOn(name, spec);
  try {
    return await use(trainer);
  } finally {
    await trainer.dispose();
  }
}

const largest = (a: Record<string, ArrayLike<number>>, b: Record<string, ArrayLike<number>>): number =>
  Math.max(...Object.keys(b).map(name => relativeDifference(a[name]!, b[name]!)));

describe('a batch', () => {
  const batch = sequences(8);
  const after = (spec: TrainSpec, parts: readonly CausalExample[][]) =>
    withTrainer('llama', spec, async trainer => {
      for (const part of parts) await trainer.forwardBackward(part);
      const { gradientNorm } = await trainer.optimStep({ learningRate: 0.01 });
      return { gradientNorm, parameters: trainer.parameters() };
    });

  it('of eight equals eight of one, although their tokens count differently', async () => {
    const whole = await after(lora, [batch]);
    const parts = await after(
      lora,
      batch.map(one => [one]),
    );
    expect(parts.gradientNorm / whole.gradientNorm).toBeCloseTo(1, 5);
    expect(largest(parts.parameters, whole.parameters)).toBeLessThan(1e-5);
  });

  it.each(['llama', 'gpt2'])('cut by memory, packed or padded gives one update (%s)', async name => {
    const run = (batches: TrainSpec['batches']) =>
      withTrainer(name, { method: 'full', batches: batches! }, async trainer => {
        const { loss } = await trainer.forwardBackward(batch);
        return { loss, norm: (await trainer.optimStep()).gradientNorm, parameters: trainer.parameters() };
      });
    const plain = await run({});
    for (const other of [
      await run({ tokens: 40 }),
      await run({ packing: true }),
      await run({ packing: true, tokens: 50 }),
    ]) {
      expect(Math.abs(other.loss - plain.loss) / plain.loss).toBeLessThan(1e-5);
      expect(other.norm / plain.norm).toBeCloseTo(1, 4);
    }
  });

  it('is the same with one thread and two', async () => {
    const one = await after({ ...lora, options: { threads: 1 } }, [batch]);
    const two = await after({ ...lora, options: { threads: 2 } }, [batch]);
    expect(largest(two.parameters, one.parameters)).toBeLessThan(1e-5);
  });

  it.each(['full', 'dora'])('gives the same update when activations are computed again (%s)', async method => {
    const spec: TrainSpec = method === 'full' ? { method } : { ...lora, method, lora: { ...lora.lora, dropout: 0.2 } };
    const plain = await after(spec, [batch]);
    const again = await after({ ...spec, batches: { recompute: true } }, [batch]);
    expect(again.gradientNorm / plain.gradientNorm).toBeCloseTo(1, 5);
    expect(largest(again.parameters, plain.parameters)).toBeLessThan(1e-4);
  });

  it('packs soft prompts before each text', async () => {
    const spec: TrainSpec = { method: 'soft-prompt', softPrompt: { tokens: 4 } };
    const plain = await after(spec, [batch]);
    const packed = await after({ ...spec, batches: { packing: true } }, [batch]);
    expect(packed.gradientNorm / plain.gradientNorm).toBeCloseTo(1, 4);
    expect(largest(packed.parameters, plain.parameters)).toBeLessThan(1e-4);
  });
});

describe('adapters', () => {
  const batch = sequences(4);

  it.each(['full', 'lora', 'rslora', 'dora', 'soft-prompt', 'prefix'])(
    '%s: gradients are where something is trained and nowhere else',
    method =>
      withTrainer('qwen3', { method }, async trainer => {
        const names = Object.keys(await trainer.gradients(batch));
        const own = /lora_|prompt_embeddings/;
        expect(names.length).toBeGreaterThan(0);
        expect(names.every(name => own.test(name) === (method !== 'full'))).toBe(true);
      }),
  );

  it('change nothing before they are trained', async () => {
    const base = await withTrainer('qwen3', { method: 'full' }, trainer => trainer.evaluate(batch));
    for (const method of ['lora', 'rslora', 'dora'])
      await withTrainer('qwen3', { method, lora: { targets: 'all-linear' } }, async trainer => {
        expect(Math.abs((await trainer.evaluate(batch)).loss - base.loss)).toBeLessThan(1e-6);
      });
  });

  it('leave the base as it is: the reference of a preference is the model with the adapter off', async () => {
    const { dpo } = golden('qwen3', 'training.json');
    const moved = await withTrainer('qwen3', { ...lora, loss: { kind: 'preference', beta: 1 } }, trainer =>
      trainer.evaluate(dpo.pairs),
    );
    const still = await withTrainer('qwen3', { method: 'lora', loss: { kind: 'preference', beta: 1 } }, trainer =>
      trainer.evaluate(dpo.pairs),
    );
    expect(moved.loss).not.toBeCloseTo(Math.LN2, 2);
    expect(Math.abs(still.margin!)).toBeLessThan(1e-6 * Math.abs(dpo.reference.chosen[1]));
  });

  it.each([
    ['llama', 'lora'],
    ['qwen3', 'rslora'],
    ['llama', 'dora'],
    ['gpt2', 'dora'],
    ['gpt2', 'lora'],
  ])('merged into the weights they say the same (%s, %s)', async (name, method) => {
    const dir = place();
    const before = await withTrainer(name, { ...lora, method }, async trainer => {
      await trainer.step(batch);
      await trainer.mergeAndSave(dir);
      return trainer.evaluate(batch);
    });
    const merged = await createTrainer(await openCheckpoint(dir), { method: 'full' });
    const after = await merged.evaluate(batch);
    await merged.dispose();
    expect(Math.abs(after.loss - before.loss) / before.loss).toBeLessThan(1e-5);
    expect(readdirSync(dir)).toContain('tokenizer.json');
  });

  it('are read back from their folder', async () => {
    const dir = place();
    const spec: TrainSpec = { ...lora, method: 'dora' };
    const before = await withTrainer('llama', spec, async trainer => {
      await trainer.step(batch);
      await trainer.save(dir);
      return trainer.parameters();
    });
    await withTrainer('llama', { ...spec, from: dir }, async trainer => {
      expect(largest(trainer.parameters(), before)).toBe(0);
    });
    await expect(trainerOn('llama', { method: 'lora', from: dir })).rejects.toSatisfy(error =>
      ModeshiftError.is(error, 'invalid-input'),
    );
  });

  it('count as PEFT counts', () =>
    withTrainer('llama', { method: 'lora', lora: { rank: 4 } }, async trainer => {
      expect(trainer.printTrainableParameters()).toBe(
        'trainable params: 896 || all params: 26,656 || trainable%: 3.3613',
      );
    }));
});

describe('losses', () => {
  const { dpo } = golden('llama', 'training.json');
  const losses = (loss: NonNullable<TrainSpec['loss']>) =>
    withTrainer(
      'llama',
      { method: 'lora', lora: { rank: 4, alpha: 8 }, from: join(fixture('llama'), 'adapters/lora/before'), loss },
      async trainer => (await trainer.evaluate(dpo.pairs)).loss,
    );
  const lengths = (side: 'chosen' | 'rejected'): number[] => dpo.pairs.map((pair: typeof dpo) => pair[side].length);
  const margins = (perToken: boolean, reference: boolean): number[] =>
    dpo.pairs.map((_: unknown, i: number) => {
      const [chosen, rejected] = (['chosen', 'rejected'] as const).map(side => {
        const sum = dpo.policy[side][i] - (reference ? dpo.reference[side][i] : 0);
        return perToken ? sum / lengths(side)[i]! : sum;
      });
      return chosen! - rejected!;
    });
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

  it('IPO and SimPO are their formulas over PEFT’s log-probabilities', async () => {
    const ipo = mean(margins(true, true).map(margin => (margin - 1 / (2 * 0.5)) ** 2));
    expect(await losses({ kind: 'preference', form: 'ipo', beta: 0.5 })).toBeCloseTo(ipo, 4);
    const summed = mean(margins(false, true).map(margin => (margin - 5) ** 2));
    const ours = await losses({ kind: 'preference', form: 'ipo', beta: 0.1, perToken: false });
    expect(Math.abs(ours - summed) / summed).toBeLessThan(1e-4);
    const simpo = mean(margins(true, false).map(margin => Math.log1p(Math.exp(-(2 * margin - 0.5)))));
    expect(await losses({ kind: 'preference', form: 'simpo' })).toBeCloseTo(simpo, 4);
  });

  it.each(['regression', 'multi-label'] as const)('%s is its formula over the logits', async problem => {
    const batch = sequences(6).map(({ ids }, i) => ({ ids, label: [i % 2, (i % 3) / 2] }));
    const spec: TrainSpec = { method: 'head', loss: { kind: 'classification', labels: 2, problem } };
    await withTrainer('llama', spec, async trainer => {
      const logits = await trainer.logits(batch);
      const each = logits.flatMap((row, i) =>
        [...row].map((x, j) => {
          const y = batch[i]!.label[j]!;
          return problem === 'regression' ? (x - y) ** 2 : Math.log1p(Math.exp(x)) - x * y;
        }),
      );
      expect((await trainer.evaluate(batch)).loss).toBeCloseTo(mean(each), 5);
      const before = mean(each);
      for (let i = 0; i < 10; i++) {
        await trainer.forwardBackward(batch);
        await trainer.optimStep({ learningRate: 0.05 });
      }
      expect((await trainer.evaluate(batch)).loss).toBeLessThan(before);
    });
  });

  it('contrastive: more negatives are harder, and training brings pairs together', () =>
    withTrainer('llama', { method: 'lora', loss: { kind: 'contrastive' }, learningRate: 0.02 }, async trainer => {
      const texts = sequences(12);
      const pairs = texts.slice(0, 4).map((query, i) => ({ query, positive: texts[4 + i]! }));
      const harder = pairs.map((pair, i) => ({ ...pair, negatives: [texts[8 + i]!] }));
      const plain = (await trainer.evaluate(pairs)).loss;
      expect((await trainer.evaluate(harder)).loss).toBeGreaterThan(plain);
      for (let i = 0; i < 8; i++) await trainer.step(pairs);
      expect((await trainer.evaluate(pairs)).loss).toBeLessThan(plain);
    }));
});

describe('a step that is cancelled', () => {
  it('leaves no gradients behind', async () => {
    const batch = sequences(8);
    const spec: TrainSpec = { ...lora, learningRate: 0.01, batches: { tokens: 30 } };
    const clean = await withTrainer('llama', spec, async trainer => {
      await trainer.step(batch);
      return trainer.parameters();
    });
    const again = await withTrainer('llama', spec, async trainer => {
      const controller = new AbortController();
      setImmediate(() => controller.abort());
      await expect(trainer.forwardBackward(batch, { signal: controller.signal })).rejects.toThrow(/cancelled/);
      await expect(trainer.optimStep()).rejects.toThrow(/no gradients/);
      await trainer.step(batch);
      return trainer.parameters();
    });
    expect(again).toEqual(clean);
  });
});

describe('a state', () => {
  it('saved and loaded goes on to the bit', async () => {
    const batch = sequences(4);
    const dir = place();
    const spec: TrainSpec = { ...lora, lora: { ...lora.lora, dropout: 0.2 }, learningRate: 0.01 };
    const whole = await withTrainer('gpt2', spec, async trainer => {
      for (let i = 0; i < 2; i++) await trainer.step(batch);
      await trainer.saveState(dir);
      await trainer.forwardBackward(batch);
      await expect(trainer.saveState(place())).rejects.toThrow(/between steps/);
      await trainer.optimStep();
      return trainer.state();
    });
    const resumed = await withTrainer('gpt2', spec, async trainer => {
      await trainer.forwardBackward(batch);
      await trainer.loadState(dir);
      expect(trainer.steps).toBe(2);
      await trainer.step(batch);
      return trainer.state();
    });
    expect(resumed).toEqual(whole);
  });
});

describe('dropout', () => {
  const batch = sequences(4);
  const spec: TrainSpec = { method: 'lora', lora: { rank: 4, dropout: 0.3, init: 'random', targets: 'all-linear' } };

  it('is another at every step, the same for a seed, and off when a loss is measured', async () => {
    const run = (seed: number) =>
      withTrainer('llama', { ...spec, seed }, async trainer => {
        const losses = [];
        for (let i = 0; i < 3; i++) {
          losses.push((await trainer.forwardBackward(batch)).loss);
          await trainer.optimStep({ learningRate: 0 });
        }
        return { losses, still: (await trainer.evaluate(batch)).loss };
      });
    const once = await run(1);
    expect(new Set(once.losses).size).toBe(3);
    expect(await run(1)).toEqual(once);
    const plain = { ...spec, lora: { ...spec.lora, dropout: 0 }, seed: 1 };
    expect(await withTrainer('llama', plain, async trainer => (await trainer.evaluate(batch)).loss)).toBe(once.still);
  });
});

describe('a run', () => {
  const examples: TokenExample[] = sequences(22, 3);
  const held = sequences(6, 4);
  const spec: TrainSpec = {
    method: 'lora',
    lora: { rank: 2, dropout: 0.1 },
    learningRate: 0.02,
    schedule: { kind: 'cosine', warmup: 0.1, minRatio: 0.1 },
    batches: { size: 4, tokens: 64, groupByLength: true },
    seed: 7,
  };

  it('goes on to the bit after it was cut off in the middle of an epoch', async () => {
    const whole = await withTrainer('llama', spec, async trainer => {
      const outcome = await trainer.train({ examples, epochs: 2 });
      return { outcome, state: trainer.state() };
    });
    const checkpoints = { folder: place(), everySteps: 1, keep: 2 };
    const controller = new AbortController();
    await expect(
      withTrainer('llama', spec, trainer =>
        trainer.train({
          examples,
          epochs: 2,
          checkpoints,
          signal: controller.signal,
          onProgress: ({ done }) => done === 5 && controller.abort(),
        }),
      ),
    ).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
    expect(readdirSync(checkpoints.folder).sort()).toEqual(['step-4', 'step-5']);
    const resumed = await withTrainer('llama', spec, async trainer => {
      const outcome = await trainer.train({ examples, epochs: 2, checkpoints });
      return { outcome, state: trainer.state() };
    });
    expect(resumed.outcome.losses).toEqual(whole.outcome.losses);
    expect(resumed.state).toEqual(whole.state);
  });

  it('survives being killed at any moment', async () => {
    const script = `
      import { openCheckpoint } from ${JSON.stringify(new URL('../checkpoint/checkpoint.ts', import.meta.url).href)};
      import { createTrainer } from ${JSON.stringify(new URL('./create-trainer.ts', import.meta.url).href)};
      const { spec, run, name } = JSON.parse(process.argv[1]);
      const trainer = await createTrainer(await openCheckpoint(name), spec);
      const stopAt = Number(process.argv[2]);
      const outcome = await trainer.train({ ...run, onProgress: ({ done }) => {
        if (done === stopAt) setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(process.argv[3]));
      } });
      console.log(JSON.stringify(outcome.losses));
      process.exit(0);`;
    const checkpoints = { folder: place(), everySteps: 1 };
    const name = join(import.meta.dirname, '../../fixtures/llama');
    const job = JSON.stringify({
      name,
      spec: { ...spec, options: { threads: 1 } },
      run: { examples, epochs: 2, checkpoints },
    });
    const launch = (stopAt: number, ms: number) =>
      spawnSync(
        process.execPath,
        ['--conditions=modeshift-source', '--input-type=module', '-e', script, job, String(stopAt), String(ms)],
        { encoding: 'utf8' },
      );
    for (const [stopAt, ms] of [
      [2, 0],
      [4, 3],
      [6, 7],
    ])
      expect(launch(stopAt!, ms!).signal).toBe('SIGKILL');
    const last = launch(-1, 0);
    const whole = await withTrainer('llama', spec, trainer => trainer.train({ examples, epochs: 2 }));
    expect(JSON.parse(last.stdout)).toEqual(whole.losses);
  }, 60_000);

  it('measures, stops early and keeps the best', () =>
    withTrainer('llama', { ...spec, learningRate: 0.3, schedule: { kind: 'constant' } }, async trainer => {
      const reports: number[] = [];
      const outcome = await trainer.train({
        examples,
        epochs: 20,
        evaluation: { examples: held, everySteps: 2, patience: 3 },
        onEvaluation: ({ figures }) => {
          reports.push(figures.loss!);
        },
      });
      expect(outcome.stopped).toBe('early');
      const best = Math.min(...reports);
      expect(outcome.step).toBe(2 * (reports.indexOf(best) + 1));
      expect(outcome.steps).toBe(outcome.step + 6);
      expect((await trainer.evaluate(held)).loss).toBe(best);
    }));

  it('refuses a state of other examples or of another training', async () => {
    const checkpoints = { folder: place() };
    await withTrainer('llama', spec, trainer => trainer.train({ examples, steps: 1, checkpoints }));
    const again = (other: TrainSpec, data: readonly TokenExample[]) =>
      withTrainer('llama', other, trainer => trainer.train({ examples: data, steps: 2, checkpoints }));
    await expect(again(spec, held)).rejects.toThrow(/other examples/);
    await expect(again({ ...spec, seed: 8 }, examples)).rejects.toThrow(/another training/);
    const tooLong = await again({ ...spec, batches: { ...spec.batches, tooLong: 'drop' } }, examples);
    expect(tooLong.step, 'what is done with long examples is no other training').toBe(2);
  });

  it('knows its states in versions to come', () =>
    withTrainer('llama', lora, async trainer => {
      const state = place();
      await trainer.saveState(state);
      const { fingerprint } = JSON.parse(readFileSync(join(state, 'training_state.json'), 'utf8')) as {
        fingerprint: string;
      };
      expect(fingerprint, 'trainings under way before a change of this could not be resumed').toBe(
        '2eca4fd327eeca0346839bfeb921e47d',
      );
    }));

  it('leaves the event loop its turns', () =>
    withTrainer('llama', spec, async trainer => {
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      await trainer.train({ examples, steps: 20 });
      clearInterval(timer);
      expect(turns).toBeGreaterThan(10);
    }));

  it('tells loss, rate, tokens per second and the time to the end', () =>
    withTrainer('llama', spec, async trainer => {
      const seen: Record<string, number>[] = [];
      await trainer.train({
        examples,
        steps: 3,
        onProgress: ({ figures, etaMs }) => seen.push({ ...figures, etaMs: etaMs! }),
      });
      expect(seen).toHaveLength(3);
      for (const one of seen)
        for (const key of ['loss', 'gradientNorm', 'learningRate', 'tokensPerSecond', 'epoch', 'etaMs'])
          expect(one[key], key).toBeTypeOf('number');
      expect(seen.at(-1)!.etaMs).toBe(0);
    }));
});
