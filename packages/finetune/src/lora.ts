// The mode `lora`: trains a low-rank adapter to write the label words.
import { invalidInput, type LoraSettings, type ModelThatTrains, type TrainableModel } from '@modeshift/core';
import { type TrainedMode, type TrainingOptions, trainedMode, type WordOptions } from '@modeshift/core/node';

/** Options of {@link lora}. */
export interface LoraOptions extends LoraSettings, TrainingOptions, WordOptions {
  /** Can be trained in this process. */
  readonly model: TrainableModel;
  /** rsLoRA scales by the root of the rank, DoRA learns magnitudes of its own. Left out: `lora`. */
  readonly form?: 'lora' | 'rslora' | 'dora';
}

/**
 * Trains a low-rank adapter (LoRA, Hu et al. 2021, https://arxiv.org/abs/2106.09685) on records that are written by one template,
 * with the loss on the label words alone, and answers by the likelihood of each label's words with the adapter on. The weights of
 * the model stay as they are. `rank` is 8, `alpha` twice the rank, and `targets` all linear layers, unless said otherwise; the
 * learning rate is 6e-4 for a model of 100 million parameters and higher for smaller ones. The solution saves a PEFT folder.
 *
 * @throws ModeshiftError `invalid-input` at construction for a model that cannot be trained here or a wrong option, and from `solve`
 * for a task without labels; `aborted` when the run is cancelled; and what the model throws.
 * @example
 * ```ts
 * import { classificationTask } from '@modeshift/data';
 * import { lora } from '@modeshift/finetune';
 * import { scriptedTrainableModel } from '@modeshift/testing';
 *
 * const texts = (label: string, ...list: string[]) => list.map(text => ({ text, label }));
 * const task = classificationTask({
 *   name: '主题',
 *   train: [...texts('账单', '多收了钱', '发票不对', '退款没到账'), ...texts('物流', '包裹没到', '快递太慢', '到哪了')],
 *   test: [...texts('物流', '我的包裹呢')],
 * });
 * const model = scriptedTrainableModel();
 * const solution = await lora({ model, rank: 4, learningRate: 2 }).solve(task, { seed: 1 });
 * console.log((await solution.predict({ text: '我的包裹呢' }, {})).output); // 物流
 * console.log(solution.footprint.trainedParameters, solution.footprint.totalParameters); // 32768 65536
 * await solution.dispose?.();
 * ```
 */
export function lora<Input, Output, Candidate = TrainableModel>(
  options: Omit<LoraOptions, 'model'> & { readonly model: Candidate & ModelThatTrains<Candidate> },
): TrainedMode<Input, Output> {
  const { model, form = 'lora', rank = 8, alpha, dropout, targets = 'all-linear', exclude, ...more } = options;
  const { blocks, rankPattern, alphaPattern, init, ...run } = more;
  if (!['lora', 'rslora', 'dora'].includes(form))
    throw invalidInput(`There is no form ${JSON.stringify(form)} of LoRA here. Use lora, rslora or dora.`);
  if (!Number.isInteger(rank) || rank < 1) throw invalidInput('rank must be a whole number of at least 1.');
  const settings = { rank, alpha, dropout, targets, exclude, blocks, rankPattern, alphaPattern, init };
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const train = { method: form, lora: given as LoraSettings };
  return trainedMode(model, { name: 'lora', kind: 'fine-tuning', answers: 'words', rate: 6e-4, train }, run);
}
