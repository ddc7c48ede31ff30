// What one call has to tell its reader. It keeps the newest of what replaces itself, so a slow reader costs no memory.
import { diff } from '../protocol/diff.ts';
import type { EventMessage, WireError, WireOutput } from '../protocol/messages.ts';

type Item =
  | { readonly type: 'message'; readonly message: EventMessage }
  | { readonly type: 'values'; values: readonly unknown[] }
  | { readonly type: 'end'; readonly end: EventEnd };

/** How a call ended. */
export type EventEnd =
  | {
      readonly ok: true;
      readonly values: readonly unknown[];
      readonly seconds: number;
      readonly averageSeconds: number;
    }
  | { readonly ok: false; readonly error: WireError };

/** What a feed gives: a message, how long to wait for one, or nothing at the moment. */
export type Taken = { readonly message: EventMessage } | { readonly waitMs: number } | undefined;

/** The least time between two values of a call: 25 a second. */
const coalesceMs = 40;
const maxLogs = 1000;
const maxUnsentValues = 64;

/** What one call has to tell its reader. */
export class EventFeed {
  readonly #items: Item[] = [];
  readonly #all: boolean;
  readonly #wake: () => void;
  #base: readonly unknown[] | undefined;
  #lastValuesAt = Number.NEGATIVE_INFINITY;
  #end: EventEnd | undefined;
  #room: (() => void) | undefined;

  /** @param wake called whenever there is something new. */
  constructor(yields: 'latest' | 'all', wake: () => void) {
    this.#all = yields === 'all';
    this.#wake = wake;
  }

  /** How the call ended; `undefined` while it goes on. */
  get end(): EventEnd | undefined {
    return this.#end;
  }

  /** What has not been read. For measurements. */
  get unread(): number {
    return this.#items.length;
  }

  tell(message: EventMessage): void {
    if (this.#end) return;
    if (message.msg === 'estimation' || message.msg === 'progress') {
      const old = this.#items.findIndex(one => one.type === 'message' && one.message.msg === message.msg);
      if (old >= 0) this.#items.splice(old, 1);
    }
    if (message.msg === 'log') {
      const logs = this.#items.filter(one => one.type === 'message' && one.message.msg === 'log');
      if (logs.length >= maxLogs) this.#items.splice(this.#items.indexOf(logs[0]!), 1);
    }
    this.#items.push({ type: 'message', message });
    this.#wake();
  }

  /** New values of all outputs. With `yields: 'all'`, resolves when there is room for more. */
  async show(values: readonly unknown[]): Promise<void> {
    if (this.#end) return;
    const taken = snapshot(values);
    const unsent = this.#items.filter(one => one.type === 'values');
    if (unsent.length > 0 && !this.#all) unsent[0]!.values = taken;
    else this.#items.push({ type: 'values', values: taken });
    this.#wake();
    if (this.#all && unsent.length + 1 >= maxUnsentValues)
      await new Promise<void>(resolve => {
        this.#room = resolve;
      });
  }

  /** The first end counts. */
  finish(end: EventEnd): void {
    if (this.#end) return;
    this.#end = end.ok ? { ...end, values: snapshot(end.values) } : end;
    this.#items.push({ type: 'end', end: this.#end });
    this.#room?.();
    this.#wake();
  }

  /** A new reader has seen nothing: the next values go to it in full. */
  restart(): void {
    this.#base = undefined;
  }

  /**
   * The next message, where there is one.
   *
   * @param now milliseconds of a clock that only goes forward.
   * @param inFull whether values are sent whole each time instead of as edits.
   */
  take(now: number, inFull = false): Taken {
    let waitMs: number | undefined;
    for (let i = 0; i < this.#items.length; i++) {
      const item = this.#items[i]!;
      if (item.type === 'values') {
        const wait = this.#lastValuesAt + coalesceMs - now;
        if (wait > 0 && !this.#all && !this.#end) {
          waitMs = wait;
          continue;
        }
        this.#items.splice(i--, 1);
        this.#room?.();
        const message = this.#valuesMessage(item.values, inFull);
        if (!message) continue;
        this.#lastValuesAt = now;
        return { message };
      }
      if (item.type === 'end' && i > 0) break;
      this.#items.splice(i, 1);
      return { message: item.type === 'end' ? endMessage(item.end) : item.message };
    }
    return waitMs === undefined ? undefined : { waitMs };
  }

  #valuesMessage(values: readonly unknown[], inFull: boolean): EventMessage | undefined {
    const base = this.#base;
    this.#base = values;
    if (!base || inFull) return generating(values);
    const edits = values.map((value, i) => diff(base[i], value));
    return edits.every(one => one.length === 0) && !this.#all ? undefined : generating(edits);
  }
}

function generating(data: readonly unknown[]): EventMessage {
  return { msg: 'process_generating', output: outputOf(data, true, null, null), success: true, time_limit: null };
}

function endMessage(end: EventEnd): EventMessage {
  if (!end.ok) return { msg: 'process_completed', output: end.error, success: false, title: end.error.title };
  const output = outputOf(end.values, false, end.seconds, end.averageSeconds);
  return { msg: 'process_completed', output, success: true, title: null };
}

function outputOf(
  data: readonly unknown[],
  isGenerating: boolean,
  seconds: number | null,
  average: number | null,
): WireOutput {
  return {
    data,
    is_generating: isGenerating,
    duration: seconds,
    average_duration: average,
    render_config: null,
    changed_state_ids: [],
  };
}

/** Values as they are now, and as JSON has them: a handler may go on changing what it gave. */
function snapshot(values: readonly unknown[]): readonly unknown[] {
  return values.map(value => {
    if (typeof value === 'string' || typeof value === 'boolean') return value;
    return value === undefined ? null : (JSON.parse(JSON.stringify(value) ?? 'null') as unknown);
  });
}
