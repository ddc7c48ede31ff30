// lora, full and head on a real checkpoint with random weights: it learns 20 messages by heart, and answers the same when loaded.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineTask, labels, ModeshiftError, score } from '@modeshift/core';
import { local } from '@modeshift/local';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { full } from './full.ts';
import { head } from './head.ts';
import { loadTrained } from './index.ts';
import { lora } from './lora.ts';

const messages = {
  账单: [
    '多收了我的钱',
    '发票金额不对',
    '退款还没到账',
    '账单有问题',
    '扣了两次款',
    'I was charged twice',
    'wrong invoice',
    '退我的钱',
    '金额错了',
    '重复收费',
  ],
  delivery: [
    '包裹没有到',
    '快递太慢了',
    '我的包裹呢',
    'where is my parcel',
    '还没发货',
    '快递丢了',
    'it never came',
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
  instruction: '主题？',
  input: z.object({ text: z.string() }),
  output: labels<string>(Object.keys(messages)),
  examples: { train: examples, test: examples.slice(0, 1) },
});

const checkpoint = fileURLToPath(new URL('../../providers/local/fixtures/llama', import.meta.url));
const model = local(checkpoint, { threads: 1 });
const scratch = mkdtempSync(join(tmpdir(), 'modeshift-real-'));
afterAll(async () => {
  await model.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

type Input = { text: string };
const run = { epochs: 30, heldOut: 0 };
const modes = {
  lora: lora<Input, string>({ model, learningRate: 0.03, ...run }),
  'lora through the chat template': lora<Input, string>({
    model,
    template: { item: '{text}', format: 'chat' },
    learningRate: 0.03,
    ...run,
  }),
  dora: lora<Input, string>({ model, form: 'dora', rank: 4, learningRate: 0.03, ...run }),
  full: full<Input, string>({ model, learningRate: 0.005, ...run }),
  'last layer': full<Input, string>({ model, layers: 1, learningRate: 0.01, ...run }),
  head: head<Input, string>({ model, learningRate: 0.05, ...run }),
};

describe('a checkpoint of random weights', () => {
  it.each(Object.entries(modes))('learns 20 messages by heart: %s', async (name, mode) => {
    const solution = await mode.solve(task, { seed: 1 });
    const answers = [];
    for (const { input } of examples) answers.push(await solution.predict(input, {}));
    const right = answers.filter(({ output }, i) => output === examples[i]!.output).length;
    expect(right).toBeGreaterThanOrEqual(18);
    expect(answers.every(({ usd }) => usd === 0)).toBe(true);
    const dir = join(scratch, name);
    await solution.save(dir);
    await solution.dispose!();
    const isAdapter = existsSync(join(dir, 'weights', 'adapter_config.json'));
    expect(isAdapter).toBe(/lora|dora/.test(name));
    expect(solution.footprint.trainedParameters < solution.footprint.totalParameters!).toBe(name !== 'full');
    const loaded = await loadTrained(dir, { model });
    for (const [i, { input }] of examples.entries()) {
      const again = await loaded.predict(input, {});
      for (const label of task.labels!)
        expect(again.probabilities![label]).toBeCloseTo(answers[i]!.probabilities![label]!, 5);
    }
    await loaded.dispose!();
  });

  it('is the same for the same seed, to the byte', async () => {
    const weights = async (seed: number, dir: string) => {
      const solution = await lora<Input, string>({ model, epochs: 2, heldOut: 0 }).solve(task, { seed });
      await solution.save(join(scratch, dir));
      await solution.dispose!();
      return readFileSync(join(scratch, dir, 'weights', 'adapter_model.safetensors'));
    };
    const first = await weights(3, 'a');
    expect(first.equals(await weights(3, 'b'))).toBe(true);
    expect(first.equals(await weights(4, 'c'))).toBe(false);
  });

  it('leaves the base as it was, also when training is cancelled', async () => {
    const ask = async () => (await score({ model, prompt: '主题？', continuations: ['账单'] })).scores[0]!.logprob;
    const before = await ask();
    const controller = new AbortController();
    const solving = modes.lora.solve(task, {
      signal: controller.signal,
      onProgress: ({ phase, done }) => phase === 'training' && done === 2 && controller.abort(),
    });
    await expect(solving).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
    const loading = modes.full.solve(task, {
      signal: controller.signal,
    });
    await expect(loading).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
    expect(await ask()).toBeCloseTo(before, 5);
  });

  it('says so where every text is too long for it', async () => {
    const long = { input: { text: '很长的消息。'.repeat(60) }, output: '账单' };
    const { name, instruction, input, output } = task;
    const tooLong = defineTask({ name, instruction, input, output, examples: { train: [long], test: [long] } });
    await expect(modes.lora.solve(tooLong, {})).rejects.toThrow(
      /has more tokens than local:.* can be trained on \(128\)/,
    );
    const some = defineTask({
      name,
      instruction,
      input,
      output,
      examples: { train: [long, ...examples], test: [long] },
    });
    const solution = await lora<Input, string>({ model, epochs: 1, heldOut: 0 }).solve(some, {});
    expect(solution.training).toMatchObject({ examples: 20, tooLong: 1 });
    expect(await solution.predict(long.input, {})).toMatchObject({
      output: undefined,
      problem: expect.stringContaining('tokens'),
    });
    await solution.dispose!();
  });

  it('refuses an adapter of another model', async () => {
    const other = local(fileURLToPath(new URL('../../providers/local/fixtures/qwen3', import.meta.url)), {
      threads: 1,
    });
    await expect(loadTrained(join(scratch, 'lora'), { model: other })).rejects.toBeInstanceOf(ModeshiftError);
    await other.dispose();
  });
});
