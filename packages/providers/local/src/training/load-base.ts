// What is trained of a checkpoint: its weights in memory, a head where it has none, and the adapters.
import { Graph, Random } from '@modeshift/autograd';
import { ModeshiftError, type TrainSpec, throwIfAborted } from '@modeshift/core';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Weight, Weights } from '../checkpoint/weights.ts';
import { type NetworkPlan, planNetwork, requireWeight } from '../network/plan-network.ts';
import type { LoraLayer } from './lora-layer.ts';
import { isLora, type ResolvedSpec } from './resolve-spec.ts';
import { blockOf, patternOf, targetModules } from './target-modules.ts';
import type { BaseWeights, TrainedNetwork } from './trainable-weights.ts';
import { planGraph, type TrainingGraphOptions } from './training-graph.ts';

/** A checkpoint prepared for training. */
export interface LoadedBase {
  readonly network: TrainedNetwork;
  readonly options: TrainingGraphOptions;
  /** Names of the classification head's weights. */
  readonly head: readonly string[];
  /** Weights of the head that the checkpoint does not have: drawn at random. */
  readonly fresh: ReadonlySet<string>;
  readonly parameters: number;
}

/**
 * Reads the weights that a spec needs.
 *
 * @throws ModeshiftError `storage` when one is missing, `invalid-input` for adapters that fit no layer, `unsupported` for a head of
 * another size.
 */
export async function loadBase(
  checkpoint: Checkpoint,
  resolved: ResolvedSpec,
  signal?: AbortSignal,
): Promise<LoadedBase> {
  const { architecture } = checkpoint;
  const { loss, packing, virtual, method, spec, dropout } = resolved;
  const config = { ...checkpoint.config, dropout };
  const options: TrainingGraphOptions = {
    architecture,
    config,
    loss,
    packing,
    virtual,
    dropout: (spec.lora?.dropout ?? 0) > 0 || Object.values(dropout).some(rate => rate > 0),
    recompute: spec.batches?.recompute ?? false,
  };
  const { weights, fresh } = withHead(checkpoint, resolved);
  const graph = new Graph();
  const plan = planNetwork(weights, graph, tensors => planGraph(graph, options, tensors));
  const names = namesOf(plan);
  const head = loss.kind === 'classification' ? names.filter(isHead) : [];
  const data = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const name of names) {
    throwIfAborted(signal);
    const weight = requireWeight(weights, name);
    data.set(name, { shape: weight.shape, data: await weight.read() });
  }
  const adapters = isLora(method) ? adaptersOf(checkpoint, resolved, plan, data) : new Map<string, LoraLayer>();
  const trained = trainedNames(checkpoint, resolved, names, plan, fresh);
  // A bare encoder has a pooler that no loss here reads and PEFT counts.
  const idle = loss.kind === 'contrastive' ? weights.names.filter(name => isPooler(name)) : [];
  const parameters = idle.reduce((sum, name) => sum + sizeOf(weights.find(name)!.shape), plan.parameters);
  return { network: { base: data, trained, adapters }, options, head, fresh, parameters };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Names of the weights that a plan reads. */
function namesOf(plan: NetworkPlan): string[] {
  const linears = plan.linears.flatMap(({ names }) => names.map(name => `${name}.weight`));
  return [...new Set([...plan.tensors, ...plan.tables, ...linears])];
}

/** A head is `score` on decoders and `classifier…` on encoders, with the pooler before it. */
const isHead = (name: string): boolean => /^(score|classifier)\./.test(name);
export const isPooler = (name: string): boolean => name.startsWith('bert.pooler.');

/** The weights of a checkpoint with those of a classification head that it lacks, as transformers would make them. */
function withHead(checkpoint: Checkpoint, { loss, seed }: ResolvedSpec): { weights: Weights; fresh: Set<string> } {
  const { weights, config, json, folder } = checkpoint;
  const fresh = new Set<string>();
  if (loss.kind !== 'classification') return { weights, fresh };
  const size = config.hiddenSize;
  const labels = loss.labels.length;
  const shapes: Record<string, readonly number[]> = {
    'score.weight': [labels, size],
    'classifier.weight': [labels, size],
    'classifier.bias': [labels],
    'classifier.dense.weight': [size, size],
    'classifier.dense.bias': [size],
    'classifier.out_proj.weight': [labels, size],
    'classifier.out_proj.bias': [labels],
    'bert.pooler.dense.weight': [size, size],
    'bert.pooler.dense.bias': [size],
  };
  const deviation = typeof json.initializer_range === 'number' ? json.initializer_range : 0.02;
  const draw = (name: string, shape: readonly number[]): Weight => {
    fresh.add(name);
    const values = new Float32Array(sizeOf(shape));
    const random = new Random(`${seed}/${name}`);
    if (shape.length > 1) for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
    return { shape, bytes: values.byteLength, read: async () => values };
  };
  const find = (name: string): Weight | undefined => {
    const found = weights.find(name);
    const wanted = shapes[name];
    if (found && wanted && found.shape.join() !== wanted.join())
      throw new ModeshiftError(
        { tag: 'unsupported', feature: `a head of ${labels} labels` },
        `${folder} has a head "${name}" of shape [${found.shape.join(', ')}], and ${labels} labels need [${wanted.join(', ')}]. Name as many labels, or train from a checkpoint without a head.`,
      );
    return found ?? (wanted ? draw(name, wanted) : undefined);
  };
  return { weights: { ...weights, find }, fresh };
}

