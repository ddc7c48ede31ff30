// What a training run keeps on disk: the state to go on from, the averaged weights, the curve.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalTrainer, readSafetensors, writeSafetensors } from '@modeshift/local';

/** Where a run stands. */
export interface RunRecord {
  readonly seed: number;
  readonly step: number;
  /** Examples of the stream that were used: the place of the next one. */
  readonly examples: number;
  readonly tokens: number;
  /** Seconds of training, over all sessions. */
  readonly seconds: number;
  /** The texts and settings of training, by a hash: from which step on which. A run of several entries cannot be made again from its seed. */
  readonly recipes: readonly { readonly step: number; readonly hash: string }[];
  /** Stretches of steps over which the rate fell to nothing; the last one may have been broken off before its end. */
  readonly cooled?: readonly { readonly from: number; readonly to: number }[];
  /** Steps at which training went on from published weights, with moments of the optimizer that began anew. */
  readonly continued?: readonly number[];
  /** The mean loss over what the assistant says, by stretches of steps. */
  readonly curve: readonly {
    readonly step: number;
    readonly tokens: number;
    readonly seconds: number;
    readonly loss: number;
  }[];
}

/** Averaged weights by name. */
export type Averages = Map<string, Float32Array>;

/** The folder of a run. */
export class RunFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  get base(): string {
    return join(this.folder, 'base');
  }

  record(): RunRecord | undefined {
    const file = join(this.folder, 'run.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunRecord) : undefined;
  }

  averages(step: number): Averages {
    const file = join(this.#state(step), 'averages.safetensors');
    const { tensors } = readSafetensors(readFileSync(file), file);
    return new Map([...tensors].map(([name, tensor]) => [name, Float32Array.from(tensor.float32())]));
  }

  restore(trainer: LocalTrainer, step: number): Promise<void> {
    return trainer.loadState(join(this.#state(step), 'trainer'));
  }

  /** Writes a state; the record that names it comes last, so that a kill at any moment leaves one that is whole. */
  async write(trainer: LocalTrainer, averages: Averages, record: RunRecord): Promise<void> {
    const before = this.record()?.step;
    const folder = this.#state(record.step);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await trainer.saveState(join(folder, 'trainer'));
    const entries = [...averages].map(([name, data]) => [name, { shape: trainer.shapes.get(name)!, data }] as const);
    writeFileSync(join(folder, 'averages.safetensors'), writeSafetensors(Object.fromEntries(entries)));
    const file = join(this.folder, 'run.json');
    writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 1)}\n`);
    renameSync(`${file}.new`, file);
    if (before !== undefined && before !== record.step) rmSync(this.#state(before), { recursive: true, force: true });
  }

  #state(step: number): string {
    return join(this.folder, `step-${step}`);
  }
}
