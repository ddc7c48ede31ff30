// What was trained, as a model that answers: an adapter beside the weights that are loaded, a whole checkpoint, or a classifier.
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type CallContext,
  type ClassifyingModel,
  ModeshiftError,
  type TrainedModel,
  type TrainLoss,
  throwIfAborted,
} from '@modeshift/core';
import { readJson } from '../checkpoint/checkpoint.ts';
import { storageError } from '../storage-error.ts';
import type { LocalModel } from './local.ts';
import { localPrice } from './local-price.ts';
import type { LocalTrainerClient } from './local-trainer-client.ts';

/** What opening needs of the model that was trained. */
export interface TrainedFrom {
  readonly model: LocalModel;
  /** Whether its weights are loaded. */
  readonly isOpen: () => boolean;
  /** A model of the same settings from another folder. */
  readonly whole: (folder: string) => LocalModel;
  /** A trainer on another folder. */
  readonly trainer: (folder: string, loss: TrainLoss, context?: CallContext) => Promise<LocalTrainerClient>;
}

/** Opens a folder that a trainer saved. Throws `storage` where it holds nothing trained. */
export async function trainedModel(
  given: string,
  { model, isOpen, whole, trainer }: TrainedFrom,
  context: CallContext = {},
): Promise<LocalModel | (ClassifyingModel & TrainedModel)> {
  throwIfAborted(context.signal);
  const folder = resolve(given);
  const files = await readdir(folder).catch(cause => {
    throw storageError(cause, folder, 'What was trained cannot be read');
  });
  if (files.includes('adapter_config.json')) {
    const name = `trained-${randomUUID()}`;
    // Loading the weights is what takes long, and it can be cancelled.
    await model.load(context);
    await model.attach(name, folder);
    let detached: Promise<void> | undefined;
    return {
      ...model.withAdapters([{ name }]),
      dispose: () => {
        // A model that was disposed of has let go of its adapters.
        detached ??= isOpen() ? model.detach(name).catch(unlessNotFound) : Promise.resolve();
        return detached;
      },
    };
  }
  if (!files.includes('config.json'))
    throw new ModeshiftError(
      { tag: 'storage', path: folder },
      `${folder} holds neither an adapter (adapter_config.json) nor a checkpoint (config.json). Give a folder that a trainer saved.`,
    );
  const labels = await classesOf(folder);
  if (!labels) {
    const loaded = whole(folder);
    await loaded.load(context);
    return loaded;
  }
  const classifier = await trainer(folder, { kind: 'classification', labels }, context);
  return {
    provider: model.provider,
    modelId: folder,
    price: localPrice,
    labels,
    async classify(texts, call) {
      // The head is asked through the trainer, which wants a label and does not read it here.
      const logits = await classifier.logits(
        texts.map(text => ({ text, label: 0 })),
        call,
      );
      return { logits, usage: { inputTokens: undefined, outputTokens: 0 } };
    },
    dispose: () => classifier.dispose(),
  };
}

function unlessNotFound(error: unknown): void {
  if (!ModeshiftError.is(error, 'not-found')) throw error;
}

/** The classes of a checkpoint for sequence classification, in order. */
async function classesOf(folder: string): Promise<readonly string[] | undefined> {
  const config = (await readJson(join(folder, 'config.json'), 'The configuration of the model cannot be read')) as {
    readonly architectures?: readonly string[];
    readonly id2label?: Readonly<Record<string, string>>;
  };
  if (!config.architectures?.some(name => name.endsWith('ForSequenceClassification')) || !config.id2label)
    return undefined;
  return Object.entries(config.id2label)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, label]) => label);
}