/** What PEFT puts adapters on when nothing is said. */
const defaultTargets: readonly (readonly string[])[] = [['q_proj', 'v_proj'], ['c_attn'], ['query', 'value']];

function adaptersOf(
  { architecture, config }: Checkpoint,
  { method, spec, loss }: ResolvedSpec,
  plan: NetworkPlan,
  base: BaseWeights,
): Map<string, LoraLayer> {
  const { lora = {} } = spec;
  const output = architecture.kind === 'decoder' ? [architecture.head, architecture.embedding] : [];
  const stored = new Map(
    plan.linears.flatMap(({ names, transposed }) => names.map(name => [name, transposed] as const)),
  );
  const linears = [...stored.keys()].filter(name => !output.includes(name) && !isHead(`${name}.`));
  // The table only where it is named.
  const named = lora.targets !== undefined && lora.targets !== 'all-linear';
  const layers = named ? [...linears, architecture.embedding] : linears;
  const ends = new Set(layers.map(name => name.split('.').at(-1)!));
  const defaults = defaultTargets.find(names => names.every(name => ends.has(name))) ?? [...ends];
  const names = new Map(layers.map(name => [moduleName(name, config.modelType, loss.kind), name]));
  const { rank = 8 } = lora;
  const { alpha = 2 * rank } = lora;
  const chosen = targetModules([...names.keys()], defaults, lora).map(outer => {
    const module = names.get(outer)!;
    const embedding = module === architecture.embedding;
    if (embedding && method === 'dora')
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'DoRA on embeddings' },
        `lora.targets: ${outer} is the embedding table, which DoRA is not done on here. Use lora or rslora, or leave it out.`,
      );
    const transposed = embedding || stored.get(module)!;
    const [rows, columns] = base.get(`${module}.weight`)!.shape as [number, number];
    const r = patternOf(lora.rankPattern, outer, rank);
    const a = patternOf(lora.alphaPattern, outer, alpha);
    const layer: LoraLayer = {
      module,
      embedding,
      rank: r,
      alpha: a,
      scale: method === 'rslora' ? a / Math.sqrt(r) : a / r,
      dropout: lora.dropout ?? 0,
      dora: method === 'dora',
      transposed,
      inSize: transposed ? rows : columns,
      outSize: transposed ? columns : rows,
      init: lora.init ?? 'uniform',
    };
    return [module, layer] as const;
  });
  return new Map(chosen);
}

/** The name of a module in the model of transformers that an adapter or checkpoint is loaded into. */
export function moduleName(name: string, modelType: string, loss: NonNullable<TrainSpec['loss']>['kind']): string {
  if (!name.startsWith('bert.')) return name;
  // A bare encoder has no name of its own; under a head it has that of its family.
  if (loss !== 'classification') return name.slice('bert.'.length);
  return modelType === 'bert' ? name : `roberta.${name.slice('bert.'.length)}`;
}

function trainedNames(
  { architecture, config }: Checkpoint,
  { method, spec }: ResolvedSpec,
  names: readonly string[],
  plan: NetworkPlan,
  fresh: ReadonlySet<string>,
): Set<string> {
  // A new head is trained whatever else is: nothing could be learned through random numbers that stay.
  const heads = names.filter(name => isHead(name) || (isPooler(name) && fresh.has(name)));
  switch (method) {
    case 'full':
      return new Set(names);
    case 'embeddings':
      return new Set([`${architecture.embedding}.weight`, ...heads]);
    case 'last-layers': {
      const first = config.layers - spec.layers!;
      const last = names.filter(name => {
        const block = blockOf(name);
        // What stands outside blocks and is no table and no product: the last normalisation.
        if (block === undefined) return plan.tensors.includes(name) && !name.includes('embeddings');
        return block >= first;
      });
      return new Set([...last, ...heads]);
    }
    default:
      return new Set(heads);
  }
}
