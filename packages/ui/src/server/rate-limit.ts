// So many calls in so much time, for each user.
import { invalidInput } from '@modeshift/core';

/** So many calls in so much time. */
export interface CallRate {
  readonly calls: number;
  /** Left out: 60. */
  readonly perSeconds?: number;
}

const maxKeys = 50_000;

/** A bucket of calls for each user, filled evenly. */
export class CallRateLimit {
  readonly #calls: number;
  readonly #perMs: number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor({ calls, perSeconds = 60 }: CallRate) {
    if (!(calls >= 1) || !(perSeconds > 0))
      throw invalidInput('A rate limit needs calls from 1 and perSeconds above 0.');
    this.#calls = calls;
    this.#perMs = calls / (perSeconds * 1000);
  }

  /** Takes one call. Gives the milliseconds until the next is free; 0 where it is taken. */
  take(key: string, now = performance.now()): number {
    const { left, at } = this.#buckets.get(key) ?? { left: this.#calls, at: now };
    const filled = Math.min(this.#calls, left + (now - at) * this.#perMs);
    this.#buckets.delete(key);
    if (this.#buckets.size >= maxKeys) this.#buckets.delete(this.#buckets.keys().next().value!);
    this.#buckets.set(key, { left: filled >= 1 ? filled - 1 : filled, at: now });
    return filled >= 1 ? 0 : Math.ceil((1 - filled) / this.#perMs);
  }
}
