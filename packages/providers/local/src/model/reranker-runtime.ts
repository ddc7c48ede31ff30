// A cross-encoder in the engine's thread: reads a query and a document together and says how well they fit.
import { ModeshiftError } from '@modeshift/core';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { Encoder } from '../encoder/encoder.ts';
import { readTokenizer, type Tokenizer } from '../tokenizer/index.ts';
import type { CallScope } from '../worker/serve-calls.ts';
import type { ModelInfo } from './engine-client.ts';
import { loadDirectory } from './load-directory.ts';
import { loadOptions, withCheckpoint } from './load-options.ts';
import type { ModelSource } from './model-source.ts';
import { requireTokens } from './require-tokens.ts';

/** How pairs are read. */
export interface RerankerSettings {
  readonly truncate: boolean;
}

/** What is known of a reranker. */
export interface RerankerInfo extends ModelInfo {
  readonly maxTokens: number;
}

/** Scores pairs with a loaded model. */
export class RerankerRuntime {
  readonly info: RerankerInfo;
  readonly #encoder: Encoder;
  readonly #tokenizer: Tokenizer;
  readonly #settings: RerankerSettings;

  private constructor(info: RerankerInfo, encoder: Encoder, tokenizer: Tokenizer, settings: RerankerSettings) {
    this.info = info;
    this.#encoder = encoder;
    this.#tokenizer = tokenizer;
    this.#settings = settings;
  }

  static async open(source: ModelSource, settings: RerankerSettings, scope: CallScope): Promise<RerankerRuntime> {
    const directory = await loadDirectory(source, scope);
    const tokenizer = await readTokenizer(directory);
    const checkpoint = await openCheckpoint(directory);
    const { config } = checkpoint;
    const encoder = await withCheckpoint(checkpoint, async () => {
      requireTokens(tokenizer, config, directory);
      return Encoder.loadClassifier(checkpoint, loadOptions(source, scope));
    });
    if (encoder.size !== 1) {
      await encoder.dispose();
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'reranking' },
        `${directory} tells ${encoder.size} classes apart; a reranker has one output. Use a cross-encoder such as BAAI/bge-reranker-base.`,
      );
    }
    const info = {
      directory,
      modelType: config.modelType,
      parameters: encoder.parameters,
      bytes: encoder.bytes,
      maxTokens: config.contextLength,
    };
    return new RerankerRuntime(info, encoder, tokenizer, settings);
  }

  /** A score for each document: the logit, higher for a better fit. */
  async rerank(scope: CallScope, query: string, documents: readonly string[]): Promise<number[]> {
    const pairs = documents.map(document => this.#pair(query, document));
    const rows = await this.#encoder.run(pairs, scope.signal);
    return rows.map(row => row[0]!);
  }

  /** A pair's tokens; where they are too many, the document loses its end. */
  #pair(query: string, document: string): { ids: number[]; typeIds: number[] } {
    const whole = this.#tokenizer.encodePair(query, document, { parseSpecial: false });
    const excess = whole.ids.length - this.info.maxTokens;
    if (excess <= 0) return whole;
    if (!this.#settings.truncate)
      throw new ModeshiftError(
        { tag: 'context-length' },
        `A query with its document has ${whole.ids.length} tokens and the model takes ${this.info.maxTokens}. Split the document, or set truncate to use its beginning only.`,
      );
    const last = this.#tokenizer.encodePair('', '').ids.at(-1);
    const tail = whole.ids.at(-1) === last ? 1 : 0;
    const end = whole.ids.length - tail;
    const cut = <T>(all: readonly T[]): T[] => [...all.slice(0, end - excess), ...all.slice(end)];
    return { ids: cut(whole.ids), typeIds: cut(whole.typeIds) };
  }
}
