// Training through `local()`: in a thread, with hooks, and what is saved is used by the model at once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModeshiftError, type Progress, score, type TrainExample } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { local } from './local.ts';

const folder = fileURLToPath(new URL('../../fixtures/llama', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'modeshift-trainer-'));
const model = local(folder);
afterAll(async () => {
  await model.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

const examples: TrainExample[] = [
  { prompt: '法国的首都是', completion: '巴黎' },
  { prompt: 'The capital of Italy is', completion: ' Rome' },
  { prompt: '日本的首都是', completion: '东京' },
  { prompt: 'The capital of Spain is', completion: ' Madrid' },
];

async function mean(from: typeof model): Promise<number> {
  let sum = 0;
  for (const { prompt, completion } of examples as { prompt: string; completion: string }[])
    sum += (await score({ model: from, prompt, continuations: [completion] })).scores[0]!.logprob;
  return sum / examples.length;
}

describe('local().trainer', () => {
  it('trains LoRA in a thread, tells how it goes, and the model answers with it', async () => {
    const trainer = await model.trainer({
      method: 'lora',
      lora: { rank: 4, targets: 'all-linear' },
      learningRate: 0.02,
    });
    expect(trainer.printTrainableParameters()).toContain(
      `trainable params: ${trainer.trainedParameters.toLocaleString('en-US')}`,
    );
    const progress: Progress[] = [];
    const measured: number[] = [];
    const outcome = await trainer.train({
      examples,
      steps: 30,
      evaluation: { examples, everySteps: 10 },
      onProgress: one => progress.push(one),
      onEvaluation: async ({ figures }) => {
        measured.push(figures.loss!);
        expect((await trainer.evaluate(examples)).loss).toBeCloseTo(figures.loss!, 5);
      },
    });
    expect(trainer.steps).toBe(30);
    expect(outcome.losses.at(-1)).toBeLessThan(0.5 * outcome.losses[0]!);
    expect(measured).toHaveLength(3);
    expect(progress.length).toBeGreaterThan(3);
    const before = await mean(model);
    await trainer.save(join(scratch, 'capitals'));
    await model.attach('capitals', join(scratch, 'capitals'));
    const tuned = model.withAdapters([{ name: 'capitals' }]);
    expect(await mean(tuned)).toBeGreaterThan(before + 5);
    expect(await mean(model)).toBeCloseTo(before, 4);
    await trainer.mergeAndSave(join(scratch, 'merged'));
    const merged = local(join(scratch, 'merged'));
    expect(await mean(merged)).toBeCloseTo(await mean(tuned), 3);
    await Promise.all([merged.dispose(), trainer.dispose()]);
  });

  it('stops when the signal fires and when a hook throws', async () => {
    const trainer = await model.trainer({ method: 'soft-prompt', softPrompt: { tokens: 4, init: { text: '首都' } } });
    const controller = new AbortController();
    const run = trainer.train({
      examples,
      steps: 10_000,
      signal: controller.signal,
      onProgress: ({ done }) => done >= 3 && controller.abort(),
    });
    await expect(run).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
    const hook = new Error('from the hook');
    const hooked = trainer.train({
      examples,
      steps: 10_000,
      evaluation: { examples, everySteps: 1 },
      onEvaluation: () => {
        throw hook;
      },
    });
    await expect(hooked).rejects.toBe(hook);
    await trainer.dispose();
  });

  it('tells wrong settings from the thread as they are', async () => {
    await expect(model.trainer({ method: 'magic' })).rejects.toSatisfy(error =>
      ModeshiftError.is(error, 'unsupported'),
    );
  });
});
