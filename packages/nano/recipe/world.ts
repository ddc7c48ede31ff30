// Where all chance comes from, and the one place that keeps held-out words and phrasings away from training.
import { Random } from '@modeshift/autograd';
import type { Language } from './example.ts';

/** What a world may use: `train` never sees what `heldOut` is made of. */
export type Split = 'train' | 'heldOut';

/** Phrasings of one thing. `{slot}` is filled, `(a|b)` is a choice, which may be empty. Those of `test` are in no training text. */
export interface Frames {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** The share of words and names that training never sees: one in ten, by a hash of the word alone. */
export function isHeldOut(text: string): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % 10 === 0;
}

/** Chance with a seed, a language and a split. */
export class World {
  readonly random: Random;
  readonly split: Split;
  readonly language: Language;

  constructor(seed: string, language: Language, split: Split) {
    this.random = new Random(seed);
    this.language = language;
    this.split = split;
  }

  get zh(): boolean {
    return this.language === 'zh';
  }

  chance(share: number): boolean {
    return this.random.uniform() < share;
  }

  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.random.integer(high - low + 1);
  }

  /** Any of some things: for words that are no secret. */
  pick<T>(items: readonly T[]): T {
    return items[this.random.integer(items.length)]!;
  }

  /** Some different things, in any order. */
  some<T>(items: readonly T[], count: number): T[] {
    return this.shuffled(items).slice(0, count);
  }

  shuffled<T>(items: readonly T[]): T[] {
    const all = [...items];
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.random.integer(i + 1);
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
    return all;
  }

  /** A text of this split, from something that makes texts. */
  own(make: () => string): string {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const text = make();
      if (isHeldOut(text) === (this.split === 'heldOut')) return text;
    }
    throw new Error(`A generator makes no text for ${this.split}: its table is too small.`);
  }

  /** A word of this split, or a known one where a table has none that is held out. */
  word(items: readonly string[]): string {
    const own = items.filter(one => isHeldOut(one) === (this.split === 'heldOut'));
    return own.length > 0 ? this.pick(own) : this.known(items);
  }

  /** A word that training sees: where the answer hangs on what the word means. */
  known(items: readonly string[]): string {
    return this.pick(items.filter(one => !isHeldOut(one)));
  }

  /** Several different words of this split where there are enough, otherwise with some of the others. */
  words(items: readonly string[], count: number): string[] {
    const own = items.filter(one => isHeldOut(one) === (this.split === 'heldOut'));
    if (own.length >= count) return this.some(own, count);
    if (this.split === 'train') throw new Error('A table has too few words for training.');
    return this.shuffled([
      ...own,
      ...this.some(
        items.filter(one => !isHeldOut(one)),
        count - own.length,
      ),
    ]);
  }

  /** A phrasing of this split with its slots filled. */
  frame(frames: Frames, slots: Readonly<Record<string, string | number>> = {}): string {
    return this.fill(this.pick(this.split === 'train' ? frames.train : frames.test), slots);
  }

  /** Chooses between alternatives, innermost first, then fills the slots. */
  fill(frame: string, slots: Readonly<Record<string, string | number>> = {}): string {
    let text = frame;
    for (let found = innermost.exec(text); found; found = innermost.exec(text))
      text = text.slice(0, found.index) + this.pick(found[1]!.split('|')) + text.slice(found.index + found[0].length);
    const filled = text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      if (slots[name] === undefined) throw new Error(`The frame "${frame}" has no value for ${whole}.`);
      return String(slots[name]);
    });
    return this.zh ? filled : filled.replaceAll(/\b([Aa]) (?=[aeio])/g, '$1n ');
  }
}

const innermost = /\(([^()|]*(?:\|[^()|]*)+)\)/;
