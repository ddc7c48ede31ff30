// From a checkpoint and a spec to a trainer.
import { adamW, compileTraining, initialParameters, Random } from '@modeshift/autograd';
import { ModeshiftError, type TrainSpec } from '@modeshift/core';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { sessionOn, tellAbsent } from '../network/device.ts';
import { type LoadedBase, loadBase } from './load-base.ts';
import { LocalTrainer } from './local-trainer.ts';
import { loraNames, mergedWeight, rowNorms } from './lora-layer.ts';
import { readAdapterValues } from './read-adapter-values.ts';
import { type ResolvedSpec, resolveSpec } from './resolve-spec.ts';
import { promptParameter, trainingGraph } from './training-graph.ts';

/**
 * Makes a trainer on a checkpoint. The trainer closes the checkpoint's weights when it is disposed of.
 *
 * @throws ModeshiftError `unsupported` for a method or loss that the model cannot be trained by, `invalid-input` for wrong settings,
 * `storage` for missing weights, `aborted` when the signal fires.
 * @example
 * ```ts no-run
 * import { createTrainer, openCheckpoint } from '@modeshift/local';
 *
 * const checkpoint = await openCheckpoint('models/SmolLM2-135M');
 * const trainer = await createTrainer(checkpoint, { method: 'lora', lora: { rank: 8, targets: 'all-linear' } });
 * console.log(trainer.printTrainableParameters());
 * await trainer.step([{ ids: [1, 20, 30, 2], labels: [-100, -100, 30, 2] }]);
 * await trainer.save('my-adapter');
 * await trainer.dispose();
 * ```
 */
export async function createTrainer(
  checkpoint: Checkpoint,
  spec: TrainSpec,
  options: { readonly signal?: AbortSignal } = {},
): Promise<LocalTrainer> {
  try {
    const resolved = resolveSpec(checkpoint, spec);
    const base = await loadBase(checkpoint, resolved, options.signal);
    const { loss, metrics } = trainingGraph(base.options, base.network);
    const scalars = Object.entries(metrics).filter(([, tensor]) => tensor.rank === 0);
    const { optimizer = {} } = spec;
    const training = compileTraining({
      loss,
      metrics: Object.fromEntries(scalars),
      optimizer: adamW({
        ...(optimizer.beta1 === undefined ? {} : { beta1: optimizer.beta1 }),
        ...(optimizer.beta2 === undefined ? {} : { beta2: optimizer.beta2 }),
        ...(optimizer.epsilon === undefined ? {} : { epsilon: optimizer.epsilon }),
        weightDecay: resolved.weightDecay,
      }),
      learningRate: resolved.learningRate,
      // Gains of normalisations and biases, as in transformers' Trainer.
      groups: { constant: { weightDecay: 0 } },
      clipNorm: resolved.clipNorm,
      seed: resolved.seed,
      parameters: await firstValues(checkpoint, resolved, base, loss.graph),
      ...sessionOn(resolved.device, resolved.threads),
    });
    const graph = await tellAbsent(resolved.device, training);
    const shapes = new Map([...loss.graph.parameters].map(([name, { shape }]) => [name, shape]));
    return new LocalTrainer({ checkpoint, resolved, base, graph, shapes });
  } catch (error) {
    await checkpoint.weights.close();
    throw error;
  }
}

async function firstValues(
  checkpoint: Checkpoint,
  resolved: ResolvedSpec,
  { network, options }: LoadedBase,
  graph: Parameters<typeof initialParameters>[0],
): Promise<Record<string, ArrayLike<number>>> {
  const values: Record<string, ArrayLike<number>> = {};
  for (const name of network.trained) values[name] = network.base.get(name)!.data;
  const drawn = network.adapters.size > 0 || resolved.virtual ? initialParameters(graph, resolved.seed) : {};
  for (const [name, array] of Object.entries(drawn)) values[name] ??= array;
  for (const layer of network.adapters.values()) {
    const { a, b, magnitude } = loraNames(layer);
    if (!magnitude) continue;
    const { data } = network.base.get(`${layer.module}.weight`)!;
    const moved = layer.init === 'random' ? mergedWeight(layer, data, values[a]!, values[b]!) : data;
    values[magnitude] = rowNorms(layer, moved);
  }
  if (resolved.virtual) values[promptParameter] = promptValues(checkpoint, resolved, network, values[promptParameter]!);
  if (resolved.spec.from !== undefined)
    Object.assign(values, await readAdapterValues(resolved.spec.from, { network, options, resolved }, values));
  return values;
}

/** The first values of virtual tokens; `drawn` are normal numbers. */
function promptValues(
  { architecture, config, folder }: Checkpoint,
  { virtual, spec, seed }: ResolvedSpec,
  { base }: LoadedBase['network'],
  drawn: ArrayLike<number>,
): ArrayLike<number> {
  if (virtual!.kind === 'prefix') return spec.prefix?.init === 'zero' ? new Float32Array(drawn.length) : drawn;
  const { init = 'vocabulary' } = spec.softPrompt ?? {};
  if (init === 'random') return drawn;
  const tokens = virtual!.tokens;
  const random = new Random(`${seed}/prompt`);
  const given = typeof init === 'object' && 'ids' in init ? init.ids : undefined;
  if (typeof init === 'object' && !given)
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'softPrompt.init.text without a tokenizer' },
      `The trainer of ${folder} has no tokenizer of its own: give softPrompt.init.ids, or train through the model, which has one.`,
    );
  if (given?.length === 0 || given?.some(id => !(id >= 0 && id < config.vocabularySize)))
    throw new ModeshiftError(
      { tag: 'invalid-input' },
      `softPrompt.init.ids must be ids from 0 to ${config.vocabularySize - 1}, and at least one.`,
    );
  const table = base.get(`${architecture.embedding}.weight`)!.data;
  const size = config.hiddenSize;
  const values = new Float32Array(tokens * size);
  for (let i = 0; i < tokens; i++) {
    const id = given ? given[i % given.length]! : random.integer(config.vocabularySize);
    values.set(table.subarray(id * size, (id + 1) * size), i * size);
  }
  return values;
}
