import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nanoTasks } from '../src/nano-tasks.ts';
import { plantedPrompt, readPairs } from './evaluation/planted.ts';
import { csv, plantedExamples } from './make-tasks.ts';

it.each(nanoTasks)('$name in $language is what the recipe makes, and its splits are apart', task => {
  const { name, language } = task;
  const train = plantedExamples(name, language, 'train', 240);
  const test = plantedExamples(name, language, 'heldOut', 120);
  expect(readFileSync(task.train, 'utf8')).toBe(csv(train));
  expect(readFileSync(task.test, 'utf8')).toBe(csv(test));
  expect(readPairs(task.train)).toEqual(train);
  const seen = new Set(train.map(([input]) => input));
  expect(test.filter(([input]) => seen.has(input))).toEqual([]);
  if (task.labels) {
    for (const label of task.labels) expect(test.filter(([, output]) => output === label).length).toBeGreaterThan(12);
    expect(new Set([...train, ...test].map(([, output]) => output))).toEqual(new Set(task.labels));
  }
});

it('a prompt shows the examples as turns before the question', () => {
  const messages = plantedPrompt(nanoTasks[0]!, 'Where is it?', [['a', 'Velmo']]);
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  expect(messages[0]!.content).toContain('Velmo, Quint, Sarab, Dorne');
});
