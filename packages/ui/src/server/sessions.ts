// Sessions: a client's calls, its stream of messages, its state.
import { createHash, randomBytes } from 'node:crypto';
import { serialize } from 'node:v8';
import { ModeshiftError } from '@modeshift/core';
import type { User } from '../context.ts';
import type { StreamMessage } from '../protocol/messages.ts';
import type { CallEvent } from './call-event.ts';
import { Waiter } from './event-stream.ts';

/** Limits of sessions. */
export interface SessionLimits {
  readonly maxSessions: number;
  readonly idleMs: number;
  readonly maxStateBytes: number;
  readonly graceMs: number;
  readonly heartbeatMs: number;
}

/**
 * How long a stream waits for a further call before it is closed. Clients ask for a new stream only once they have read that the
 * old one is closed: a call that comes in between would never be read. Calls follow upon answers, so this is when not to close.
 */
const lingerMs = 250;

/** Characters that are made at once, before it is known whether the reader takes them. */
const maxChunk = 32_768;

/** One client: several calls, one stream. */
export class UiSession {
  readonly id = randomBytes(8).toString('hex');
  readonly events = new Map<string, CallEvent>();
  lastUsed = performance.now();
  readonly #waiter = new Waiter();
  readonly #limits: SessionLimits;
  #state: { value: unknown } | undefined;
  #reader: AbortController | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(limits: SessionLimits) {
    this.#limits = limits;
  }

  readonly wake = (): void => this.#waiter.wake();

  get hasReader(): boolean {
    return this.#reader !== undefined;
  }

  /** The state, made at its first use. */
  state(make: () => unknown): unknown {
    this.#state ??= { value: make() };
    return this.#state.value;
  }

  /** Throws, and forgets the state, where it has grown past the limit. */
  checkState(): void {
    if (!this.#state || this.#state.value === undefined) return;
    const bytes = serialize(this.#state.value).byteLength;
    if (bytes <= this.#limits.maxStateBytes) return;
    this.#state = undefined;
    throw new ModeshiftError(
      { tag: 'quota' },
      `What this session remembers has grown to ${bytes} bytes; at most ${this.#limits.maxStateBytes} are kept. It starts again.`,
    );
  }

  /** Adds a call. It is cancelled where nobody comes to read in time. */
  add(event: CallEvent): void {
    this.events.set(event.id, event);
    this.lastUsed = performance.now();
    if (!this.#reader) this.#cancelLater(Math.max(this.#limits.graceMs, 30_000));
  }

  /** The messages of all calls, until none is left. A second reader takes the place of the first. */
  async *read(signal: AbortSignal): AsyncGenerator<string> {
    this.#reader?.abort();
    const me = new AbortController();
    this.#reader = me;
    clearTimeout(this.#grace);
    for (const event of this.events.values()) event.feed.restart();
    const either = AbortSignal.any([signal, me.signal]);
    try {
      while (!either.aborted) {
        this.lastUsed = performance.now();
        const { ready, waitMs } = this.#takeReady();
        if (ready !== '') {
          yield ready;
          continue;
        }
        if (this.events.size === 0) {
          const until = performance.now() + lingerMs;
          for (
            let left = lingerMs;
            left > 0 && this.events.size === 0 && !either.aborted;
            left = until - performance.now()
          )
            await this.#waiter.wait(left, either);
          if (this.events.size > 0) continue;
          yield block({ msg: 'close_stream', event_id: null });
          return;
        }
        const before = performance.now();
        await this.#waiter.wait(waitMs, either);
        if (!either.aborted && performance.now() - before >= this.#limits.heartbeatMs - 1)
          yield block({ msg: 'heartbeat', event_id: null });
      }
    } finally {
      if (this.#reader === me) {
        this.#reader = undefined;
        if (this.events.size > 0) this.#cancelLater(this.#limits.graceMs);
      }
    }
  }

  /** What all calls have to say at the moment, up to a size; one message of each in turn. */
  #takeReady(): { readonly ready: string; readonly waitMs: number } {
    let ready = '';
    let waitMs = this.#limits.heartbeatMs;
    let hasTaken = true;
    while (hasTaken && ready.length < maxChunk) {
      hasTaken = false;
      for (const event of this.events.values()) {
        const taken = event.feed.take(performance.now());
        if (!taken) continue;
        if ('waitMs' in taken) {
          waitMs = Math.min(waitMs, taken.waitMs);
          continue;
        }
        hasTaken = true;
        if (taken.message.msg === 'process_completed') this.events.delete(event.id);
        ready += block({ ...taken.message, event_id: event.id });
      }
    }
    return { ready, waitMs };
  }

  /** Ends all calls. */
  cancelAll(): void {
    clearTimeout(this.#grace);
    for (const event of this.events.values()) event.cancel();
    if (!this.#reader) this.events.clear();
  }

  #cancelLater(ms: number): void {
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => {
      if (!this.#reader) this.cancelAll();
    }, ms).unref();
  }
}

/** All sessions of a server. */
export class Sessions {
  readonly #limits: SessionLimits;
  readonly #all = new Map<string, UiSession>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(limits: SessionLimits) {
    this.#limits = limits;
    this.#sweeper = setInterval(() => this.#sweep(), Math.min(60_000, limits.idleMs)).unref();
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<UiSession> {
    return this.#all.values();
  }

  /** The session of a client; a session belongs to the user who began it. */
  of(hash: string, user: User | undefined): UiSession {
    const key = keyOf(hash, user);
    const known = this.#all.get(key);
    if (known) {
      // The order of the map is the order of use.
      this.#all.delete(key);
      this.#all.set(key, known);
      known.lastUsed = performance.now();
      return known;
    }
    if (this.#all.size >= this.#limits.maxSessions) this.#makeRoom();
    const made = new UiSession(this.#limits);
    this.#all.set(key, made);
    return made;
  }

  find(hash: string, user: User | undefined): UiSession | undefined {
    return this.#all.get(keyOf(hash, user));
  }

  /** A session that nobody can come back to. */
  single(): UiSession {
    return new UiSession(this.#limits);
  }

  stop(): void {
    clearInterval(this.#sweeper);
    for (const session of this.#all.values()) session.cancelAll();
  }

  #makeRoom(): void {
    for (const [key, session] of this.#all) {
      if (session.events.size > 0 || session.hasReader) continue;
      this.#all.delete(key);
      return;
    }
    throw new ModeshiftError({ tag: 'rate-limit' }, 'Too many people are here at the moment. Try again later.');
  }

  #sweep(): void {
    const oldest = performance.now() - this.#limits.idleMs;
    for (const [key, session] of this.#all)
      if (session.lastUsed < oldest && session.events.size === 0 && !session.hasReader) this.#all.delete(key);
  }
}

function keyOf(hash: string, user: User | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([user?.name ?? null, hash]))
    .digest('base64url');
}

function block(message: (StreamMessage & { event_id: null }) | object): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
