// Tells when a stream has been silent for too long, at the cost of one comparison per chunk.

/** A clock that runs only while somebody waits for the next chunk. */
export class IdleClock {
  readonly #limitMs: number;
  readonly #onExpire: () => void;
  #deadline = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number, onExpire: () => void) {
    this.#limitMs = limitMs;
    this.#onExpire = onExpire;
  }

  /** The wait for a chunk begins. */
  start(): void {
    this.#deadline = performance.now() + this.#limitMs;
    this.#timer ??= setTimeout(this.#check, this.#limitMs);
  }

  /** A chunk came: what the reader does with it takes none of the limit. */
  pause(): void {
    this.#deadline = Number.POSITIVE_INFINITY;
  }

  /** Ends the clock. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #check = (): void => {
    const left = this.#deadline - performance.now();
    if (left <= 0) {
      this.#timer = undefined;
      this.#onExpire();
    } else {
      this.#timer = setTimeout(this.#check, Math.min(left, this.#limitMs));
    }
  };
}
