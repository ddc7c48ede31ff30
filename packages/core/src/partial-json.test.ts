import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partialJson } from './partial-json.ts';

/** Cuts a text at the given places. */
const cut = (text: string, places: readonly number[]): string[] => {
  const at = [...new Set(places.map(place => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => text.slice(start, at[i] ?? text.length));
};
const readAll = (pieces: readonly string[], options = {}) => {
  const reader = partialJson(options);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return reader;
};
const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
/** Whether `part` can grow into `all` by writing more. */
const isBeginning = (part: unknown, all: unknown): boolean => {
  if (typeof part === 'string' && typeof all === 'string') return all.startsWith(part);
  if (Array.isArray(part) && Array.isArray(all)) return part.every((item, i) => isBeginning(item, all[i]));
  if (typeof part === 'object' && part !== null && typeof all === 'object' && all !== null) {
    return Object.entries(part).every(
      ([key, item]) => Object.hasOwn(all, key) && isBeginning(item, (all as Record<string, unknown>)[key]),
    );
  }
  return Object.is(part, all);
};

describe('partialJson', () => {
  it('reads what JSON.parse reads, whatever the pieces', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.array(fc.nat(), { maxLength: 20 }), (text, places) => {
        const reader = readAll(cut(text, places));
        expect(reader.problem).toBeUndefined();
        expect(reader.isComplete).toBe(true);
        expect(reader.value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('gives at every point a beginning of the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), value => {
        const text = JSON.stringify(value, undefined, 1);
        const all: unknown = JSON.parse(text);
        const reader = partialJson();
        for (const char of text.split('')) {
          reader.push(char);
          expect(reader.problem).toBeUndefined();
          if (reader.value !== undefined) expect(isBeginning(reader.value, all)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const scraps = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"a"',
      '\\',
      '\\u00',
      '0',
      '-',
      '1.',
      'e5',
      '01',
      ' ',
      'true',
      'nul',
      '\n',
      '中',
    );
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 8 }), pieces => {
        expect(readAll(pieces).isComplete).toBe(parses(pieces.join('')));
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses what was broken by one character', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('"', ',', '}', 'x', '\\', '\u0001', '9'),
        (text, place, char) => {
          const at = place % (text.length + 1);
          const broken = text.slice(0, at) + char + text.slice(at);
          expect(readAll([broken]).isComplete).toBe(parses(broken));
        },
      ),
    );
  });

  it('says what is wrong and where', () => {
    expect(readAll(['{"a":', ' nix}']).problem).toBe('"nix" is no JSON value at position 9');
    expect(readAll(['[1', ',']).problem).toBe('the text ends too early at position 3');
  });

  it('treats "__proto__" as a name, and the last of two equal names as the value', () => {
    const text = '{"__proto__":{"x":1},"a":1,"a":[2]}';
    const { value } = readAll(text.split(''));
    expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('leaves null properties out when asked, but not null items', () => {
    expect(readAll(['{"a":null,"b":[null]}'], { skipNulls: true }).value).toEqual({ b: [null] });
  });
});
