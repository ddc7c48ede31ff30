// `local(path or id)`: a generating checkpoint in this process.
import {
  type CallContext,
  type ClassifyingModel,
  invalidInput,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  type ScoreCall,
  type ScoreResult,
  type ScoringModel,
  type TokenCountingModel,
  type TrainableModel,
  type TrainedModel,
  type TrainSpec,
  throwIfAborted,
} from '@modeshift/core';
import { ItemQueue } from '../worker/item-queue.ts';
import type { LocalCallOptions } from './call-options.ts';
import { EngineClient } from './engine-client.ts';
import { given } from './given.ts';
import { localPrice } from './local-price.ts';
import { LocalTrainerClient } from './local-trainer-client.ts';
import { type LocalModelOptions, modelSource } from './model-source.ts';
import type { TextInfo, TextSettings } from './text-runtime.ts';
import { trainedModel } from './trained-model.ts';
import type { TrainingInfo } from './training-runtime.ts';
import { withoutFiles } from './without-files.ts';

/** Options of {@link local}. */
export interface LocalOptions extends LocalModelOptions {
  /** The longest sequence in tokens, prompt and answer together. Default: what the checkpoint was made for. */
  readonly contextLength?: number;
  /** A Jinja chat template in place of the checkpoint's, or for a checkpoint without one. */
  readonly chatTemplate?: string;
  /** Adapters that calls may use, by name: folders as PEFT saves them (LoRA, soft prompts, prefixes). */
  readonly adapters?: Readonly<Record<string, string>>;
  /** Folders of adapters that are added to the weights when they are loaded. */
  readonly merge?: readonly string[];
  /** Calls that are computed at once; more wait their turn. Default 8. */
  readonly maxConcurrent?: number;
  /** Calls that may wait. One more is refused with `rate-limit`. Default 256. */
  readonly maxWaiting?: number;
  /** Bytes for keys and values, those of prompts that are kept for later calls included. Default 1 GiB. */
  readonly cacheBytes?: number;
  /**
   * While one call runs alone, tokens that followed the same words earlier in it are guessed, and several are checked in one pass:
   * quotations, edits and lists come faster. Default true. Tokens are chosen as without; with weights in few bits a pass of several
   * tokens rounds otherwise than passes of one.
   */
  readonly guessAhead?: boolean;
}

/** A generating model in this process. */
export interface LocalModel
  extends LanguageModel<{ readonly local?: LocalCallOptions }>,
    ScoringModel,
    TokenCountingModel,
    TrainableModel {
  /** Loads the weights now instead of at the first call, and says what was loaded. */
  load(context?: CallContext): Promise<TextInfo>;
  /** The prompt of a call as the model reads it, after its chat template: for looking at. */
  prompt(call: LanguageCall): Promise<{ readonly text: string; readonly ids: readonly number[] }>;
  /** Makes an adapter folder usable in calls: `providerOptions: { local: { adapters: [{ name }] } }`. */
  attach(name: string, folder: string): Promise<void>;
  detach(name: string): Promise<void>;
  /** The same weights with some adapters in every call; both share one thread and its memory. */
  withAdapters(adapters: NonNullable<LocalCallOptions['adapters']>): LocalModel;
  /**
   * Trains the checkpoint in a thread of its own, with its own copy of the weights in 32-bit floats: whole, by layers, LoRA, rsLoRA,
   * DoRA, a soft prompt, a prefix, or a head.
   */
  trainer(spec: TrainSpec, context?: CallContext): Promise<LocalTrainerClient>;
  /**
   * What was trained as a model: an adapter works on the weights that are loaded already, in the same thread; a whole checkpoint is
   * loaded in a thread of its own; a classification head classifies. The folder must stay.
   */
  trained(folder: string, context?: CallContext): Promise<LocalModel | (ClassifyingModel & TrainedModel)>;
  /** Ends the engine's thread and frees the weights. A later call loads them again. */
  dispose(): Promise<void>;
}

/**
 * A language model from a checkpoint: a folder as `transformers` saves it, or an id on the Hugging Face hub, which is downloaded at
 * the first use. Llama, Mistral, Qwen2, Qwen3 and GPT-2, and what is built like them. It generates (with tools, JSON by
 * schema, choices and regular expressions enforced), scores given continuations exactly, counts tokens, and switches adapters from
 * call to call. The weights load at the first call; the work runs in a thread of its own, where calls at the same time share
 * each pass over the weights.
 *
 * Answers sample as the checkpoint's `generation_config.json` asks; `temperature: 0` is greedy.
 *
 * @throws ModeshiftError `invalid-input` for wrong options or a missing folder. Calls throw `storage` for missing or damaged files,
 * `unsupported` for an unknown architecture or what the checkpoint cannot do, `context-length` with the numbers, `rate-limit`
 * when too many calls wait, `aborted`, and what a download throws.
 * @example
 * ```ts
 * import { local } from '@modeshift/local';
 *
 * const model = local('Qwen/Qwen3-0.6B', { weights: 'int8', contextLength: 4096 });
 * console.log(model.provider, model.modelId, model.price?.outputPerMillion); // local Qwen/Qwen3-0.6B 0
 * ```
 */
