import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { en, type Words } from './en.ts';
import { bytesText, durationText, momentText, numberText, percentText } from './formats.ts';
import { zh } from './zh.ts';

const said = (words: Words): string[] =>
  Object.values(words).flatMap(one =>
    typeof one === 'string'
      ? [one]
      : typeof one === 'function'
        ? [(one as (...given: never[]) => string)(1 as never, 2 as never)]
        : Object.values(one),
  );

it('every word is there in both languages, and nothing English was left in Chinese', () => {
  expect(Object.keys(zh)).toEqual(Object.keys(en));
  expect(Object.keys(zh.status)).toEqual(Object.keys(en.status));
  for (const word of said(en)) expect(word).not.toMatch(/\p{Script=Han}/u);
  for (const [i, word] of said(zh).entries())
    if (/[a-z]{3}/i.test(said(en)[i]!)) expect(word, said(en)[i]).toMatch(/\p{Script=Han}|^1 \/ 2$/u);
});

it('every word is said somewhere', () => {
  const cwd = join(import.meta.dirname, '..');
  const sources = globSync('**/*.{ts,tsx}', { cwd }).filter(name => !/words\/(en|zh|words\.test)\.ts$/.test(name));
  const page = sources.map(name => readFileSync(join(cwd, name), 'utf8')).join('\n');
  expect(Object.keys(en).filter(word => !new RegExp(`words\\.${word}\\b`).test(page))).toEqual([]);
});

it('numbers are written as the language writes them', () => {
  expect(numberText(1234.5678, 'en')).toBe('1,234.57');
  expect(percentText(0.123, 'zh')).toBe('12.3%');
  expect(bytesText(1_234_567, 'en')).toBe('1.23 MB');
  expect(durationText(2.345, en, 'en')).toBe('2.3 s');
  expect(durationText(150, zh, 'zh')).toBe('2.5 分钟');
  expect(momentText('2020-02-03T04:05:06Z', 'zh')).toMatch(/^2020年2月3日/);
});
