// A mode turns a task into a solution: something that answers, with a receipt of what it cost to make.
import type { CallContext } from './call-context.ts';
import type { RunContext } from './progress.ts';
import type { TaskForModes } from './task.ts';
import type { Usage } from './usage.ts';

/** The road a mode belongs to. */
export type ModeKind = 'baseline' | 'api' | 'prompt-tuning' | 'fine-tuning' | 'plugins';

/** What it cost to make a solution. */
export interface Footprint {
  /** Weights that were trained; 0 where nothing was. */
  readonly trainedParameters: number;
  /** All weights of the model; `undefined` where the vendor does not say. */
  readonly totalParameters: number | undefined;
  /** Bytes that the solution adds on disk, when saved. */
  readonly bytes: number;
  /** Time to make it, in milliseconds of a wall clock. */
  readonly trainMs: number;
  /** Money to make it, in US dollars; `undefined` where unknown. */
  readonly trainUsd: number | undefined;
}

/** One answer. */
export interface Prediction<Output> {
  /** The answer, or `undefined` where the model gave none that fits the task; then `problem` says why. */
  readonly output: Output | undefined;
  readonly problem?: string;
  /** Probability of each label, summing to 1, where the mode knows them. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Tokens used, for modes that call a model. */
  readonly usage?: Usage;
  /** Price of this answer in US dollars; `undefined` where unknown. */
  readonly usd?: number | undefined;
}

/** Something that answers. */
export interface Solution<Input, Output> {
  readonly footprint: Footprint;
  predict(input: Input, ctx: CallContext): Promise<Prediction<Output>>;
  /** Writes what is needed to load the solution elsewhere into a folder. */
  save(dir: string): Promise<void>;
  /** Frees what the solution holds. */
  dispose?(): Promise<void>;
}

/**
 * A way to solve a task. A new mode is one exported function that returns this.
 *
 * @example
 * ```ts
 * import type { Mode } from '@modeshift/core';
 *
 * const shortest: Mode<unknown, string> = {
 *   name: 'shortest-label',
 *   kind: 'baseline',
 *   async solve(task) {
 *     const answer = [...(task.labels ?? [])].sort((a, b) => a.length - b.length)[0];
 *     return {
 *       footprint: { trainedParameters: 0, totalParameters: 0, bytes: 0, trainMs: 0, trainUsd: 0 },
 *       predict: async () => ({ output: answer }),
 *       save: async () => {},
 *     };
 *   },
 * };
 * console.log(shortest.name);
 * ```
 */
export interface Mode<Input, Output> {
  /** Short, unique in a comparison, e.g. `few-shot`. */
  readonly name: string;
  readonly kind: ModeKind;
  /** The model it stands on, for reports. */
  readonly model?: string;
  /** Makes the solution. It sees no test example. */
  solve(task: TaskForModes<Input, Output>, ctx: RunContext): Promise<Solution<Input, Output>>;
}
