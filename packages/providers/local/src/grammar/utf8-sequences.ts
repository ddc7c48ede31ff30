// Ranges of code points as sequences of byte ranges in UTF-8.
import type { CodePointSet } from './code-point-set.ts';

/** One to four byte ranges `[low, high]`: every combination is the UTF-8 form of one code point. */
export type ByteSequence = readonly (readonly [number, number])[];

const lengthStarts = [0, 0x80, 0x800, 0x10000, 0x110000];

function encode(point: number, length: number): number[] {
  if (length === 1) return [point];
  const bytes: number[] = [];
  for (let i = length - 1; i > 0; i--) {
    bytes[i] = 0x80 | (point & 0x3f);
    point >>= 6;
  }
  bytes[0] = ((0xf00 >> length) & 0xff) | point;
  return bytes;
}

/** The UTF-8 forms of a set, as disjoint sequences of byte ranges. */
export function utf8Sequences(set: CodePointSet): ByteSequence[] {
  const out: ByteSequence[] = [];
  for (let i = 0; i < set.length; i += 2)
    for (let length = 1; length <= 4; length++) {
      const from = Math.max(set[i]!, lengthStarts[length - 1]!);
      const to = Math.min(set[i + 1]!, lengthStarts[length]! - 1);
      if (from <= to) split(from, to, length, out);
    }
  return out;
}

/** Splits a range until its first and last code point differ only in a tail of bytes that runs from 80 to BF. */
function split(from: number, to: number, length: number, out: ByteSequence[]): void {
  for (let tail = 1; tail < length; tail++) {
    const mask = (1 << (6 * tail)) - 1;
    if ((from & ~mask) === (to & ~mask)) continue;
    if ((from & mask) !== 0) {
      split(from, from | mask, length, out);
      split((from | mask) + 1, to, length, out);
      return;
    }
    if ((to & mask) !== mask) {
      split(from, (to & ~mask) - 1, length, out);
      split(to & ~mask, to, length, out);
      return;
    }
  }
  const low = encode(from, length);
  const high = encode(to, length);
  out.push(low.map((byte, i) => [byte, high[i]!] as const));
}
