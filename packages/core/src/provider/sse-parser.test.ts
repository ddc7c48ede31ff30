import { describe, expect, it } from 'vitest';
import { random } from '../random.ts';
import { SseParser } from './sse-parser.ts';

const bytes = new TextEncoder();
const read = (pieces: readonly Uint8Array[]) => {
  const parser = new SseParser();
  return [...pieces.flatMap(piece => parser.push(piece)), ...parser.end()];
};

describe('SseParser', () => {
  it('reads names, several lines of data, comments and other fields', () => {
    const text = ': ping\nid: 1\nevent: a\ndata: {"x":\ndata:  1}\n\nevent: nothing\n\ndata:二\n\n';
    expect(read([bytes.encode(text)])).toEqual([
      { event: 'a', data: '{"x":\n 1}' },
      { event: undefined, data: '二' },
    ]);
  });

  it('gives the last event that the server did not end', () => {
    expect(read([bytes.encode('data: 一\n\ndata: 二')])).toMatchObject([{ data: '一' }, { data: '二' }]);
    expect(read([bytes.encode('data: 一\r')])).toMatchObject([{ data: '一' }]);
  });

  it('gives the same events wherever the bytes are cut and however the lines end', () => {
    const lines = ['event: 事件', 'data: 你好，世界 🎉', '', ': x', 'data: b', 'data: c', '', 'data:', '', ''];
    const expected = read([bytes.encode(lines.join('\n'))]);
    expect(expected.map(event => event.data)).toEqual(['你好，世界 🎉', 'b\nc', '']);
    const rng = random(7);
    for (const end of ['\n', '\r\n', '\r']) {
      const whole = bytes.encode(lines.join(end));
      for (let round = 0; round < 50; round++) {
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < whole.length; ) {
          const size = 1 + rng.integer(9);
          pieces.push(whole.subarray(at, at + size));
          at += size;
        }
        expect(read(pieces)).toEqual(expected);
      }
    }
  });
});
