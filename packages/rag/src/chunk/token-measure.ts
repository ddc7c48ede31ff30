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

/** UTF-8 bytes before an offset: counted once, remembered every 64 units. A surrogate is half of four bytes. */
function byteCounter(text: string): (offset: number) => number {
  const { length } = text;
  const marks = new Uint32Array((length >> 6) + 2);
  const count = (from: number, to: number): number => {
    let sum = to - from;
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) sum += code < 0x800 || (code & 0xf800) === 0xd800 ? 1 : 2;
    }
    return sum;
  };
  // A search skips what is ASCII, much faster than a loop; where it is not, blocks are counted until one is again.
  const foreign = /[^\0-\x7f]/g;
  let sum = 0;
  for (let at = 0; at < length; ) {
    foreign.lastIndex = at;
    const found = foreign.test(text) ? (foreign.lastIndex - 1) & ~63 : length;
    for (; at < found; at += 64, sum += 64) marks[at >> 6] = sum;
    for (let isForeign = at < length; isForeign; at += 64) {
      marks[at >> 6] = sum;
      const bytes = count(at, Math.min(length, at + 64));
      sum += bytes;
      isForeign = bytes > 64 && at + 64 < length;
    }
  }
  if ((length & 63) === 0) marks[length >> 6] = sum;
  return offset => {
    const mark = marks[offset >> 6]!;
    // 64 bytes in 64 units: all of them are ASCII.
    return (offset | 63) < length && marks[(offset >> 6) + 1]! - mark === 64
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
