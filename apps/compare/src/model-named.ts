// Models by the names that a visitor writes.
import { bundledProviders, loadModel } from '@modeshift/compare';
import { type AnsweringModel, invalidInput } from '@modeshift/core';

/** Makes a model of a name. */
export type ModelMaker = (name: string) => Promise<AnsweringModel>;

/**
 * Providers that a visitor may name. Not every installed package, as on the command line: naming one runs its code, and one that
 * takes an address would make the server call it.
 */
const providers: readonly string[] = [...bundledProviders, 'local'];
const mostAtOnce = 6;

/** `nano`, or `provider:id`. Local models are loaded when they are first asked. */
export const modelNamed: ModelMaker = async name => {
  const provider = /^([a-z][\w.-]*):\S/i.exec(name)?.[1];
  if (name === 'nano' || (provider !== undefined && providers.includes(provider))) return loadModel(name, undefined);
  throw invalidInput(`"${name}" names no model. Write nano, or provider:id with one of ${providers.join(', ')}.`);
};

/** A model that visitors choose from a list. */
export interface OfferedModel {
  readonly name: string;
  readonly make: () => AnsweringModel | Promise<AnsweringModel>;
}

/** Makes listed models, and others where there is a maker for them. */
export function modelMaker(offered: readonly OfferedModel[], others: ModelMaker | undefined): ModelMaker {
  const listed = new Map(offered.map(one => [one.name, one]));
  if (listed.size < offered.length) throw invalidInput('Two of the models have the same name.');
  return async name => {
    const model = listed.get(name);
    if (model) return model.make();
    if (others) return others(name);
    throw invalidInput(`There is no model "${name}". Choose from ${[...listed.keys()].join(', ') || 'none'}.`);
  };
}

/** The names that were chosen, and those in a field: one in each line, or with commas between them. */
export function modelNames(chosen: readonly string[] | undefined, field: string | undefined): readonly string[] {
  const names = [...(chosen ?? []), ...(field ?? '').split(/[\n,，、]/)]
    .map(name => name.trim())
    .filter(name => name !== '');
  if (names.length > mostAtOnce)
    throw invalidInput(`${names.length} models are too many at once: give at most ${mostAtOnce}.`);
  return [...new Set(names)];
}
