// Questions without function words.
import { describe, expect, it } from 'vitest';
import { contentWords } from './content-words.ts';

describe('contentWords', () => {
  it.each([
    ['How do I add a mode of my own?', 'add mode own?'],
    ['What does the IT department do in May?', 'IT department May?'],
    ['vitamin A', 'vitamin A'],
    ['The Who', 'Who'],
    ['who are you', 'who are you'],
    ['什么是退款规则？', '退款规则？'],
    ['的', '的'],
    ['wie hoch ist der Turm', 'wie hoch ist der Turm'],
  ])('%s', (question, expected) => {
    expect(contentWords(question).replace(/\s+/g, ' ').trim()).toBe(expected);
  });
});
