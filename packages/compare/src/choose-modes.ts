// Which modes run: those that the packages offer, chosen by name or by what is at hand.
import { type AnsweringModel, invalidInput, type Mode, type ModeNeeds, type ModeOffer } from '@modeshift/core';
import { modes as evalModes } from '@modeshift/eval';
import { modes as finetuneModes } from '@modeshift/finetune';
import { modes as promptTuningModes } from '@modeshift/prompt-tuning';
import { modes as ragModes } from '@modeshift/rag';
import type { Embedder } from './choose-embedder.ts';
import { importInstalled } from './import-installed.ts';

/** Every mode of the packages that come with the command line, in the order of the report. */
export const bundledOffers: readonly ModeOffer[] = [...evalModes, ...ragModes, ...promptTuningModes, ...finetuneModes];

/** What {@link chooseModes} takes. */
export interface ModeChoice {
  /** The value of `--modes`; left out: every mode that can run. */
  readonly names: readonly string[] | undefined;
  readonly model: AnsweringModel | undefined;
  /** Packages or files that export `modes`, from `--use`. */
  readonly use: readonly string[];
  /** For modes that compare vectors; left out: those run only where they are named, by words. */
  readonly embedder?: Pick<Embedder, 'forPassages' | 'forQuestions'> | undefined;
  /** How the caller's settings are called in messages. Left out: `--modes` and `--model`. */
  readonly settingNames?: { readonly modes: string; readonly model: string };
}

/** The modes to run, and a line on those that the model cannot serve. */
export interface ChosenModes {
  readonly modes: readonly Mode<{ text: string }, string>[];
  /** Left out where nothing was left out. */
  readonly leftOut?: string;
}

/**
 * The modes to run.
 *
 * @throws ModeshiftError `invalid-input` for a name that no package offers, or a mode that needs a model where none is given or
 * another one than is given.
 */
export async function chooseModes(choice: ModeChoice): Promise<ChosenModes> {
  const { names, model, embedder, settingNames = { modes: '--modes', model: '--model' } } = choice;
  const offers = [...bundledOffers, ...(await Promise.all(choice.use.map(offersOf))).flat()];
  const options = {
    ...(model && { model }),
    ...(embedder && { embedder: embedder.forPassages, queryEmbedder: embedder.forQuestions }),
  };
  if (names) return { modes: names.map(name => offerNamed(name, offers, model, settingNames).create(options)) };
  const wanted = offers.filter(({ needs, embeds }) => (needs === 'none' ? !embeds || embedder : model));
  const served = wanted.filter(offer => modelLack(offer.needs, model) === undefined);
  const lacking = Map.groupBy(wanted, offer => modelLack(offer.needs, model));
  lacking.delete(undefined);
  const reasons = [...lacking].map(([lack, those]) => `${those.map(({ name }) => name).join(', ')} (it ${lack})`);
  return {
    modes: served.map(offer => offer.create(options)),
    ...(reasons.length > 0 && {
      leftOut: `Not with ${model!.provider}:${model!.modelId}: ${reasons.join('; ')}. A model on this machine, such as local:PATH, can.`,
    }),
  };
}

/** What a model lacks for a need of a mode, in words; `undefined` where it serves it, and for modes that need no more than an answer. */
export function modelLack(needs: ModeNeeds, model: AnsweringModel | undefined): string | undefined {
  if (needs === 'none' || needs === 'answering') return undefined;
  const has = (method: string): boolean =>
    typeof (model as unknown as Readonly<Record<string, unknown>>)?.[method] === 'function';
  if (needs === 'scoring') return has('score') ? undefined : 'does not tell how likely given words are';
  if (has('trainer') && has('trained')) return undefined;
  return 'cannot be trained here';
}

function offerNamed(
  name: string,
  offers: readonly ModeOffer[],
  model: AnsweringModel | undefined,
  settings: { readonly modes: string; readonly model: string },
): ModeOffer {
  const offer = offers.findLast(candidate => candidate.name === name);
  if (!offer)
    throw invalidInput(
      `There is no mode "${name}". Choose from ${offers.map(candidate => candidate.name).join(', ')}.`,
    );
  if (offer.needs === 'none') return offer;
  const example = offer.needs === 'answering' ? 'openai:gpt-5.4-mini' : 'local:Qwen/Qwen3-0.6B';
  if (!model)
    throw invalidInput(
      `Mode "${name}" needs a model. Add ${settings.model} provider:id, e.g. ${settings.model} ${example}.`,
    );
  const lack = modelLack(offer.needs, model);
  if (lack !== undefined)
    throw invalidInput(
      `Mode "${name}" cannot run with ${model.provider}:${model.modelId}: it ${lack}. Choose another model, e.g. ${settings.model} ${example}, or leave "${name}" out of ${settings.modes}.`,
    );
  return offer;
}

async function offersOf(source: string): Promise<readonly ModeOffer[]> {
  let module: Readonly<Record<string, unknown>> | undefined;
  try {
    module = await importInstalled(source);
  } catch (error) {
    throw invalidInput(`--use ${source} could not be loaded: ${(error as Error).message}`);
  }
  if (!module)
    throw invalidInput(`--use ${source}: there is no such file or package. Check the path, or npm install it.`);
  if (!Array.isArray(module.modes))
    throw invalidInput(`--use ${source} exports no \`modes\`. Export an array of ModeOffer.`);
  return module.modes as readonly ModeOffer[];
}
