// What a trainer saved, opened by the model it was trained on: adapters, whole checkpoints, heads; and what goes wrong.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClassifyingModel, type ScoringModel, score, type TrainSpec } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { local } from './local.ts';

const folder = fileURLToPath(new URL('../../fixtures/qwen3', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'modeshift-trained-model-'));
const model = local(folder, { threads: 1 });
afterAll(async () => {
  await model.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

const prompt = '法国的首都是';
const continuations = ['巴黎', '东京'];
const margin = async (of: ScoringModel): Promise<number> => {
  const { scores } = await score({ model: of, prompt, continuations });
  return scores[0]!.logprob - scores[1]!.logprob;
};

async function train(spec: TrainSpec, examples: Parameters<Awaited<ReturnType<typeof model.trainer>>['step']>[0]) {
  const trainer = await model.trainer({ ...spec, options: { threads: 1 } });
  for (let i = 0; i < 8; i++) await trainer.step(examples);
  const dir = join(scratch, spec.method);
  await trainer.save(dir);
  const logits = spec.method === 'head' ? await trainer.logits([{ text: prompt, label: '首都' }]) : undefined;
  await trainer.dispose();
  return { dir, logits };
}

describe('local().trained', () => {
  it.each(['lora', 'soft-prompt', 'full', 'last-layers'])(
    'answers with what %s trained, and the base stays',
    async method => {
      const before = await margin(model);
      const layers = method === 'last-layers' ? { layers: 1 } : {};
      const { dir } = await train({ method, learningRate: 0.02, ...layers }, [{ prompt, completion: '东京' }]);
      const trained = (await model.trained(dir)) as unknown as ScoringModel & { dispose(): Promise<void> };
      expect(await margin(trained)).toBeLessThan(before - 0.5);
      expect(await margin(model)).toBeCloseTo(before, 5);
      await Promise.all([trained.dispose(), trained.dispose()]);
      expect(await margin(model)).toBeCloseTo(before, 5);
    },
  );

  it('classifies with a head as its trainer did', async () => {
    const labels = ['首都', '天气'];
    const { dir, logits } = await train(
      { method: 'head', learningRate: 0.05, loss: { kind: 'classification', labels } },
      [
        { text: prompt, label: '首都' },
        { text: '明天会下雨吗', label: '天气' },
      ],
    );
    const trained = (await model.trained(dir)) as ClassifyingModel & { dispose(): Promise<void> };
    expect(trained.labels).toEqual(labels);
    const answer = await trained.classify([prompt, '明天会下雨吗'], {});
    expect([...answer.logits[0]!]).toEqual([...logits![0]!].map(value => expect.closeTo(value, 4)));
    expect(answer.logits[0]![0]! > answer.logits[0]![1]!).toBe(true);
    expect(answer.logits[1]![0]! < answer.logits[1]![1]!).toBe(true);
    await trained.dispose();
  });

  it('a run can have a learning rate of its own', async () => {
    const trainer = await model.trainer({ method: 'lora', learningRate: 0.02, options: { threads: 1 } });
    const examples = [{ prompt, completion: '东京' }];
    expect(trainer.maxTokens).toBe(256);
    const still = await trainer.train({ examples, steps: 3, learningRate: 0 });
    expect(still.losses[2]).toBeCloseTo(still.losses[0]!, 6);
    const moved = await trainer.train({ examples, steps: 3 });
    expect(moved.losses[2]).toBeLessThan(moved.losses[0]! - 0.01);
    await expect(trainer.train({ examples, steps: 3, learningRate: -1 })).rejects.toThrow(/learningRate/);
    await trainer.dispose();
  });

  it('lets go in any order', async () => {
    const other = local(folder, { threads: 1 });
    const [one, two] = [await other.trained(join(scratch, 'lora')), await other.trained(join(scratch, 'lora'))];
    await other.dispose();
    await one.dispose!();
    await score({ model: other, prompt, continuations });
    await two.dispose!();
    await other.dispose();
  });

  it('says what is wrong with a folder, and can be cancelled', async () => {
    await expect(model.trained(join(scratch, 'nowhere'))).rejects.toMatchObject({ reason: { tag: 'storage' } });
    mkdirSync(join(scratch, 'empty'));
    await expect(model.trained(join(scratch, 'empty'))).rejects.toThrow(/neither an adapter .* nor a checkpoint/);
    await expect(model.trained(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
  });
});
