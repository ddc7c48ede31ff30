// Models by name, each made once, and let go together.
import { invalidInput, type LanguageModel } from '@modeshift/core';
import type { OfferedModel } from './available-models.ts';

/**
 * Models by name.
 *
 * @example
 * ```ts
 * import { ModelShelf } from '@modeshift/compare';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const shelf = new ModelShelf([{ name: '甲', make: () => scriptedModel({ reply: () => '好' }) }]);
 * console.log(shelf.names, (await shelf.get('甲')) === (await shelf.get('甲'))); // [ '甲' ] true
 * await shelf.close();
 * ```
 */
export class ModelShelf {
  readonly #offered: ReadonlyMap<string, OfferedModel>;
  readonly #made = new Map<string, Promise<LanguageModel>>();

  /** @throws ModeshiftError `invalid-input` for two models of one name. */
  constructor(models: readonly OfferedModel[]) {
    this.#offered = new Map(models.map(one => [one.name, one]));
    if (this.#offered.size < models.length) throw invalidInput('Two models have the same name.');
  }

  /** In the order in which they were given. */
  get names(): readonly string[] {
    return [...this.#offered.keys()];
  }

  /**
   * A model, made at the first time. One that could not be made is tried anew.
   *
   * @throws ModeshiftError `invalid-input` for a name that is not there.
   */
  get(name: string): Promise<LanguageModel> {
    const offered = this.#offered.get(name);
    if (!offered) throw invalidInput(`There is no model "${name}".`);
    const made = this.#made.get(name) ?? Promise.resolve(offered.make());
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
