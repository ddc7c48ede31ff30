// Who writes answers: sentences of the sources, or a model by its name; each model is made once.
import type { OfferedModel } from '@modeshift/app-chat';
import { invalidInput, type LanguageModel } from '@modeshift/core';

/** The choice of no model. */
export const withoutModel = 'sentences of the sources';

/** Models by name. */
export class Writers {
  readonly #offered: ReadonlyMap<string, OfferedModel>;
  readonly #made = new Map<string, Promise<LanguageModel>>();

  constructor(models: readonly OfferedModel[]) {
    this.#offered = new Map(models.map(one => [one.name, one]));
    if (this.#offered.size < models.length || this.#offered.has(withoutModel))
      throw invalidInput('Two models have the same name.');
  }

  /** All there is to choose from; without a model first. */
  get names(): readonly string[] {
    return [withoutModel, ...this.#offered.keys()];
  }

  /** A model, made at the first time; one that could not be made is tried anew. `undefined`: none writes. */
  async get(name: string): Promise<LanguageModel | undefined> {
    if (name === withoutModel) return undefined;
    const offered = this.#offered.get(name);
    if (!offered) throw invalidInput(`There is no model "${name}".`);
    const made = this.#made.get(name) ?? Promise.resolve(offered.make());
    this.#made.set(name, made);
    made.catch(() => this.#made.delete(name));
    return made;
  }

  async close(): Promise<void> {
    const made = [...this.#made.values()];
    this.#made.clear();
    for (const one of made) {
      const model = (await one.catch(() => undefined)) as { dispose?(): Promise<void> } | undefined;
      await model?.dispose?.();
    }
  }
}
