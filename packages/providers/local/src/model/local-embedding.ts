// `localEmbedding(path or id)`: an embedding checkpoint in this process.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallContext, type EmbeddingModel, type EmbedResult, invalidInput } from '@modeshift/core';
import type { EmbeddingInfo, EmbeddingSettings } from './embedding-runtime.ts';
import { EngineClient } from './engine-client.ts';
import { localPrice } from './local-price.ts';
import { type LocalModelOptions, modelSource } from './model-source.ts';

/** Options of {@link localEmbedding}. */
export interface LocalEmbeddingOptions extends LocalModelOptions {
  /** The name of one of the checkpoint's prompts (`query`, `passage` …), or the text itself, to put before each input. */
  readonly prompt?: string;
  /** Use the beginning of a text that is too long, instead of throwing `context-length`. Default false. */
  readonly truncate?: boolean;
  /** The most tokens of a text. Default: what the checkpoint says. */
  readonly maxTokens?: number;
}

/** An embedding model in this process. */
export interface LocalEmbeddingModel extends EmbeddingModel {
  /** Loads the weights now instead of at the first call, and says what was loaded. */
  load(context?: CallContext): Promise<EmbeddingInfo>;
  /** The same weights with another prompt; both share one thread and its memory. */
  withPrompt(prompt: string): LocalEmbeddingModel;
  /** Ends the engine's thread and frees the weights. A later call loads them again. */
  dispose(): Promise<void>;
}

/**
 * An embedding model from a checkpoint of the BERT family (MiniLM, bge, e5, gte), or a decoder made for embedding (Qwen3
 * Embedding): pooling, normalisation, length and prompts as its sentence-transformers files say. Loads at the first call, works
 * in a thread of its own, and costs nothing per token.
 *
 * `dimensions` is known once the model is loaded, and before that for a folder.
 *
 * @throws ModeshiftError `invalid-input` for wrong options or a missing folder. Calls throw `storage` for damaged files,
 * `unsupported` for an unknown architecture, `context-length` for a text that is too long, `aborted`, and what a download throws.
 * @example
 * ```ts
 * import { localEmbedding } from '@modeshift/local';
 *
 * const model = localEmbedding('BAAI/bge-small-zh-v1.5', { prompt: 'query', weights: 'int8' });
 * console.log(model.provider, model.modelId, model.price?.inputPerMillion); // local BAAI/bge-small-zh-v1.5 0
 * ```
 */
export function localEmbedding(checkpoint: string, options: LocalEmbeddingOptions = {}): LocalEmbeddingModel {
  const { prompt, truncate = false, maxTokens, ...common } = options;
  if (maxTokens !== undefined && !(Number.isSafeInteger(maxTokens) && maxTokens > 2))
    throw invalidInput(`maxTokens must be a whole number above 2, and it is ${maxTokens}.`);
  const settings: EmbeddingSettings = { truncate, ...(maxTokens === undefined ? {} : { maxTokens }) };
  const source = modelSource(checkpoint, common);
  const client = new EngineClient<EmbeddingInfo>('embedding', source, settings, options.onProgress);
  return embeddingOf(checkpoint, client, prompt);
}

function embeddingOf(
  checkpoint: string,
  client: EngineClient<EmbeddingInfo>,
  prompt: string | undefined,
): LocalEmbeddingModel {
  return {
    provider: 'local',
    modelId: checkpoint,
    price: localPrice,
    get dimensions() {
      return client.info?.dimensions ?? dimensionsOnDisk(checkpoint);
    },
    load: context => client.open(context?.signal),
    withPrompt: another => embeddingOf(checkpoint, client, another),
    async embed(texts: readonly string[], context: CallContext): Promise<EmbedResult> {
      const call = client.call<{ vectors: Float32Array[]; tokens: number }>('embed', [texts, prompt], context);
      const { vectors, tokens } = await call;
      return { embeddings: vectors, usage: { inputTokens: tokens, outputTokens: 0, cachedInputTokens: undefined } };
    },
    dispose: () => client.dispose(),
  };
}

/** The size of vectors before loading: read from the folder's files, where it is a folder. */
function dimensionsOnDisk(checkpoint: string): number {
  const read = (path: string): Readonly<Record<string, unknown>> | undefined => {
    try {
      return JSON.parse(readFileSync(join(checkpoint, path), 'utf8')) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  };
  const modules = (read('modules.json') ?? {}) as Record<string, { type?: string; path?: string }>;
  const last = Object.values(modules).findLast(({ type }) => type?.endsWith('Dense'));
  const size = last ? read(join(last.path ?? '', 'config.json'))?.out_features : read('config.json')?.hidden_size;
  if (typeof size === 'number') return size;
  throw invalidInput(`The size of ${checkpoint}'s vectors is not known before it is loaded: await model.load() first.`);
}
