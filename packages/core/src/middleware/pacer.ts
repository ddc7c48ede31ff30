// A queue that lets calls through as limits of requests, tokens and concurrency allow.
import { abortedError, throwIfAborted } from '../errors.ts';
import type { RateLimits } from '../rate-limit-headers.ts';

const minute = 60_000;

/** What a {@link Pacer} keeps to. */
export interface PacerLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  readonly concurrency?: number | undefined;
}

/** A call that was let through. */
export interface Pass {
  at: number;
  tokens: number;
}

/** What the provider says is left of a limit, until it is full again. */
interface Left {
  remaining: number;
  readonly until: number;
}

interface Waiter {
  readonly tokens: number;
  readonly start: (pass: Pass) => void;
}

/** First come, first served, over a sliding window of one minute. */
export class Pacer {
  readonly #limits: PacerLimits;
  readonly #queue: Waiter[] = [];
  #window: Pass[] = [];
  #running = 0;
  #blockedUntil = 0;
  readonly #left: { requests?: Left | undefined; tokens?: Left | undefined } = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: PacerLimits) {
    this.#limits = limits;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get running(): number {
    return this.#running;
  }

  /** Waits for its turn. @throws ModeshiftError `aborted`. */
  async enter(tokens: number, signal: AbortSignal | undefined): Promise<Pass> {
    throwIfAborted(signal);
    return new Promise<Pass>((resolve, reject) => {
      const onAbort = (): void => {
        const index = this.#queue.indexOf(waiter);
        if (index >= 0) this.#queue.splice(index, 1);
        reject(abortedError(signal));
        this.#pump();
      };
      const waiter: Waiter = {
        tokens,
        start: pass => {
          signal?.removeEventListener('abort', onAbort);
          resolve(pass);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiter);
      this.#pump();
    });
  }

  /** A call is over; `tokens` is what it took, where known. */
  leave(pass: Pass, tokens: number | undefined): void {
    this.#running -= 1;
    if (tokens !== undefined) pass.tokens = tokens;
    this.#pump();
  }

  /** Lets nothing through for a while. */
  block(ms: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, Date.now() + ms);
  }

  /** Takes over what the provider says is left: each limit has its own time, of milliseconds or of minutes. */
  learn(limits: RateLimits): void {
    for (const kind of ['requests', 'tokens'] as const) {
      const { remaining, resetMs } = limits[kind];
      if (remaining !== undefined && resetMs) this.#left[kind] = { remaining, until: Date.now() + resetMs };
    }
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#queue.length > 0) {
      if (this.#running >= (this.#limits.concurrency ?? Number.POSITIVE_INFINITY)) return;
      const now = Date.now();
      const waitMs = this.#waitFor(this.#queue[0]!.tokens, now);
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), Math.min(waitMs, 2 ** 31 - 1));
        return;
      }
      const { tokens, start } = this.#queue.shift()!;
      const pass = { at: now, tokens };
      this.#window.push(pass);
      this.#running += 1;
      if (this.#left.requests) this.#left.requests.remaining -= 1;
      if (this.#left.tokens) this.#left.tokens.remaining -= tokens;
      start(pass);
    }
  }

  #waitFor(tokens: number, now: number): number {
    this.#window = this.#window.filter(pass => pass.at > now - minute);
    let until = this.#blockedUntil;
    const { requestsPerMinute, tokensPerMinute } = this.#limits;
    if (requestsPerMinute !== undefined && this.#window.length >= requestsPerMinute) {
      until = Math.max(until, this.#window[this.#window.length - requestsPerMinute]!.at + minute);
    }
    if (tokensPerMinute !== undefined) {
      let used = this.#window.reduce((sum, pass) => sum + pass.tokens, 0);
      // A call larger than the whole limit goes through when nothing else is in the window.
      for (const pass of this.#window) {
        if (used + tokens <= tokensPerMinute) break;
        used -= pass.tokens;
        until = Math.max(until, pass.at + minute);
      }
    }
    for (const kind of ['requests', 'tokens'] as const) {
      const left = this.#left[kind];
      if (left && now >= left.until) this.#left[kind] = undefined;
      else if (left && left.remaining < (kind === 'requests' ? 1 : tokens)) until = Math.max(until, left.until);
    }
    return until - now;
  }
}
