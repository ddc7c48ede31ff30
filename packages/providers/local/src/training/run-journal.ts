// The states of a run on disk: the latest ones, and the best.
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput, ModeshiftError, type TrainRun } from '@modeshift/core';
import { storageError } from '../storage-error.ts';
import type { LocalTrainer } from './local-trainer.ts';
import type { RunPosition } from './run-training.ts';
import type { TokenExample } from './token-example.ts';
import { loadTrainerState, saveTrainerState } from './trainer-state.ts';
import { removeLeftovers } from './write-folder-atomically.ts';

/** Writes a run's states to a folder and finds the latest again. Each is complete or is not there. */
export class RunJournal {
  readonly #trainer: LocalTrainer;
  readonly #folder: string;
  readonly #everySteps: number | undefined;
  readonly #keep: number;
  readonly #resume: boolean;
  readonly #data: string;

  constructor(
    trainer: LocalTrainer,
    { folder, everySteps, keep = 2, resume = true }: NonNullable<TrainRun<TokenExample>['checkpoints']>,
    examples: readonly TokenExample[],
  ) {
    if (!(Number.isInteger(keep) && keep > 0))
      throw invalidInput(`checkpoints.keep must be a whole number above 0, got ${keep}.`);
    if (everySteps !== undefined && !(Number.isInteger(everySteps) && everySteps > 0))
      throw invalidInput(`checkpoints.everySteps must be a whole number above 0, got ${everySteps}.`);
    this.#trainer = trainer;
    this.#folder = folder;
    this.#everySteps = everySteps;
    this.#keep = keep;
    this.#resume = resume;
    const hash = createHash('sha256');
    for (const example of examples) hash.update(JSON.stringify(example));
    this.#data = hash.digest('hex').slice(0, 32);
  }

  /** Whether a state is due after a step. */
  due(step: number, perEpoch: number): boolean {
    return step % (this.#everySteps ?? perEpoch) === 0;
  }

  /** Brings the trainer to the latest state and gives its position; `undefined` where there is none. */
  async resume(): Promise<RunPosition | undefined> {
    try {
      await mkdir(this.#folder, { recursive: true });
      await removeLeftovers(this.#folder);
      const latest = (await this.#states()).at(-1);
      if (latest === undefined) return undefined;
      if (!this.#resume) {
        throw invalidInput(
          `${this.#folder} holds a run already and checkpoints.resume is false. Use another folder, or remove it.`,
        );
      }
      return await this.#load(stateName(latest));
    } catch (cause) {
      throw storageError(cause, this.#folder, 'The checkpoints cannot be read');
    }
  }

  /** Writes the state after a step, then removes those that are no longer kept. */
  async write(position: RunPosition): Promise<void> {
    await saveTrainerState(this.#trainer, join(this.#folder, stateName(position.step)), this.#notes(position));
    for (const step of (await this.#states()).slice(0, -this.#keep))
      await rm(join(this.#folder, stateName(step)), { recursive: true, force: true });
  }

  /** Writes the best state so far. */
  writeBest(position: RunPosition): Promise<void> {
    return saveTrainerState(this.#trainer, join(this.#folder, 'best'), this.#notes(position));
  }

  /** Brings the trainer to the best state. */
  async loadBest(): Promise<void> {
    await this.#load('best');
  }

  #notes(position: RunPosition): Readonly<Record<string, unknown>> {
    return { data: this.#data, position };
  }

  async #load(name: string): Promise<RunPosition> {
    const path = join(this.#folder, name);
    const { data, position } = await loadTrainerState(this.#trainer, path);
    if (data !== this.#data)
      throw new ModeshiftError(
        { tag: 'storage', path },
        `${path} is a state of a run on other examples. Use another folder, or the same examples in the same order.`,
      );
    return position as RunPosition;
  }

  /** Steps of the states that are there, in order. */
  async #states(): Promise<number[]> {
    const names = await readdir(this.#folder);
    return names
      .flatMap(name => /^step-(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }
}

const stateName = (step: number): string => `step-${step}`;
