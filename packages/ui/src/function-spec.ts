// What is said about a function of a page, and the types of its handler.
import type { OutputOf } from '@modeshift/core';
import type { InputComponent, OutputComponent } from './components/component.ts';
import type { PageContext } from './context.ts';
import type { Trigger } from './trigger.ts';

/** Inputs: components by name, or a schema of an object (zod, valibot, ArkType …). */
export type Inputs =
  | Readonly<Record<string, InputComponent<unknown>>>
  | { readonly '~standard': { readonly validate: unknown } };

/** Outputs: one component, or several by name. */
export type Outputs = OutputComponent<never> | Readonly<Record<string, OutputComponent<never>>>;

/** What a handler gets: a value for each input. */
export type ValuesOf<I extends Inputs> = I extends { readonly '~standard': unknown }
  ? OutputOf<I>
  : { readonly [Name in keyof I]: I[Name] extends InputComponent<infer Value> ? Value : never };

/** What a handler gives: the value of the one output, or an object with a value for each; anything where there is none. */
export type ResultOf<O extends Outputs> =
  O extends OutputComponent<infer Value>
    ? Value
    : [keyof O] extends [never]
      ? unknown
      : { readonly [Name in keyof O]: O[Name] extends OutputComponent<infer Value> ? Value : never };

/** What a generator yields: as {@link ResultOf}, but of several outputs only those that changed. */
export type YieldOf<O extends Outputs> = O extends OutputComponent<infer Value> ? Value : Partial<ResultOf<O>>;

/** What is said about a function. */
export interface FunctionSpec<I extends Inputs, O extends Outputs> {
  /** Left out: none. */
  readonly input?: I;
  /** Left out: none, and what the handler gives is dropped. */
  readonly output?: O;
  readonly label?: string;
  readonly description?: string;
  /** Inputs to try, as values on the wire: `{ words: '你好' }`. */
  readonly examples?: readonly Readonly<Record<string, unknown>>[];
  /** When the page calls it, or several such occasions. Left out: `submit`, by its button. */
  readonly trigger?: Trigger | readonly Trigger[];
  /** A function whose inputs the page fills with the outputs of the same names, whenever a call of this one has succeeded. */
  readonly fills?: string;
  /** Calls that run at once. Left out: 1, which is right for a model in this process. `Infinity`: no limit. */
  readonly concurrency?: number;
  /** Functions with the same id share one queue, and the lowest `concurrency` of them. Left out: a queue of its own. */
  readonly queueId?: string;
  /** Calls that may wait; further ones are refused. Left out: 1000. */
  readonly maxWaiting?: number;
  /** Milliseconds that a call may run. Left out: no limit. */
  readonly timeoutMs?: number;
  /** `all` sends each value a generator yields; `latest`, at most 25 a second of each call, never the same twice. Left out: `latest`. */
  readonly yields?: 'latest' | 'all';
  /** Whether `/info` lists it. Not a protection. Left out: `true`. */
  readonly listed?: boolean;
}

/** An async function (one answer) or an async generator (a stream of them). */
export type Handler<I extends Inputs, O extends Outputs, State> = (
  input: ValuesOf<I>,
  ctx: PageContext<State>,
) => Promise<ResultOf<O>> | AsyncIterable<YieldOf<O>>;
