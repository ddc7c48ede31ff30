import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nanoTasks } from '../src/nano-tasks.ts';
import { plantedPrompt, readPairs } from './evaluation/planted.ts';
import { csv, plantedExamples, teamOfTopic, teams } from './make-tasks.ts';
import { topicSets } from './tasks/topics.ts';

/** What a message can look like: any choice, anything in a slot, and "an" for "a". */
function pattern(frame: string): RegExp {
  const escaped = frame.replaceAll(/[.*+?^$[\]\\]/g, '\\$&').replaceAll('(', '(?:');
  return new RegExp(escaped.replaceAll(/\{\w+\}/g, '.+').replaceAll(/\b([Aa]) /g, '$1n? '), 'i');
}

/** The teams that a message may go to by the rule: those of the topics that have a phrasing like it. */
const byRule = (text: string, language: 'en' | 'zh'): string[] =>
  topicSets.desk[language].flatMap(({ messages }, topic) =>
    messages.train.some(frame => pattern(frame).test(text)) ? [teams[language][teamOfTopic[topic]!]!] : [],
  );

it.each(nanoTasks)(
  '$name in $language: test examples are what the recipe makes, and no training example is one',
  task => {
    const { name, language } = task;
    const train = readPairs(task.train);
    const test = plantedExamples(name, language, 'heldOut', 120);
    expect(readFileSync(task.test, 'utf8')).toBe(csv(test));
    expect(readFileSync(task.train, 'utf8')).toBe(csv(train));
    const seen = new Set(train.map(([input]) => input));
    expect(seen.size).toBe(240);
    expect(test.filter(([input]) => seen.has(input))).toEqual([]);
    if (task.labels) {
      expect(train.filter(([input, output]) => !byRule(input, language).includes(output))).toEqual([]);
      expect(train.filter(([input]) => new Set(byRule(input, language)).size === 1).length).toBeGreaterThan(180);
      for (const label of task.labels) expect(test.filter(([, output]) => output === label).length).toBeGreaterThan(12);
      expect(new Set([...train, ...test].map(([, output]) => output))).toEqual(new Set(task.labels));
    } else expect(train).toEqual(plantedExamples(name, language, 'train', 240));
  },
);

it('a prompt shows the examples as turns before the question', () => {
  const messages = plantedPrompt(nanoTasks[0]!, 'Where is it?', [['a', 'Velmo']]);
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  expect(messages[0]!.content).toContain('Velmo, Quint, Sarab, Dorne');
});
