// The model that turns texts into vectors: the one that is named, the one that made a collection's vectors, or the best one at hand.
import { existsSync } from 'node:fs';
import { type EmbeddingModel, invalidInput } from '@modeshift/core';
import { downloadedModels, type LocalEmbeddingModel, localEmbedding, recommendedModels } from '@modeshift/local';
import { openaiEmbedding } from '@modeshift/openai';
import type { EmbeddingSpace } from '@modeshift/rag';

/** An embedding model in both of its roles. */
export interface Embedder {
  /** As `--embedder` takes it. */
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
const advice =
  'For meanings, too: --embedder BAAI/bge-small-zh-v1.5 (Chinese) or BAAI/bge-small-en-v1.5, downloaded once, or a key in OPENAI_API_KEY';

/**
 * The model for a new collection: what `--embedder` names; else a recommended checkpoint that is on this machine; else OpenAI's where
 * a key is set; else none.
 */
export async function embedderToIndexWith(name: string | undefined, env = process.env): Promise<EmbedderChoice> {
  if (name !== undefined) return named(name);
  const there = new Set((await downloadedModels()).map(model => model.id));
  const local = recommendedModels.find(model => model.task === 'embedding' && there.has(model.id));
  if (local)
    return { embedder: await open(`local:${local.id}`), note: `Words and vectors of ${local.id}, on this machine.` };
  if (env.OPENAI_API_KEY) {
    const note = `Words and vectors of ${hosted}: the texts are sent to OpenAI, since OPENAI_API_KEY is set. --embedder none keeps them here.`;
    return { embedder: await open(`openai:${hosted}`), note, mustTell: true };
  }
  return { embedder: undefined, note: `Words only: there is no embedding model here. ${advice}.` };
}

/** The model to ask a collection with: what `--embedder` names, else the one that made its vectors, where that can run. */
export async function embedderToAskWith(
  name: string | undefined,
  spaces: readonly EmbeddingSpace[],
  env = process.env,
): Promise<EmbedderChoice> {
  if (name !== undefined && name !== 'none') {
    const chosen = await named(name);
    const space = `${chosen.embedder!.forQuestions.provider}/${chosen.embedder!.forQuestions.modelId}`;
    if (spaces.some(one => one.name === space)) return chosen;
    await chosen.embedder!.dispose();
    const known = spaces.map(one => one.name.replace('/', ':')).join(', ') || 'none';
    throw invalidInput(
      `The knowledge base has no vectors of ${name}; it has those of: ${known}. Index it with --embedder ${name}.`,
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
    note: `Words only: the vectors are of ${names.join(', ')}, which is not here. Name it with --embedder ${names[0]} to load it.`,
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
    throw invalidInput(`"${provider}" does not embed here. Write --embedder openai:ID, local:ID, a folder, or none.`);
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
