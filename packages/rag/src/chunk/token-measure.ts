// How many tokens a span of a text has: by the caller's tokenizer, or estimated in one pass.
import { invalidInput } from '@modeshift/core';

/** Counts the tokens of a text, e.g. with the tokenizer of the embedding model. */
export type CountTokens = (text: string) => number;

/** A budget of tokens. */
export interface TokenBudget {
  /** The most tokens of a chunk, at least 1. */
  readonly maxTokens?: number;
  /** Left out: estimated, a third of the UTF-8 bytes (as core's `estimateTokens`). */
  readonly countTokens?: CountTokens;
  /** Names the tokenizer in the chunker's id. Left out: the function's name. */
  readonly tokenizer?: string;
}

/** Measures spans of one text. */
export type Measure = (start: number, end: number) => number;

export function measureOf(text: string, countTokens: CountTokens | undefined): Measure {
  if (countTokens) return (start, end) => countTokens(text.slice(start, end));
  const bytesBefore = byteCounter(text);
  return (start, end) => Math.ceil((bytesBefore(end) - bytesBefore(start)) / 3);
}

/** How many units are looked at together to see that they are ASCII. */
const page = 256;

/** UTF-8 bytes before an offset: counted once, remembered every 64 units. A surrogate is half of four bytes. */
function byteCounter(text: string): (offset: number) => number {
  if (Buffer.byteLength(text) === text.length) return offset => offset;
  const marks = new Uint32Array((text.length >> 6) + 2);
  const count = (from: number, to: number): number => {
    let sum = to - from;
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) sum += code < 0x800 || (code & 0xf800) === 0xd800 ? 1 : 2;
    }
    return sum;
  };
  let sum = 0;
  for (let start = 0; start < text.length; start += page) {
    const end = Math.min(text.length, start + page);
    const isAscii = Buffer.byteLength(text.slice(start, end)) === end - start;
    for (let from = start; from < end; from += 64) {
      marks[from >> 6] = sum;
      const to = Math.min(end, from + 64);
      sum += isAscii ? to - from : count(from, to);
    }
  }
  marks[(text.length + 63) >> 6] = sum;
  return offset => {
    const mark = marks[offset >> 6]!;
    // 64 bytes in 64 units: all of them are ASCII.
    return (offset | 63) < text.length && marks[(offset >> 6) + 1]! - mark === 64
      ? mark + (offset & 63)
      : mark + count(offset & ~63, offset);
  };
}

export function checkBudget(name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw invalidInput(`"${name}" is ${value}. Give a whole number of at least ${least}.`);
}

/** How a tokenizer appears in a chunker's id. */
export function tokenizerName({ countTokens, tokenizer }: TokenBudget): string {
  return tokenizer ?? (countTokens ? countTokens.name || 'custom' : 'estimate');
}
