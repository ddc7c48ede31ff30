// A comparison that was asked for, and the modes that it means.
import { bundledOffers, chooseModes, modelLack } from '@modeshift/compare';
import { type AnsweringModel, invalidInput, type Mode, type TrainedModel } from '@modeshift/core';
import type { TextInput } from '@modeshift/data';
import type { ReportLanguage } from '@modeshift/eval';
import type { ModelMaker } from './model-named.ts';

/** What is compared: plain data, as it is stored with its run. */
export interface Comparison {
  /** The id of a data set, or the name of a bundled task. */
  readonly data: string;
  /** Names of modes. */
  readonly modes: readonly string[];
  /** Names of models. */
  readonly models: readonly string[];
  /** Calls under way at once, of modes that ask a model. */
  readonly concurrency: number;
  readonly language: ReportLanguage;
  /** Begun by itself, to show every mode: it ends when a person starts another. */
  readonly isSample?: true;
}

/** A mode for texts with labels. */
export type TextMode = Mode<TextInput, string>;

/** Modes, and the models that they stand on. */
export interface ComparedModes {
  readonly modes: readonly TextMode[];
  readonly models: readonly AnsweringModel[];
}

const settingNames = { modes: '"Modes"', model: '"Models":' };

/**
 * Makes the modes of a comparison. With several models, modes that need one are there once for each model, named by it.
 *
 * @throws ModeshiftError `invalid-input` for a mode that lacks a model, or that no given model can serve; what making a model throws.
 */
export async function modesOf(
  { modes: names, models: modelNames }: Comparison,
  make: ModelMaker,
): Promise<ComparedModes> {
  if (names.length === 0) throw invalidInput('Choose at least one mode.');
  const models = await Promise.all(modelNames.map(async name => ({ name, model: await make(name) })));
  const modes: TextMode[] = [];
  for (const name of names) {
    const needs = bundledOffers.find(offer => offer.name === name)?.needs;
    const choose = async (model: AnsweringModel | undefined): Promise<TextMode> =>
      (await chooseModes({ names: [name], model, use: [], settingNames })).modes[0]!;
    const serving = models.filter(({ model }) => needs !== 'none' && needs !== undefined && !modelLack(needs, model));
    if (needs === 'none' || serving.length === 0) modes.push(await choose(models[0]?.model));
    else if (models.length === 1) modes.push(await choose(serving[0]!.model));
    else
      for (const { name: modelName, model } of serving)
        modes.push(renamed(await choose(model), `${name} · ${modelName}`));
  }
  return { modes, models: models.map(({ model }) => model) };
}

function renamed(mode: TextMode, name: string): TextMode {
  return {
    name,
    kind: mode.kind,
    ...(mode.model !== undefined && { model: mode.model }),
    solve: (task, ctx) => mode.solve(task, ctx),
  };
}

/** Frees what local models hold. */
export async function disposeModels(models: readonly AnsweringModel[]): Promise<void> {
  for (const model of models) await (model as Partial<TrainedModel>).dispose?.();
}
