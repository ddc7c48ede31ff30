import { describe, expect, it } from 'vitest';
import { progressLine } from './progress-line.ts';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { written, sink: { isTTY, columns: 40, write: (text: string) => written.push(text) } };
}

describe('progressLine', () => {
  it('rewrites one line in a terminal, cut to its width', () => {
    const { written, sink } = recorder(true);
    let now = 0;
    const line = progressLine(sink, false, () => now);
    line.show('first');
    line.show('too soon');
    now = 100;
    line.show('x'.repeat(200));
    line.clear();
    expect(written).toHaveLength(3);
    expect(written[0]).toBe('\r\u001b[2Kfirst');
    expect(written[1]!.length).toBeLessThan(50);
    expect(written.join('')).not.toContain('\n');
  });

  it('writes a line now and then where there is no terminal', () => {
    const { written, sink } = recorder(false);
    let now = 0;
    const line = progressLine(sink, false, () => now);
    for (; now < 12_000; now += 1000) line.show(`at ${now}`);
    expect(written).toEqual(['at 0\n', 'at 5000\n', 'at 10000\n']);
  });

  it('says nothing when quiet', () => {
    const { written, sink } = recorder(true);
    progressLine(sink, true).show('x');
    expect(written).toEqual([]);
  });
});
