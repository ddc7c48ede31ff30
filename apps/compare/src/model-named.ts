// Models by the names that a visitor writes.
import { loadModel } from '@modeshift/compare';
import { type AnsweringModel, invalidInput } from '@modeshift/core';
import { local } from '@modeshift/local';
import { nanoDirectory } from '@modeshift/nano';

/** Makes a model of a name. */
export type ModelMaker = (name: string) => Promise<AnsweringModel>;

/** `nano`, `provider:id`, or the folder of a checkpoint. Local models are loaded when they are first asked. */
export const modelNamed: ModelMaker = async name =>
  name === 'nano' ? local(await nanoDirectory()) : loadModel(name, undefined);

/** The names in a field: one in each line, or with commas between them. */
export function modelNames(field: string | undefined): readonly string[] {
  const names = (field ?? '')
    .split(/[\n,，、]/)
    .map(name => name.trim())
    .filter(name => name !== '');
  if (names.length > 6) throw invalidInput(`${names.length} models are too many at once: give at most 6.`);
  return [...new Set(names)];
}
