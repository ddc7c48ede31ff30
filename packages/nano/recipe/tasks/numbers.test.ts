import { expect, it } from 'vitest';
import { World } from '../world.ts';
import { arithmetic, inWords } from './numbers.ts';

it.each([
  [0, 'zero', '零'],
  [10, 'ten', '十'],
  [14, 'fourteen', '十四'],
  [20, 'twenty', '二十'],
  [47, 'forty-seven', '四十七'],
  [100, 'one hundred', '一百'],
  [105, 'one hundred and five', '一百零五'],
  [110, 'one hundred and ten', '一百一十'],
  [118, 'one hundred and eighteen', '一百一十八'],
  [120, 'one hundred and twenty', '一百二十'],
])('%i in words', (number, english, chinese) => {
  expect(inWords(number, 'en')).toBe(english);
  expect(inWords(number, 'zh')).toBe(chinese);
});

it('sums are right, and no pair is in both splits, in either order', () => {
  const pairs = (split: 'train' | 'heldOut'): string[] =>
    Array.from({ length: 3000 }, (_, i) => arithmetic(new World(`${i}`, 'en', split))).flatMap(
      ({ kind, messages, answer }) => {
        if (kind !== 'addition' && kind !== 'list') return [];
        const said = String(messages.at(-1)!.content).split('\n');
        if (kind === 'addition') expect(said[0]).toMatch(new RegExp(`\\. ${answer}$`));
        return said.map(line => {
          const steps = line.matchAll(/(\d+)\+(\d+)(\+1)?=(\d+)/g);
          for (const [, a, b, carry, sum] of steps) expect(Number(a) + Number(b) + (carry ? 1 : 0)).toBe(Number(sum));
          const [, a, b, sum] = /^(\d+)\+(\d+): .*\. (\d+)$/.exec(line)!.map(Number);
          expect(a! + b!).toBe(sum);
          return [a, b].sort().join('+');
        });
      },
    );
  const trained = new Set(pairs('train'));
  expect(trained.size).toBeGreaterThan(1000);
  expect(pairs('heldOut').filter(pair => trained.has(pair))).toEqual([]);
});
