// How far prompting alone comes on the planted tasks.
import { readFileSync } from 'node:fs';
import { generateText, type Message } from '@modeshift/core';
import type { LocalModel } from '@modeshift/local';
import { type NanoTask, nanoTasks } from '../../src/nano-tasks.ts';
import { World } from '../world.ts';
import { inTurns } from './answers.ts';

/** The pairs of a CSV file of two columns. */
export function readPairs(file: string): (readonly [input: string, output: string])[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
  return lines.map(line => {
    const cells = line
      .match(/"(?:[^"]|"")*"|[^,]+/g)!
      .map(cell => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
    return [cells[0]!, cells[1]!] as const;
  });
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
export async function promptedShare(model: LocalModel, task: NanoTask, shots: number, count: number): Promise<number> {
  const train = readPairs(task.train);
  const test = readPairs(task.test).slice(0, count);
  const right = await inTurns([...test.entries()], 8, async ([i, [input, output]]) => {
    const world = new World(`planted/${i}`, task.language, 'heldOut');
    const messages = plantedPrompt(task, input, world.some(train, shots));
    const { text } = await generateText({ model, messages, temperature: 0, maxTokens: 40 });
    return text.trim() === output;
  });
  return right.filter(Boolean).length / test.length;
}

/** Every planted task. */
export const plantedTasks = nanoTasks;
