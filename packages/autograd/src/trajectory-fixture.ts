// PyTorch's trajectories of the tiny reference models, and trainers that follow them. Test-only.
import { readFileSync } from 'node:fs';
import { Graph } from './graph.ts';
import { adamW } from './optimizers.ts';
import { classifierLoss, decoderLoss } from './reference-models.ts';
import type { Feed } from './tensor-value.ts';
import { compileTraining, type Trainer } from './training.ts';
import type { TrainingOptions } from './training-options.ts';

interface Run {
  readonly sizes: Parameters<typeof classifierLoss>[1];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly batches: readonly (readonly [number[][], number[] | number[][]])[];
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly trained: Readonly<Record<string, readonly number[]>>;
}

/** Settings, batches, losses and parameters, as PyTorch had them. */
export const fixture: {
  readonly settings: { readonly learningRate: number; readonly weightDecay: number; readonly clipNorm: number };
  readonly decoder: Run;
  readonly classifier: Run;
  readonly sparse: {
    readonly table: readonly number[];
    readonly batches: readonly (readonly number[][])[];
    readonly losses: readonly number[];
    readonly trained: readonly number[];
  };
} = JSON.parse(readFileSync(new URL('./fixtures/trajectories.json', import.meta.url), 'utf8'));

export const { learningRate, weightDecay, clipNorm } = fixture.settings;

/** A trainer of a reference model from PyTorch's first parameters. */
export function trainer(name: 'decoder' | 'classifier', options: Partial<TrainingOptions> = {}): Promise<Trainer> {
  const { sizes, parameters } = fixture[name];
  const graph = new Graph();
  const { loss } = name === 'decoder' ? decoderLoss(graph, sizes) : classifierLoss(graph, sizes);
  const optimizer = adamW({ weightDecay });
  return compileTraining({
    loss,
    optimizer,
    learningRate,
    clipNorm,
    groups: { noDecay: { weightDecay: 0 } },
    parameters,
    ...options,
  });
}

/** The batch of a step. */
export function feeds(name: 'decoder' | 'classifier', step: number): Record<string, Feed> {
  const { batches } = fixture[name];
  const [ids, labels] = batches[step % batches.length]!;
  return { ids, labels };
}
