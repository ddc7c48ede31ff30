// A model that orders passages anew, where one is on this machine: none is downloaded unasked.
import { downloadedModels, type LocalRerankModel, localReranker, recommendedModels } from '@modeshift/local';

/**
 * A recommended reranking checkpoint that is on this machine; `undefined` where there is none. It is loaded when it is first used.
 *
 * @example
 * ```ts
 * import { rerankerHere } from '@modeshift/compare';
 *
 * console.log(await rerankerHere({ cacheDir: 'no-such-folder' })); // undefined
 * ```
 */
export async function rerankerHere(
  options: { readonly cacheDir?: string } = {},
): Promise<LocalRerankModel | undefined> {
  const there = new Set((await downloadedModels(options)).map(model => model.id));
  const found = recommendedModels.find(model => model.task === 'reranking' && there.has(model.id));
  return found && localReranker(found.id, { ...options, truncate: true });
}
