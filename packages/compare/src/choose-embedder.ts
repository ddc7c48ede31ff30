// The model that turns texts into vectors: the one that is named, the one that made a collection's vectors, or the best one at hand.
import { existsSync } from 'node:fs';
import { type EmbeddingModel, invalidInput } from '@modeshift/core';
import { downloadedModels, type LocalEmbeddingModel, localEmbedding, recommendedModels } from '@modeshift/local';
import { openaiEmbedding } from '@modeshift/openai';
import type { EmbeddingSpace } from '@modeshift/rag';

/** An embedding model in both of its roles. */
export interface Embedder {
  /** As `embedderToIndexWith` takes it, e.g. `local:BAAI/bge-small-zh-v1.5`. */
  readonly name: string;
  readonly forPassages: EmbeddingModel;
  readonly forQuestions: EmbeddingModel;
  dispose(): Promise<void>;
}

/** What was chosen, and what a person should know of it. */
export interface EmbedderChoice {
  readonly embedder: Embedder | undefined;
  readonly note: string;
  /** Texts leave this machine without that having been asked for: said even where little is to be said. */
  readonly mustTell?: boolean;
}

const hosted = 'text-embedding-3-small';

/** What both choices take. */
export interface EmbedderOptions {
  /** Left out: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How a model is named to whoever chooses, for messages. Left out: `--embedder NAME`. */
  readonly setting?: (name: string) => string;
}

const asOption = (name: string): string => `--embedder ${name}`;

/**
 * The model for a new collection: the one that is named (`none`, `openai:ID`, `local:ID`, a folder, an id on the hub); else a
 * recommended checkpoint that is on this machine; else OpenAI's where a key is set; else none. A local model is loaded.
 *
 * @throws ModeshiftError `invalid-input` for a provider that does not embed here; what loading throws.
 * @example
 * ```ts
 * import { embedderToIndexWith } from '@modeshift/compare';
 *
 * const { embedder, note } = await embedderToIndexWith('none');
 * console.log(embedder, note); // undefined Words only.
 * ```
 */
export async function embedderToIndexWith(
  name: string | undefined,
  { env = process.env, setting = asOption }: EmbedderOptions = {},
): Promise<EmbedderChoice> {
  if (name !== undefined) return named(name);
  const there = new Set((await downloadedModels()).map(model => model.id));
  const local = recommendedModels.find(model => model.task === 'embedding' && there.has(model.id));
  if (local)
    return { embedder: await open(`local:${local.id}`), note: `Words and vectors of ${local.id}, on this machine.` };
  if (env.OPENAI_API_KEY) {
    const note = `Words and vectors of ${hosted}: the texts are sent to OpenAI, since OPENAI_API_KEY is set. ${setting('none')} keeps them here.`;
    return { embedder: await open(`openai:${hosted}`), note, mustTell: true };
  }
  const advice = `${setting('BAAI/bge-small-zh-v1.5')} (Chinese) or BAAI/bge-small-en-v1.5, downloaded once, or a key in OPENAI_API_KEY`;
  return {
    embedder: undefined,
    note: `Words only: there is no embedding model here. For meanings, too: ${advice}.`,
  };
}

/**
 * The model to ask a collection with: the one that is named, else the one that made its vectors, where that can run.
 *
 * @throws ModeshiftError `invalid-input` where the collection has no vectors of the named one; what loading throws.
 * @example
 * ```ts
 * import { embedderToAskWith } from '@modeshift/compare';
 *
 * const { embedder, note } = await embedderToAskWith(undefined, [{ name: 'other/model', dimensions: 3 }]);
 * console.log(embedder, note.startsWith('Words only')); // undefined true
 * ```
 */
export async function embedderToAskWith(
  name: string | undefined,
  spaces: readonly EmbeddingSpace[],
  { env = process.env, setting = asOption }: EmbedderOptions = {},
): Promise<EmbedderChoice> {
  if (name !== undefined && name !== 'none') {
    const chosen = await named(name);
    const space = `${chosen.embedder!.forQuestions.provider}/${chosen.embedder!.forQuestions.modelId}`;
    if (spaces.some(one => one.name === space)) return chosen;
    await chosen.embedder!.dispose();
    const known = spaces.map(one => one.name.replace('/', ':')).join(', ') || 'none';
    throw invalidInput(
      `The knowledge base has no vectors of ${name}; it has those of: ${known}. Index it with ${setting(name)}.`,
    );
  }
  if (name === 'none' || spaces.length === 0) return { embedder: undefined, note: 'Words only.' };
  const there = new Set((await downloadedModels()).map(model => model.id));
  for (const space of spaces) {
    const [provider = '', ...rest] = space.name.split('/');
    const modelId = rest.join('/');
    const isLocal = provider === 'local' && (there.has(modelId) || existsSync(modelId));
    if (isLocal || (provider === 'openai' && env.OPENAI_API_KEY))
      return { embedder: await open(`${provider}:${modelId}`), note: `Words and vectors of ${modelId}.` };
  }
  const names = spaces.map(one => one.name.replace('/', ':'));
  return {
    embedder: undefined,
    note: `Words only: the vectors are of ${names.join(', ')}, which is not here. Name it with ${setting(names[0]!)} to load it.`,
  };
}

async function named(name: string): Promise<EmbedderChoice> {
  if (name === 'none') return { embedder: undefined, note: 'Words only.' };
  return { embedder: await open(name), note: `Words and vectors of ${name}.` };
}

/** Opens `openai:ID`, `local:ID`, a folder, or an id on the hub. */
async function open(name: string): Promise<Embedder> {
  const [, provider = 'local', modelId = name] = existsSync(name) ? [] : (/^([\w.-]+):(.+)$/.exec(name) ?? []);
  if (provider === 'openai') {
    const model = openaiEmbedding(modelId);
    return { name, forPassages: model, forQuestions: model, dispose: async () => {} };
  }
  if (provider !== 'local')
    throw invalidInput(`"${provider}" does not embed here. Write openai:ID, local:ID, a folder, or none.`);
  const model = localEmbedding(modelId, { truncate: true });
  const { prompts } = await model.load();
  // E5 names its prompts in its card alone.
  const byCard = prompts.length === 0 && /(^|[/-])e5-/i.test(modelId);
  const withPrompt = (names: readonly string[], text: string): LocalEmbeddingModel => {
    const known = names.find(one => prompts.includes(one));
    if (known !== undefined) return model.withPrompt(known);
    return byCard ? model.withPrompt(text) : model;
  };
  return {
    name,
    forPassages: withPrompt(['document', 'passage'], 'passage: '),
    forQuestions: withPrompt(['query'], 'query: '),
    dispose: () => model.dispose(),
  };
}
