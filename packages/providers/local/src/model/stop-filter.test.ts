import { random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { StopFilter } from './stop-filter.ts';

/** What is kept of a text that is looked at after each letter. */
function kept(text: string, stops: readonly string[]): string {
  for (let end = 1; end <= text.length; end++) {
    const complete = stops.filter(stop => text.slice(0, end).endsWith(stop));
    if (complete.length > 0) return text.slice(0, end - Math.max(...complete.map(stop => stop.length)));
  }
  return text;
}

describe('StopFilter', () => {
  it('ends before the stop string that is complete first, wherever the pieces are cut', () => {
    const draw = random(3);
    const alphabet = ['a', 'b', '。', '停', '🙂'];
    const word = (length: number) => Array.from({ length }, () => alphabet[draw.integer(alphabet.length)]).join('');
    for (let round = 0; round < 2000; round++) {
      const text = word(draw.integer(30));
      const stops = Array.from({ length: 1 + draw.integer(3) }, () => word(1 + draw.integer(4)));
      const filter = new StopFilter(stops);
      let out = '';
      for (let at = 0; at < text.length && !filter.stopped; ) {
        const next = at + 1 + draw.integer(4);
        out += filter.push(text.slice(at, next));
        at = next;
      }
      expect(out + filter.end(), `${text} without ${stops}`).toBe(kept(text, stops));
    }
  });

  it('gives text at once where no stop string can begin', () => {
    const filter = new StopFilter(['\nUser:']);
    expect(filter.push('你好')).toBe('你好');
    expect(filter.push('\n')).toBe('');
    expect(filter.push('再见')).toBe('\n再见');
  });

  it('ignores empty stop strings', () => {
    const filter = new StopFilter(['']);
    expect(filter.push('a')).toBe('a');
    expect(filter.stopped).toBe(false);
  });
});
