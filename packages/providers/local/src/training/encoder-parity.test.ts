// Losses, gradients and trajectories beside transformers on tiny encoders.
import { describe, expect, it } from 'vitest';
import { follows, followTrajectory, optimizerOf } from '../../test/follow-trajectory.ts';
import { examplesOf, golden, normOf, relativeDifference, rowsOf, trainerOn } from '../../test/training-fixtures.ts';
import { moduleName } from './load-base.ts';

describe.each(['bert-mean', 'bert-cls', 'xlmr-mean'])('%s', name => {
  it('has the contrastive loss and gradients of transformers', async () => {
    const { contrastive } = golden(name, 'golden.json');
    const trainer = await trainerOn(name, {
      method: 'full',
      optimizer: { clipNorm: Number.POSITIVE_INFINITY },
      loss: {
        kind: 'contrastive',
        temperature: 1 / contrastive.scale,
        pooling: name === 'bert-cls' ? 'first' : 'mean',
      },
    });
    const passages = rowsOf(contrastive.passages);
    const batch = rowsOf(contrastive.queries).map((query, i) => ({ query, positive: passages[i]! }));
    const { loss } = await trainer.forwardBackward(batch);
    expect(Math.abs(loss - contrastive.loss) / contrastive.loss).toBeLessThan(1e-4);
    const { gradientNorm } = await trainer.optimStep({ learningRate: 0 });
    expect(Math.abs(gradientNorm - contrastive.totalNorm) / contrastive.totalNorm).toBeLessThan(1e-4);
    const each = await trainer.gradients(batch);
    const outer = Object.fromEntries(
      Object.entries(each).map(([key, value]) => [moduleName(key, 'bert', 'contrastive'), value]),
    );
    for (const [key, norm] of Object.entries<number>(contrastive.norms))
      expect(Math.abs(normOf(outer[key]!) - norm), key).toBeLessThan(1e-3 * norm + 1e-4);
    await trainer.dispose();
  });
});

describe.each(['bert-classifier', 'xlmr-reranker'])('20 steps of %s', name => {
  it('follow transformers', async () => {
    const { training, firstGradientNorms } = golden(name, 'golden.json');
    const single = name === 'bert-classifier';
    const trainer = await trainerOn(name, {
      ...optimizerOf(training),
      method: 'full',
      loss: single
        ? { kind: 'classification', labels: 3 }
        : { kind: 'classification', labels: 1, problem: 'multi-label' },
    });
    const batches = training.batches.map(examplesOf);
    const { modelType } = trainer.checkpoint.config;
    const outer = (values: Readonly<Record<string, ArrayLike<number>>>) =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [moduleName(key, modelType, 'classification'), value]),
      );
    const first = outer(await trainer.gradients(batches[0]));
    for (const [key, norm] of Object.entries<number>(firstGradientNorms))
      expect(Math.abs(normOf(first[key]!) - norm), key).toBeLessThan(1e-3 * norm + 1e-5);
    const inner = Object.keys(trainer.parameters());
    const named = new Map(inner.map(key => [moduleName(key, modelType, 'classification'), key]));
    const final = Object.fromEntries(Object.entries(training.final).map(([key, value]) => [named.get(key)!, value]));
    const undetermined = Object.fromEntries(Object.keys(training.undetermined).map(key => [named.get(key)!, 1]));
    expect(await followTrajectory(trainer, batches, { ...training, final, undetermined })).toSatisfy(follows);
    expect(trainer.trainedParameters).toBe(training.trainedCount);
    await trainer.dispose();
  });

  it('gives its logits', async () => {
    const { pairs } = golden(name, 'golden.json');
    const trainer = await trainerOn(name, {
      method: 'head',
      loss: { kind: 'classification', labels: pairs.logits[0].length, problem: 'multi-label' },
    });
    const zeros = Array<number>(pairs.logits[0].length).fill(0);
    const logits = await trainer.logits(rowsOf(pairs.inputs).map(row => ({ ...row, label: zeros })));
    for (const [i, row] of pairs.logits.entries()) expect(relativeDifference(logits[i]!, row)).toBeLessThan(1e-4);
    await trainer.dispose();
  });
});
