// A checkpoint as a model that can be trained, on examples in words.
import { stat } from 'node:fs/promises';
import {
  invalidInput,
  ModeshiftError,
  type TrainableModel,
  type TrainExample,
  type TrainLoss,
  type TrainSpec,
} from '@modeshift/core';
import type { ChatTemplate } from '../chat-template/chat-template.ts';
import { chatTemplate } from '../chat-template/jinja-chat-template.ts';
import { readChatTemplate } from '../chat-template/read-chat-template.ts';
import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import { openLlama2c } from '../checkpoint/llama2c.ts';
import { readEmbeddingSetup } from '../encoder/read-embedding-setup.ts';
import { resolveCheckpoint } from '../hub/resolve-checkpoint.ts';
import type { ResolveCheckpointOptions } from '../hub/resolve-checkpoint-options.ts';
import { given } from '../model/given.ts';
import { localPrice } from '../model/local-price.ts';
import type { Device } from '../network/device.ts';
import { readTokenizer } from '../tokenizer/read-tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { createTrainer } from './create-trainer.ts';
import { TextTrainer } from './text-trainer.ts';

/** Options of {@link localTrainable}. */
export interface LocalTrainableOptions extends ResolveCheckpointOptions {
  /** In place of the checkpoint's own. A file of llama2.c needs one. */
  readonly tokenizer?: Tokenizer;
  /** A Jinja chat template in place of the checkpoint's. */
  readonly chatTemplate?: string;
  /** Threads of one operator. Default: the processors of this machine. */
  readonly threads?: number;
  /** Where steps are computed. Default `cpu`. */
  readonly device?: Device;
}

/** A checkpoint that can be trained in this process. */
export interface LocalTrainable extends TrainableModel<readonly TrainExample[]> {
  trainer(spec: TrainSpec): Promise<TextTrainer>;
}

/**
 * A checkpoint (a folder, a file of llama2.c, or an id on the hub) that can be trained: whole, by layers, LoRA, rsLoRA, DoRA, a
 * soft prompt, a prefix or a head; on texts, conversations, classes, pairs or preferences. Training runs on the thread that calls
 * it and gives the event loop a turn after each micro-batch, so host it in a worker beside other work.
 *
 * `trainer` throws `unsupported` for a method or loss that the model does not have, `invalid-input` for wrong settings, `storage`
 * for missing files.
 *
 * @example
 * ```ts no-run
 * import { localTrainable } from '@modeshift/local';
 *
 * const trainer = await localTrainable('models/SmolLM2-135M-Instruct').trainer({ method: 'lora', lora: { rank: 16 } });
 * const examples = [{ prompt: '法国的首都是', completion: '巴黎。' }];
 * await trainer.train({ examples, epochs: 3, onProgress: ({ figures }) => console.log(figures?.loss) });
 * await trainer.save('capitals');
 * await trainer.dispose();
 * ```
 */
export function localTrainable(checkpoint: string, options: LocalTrainableOptions = {}): LocalTrainable {
  if (checkpoint.trim() === '')
    throw invalidInput("The model has no name. Give a folder, or an id such as 'Qwen/Qwen3-0.6B'.");
  return {
    provider: 'local',
    modelId: checkpoint,
    price: localPrice,
    trainer: spec => makeTrainer(checkpoint, options, spec),
  };
}

async function makeTrainer(name: string, options: LocalTrainableOptions, spec: TrainSpec): Promise<TextTrainer> {
  const { tokenizer: own, chatTemplate: source, threads, device, ...finding } = options;
  const isFile = await stat(name).then(
    found => found.isFile(),
    () => false,
  );
  const folder = isFile ? name : (await resolveCheckpoint(name, finding)).directory;
  const checkpoint = isFile ? await openLlama2c(folder) : await openCheckpoint(folder);
  try {
    if (isFile && !own)
      throw invalidInput(`${name} is a file of llama2.c, which has no tokenizer in it. Give one as "tokenizer".`);
    const tokenizer = own ?? (await readTokenizer(folder));
    const template = source
      ? chatTemplate({ source, tokenizer })
      : isFile
        ? undefined
        : await templateOf(folder, tokenizer);
    const complete: TrainSpec = {
      ...spec,
      ...(await pooledLoss(spec.loss, checkpoint, isFile)),
      ...promptIds(spec, tokenizer),
      options: { baseModel: name, ...given({ threads, device }), ...spec.options },
    };
    const trainer = await createTrainer(checkpoint, complete);
    const { loss } = trainer.resolved;
    return new TextTrainer(trainer, { tokenizer, template, loss, kind: checkpoint.architecture.kind });
  } catch (error) {
    await checkpoint.weights.close();
    throw error;
  }
}

/** The chat template of a checkpoint, or `undefined` for a base model. */
async function templateOf(folder: string, tokenizer: Tokenizer): Promise<ChatTemplate | undefined> {
  try {
    return await readChatTemplate(folder, tokenizer);
  } catch (error) {
    if (ModeshiftError.is(error, 'unsupported')) return undefined;
    throw error;
  }
}

/** A contrastive loss pools as the checkpoint says, unless the spec says otherwise. */
async function pooledLoss(
  loss: TrainLoss | undefined,
  { architecture, folder }: Checkpoint,
  isFile: boolean,
): Promise<Pick<TrainSpec, 'loss'>> {
  if (loss?.kind !== 'contrastive' || loss.pooling || isFile) return {};
  const { pooling } = await readEmbeddingSetup(folder, architecture.kind);
  const known = { mean: 'mean', cls: 'first', 'last-token': 'last' } as const;
  if (!Object.hasOwn(known, pooling))
    throw new ModeshiftError(
      { tag: 'unsupported', feature: `training with ${pooling} pooling` },
      `${folder} pools by ${pooling}, which cannot be trained. Choose loss.pooling: mean, first or last.`,
    );
  return { loss: { ...loss, pooling: known[pooling as keyof typeof known] } };
}

/** The text that a soft prompt begins with as ids. */
function promptIds({ softPrompt }: TrainSpec, tokenizer: Tokenizer): Pick<TrainSpec, 'softPrompt'> {
  const { init } = softPrompt ?? {};
  if (typeof init !== 'object' || !('text' in init)) return {};
  return { softPrompt: { ...softPrompt, init: { ids: tokenizer.encode(init.text, { addSpecialTokens: true }) } } };
}
