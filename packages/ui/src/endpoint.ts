// A function of a page as the server runs it, whatever declared it.
import type { InputComponent, OutputComponent } from './components/component.ts';
import type { BatchContext, PageContext } from './context.ts';
import type { Trigger } from './trigger.ts';

/** Values by the names of inputs or outputs. */
export type Values = Readonly<Record<string, unknown>>;

/** How an endpoint answers. */
export type Work =
  | {
      readonly type: 'single';
      /** Gives an object with a value for each output, or yields objects of those that changed. */
      readonly run: (input: unknown, ctx: PageContext<unknown>) => Promise<Values> | AsyncIterable<Values>;
    }
  | {
      readonly type: 'batch';
      /** As many answers as inputs, in order. */
      readonly run: (inputs: readonly unknown[], ctx: BatchContext) => Promise<readonly Values[]>;
      readonly maxSize: number;
      readonly waitMs: number;
    };

/** A function of a page as the server runs it. */
export interface Endpoint {
  readonly name: string;
  /** What the page draws for it. */
  readonly kind: 'function' | 'chat' | 'job';
  readonly label: string | undefined;
  readonly description: string | undefined;
  readonly inputs: readonly (readonly [name: string, component: InputComponent<unknown>])[];
  readonly outputs: readonly (readonly [name: string, component: OutputComponent<never>])[];
  /** Checks all inputs together; throws `invalid-input`. */
  readonly check: (values: Values) => unknown;
  readonly work: Work;
  readonly isStream: boolean;
  readonly examples: readonly Values[];
  /** At least one. */
  readonly triggers: readonly Trigger[];
  /** The function whose inputs its outputs fill. */
  readonly fills: string | undefined;
  readonly concurrency: number;
  readonly queueId: string;
  readonly maxWaiting: number;
  readonly timeoutMs: number | undefined;
  readonly yields: 'latest' | 'all';
  readonly isListed: boolean;
}
