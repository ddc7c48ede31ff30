// The tokens of one request on their way to its consumer.
import { abortedError, invalidInput } from '@modeshift/core';
import type { GeneratedToken, Generation, GenerationSummary } from './generate-types.ts';

/** A queue of tokens with one reader. The generator puts in; leaving the loop early calls `onLeave`. */
export class GenerationStream implements Generation {
  readonly summary: Promise<GenerationSummary>;
  #settle!: { resolve: (summary: GenerationSummary) => void; reject: (error: unknown) => void };
  readonly #tokens: GeneratedToken[] = [];
  #next = 0;
  #wake: (() => void) | undefined;
  #ended = false;
  #error: unknown;
  #read = false;
  readonly #onLeave: () => void;

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
    this.summary = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Who reads the loop sees the error there.
    this.summary.catch(() => undefined);
  }

  put(token: GeneratedToken): void {
    if (this.#ended) return;
    this.#tokens.push(token);
    this.#wakeUp();
  }

  end(summary: GenerationSummary): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settle.resolve(summary);
    this.#wakeUp();
  }

  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#settle.reject(error);
    this.#wakeUp();
  }

  [Symbol.asyncIterator](): AsyncIterator<GeneratedToken> {
    if (this.#read)
      throw invalidInput('The tokens of a generation can be read once. Keep them in an array to read them again.');
    this.#read = true;
    const done = { done: true, value: undefined } as const;
    return {
      next: async () => {
        for (;;) {
          if (this.#next < this.#tokens.length) return { done: false, value: this.#tokens[this.#next++]! };
          if (this.#error !== undefined) {
            const error = this.#error;
            this.#error = undefined;
            throw error;
          }
          if (this.#ended) return done;
          await new Promise<void>(resolve => {
            this.#wake = resolve;
          });
        }
      },
      return: async () => {
        if (!this.#ended) {
          this.#ended = true;
          this.#settle.reject(abortedError());
          this.#onLeave();
        }
        return done;
      },
    };
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
