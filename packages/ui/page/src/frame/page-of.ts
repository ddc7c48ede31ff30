// The page of an app: its functions, and what the end of one call does to others.
import { fittingValues } from '../function/fitting-values.ts';
import { FunctionState } from '../function/function-state.ts';
import { PageClient } from '../wire/client.ts';
import { type Config, functionsOf, type PageFunction } from '../wire/config.ts';
import { readAddress } from './address.ts';

/** The page. */
export interface Page {
  readonly config: Config;
  readonly client: PageClient;
  readonly functions: ReadonlyMap<string, FunctionState>;
  /** Where the page lies, with a slash at the end. */
  readonly base: string;
  /** To be told when a call has succeeded, with the values of the outputs: other functions may follow it. */
  readonly ended: (fn: PageFunction, outputs: Readonly<Record<string, unknown>>) => void;
}

export function pageOf(config: Config, base: string, onConnection: (isThere: boolean) => void): Page {
  const client = new PageClient(base, onConnection, () => document.documentElement.lang);
  const functions = new Map<string, FunctionState>();

  const ended = (fn: PageFunction, outputs: Readonly<Record<string, unknown>>): void => {
    if (fn.fills) functions.get(fn.fills)?.fill(outputs);
    for (const other of functions.values()) {
      if (!other.fn.triggers.some(one => typeof one === 'object' && 'after' in one && one.after === fn.name)) continue;
      other.fill(outputs);
      if (other.isComplete) other.run();
    }
  };

  for (const [name, fn] of functionsOf(config)) {
    const job = /^(.+)_watch$/.exec(name)?.[1];
    functions.set(
      name,
      new FunctionState(fn, client, ({ status, values = [] }) => {
        if (status !== 'done') return;
        const outputs = Object.fromEntries(fn.outputs.map(({ modeshift }, i) => [modeshift.name, values[i]]));
        const started = job === undefined ? undefined : functions.get(job)?.fn;
        // A job has ended when it is done, not when it was started.
        if (started?.kind === 'job' && outputs.status === 'done') ended(started, outputs);
        else if (fn.kind !== 'job') ended(fn, outputs);
      }),
    );
  }
  fillAsAsked(functions);
  return { config, client, functions, base, ended };
}

/** Gives a function the values that stand in the page's address. */
export function fillAsAsked(functions: Page['functions']): void {
  const asked = readAddress(location.hash);
  const state = asked && functions.get(asked.name);
  if (state) state.fill(fittingValues(state.fn, asked.values));
}

/** What selecting a row of an output calls; `undefined` where nothing. */
export function onSelectOf(
  { functions }: Page,
  fn: PageFunction,
  output: string,
): ((row: Readonly<Record<string, unknown>>) => void) | undefined {
  const called = [...functions.values()].filter(({ fn: { triggers } }) =>
    triggers.some(one => typeof one === 'object' && 'select' in one && one.select === `${fn.name}.${output}`),
  );
  if (called.length === 0) return undefined;
  return row => {
    for (const state of called) {
      state.fill(row);
      state.run();
    }
  };
}
