// The model that really learns: its gradient is that of its loss, its states go on, and it says what it cannot do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClassifyingModel, ScoringModel, TrainExample } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { scriptedTrainableModel } from './scripted-trainable-model.ts';
import { WordRegression } from './word-regression.ts';

const scratch = mkdtempSync(join(tmpdir(), 'modeshift-scripted-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const examples: TrainExample[] = [
  { prompt: '多收了钱', completion: '账单' },
  { prompt: '包裹没到', completion: '物流' },
  { prompt: 'charged twice', completion: '账单' },
];

describe('scriptedTrainableModel', () => {
  it('has the gradient of its loss: finite differences', () => {
    const records = examples as { prompt: string; completion: string }[];
    const base = (prompt: string) => prompt.length / 10;
    const regression = new WordRegression({ features: 16, completions: 2 }, 3);
    regression.pass(records, base, true);
    const gradient = [...regression.gradient].map(value => value / regression.pending);
    for (const [i, slope] of gradient.entries()) {
      const at = regression.weights[i]!;
      const lossAt = (value: number): number => {
        regression.weights[i] = value;
        return regression.pass(records, base, false).loss;
      };
      const difference = (lossAt(at + 1e-5) - lossAt(at - 1e-5)) / 2e-5;
      regression.weights[i] = at;
      expect(difference).toBeCloseTo(slope, 7);
    }
  });

  it('goes on from a state as if it had not stopped, and batches add up', async () => {
    const model = scriptedTrainableModel();
    const [one, two] = [
      await model.trainer({ method: 'lora', seed: 1 }),
      await model.trainer({ method: 'lora', seed: 1 }),
    ];
    for (let i = 0; i < 3; i++) await one.step(examples, {});
    await one.saveState(join(scratch, 'state'));
    await two.loadState(join(scratch, 'state'));
    await one.step(examples, {});
    for (const example of examples) await two.forwardBackward([example], {});
    await two.optimStep();
    expect(two.steps).toBe(4);
    expect((await two.evaluate(examples, {})).loss).toBeCloseTo((await one.evaluate(examples, {})).loss!, 12);
    await Promise.all([one.dispose(), two.dispose()]);
    expect(model.open).toBe(0);
  });

  it('scores normalised among what was trained, and classifies after a head', async () => {
    const model = scriptedTrainableModel();
    const trainer = await model.trainer({ method: 'full', learningRate: 8 });
    await trainer.train({ examples, epochs: 30 });
    await trainer.save(join(scratch, 'full'));
    const trained = (await model.trained(join(scratch, 'full'))) as unknown as ScoringModel;
    const call = { prompt: '包裹没来', continuations: ['账单', '物流', '别的'] };
    const { scores } = await trained.score(call, {});
    expect(Math.exp(scores[0]!.logprob) + Math.exp(scores[1]!.logprob)).toBeCloseTo(1, 10);
    expect(scores[1]!.logprob).toBeGreaterThan(scores[0]!.logprob);
    expect(scores[2]!.logprob).toBeLessThan(-1000);
    expect((await model.score(call, {})).scores.map(({ logprob }) => logprob)).toEqual([0, 0, 0]);
    const loss = { kind: 'classification', labels: ['a', 'b'] } as const;
    const heads = await model.trainer({ method: 'head', loss });
    await heads.train({
      examples: [
        { text: '好', label: 'a' },
        { text: '坏', label: 'b' },
      ],
      epochs: 50,
    });
    await heads.save(join(scratch, 'head'));
    const classifier = (await model.trained(join(scratch, 'head'))) as unknown as ClassifyingModel;
    expect(classifier.labels).toEqual(['a', 'b']);
    const { logits } = await classifier.classify(['坏'], {});
    expect(logits[0]![1]).toBeGreaterThan(logits[0]![0]!);
  });

  it('says what it cannot do, and honours signals', async () => {
    const model = scriptedTrainableModel();
    await expect(model.trainer({ method: 'dora' })).rejects.toMatchObject({ reason: { tag: 'unsupported' } });
    await expect(model.trained(join(scratch, 'none'))).rejects.toMatchObject({ reason: { tag: 'storage' } });
    const trainer = await model.trainer({ method: 'lora' });
    await expect(trainer.step([{ text: 'a' }], {})).rejects.toMatchObject({ reason: { tag: 'invalid-input' } });
    const signal = AbortSignal.abort();
    await expect(trainer.train({ examples, signal })).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    await expect(model.trainer({ method: 'lora' }, { signal })).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });
});
