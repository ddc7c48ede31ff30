// A function of the page as it stands: what is in its inputs, how its call goes.
import { onceAFrame } from '../frame/on-frame.ts';
import { CallFollower, type CallState, idle, isBusy } from '../wire/call-state.ts';
import type { PageClient, RunningCall } from '../wire/client.ts';
import type { PageFunction } from '../wire/config.ts';
import { Failure } from '../wire/failure.ts';
import { firstValues, type InputValues, isEmpty, wireValues } from './first-values.ts';

/** What is drawn of a function. A new object for every change. */
export interface FunctionSnapshot {
  readonly values: InputValues;
  /** What is wrong with inputs, by their names; `required` where one is empty. */
  readonly errors: Readonly<Record<string, FieldError>>;
  readonly call: CallState;
}

/** Stands for the page's own words. */
export const required = Symbol('required');
export type FieldError = string | typeof required;

/** A function of the page. */
export class FunctionState {
  readonly fn: PageFunction;
  readonly #client: PageClient;
  readonly #onEnd: (call: CallState) => void;
  readonly #listeners = new Set<() => void>();
  #snapshot: FunctionSnapshot;
  #running: RunningCall | undefined;
  #follower: CallFollower | undefined;

  constructor(fn: PageFunction, client: PageClient, onEnd: (call: CallState) => void = () => undefined) {
    this.fn = fn;
    this.#client = client;
    this.#onEnd = onEnd;
    this.#snapshot = { values: firstValues(fn), errors: {}, call: idle };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): FunctionSnapshot => this.#snapshot;

  /** Sets inputs by their names; others stay as they are. */
  fill(values: InputValues): void {
    const known = Object.entries(values).filter(([name]) => name in this.#snapshot.values);
    const errors = Object.fromEntries(Object.entries(this.#snapshot.errors).filter(([name]) => !(name in values)));
    this.#change({ values: { ...this.#snapshot.values, ...Object.fromEntries(known) }, errors });
  }

  /** The inputs as they were at first, and no result. */
  reset(): void {
    this.stop();
    this.#follower = undefined;
    this.#running = undefined;
    this.#change({ values: firstValues(this.fn), errors: {}, call: idle });
  }

  /** Whether everything that must be there is there. */
  get isComplete(): boolean {
    return this.#missing().length === 0;
  }

  /** Calls the function with what is in its inputs. A call that is on its way is cancelled. */
  run(): void {
    const missing = this.#missing();
    if (missing.length > 0) {
      this.#change({ errors: Object.fromEntries(missing.map(name => [name, required])) });
      return;
    }
    this.#running?.cancel();
    const follower = new CallFollower();
    this.#follower = follower;
    const { values: shown } = this.#snapshot.call;
    // What is shown stays until there is something new.
    this.#change({ errors: {}, call: { ...follower.state, values: shown } });
    const isCurrent = (): boolean => this.#follower === follower;
    const draw = onceAFrame(() => {
      if (isCurrent()) this.#change({ call: { ...follower.state, values: follower.state.values ?? shown } });
    });
    const running = this.#client.call(this.fn.id, wireValues(this.fn, this.#snapshot.values), {
      tell: message => {
        follower.read(message);
        draw();
      },
      restart: () => follower.restart(),
    });
    this.#running = running;
    running.ended
      .catch((error: unknown) => {
        const failure = Failure.of(error);
        follower.state = { ...follower.state, status: 'failed', failure };
        if (isCurrent()) this.#change({ errors: failure.fields });
        draw();
      })
      .finally(() => {
        if (isCurrent()) this.#onEnd(follower.state);
      });
  }

  /** Stops the call that is on its way. */
  stop(): void {
    if (isBusy(this.#snapshot.call)) this.#running?.cancel();
  }

  #missing(): readonly string[] {
    return this.fn.inputs
      .filter(({ modeshift: { name, optional } }) => !optional && isEmpty(this.#snapshot.values[name]))
      .map(one => one.modeshift.name);
  }

  #change(change: Partial<FunctionSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
