// An embedding model in the engine's thread.
import { ModeshiftError } from '@modeshift/core';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { Encoder } from '../encoder/encoder.ts';
import { fitTokens } from '../encoder/fit-tokens.ts';
import { type EmbeddingSetup, readEmbeddingSetup } from '../encoder/read-embedding-setup.ts';
import { readTokenizer, type Tokenizer } from '../tokenizer/index.ts';
import type { CallScope } from '../worker/serve-calls.ts';
import type { ModelInfo } from './engine-client.ts';
import { loadDirectory } from './load-directory.ts';
import { loadOptions, withCheckpoint } from './load-options.ts';
import type { ModelSource } from './model-source.ts';
import { requireTokens } from './require-tokens.ts';

/** What is known of an embedding model. */
export interface EmbeddingInfo extends ModelInfo {
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly pooling: EmbeddingSetup['pooling'];
  /** Names of the prompts that the checkpoint knows, e.g. `query`. */
  readonly prompts: readonly string[];
}

/** How texts are embedded. */
export interface EmbeddingSettings {
  readonly truncate: boolean;
  readonly maxTokens?: number;
}

/** Embeds texts with a loaded model. */
export class EmbeddingRuntime {
  readonly info: EmbeddingInfo;
  readonly #encoder: Encoder;
  readonly #tokenizer: Tokenizer;
  readonly #setup: EmbeddingSetup;
  readonly #settings: EmbeddingSettings;

  private constructor(
    info: EmbeddingInfo,
    encoder: Encoder,
    tokenizer: Tokenizer,
    setup: EmbeddingSetup,
    settings: EmbeddingSettings,
  ) {
    this.info = info;
    this.#encoder = encoder;
    this.#tokenizer = tokenizer;
    this.#setup = setup;
    this.#settings = settings;
  }

  static async open(source: ModelSource, settings: EmbeddingSettings, scope: CallScope): Promise<EmbeddingRuntime> {
    const directory = await loadDirectory(source, scope);
    const tokenizer = await readTokenizer(directory);
    const checkpoint = await openCheckpoint(directory);
    const { architecture, config } = checkpoint;
    const { encoder, setup } = await withCheckpoint(checkpoint, async () => {
      requireTokens(tokenizer, config, directory);
      const found = await readEmbeddingSetup(directory, architecture.kind);
      return { setup: found, encoder: await Encoder.loadEmbedding(checkpoint, found, loadOptions(source, scope)) };
    });
    const longest = Math.min(config.contextLength, setup.maxTokens ?? config.contextLength);
    const info = {
      directory,
      modelType: config.modelType,
      parameters: encoder.parameters,
      bytes: encoder.bytes,
      dimensions: encoder.size,
      maxTokens: Math.min(longest, settings.maxTokens ?? longest),
      pooling: setup.pooling,
      prompts: Object.keys(setup.prompts),
    };
    return new EmbeddingRuntime(info, encoder, tokenizer, setup, settings);
  }

  /** Vectors of texts, and the tokens they had. `prompt` is the name of a prompt of the checkpoint, or the text itself. */
  async embed(
    scope: CallScope,
    texts: readonly string[],
    prompt: string | undefined,
  ): Promise<{ vectors: Float32Array[]; tokens: number }> {
    const { truncate } = this.#settings;
    const before = this.#prompt(prompt ?? this.#setup.defaultPrompt);
    const encoded = texts.map(text => {
      const whole = before + (this.#setup.lowerCase ? text.toLowerCase() : text);
      return { ids: fitTokens(this.#tokenizer, whole, this.info.maxTokens, truncate) };
    });
    const vectors = await this.#encoder.run(encoded, scope.signal);
    return { vectors, tokens: encoded.reduce((sum, { ids }) => sum + ids.length, 0) };
  }

  #prompt(prompt: string | undefined): string {
    const { prompts } = this.#setup;
    if (prompt === undefined) return '';
    if (Object.hasOwn(prompts, prompt)) return prompts[prompt]!;
    if (/^\w+$/.test(prompt))
      throw new ModeshiftError(
        { tag: 'invalid-input' },
        `The checkpoint has no prompt "${prompt}"; it has ${Object.keys(prompts).join(', ') || 'none'}. Give one of these, or the text itself.`,
      );
    return prompt;
  }
}
