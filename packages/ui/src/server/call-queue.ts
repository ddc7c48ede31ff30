// Calls in line: so many at once, the others wait and are told their place.
import type { CallEvent } from './call-event.ts';

/** How long calls of a function take, in seconds. */
export class Durations {
  readonly #sums = new Map<string, { count: number; sum: number }>();

  add(name: string, seconds: number): void {
    const entry = this.#sums.get(name) ?? { count: 0, sum: 0 };
    this.#sums.set(name, { count: entry.count + 1, sum: entry.sum + seconds });
  }

  /** `undefined` while none has ended. */
  average(name: string): number | undefined {
    const entry = this.#sums.get(name);
    return entry && entry.sum / entry.count;
  }

  entries(): readonly (readonly [name: string, count: number, sum: number])[] {
    return [...this.#sums].map(([name, { count, sum }]) => [name, count, sum]);
  }
}

/** A line for the functions that share a `queueId`. */
export class CallQueue {
  readonly limit: number;
  readonly #waiting: CallEvent[] = [];
  readonly #running = new Set<CallEvent>();
  readonly #execute: (events: readonly CallEvent[]) => Promise<void>;
  readonly #durations: Durations;
  #isPumping = false;

  constructor(limit: number, durations: Durations, execute: (events: readonly CallEvent[]) => Promise<void>) {
    this.limit = limit;
    this.#durations = durations;
    this.#execute = execute;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get running(): number {
    return this.#running.size;
  }

  push(event: CallEvent): void {
    this.#waiting.push(event);
    event.signal.addEventListener('abort', () => this.#leave(event), { once: true });
    this.#tellPlaces(this.#waiting.length - 1);
    const { work } = event.request.numbered.endpoint;
    if (work.type === 'single') this.#pump();
    else if (work.waitMs === 0) setImmediate(() => this.#pump());
    else setTimeout(() => this.#pump(), work.waitMs);
    if (work.type === 'batch' && this.#sameFunction(event).length >= work.maxSize) this.#pump();
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      let hasMoved = false;
      while (this.#waiting.length > 0 && this.#slots() < this.limit) {
        const events = this.#next();
        if (!events) break;
        hasMoved = true;
        const startedAt = performance.now();
        for (const event of events) {
          event.startedAt = startedAt;
          this.#running.add(event);
          const eta = this.#durations.average(event.request.numbered.endpoint.name) ?? null;
          event.feed.tell({ msg: 'process_starts', eta });
        }
        this.#execute(events).finally(() => {
          for (const event of events) this.#running.delete(event);
          this.#pump();
        });
      }
      if (hasMoved) this.#tellPlaces(0);
    } finally {
      this.#isPumping = false;
    }
  }

  /** A batch takes one slot. */
  #slots(): number {
    return new Set(
      [...this.#running].map(event =>
        event.request.numbered.endpoint.work.type === 'batch' ? event.startedAt : event,
      ),
    ).size;
  }

  #next(): readonly CallEvent[] | undefined {
    const first = this.#waiting[0]!;
    const { work } = first.request.numbered.endpoint;
    if (work.type === 'single') return this.#waiting.splice(0, 1);
    const together = this.#sameFunction(first).slice(0, work.maxSize);
    const isEarly = performance.now() - first.createdAt < work.waitMs - 1;
    if (together.length < work.maxSize && isEarly) return undefined;
    for (const event of together) this.#waiting.splice(this.#waiting.indexOf(event), 1);
    return together;
  }

  #sameFunction(event: CallEvent): readonly CallEvent[] {
    return this.#waiting.filter(one => one.request.numbered === event.request.numbered);
  }

  #leave(event: CallEvent): void {
    const place = this.#waiting.indexOf(event);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    this.#tellPlaces(place);
  }

  /** Tells everyone from a place on where they are, and how long it will take. */
  #tellPlaces(from: number): void {
    const averages = this.#waiting.map(event => this.#durations.average(event.request.numbered.endpoint.name));
    let ahead: number | undefined = this.#secondsUntilFree();
    this.#waiting.forEach((event, rank) => {
      const own = averages[rank];
      const eta = own === undefined || ahead === undefined ? null : ahead + own;
      if (rank >= from) event.feed.tell({ msg: 'estimation', rank, queue_size: this.#waiting.length, rank_eta: eta });
      ahead = own === undefined || ahead === undefined ? undefined : ahead + own / this.limit;
    });
  }

  #secondsUntilFree(): number | undefined {
    if (this.#slots() < this.limit) return 0;
    const now = performance.now();
    const left = [...this.#running].map(event => {
      const average = this.#durations.average(event.request.numbered.endpoint.name);
      return average === undefined ? undefined : Math.max(0, average - (now - event.startedAt!) / 1000);
    });
    const known = left.filter(one => one !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }
}
