// The terminal table: never too wide, nothing a terminal would obey, and saying what it must.
import { random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { hostile, sampleReport } from '../fixtures/sample-report.ts';
import type { Report } from '../report.ts';
import { reportTable } from './report-table.ts';
import { cleanLine, textWidth, truncate, wrap } from './text-width.ts';

const alphabet = [
  ...'abc XYZ-_/:0189中文模式知识库检索增强，。！ßéｗｉｄｅ한국어日本語ไทย العربية🚀👩‍💻🇨🇳❤️e\u0301\u200d\u001b[31m\u0007\u202e\t\n<>&"\u3000',
];
const source = random(23);
const anyName = (most: number): string =>
  Array.from({ length: source.integer(most) + 1 }, () => alphabet[source.integer(alphabet.length)]!).join('');

function renamed(report: Report, name: (old: string) => string): Report {
  return {
    ...report,
    task: { name: name('task'), instruction: name('instruction') },
    data: { ...report.data, notes: [name('note')] },
    modes: report.modes.map(row => ({
      ...row,
      name: name(row.name),
      ...(row.error && { error: { ...row.error, message: name('message') } }),
      problems: row.problems.map(problem => ({ ...problem, message: name('problem') })),
      ...(row.taskMetric && { taskMetric: { ...row.taskMetric, name: name('metric') } }),
    })),
    verdict: { ...report.verdict, ...(report.verdict.best && { best: name(report.verdict.best) }) },
  };
}

describe('width', () => {
  it('is 80 columns at most for 200 reports with random names, in both languages, with and without colour', async () => {
    const report = await sampleReport();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken out to measure
    const plain = (line: string): string => line.replace(/\u001b\[\d+m/g, '');
    for (let round = 0; round < 200; round++) {
      const names = new Map<string, string>();
      const other = renamed(report, old => names.get(old) ?? names.set(old, anyName(90)).get(old)!);
      const columns = [80, 80, 100, 60, 40][round % 5]!;
      const text = reportTable(other, { columns, color: round % 2 === 0, language: round % 3 === 0 ? 'zh' : 'en' });
      for (const line of text.split('\n')) {
        expect(textWidth(plain(line)), JSON.stringify(line)).toBeLessThanOrEqual(columns);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
        expect(plain(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }
    }
  });

  it('counts wide characters, emoji and marks as a terminal does', () => {
    const widths: [string, number][] = [
      ['abc', 3],
      ['模式', 4],
      ['ｗｉｄｅ', 8],
      ['한국어', 6],
      ['🚀', 2],
      ['👩‍💻', 2],
      ['🇨🇳', 2],
      ['❤️', 2],
      ['e\u0301', 1],
      ['…–─', 3],
      ['', 0],
    ];
    for (const [text, width] of widths) expect(textWidth(text), text).toBe(width);
    expect(truncate('知识库检索', 7)).toBe('知识库…');
    expect(truncate('知识库检索', 6)).toBe('知识…');
    expect(truncate('知识库', 6)).toBe('知识库');
  });

  it('wraps between words, between wide characters, and not before a full stop', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('提示调优最准确。', 6)).toEqual(['提示调', '优最准', '确。']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('', 4)).toEqual([]);
  });

  it('drops what a terminal would obey', () => {
    expect(cleanLine(hostile.escape)).toBe('red');
    expect(cleanLine(`a\n\tb${hostile.bidi}`)).toBe('a babcgpj.exe');
  });
});

describe('content', () => {
  it('shows figures, reasons, remarks and the verdict', async () => {
    const report = await sampleReport();
    const text = reportTable(report, { color: false, columns: 120 });
    const best = report.modes.find(row => row.name === report.verdict.best)!;
    expect(text).toContain(`${(best.metrics.accuracy! * 100).toFixed(1)} [`);
    expect(text).toMatch(/macro-F1 +ECE +p50 +p95 +\$\/1k +train +trained/);
    expect(text).toMatch(/failed: No key .*\s+\[authentication\]/s);
    expect(text).toMatch(/partial, 60 of 150 examples: The quota is used up\./);
    expect(text).toMatch(/\d+ invalid answers \(\d\.\d %\), counted as wrong: I think <script>/);
    expect(text).toMatch(/is the most accurate: \d\d\.\d\u00a0% \(95\u00a0% CI/);
    expect(text).toMatch(/295k 1\.1%|295k 1%/);
    expect(text).toContain('Note: 3 examples stand in train and test');
    expect(reportTable(report, { color: false, language: 'zh' })).toMatch(/最准确：\d\d\.\d\u00a0%/);
  });

  it('colours only where it is asked to, or for a terminal without NO_COLOR', async () => {
    const report = await sampleReport();
    expect(reportTable(report, { color: true })).toContain('\u001b[1m');
    expect(reportTable(report, { color: false })).not.toContain('\u001b');
    const before = { tty: process.stdout.isTTY, no: process.env.NO_COLOR };
    try {
      process.stdout.isTTY = true;
      delete process.env.NO_COLOR;
      expect(reportTable(report)).toContain('\u001b[1m');
      process.env.NO_COLOR = '1';
      expect(reportTable(report)).not.toContain('\u001b');
    } finally {
      process.stdout.isTTY = before.tty;
      if (before.no === undefined) delete process.env.NO_COLOR;
      else process.env.NO_COLOR = before.no;
    }
  });
});
