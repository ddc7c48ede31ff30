// soft-prompt: what is trained, on a scripted model and on a real checkpoint; few-shot and verbalized by its scores.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineTask, labels, ModeshiftError, score } from '@modeshift/core';
import { local } from '@modeshift/local';
import { scriptedModel, scriptedScoringModel, scriptedTrainableModel } from '@modeshift/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fewShot } from './few-shot.ts';
import { loadTrained } from './index.ts';
import { softPrompt } from './soft-prompt.ts';
import { verbalized } from './verbalized.ts';

type Input = { text: string };
const messages = {
  账单: [
    '多收了我的钱',
    '发票金额不对',
    '退款还没到账',
    '账单有问题',
    '扣了两次款',
    '为什么扣费',
    '发票呢',
    '退我的钱',
    '金额错了',
    '重复收费',
  ],
  物流: [
    '包裹没有到',
    '快递太慢了',
    '我的包裹呢',
    '到哪里了',
    '还没发货',
    '快递丢了',
    '地址写错了',
    '什么时候送到',
    '物流不动了',
    '没收到货',
  ],
};
const examples = Object.entries(messages).flatMap(([output, texts]) =>
  texts.map(text => ({ input: { text }, output })),
);
const task = defineTask({
  name: '主题',
  instruction: '判断客户消息的主题。',
  input: z.object({ text: z.string() }),
  output: labels<string>(['账单', '物流']),
  examples: { train: examples, test: examples.slice(0, 1) },
});

const scratch = mkdtempSync(join(tmpdir(), 'modeshift-soft-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('on a scripted model', () => {
  it('trains vectors that begin as the instruction, which the prompt leaves out', async () => {
    const model = scriptedTrainableModel();
    const solution = await softPrompt<Input, string>({ model, tokens: 8, epochs: 2 }).solve(task, { seed: 5 });
    expect(model.specs).toEqual([
      {
        method: 'soft-prompt',
        softPrompt: { tokens: 8, init: { text: '账单, 物流\n判断客户消息的主题。' } },
        schedule: { warmup: 0.1 },
        seed: 5,
      },
    ]);
    expect(solution.footprint).toMatchObject({ trainedParameters: 64, totalParameters: 65_536 });
    await solution.dispose!();
    expect(model.open).toBe(0);
  });

  it('takes a planted bias away that prompting alone suffers from', async () => {
    // It sees the topic, and prefers one word by more than it sees.
    const base = (prompt: string, completion: string) =>
      (completion === '账单' ? 6 : 0) + (messages[completion as '账单'].some(text => prompt.includes(text)) ? 2 : 0);
    const model = scriptedTrainableModel({ base });
    const accuracy = async (mode: { solve: ReturnType<typeof softPrompt<Input, string>>['solve'] }) => {
      const solution = await mode.solve(task, {});
      const answers = await Promise.all(examples.map(({ input }) => solution.predict(input, {})));
      await solution.dispose?.();
      return answers.filter(({ output }, i) => output === examples[i]!.output).length / examples.length;
    };
    const alone = verbalized<Input, string>({ model, calibrate: 'none' });
    expect(await accuracy(alone as never)).toBe(0.5);
    expect(await accuracy(softPrompt<Input, string>({ model, learningRate: 2, epochs: 30 }))).toBe(1);
  });

  it('refuses models that cannot, and wrong options', () => {
    // @ts-expect-error This model cannot be trained: it has no trainer() method.
    expect(() => softPrompt({ model: scriptedScoringModel(() => 0) })).toThrow(/cannot be trained in this process/);
    // @ts-expect-error This model cannot score continuations: it has no score() method.
    expect(() => softPrompt({ model: scriptedModel({ reply: () => '' }) })).toThrow(/soft-prompt trains a model/);
    expect(() => softPrompt({ model: scriptedTrainableModel(), tokens: 0 })).toThrow(/tokens/);
  });
});

describe('on a real checkpoint', () => {
  const model = local(fileURLToPath(new URL('../../providers/local/fixtures/qwen3', import.meta.url)), { threads: 1 });
  afterAll(() => model.dispose());

  it('learns messages by 20 vectors before random weights that stay, and answers the same when loaded', async () => {
    const mode = softPrompt<Input, string>({
      model,
      learningRate: 0.2,
      epochs: 200,
      heldOut: 0,
      batches: { size: 20 },
      schedule: { kind: 'constant' },
    });
    const solution = await mode.solve(task, { seed: 1 });
    const answers = [];
    for (const { input } of examples) answers.push(await solution.predict(input, {}));
    expect(answers.filter(({ output }, i) => output === examples[i]!.output).length).toBeGreaterThanOrEqual(16);
    expect(solution.footprint).toMatchObject({ trainedParameters: 20 * 32, totalParameters: 31_968 + 20 * 32 });
    const dir = join(scratch, 'soft');
    await solution.save(dir);
    await solution.dispose!();
    const loaded = await loadTrained(dir, { model });
    for (const [i, { input }] of examples.entries())
      expect((await loaded.predict(input, {})).probabilities!.账单).toBeCloseTo(answers[i]!.probabilities!.账单!, 6);
    await loaded.dispose!();
  });

  it('is cancelled in training', async () => {
    const controller = new AbortController();
    const solving = softPrompt<Input, string>({ model, epochs: 1000 }).solve(task, {
      signal: controller.signal,
      onProgress: ({ phase, done }) => phase === 'training' && done === 2 && controller.abort(),
    });
    await expect(solving).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
  });

  it('verbalized and few-shot answer by the exact likelihood of the label after the prompt', async () => {
    const softmax = async (prompt: string): Promise<number> => {
      const { scores } = await score({ model, prompt, continuations: ['账单', '物流'] });
      return 1 / (1 + Math.exp(scores[1]!.logprob - scores[0]!.logprob));
    };
    const head = '判断客户消息的主题。\n可选标签：账单、物流';
    const prompt = `${head}\n\n文本：快递呢\n标签：`;
    const plain = await verbalized<Input, string>({ model, calibrate: 'none' }).solve(task, {});
    expect((await plain.predict({ text: '快递呢' }, {})).probabilities!.账单).toBeCloseTo(await softmax(prompt), 5);
    const few = await fewShot<Input, string>({ model, shots: 1, select: 'nearest', lang: 'zh' }).solve(task, {});
    const shown = `${head}\n\n文本：发票呢\n标签：账单\n\n文本：发票呢！\n标签：`;
    expect((await few.predict({ text: '发票呢！' }, {})).probabilities!.账单).toBeCloseTo(await softmax(shown), 5);
    const calibrated = await verbalized<Input, string>({ model, template: '{text}\n主题：' }).solve(task, {});
    const free = await Promise.all(['N/A', '[MASK]', ''].map(text => softmax(`${text}\n主题：`)));
    const prior = free.reduce((a, b) => a + b) / 3;
    const own = await softmax('快递呢\n主题：');
    const [bill, parcel] = [own / prior, (1 - own) / (1 - prior)];
    const { probabilities } = await calibrated.predict({ text: '快递呢' }, {});
    expect(probabilities!.账单).toBeCloseTo(bill / (bill + parcel), 5);
  });
});
