// Models by name, each made once, and let go together.
import { invalidInput, type LanguageModel } from '@modeshift/core';
import type { OfferedModel } from './available-models.ts';
import { textFilesInPrompt } from './text-files-in-prompt.ts';

/** Models by name. */
export class ModelShelf {
  readonly #offered: ReadonlyMap<string, OfferedModel>;
  readonly #made = new Map<string, Promise<LanguageModel>>();

  constructor(models: readonly OfferedModel[]) {
    if (models.length === 0) throw invalidInput('There is no model to choose from.');
    this.#offered = new Map(models.map(one => [one.name, one]));
    if (this.#offered.size < models.length) throw invalidInput('Two models have the same name.');
  }

  /** In the order in which they were given. */
  get names(): readonly string[] {
    return [...this.#offered.keys()];
  }

  /** A model, made at the first time. One that could not be made is tried anew. */
  get(name: string): Promise<LanguageModel> {
    const offered = this.#offered.get(name);
    if (!offered) throw invalidInput(`There is no model "${name}".`);
    const made = this.#made.get(name) ?? Promise.resolve(offered.make()).then(textFilesInPrompt);
    this.#made.set(name, made);
    made.catch(() => this.#made.delete(name));
    return made;
  }

  /** Frees what local models hold. They are made again when they are asked for. */
  async close(): Promise<void> {
    const made = [...this.#made.values()];
    this.#made.clear();
    for (const model of made)
      await (
        await (model as Promise<LanguageModel & { dispose?(): Promise<void> }>).catch(() => undefined)
      )?.dispose?.();
  }
}
