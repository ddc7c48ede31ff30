// The embedding model of the app, chosen as the command line chooses it and loaded when it is first needed.
import { type EmbedderChoice, embedderToIndexWith } from '@modeshift/compare';
import type { EmbeddingModel } from '@modeshift/core';
import { type Collection, spaceName } from '@modeshift/rag';

/** The name of a model, or of its space, as visitors are shown it: of a folder its own name only, not where it lies. */
export const shownModel = (name: string): string =>
  /^(local[:/])?([/\\.~]|[a-z]:[/\\])/i.test(name) ? (name.split(/[/\\]/).findLast(Boolean) ?? name) : name;

/** Holds the model. */
export class EmbedderShelf {
  readonly #given: string | EmbeddingModel | undefined;
  #choice: Promise<EmbedderChoice> | undefined;

  constructor(given: string | EmbeddingModel | undefined) {
    this.#given = given;
  }

  /** The model to index with, and what a person should know of it. One that could not be loaded is tried anew. */
  toIndexWith(): Promise<EmbedderChoice> {
    this.#choice ??= this.#choose();
    this.#choice.catch(() => {
      this.#choice = undefined;
    });
    return this.#choice;
  }

  /** The model to ask a collection with: the same, where the collection has vectors of it. */
  async toAskWith(collection: Collection): Promise<EmbeddingModel | undefined> {
    const spaces = await collection.spaces();
    if (spaces.length === 0) return undefined;
    const { embedder } = await this.toIndexWith();
    const model = embedder?.forQuestions;
    return model && spaces.some(one => one.name === spaceName(model)) ? model : undefined;
  }

  async close(): Promise<void> {
    const choice = await this.#choice?.catch(() => undefined);
    this.#choice = undefined;
    await choice?.embedder?.dispose();
  }

  async #choose(): Promise<EmbedderChoice> {
    const given = this.#given;
    if (typeof given !== 'object') return embedderToIndexWith(given, { setting: name => `MODESHIFT_EMBEDDER=${name}` });
    const name = `${given.provider}:${given.modelId}`;
    const embedder = { name, forPassages: given, forQuestions: given, dispose: async () => {} };
    return { embedder, note: `Words and vectors of ${name}.` };
  }
}
