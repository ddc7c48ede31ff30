// `localReranker(path or id)`: a cross-encoder in this process.
import type { CallContext, Ranked, RerankModel } from '@modeshift/core';
import { EngineClient } from './engine-client.ts';
import { localPrice } from './local-price.ts';
import { type LocalModelOptions, modelSource } from './model-source.ts';
import type { RerankerInfo, RerankerSettings } from './reranker-runtime.ts';

/** Options of {@link localReranker}. */
export interface LocalRerankerOptions extends LocalModelOptions {
  /** Use the beginning of a document that is too long, instead of throwing `context-length`. Default true. */
  readonly truncate?: boolean;
}

/** A reranker in this process. */
export interface LocalRerankModel extends RerankModel {
  /** Loads the weights now instead of at the first call, and says what was loaded. */
  load(context?: CallContext): Promise<RerankerInfo>;
  /** Ends the engine's thread and frees the weights. A later call loads them again. */
  dispose(): Promise<void>;
}

/**
 * A reranker from a cross-encoder checkpoint with one output (bge-reranker, ms-marco-MiniLM). Scores are its logits. Loads at the
 * first call, works in a thread of its own, and costs nothing per token.
 *
 * @throws ModeshiftError `invalid-input` for wrong options or a missing folder. Calls throw `storage`, `unsupported`,
 * `context-length`, `aborted`, and what a download throws.
 * @example
 * ```ts
 * import { localReranker } from '@modeshift/local';
 *
 * const model = localReranker('BAAI/bge-reranker-base');
 * console.log(model.provider, model.modelId); // local BAAI/bge-reranker-base
 * ```
 */
export function localReranker(checkpoint: string, options: LocalRerankerOptions = {}): LocalRerankModel {
  const { truncate = true, ...common } = options;
  const settings: RerankerSettings = { truncate };
  const client = new EngineClient<RerankerInfo>(
    'reranker',
    modelSource(checkpoint, common),
    settings,
    options.onProgress,
  );
  return {
    provider: 'local',
    modelId: checkpoint,
    price: localPrice,
    load: context => client.open(context?.signal),
    async rerank(query: string, documents: readonly string[], context: CallContext): Promise<readonly Ranked[]> {
      const scores = await client.call<number[]>('rerank', [query, documents], context);
      const ranked = scores.map((score, index) => ({ index, score }));
      return ranked.sort((a, b) => b.score - a.score || a.index - b.index);
    },
    dispose: () => client.dispose(),
  };
}
