import { safeParse } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { classificationTask } from './classification-task.ts';

const train = [
  { text: '很好', label: 'good', line: 2 },
  { text: '太差了', label: 'bad', line: 3 },
];

describe('classificationTask', () => {
  it('makes a task whose labels do not depend on the order of the rows', () => {
    const task = classificationTask({ name: 'mood', train, test: [{ text: '一般', label: 'neutral' }] });
    expect(task.labels).toEqual(['bad', 'good', 'neutral']);
    expect(classificationTask({ name: 'mood', train: [...train].reverse(), test: train }).labels).toEqual([
      'bad',
      'good',
    ]);
    expect(task.train).toEqual([
      { input: { text: '很好' }, output: 'good' },
      { input: { text: '太差了' }, output: 'bad' },
    ]);
    expect(task.dev).toEqual([]);
    expect(task.text({ text: '你好\n世界' })).toBe('你好\n世界');
    expect(task.instruction).toBe('Classify the text. Answer with exactly one of these labels: bad, good, neutral.');
  });

  it('takes an instruction, dev examples and an order of labels', () => {
    const task = classificationTask({
      name: 'm',
      instruction: '判断情感。',
      train,
      test: train,
      dev: train,
      labels: ['good', 'bad'],
    });
    expect([task.instruction, task.dev.length, task.labels]).toEqual(['判断情感。', 2, ['good', 'bad']]);
  });

  it('validates inputs', () => {
    const { input } = classificationTask({ name: 'm', train, test: train });
    expect(safeParse(input, { text: 'x', more: 1 })).toEqual({ ok: true, value: { text: 'x' } });
    for (const wrong of [{}, { text: 1 }, 'x', null]) {
      expect(safeParse(input, wrong)).toEqual({ ok: false, issues: ['text: must be a string'] });
    }
    expect(input['~standard'].jsonSchema?.input({ target: 'draft-2020-12' })).toMatchObject({ required: ['text'] });
  });

  it('refuses one label, and a label that the list leaves out', () => {
    expect(() => classificationTask({ name: 'm', train: train.slice(1), test: train.slice(1) })).toThrow(/one label/);
    expect(() => classificationTask({ name: 'm', train, test: train, labels: ['good', 'x'] })).toThrow(/"bad"/);
  });
});
