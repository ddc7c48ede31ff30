import type { CompareProgress } from '@modeshift/eval';
import { expect, it } from 'vitest';
import { describeProgress } from './describe-progress.ts';

const at: CompareProgress = {
  mode: 'lora',
  index: 1,
  modes: 3,
  phase: 'solving',
  step: 'choosing when to stop',
  done: 20,
  total: 240,
  unit: 'steps',
  figures: {
    loss: 0.32611,
    gradientNorm: 0.2,
    learningRate: 0.01,
    heldOutAccuracy: 0.5,
    tokensPerSecond: 331.4,
    own: 7,
  },
  etaMs: 100_000,
};

it('says in both languages what somebody who waits wants to know, and what a mode of others adds', () => {
  expect(describeProgress(at)).toBe(
    '[2/3] lora: choosing when to stop 20/240 steps, loss 0.326, held-out accuracy 0.5, tokens/s 331, own 7, 2 min left',
  );
  expect(describeProgress(at, 'zh')).toBe(
    '[2/3] lora: 确定何时停止 20/240 步，损失 0.326，留出集准确率 0.5，词元/秒 331，own 7，还需 2 分钟',
  );
});