export function local(checkpoint: string, options: LocalOptions = {}): LocalModel {
  const { contextLength, chatTemplate, adapters, merge, maxConcurrent, maxWaiting, cacheBytes, guessAhead, ...common } =
    options;
  for (const [name, value] of Object.entries({ contextLength, maxConcurrent, maxWaiting, cacheBytes }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      throw invalidInput(`${name} must be a whole number above 0, and it is ${value}.`);
  const settings: TextSettings = given({
    contextLength,
    chatTemplate,
    adapters,
    merge,
    maxConcurrent,
    maxWaiting,
    cacheBytes,
    guessAhead,
  });
  const client = new EngineClient<TextInfo>('text', modelSource(checkpoint, common), settings, options.onProgress);
  const trainer = async (folder: string, spec: TrainSpec, context?: CallContext): Promise<LocalTrainerClient> => {
    const training = { spec, ...(chatTemplate === undefined ? {} : { chatTemplate }) };
    const source = modelSource(folder, common);
    const trainer = new EngineClient<TrainingInfo>('training', source, training, options.onProgress);
    return new LocalTrainerClient(trainer, await trainer.open(context?.signal));
  };
  return modelOf(checkpoint, client, [], {
    trainer: (spec, context) => trainer(checkpoint, spec, context),
    trained: (model, folder, context) =>
      trainedModel(
        folder,
        {
          model,
          isOpen: () => client.isOpen,
          // Adapters of the base were made for other weights.
          whole: folder => {
            const { adapters: _, merge: __, ...own } = options;
            return local(folder, own);
          },
          trainer: (folder, loss, context) => trainer(folder, { method: 'head', loss }, context),
        },
        context,
      ),
  });
}

/** What a model does with training, by the model it is asked of. */
interface Training {
  readonly trainer: LocalModel['trainer'];
  readonly trained: (
    model: LocalModel,
    ...args: Parameters<LocalModel['trained']>
  ) => ReturnType<LocalModel['trained']>;
}

function modelOf(
  checkpoint: string,
  client: EngineClient<TextInfo>,
  always: NonNullable<LocalCallOptions['adapters']>,
  training: Training,
): LocalModel {
  /** A call with the model's own adapters, checked before anything is sent to the thread. */
  const prepared = (call: LanguageCall): LanguageCall => {
    const plain = withoutFiles(call);
    if (always.length === 0) return plain;
    const own = (plain.providerOptions?.local ?? {}) as LocalCallOptions;
    const merged = { ...own, adapters: [...always, ...(own.adapters ?? [])] };
    return { ...plain, providerOptions: { ...plain.providerOptions, local: merged } };
  };
  const model: LocalModel = {
    provider: 'local',
    modelId: checkpoint,
    price: localPrice,
    load: context => client.open(context?.signal),
    stream: (call, context) => streamed(client, prepared(call), context),
    score: (call: ScoreCall, context: CallContext): Promise<ScoreResult> =>
      client.call<ScoreResult>('score', [call, { adapters: always }], context),
    countTokens: (call, context) =>
      client.call<number>('countTokens', [typeof call === 'string' ? call : prepared(call)], context),
    prompt: call => client.call('prompt', [prepared(call)]),
    attach: (name, folder) => client.call('attach', [name, folder]),
    detach: name => client.call('detach', [name]),
    withAdapters: adapters => modelOf(checkpoint, client, [...always, ...adapters], training),
    trainer: training.trainer,
    trained: (folder, context) => training.trained(model, folder, context),
    dispose: () => client.dispose(),
  };
  return model;
}

/** The events of an answer. Leaving the loop early cancels it in the thread. */
async function* streamed(
  client: EngineClient<TextInfo>,
  call: LanguageCall,
  context: CallContext,
): AsyncGenerator<LanguageEvent, void> {
  throwIfAborted(context.signal);
  const left = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, left.signal]) : left.signal;
  const queue = new ItemQueue<LanguageEvent>();
  const answer = client.call<void>('stream', [call], { signal, onItem: item => queue.push(item as LanguageEvent) });
  answer.then(
    () => queue.end(),
    error => queue.end(error),
  );
  try {
    yield* queue.read();
  } finally {
    left.abort();
  }
}
