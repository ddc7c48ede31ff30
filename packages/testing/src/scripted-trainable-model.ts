// A scoring model that can be trained and really learns, in milliseconds.
import {
  type CallContext,
  type ClassifyingModel,
  type ClassifyResult,
  ModeshiftError,
  type Price,
  type ScoringModel,
  type TrainableModel,
  type TrainedModel,
  type TrainSpec,
  throwIfAborted,
} from '@modeshift/core';
import { promptText, readScriptedWeights, ScriptedTrainer } from './scripted-trainer.ts';
import { type BaseLogit, type RegressionSize, WordRegression } from './word-regression.ts';

/** Options of {@link scriptedTrainableModel}. */
export interface ScriptedTrainableOptions {
  /** The likelihood of a continuation before training (a natural logarithm, not normalised). Left out: 0 for all. */
  readonly base?: BaseLogit;
  readonly provider?: string;
  readonly modelId?: string;
  readonly price?: Price;
}

/** A {@link scriptedTrainableModel}. */
export interface ScriptedTrainableModel extends ScoringModel, TrainableModel {
  trained(folder: string, context?: CallContext): Promise<TrainedModel>;
  /** Every spec that a trainer was made for, in order. */
  readonly specs: readonly TrainSpec[];
  /** Trainers and trained models that are not disposed of. */
  readonly open: number;
}

const sizes: Readonly<Record<string, RegressionSize>> = {
  full: { features: 1023, completions: 64 },
  lora: { features: 511, completions: 64 },
  head: { features: 255, completions: 64 },
  'soft-prompt': { features: 0, completions: 64 },
};
const allParameters = 64 * 1024;

/**
 * A scoring model that learns which completion follows a prompt, by softmax regression on pairs of characters and on words. `full`
 * and `lora` learn from the prompt, `head` classifies by it, `soft-prompt` learns only how common each completion is. Usage
 * counts Unicode code points.
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import type { ScoringModel } from '@modeshift/core';
 * import { scriptedTrainableModel } from '@modeshift/testing';
 *
 * const model = scriptedTrainableModel();
 * const trainer = await model.trainer({ method: 'lora', learningRate: 4 });
 * const examples = [
 *   { prompt: '多收了钱', completion: '账单' },
 *   { prompt: '包裹没到', completion: '物流' },
 * ];
 * await trainer.train({ examples, epochs: 20 });
 * const folder = await mkdtemp(join(tmpdir(), 'trained-'));
 * await trainer.save(folder);
 * const trained = (await model.trained(folder)) as unknown as ScoringModel;
 * const { scores } = await trained.score({ prompt: '包裹呢', continuations: ['账单', '物流'] }, {});
 * console.log(scores[1]!.logprob > scores[0]!.logprob); // true
 * ```
 */
export function scriptedTrainableModel(options: ScriptedTrainableOptions = {}): ScriptedTrainableModel {
  const { base = () => 0, provider = 'scripted', modelId = 'trainable', price } = options;
  const specs: TrainSpec[] = [];
  let open = 0;
  const scoring =
    (regression?: WordRegression): ScoringModel['score'] =>
    async ({ prompt, continuations }, { signal }) => {
      throwIfAborted(signal);
      const text = promptText(prompt);
      const scores = continuations.map(continuation => {
        const learned = regression?.logprob(text, continuation, base);
        // What was never trained is less likely than all that was.
        const logprob = learned ?? base(text, continuation) - (regression ? 1e6 : 0);
        return { continuation, logprob, tokens: [{ token: continuation, logprob }] };
      });
      const inputTokens = [...text, ...continuations.join('')].length;
      return { scores, usage: { inputTokens, outputTokens: 0 } };
    };
  const model = { provider, modelId, price };
  return {
    ...model,
    specs,
    get open() {
      return open;
    },
    score: scoring(),
    async trainer(spec, context) {
      throwIfAborted(context?.signal);
      const size = sizes[spec.method];
      if (!size)
        throw new ModeshiftError(
          { tag: 'unsupported', feature: `training by "${spec.method}"` },
          `A scripted model trains by ${Object.keys(sizes).join(', ')}, not by "${spec.method}".`,
        );
      specs.push(spec);
      open++;
      return new ScriptedTrainer({ spec, size, allParameters, base, modelId, dispose: () => open-- });
    },
    async trained(folder, context) {
      throwIfAborted(context?.signal);
      const saved = await readScriptedWeights(folder);
      if (saved.modelId !== modelId)
        throw new ModeshiftError(
          { tag: 'invalid-input' },
          `${folder} was trained on ${saved.modelId}, and this model is ${modelId}.`,
        );
      const regression = new WordRegression(saved.size, 0, saved);
      open++;
      const dispose = async (): Promise<void> => {
        open--;
      };
      const { loss } = saved.spec;
      if (loss?.kind !== 'classification') return { ...model, score: scoring(regression), dispose };
      const labels = Array.isArray(loss.labels) ? (loss.labels as readonly string[]) : [];
      const classifier: ClassifyingModel & TrainedModel = {
        ...model,
        labels,
        dispose,
        async classify(texts, { signal }): Promise<ClassifyResult> {
          throwIfAborted(signal);
          const logits = texts.map(text =>
            Float32Array.from(labels, label => regression.logprob(text, label, base) ?? -1e6),
          );
          return { logits, usage: { inputTokens: [...texts.join('')].length, outputTokens: 0 } };
        },
      };
      return classifier;
    },
  };
}
