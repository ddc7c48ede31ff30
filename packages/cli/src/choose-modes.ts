// Which modes run: those that the packages offer, chosen by name or by what is at hand.
import { type AnsweringModel, invalidInput, type Mode, type ModeOffer } from '@modeshift/core';
import { modes as evalModes } from '@modeshift/eval';
import { modes as finetuneModes } from '@modeshift/finetune';
import { modes as promptTuningModes } from '@modeshift/prompt-tuning';
import { modes as ragModes } from '@modeshift/rag';
import { importInstalled } from './import-installed.ts';

/** Every mode of the packages that come with the command line, in the order of the report. */
export const bundledOffers: readonly ModeOffer[] = [...evalModes, ...ragModes, ...finetuneModes, ...promptTuningModes];

/** What {@link chooseModes} takes. */
export interface ModeChoice {
  /** The value of `--modes`; left out: every mode that can run. */
  readonly names: readonly string[] | undefined;
  readonly model: AnsweringModel | undefined;
  /** Packages or files that export `modes`, from `--use`. */
  readonly use: readonly string[];
}

/**
 * The modes to run.
 *
 * @throws ModeshiftError `invalid-input` for a name that no package offers, or a mode that needs a model where none is given.
 */
export async function chooseModes(choice: ModeChoice): Promise<Mode<{ text: string }, string>[]> {
  const offers = [...bundledOffers, ...(await Promise.all(choice.use.map(offersOf))).flat()];
  const chosen = choice.names
    ? choice.names.map(name => offerNamed(name, offers))
    : offers.filter(offer => offer.needs === 'none' || choice.model);
  const options = choice.model ? { model: choice.model } : {};
  return chosen.map(offer => {
    if (offer.needs !== 'none' && !choice.model) {
      throw invalidInput(
        `Mode "${offer.name}" needs a model. Add --model provider:id, e.g. --model openai:gpt-5.4-mini.`,
      );
    }
    return offer.create(options);
  });
}

function offerNamed(name: string, offers: readonly ModeOffer[]): ModeOffer {
  const offer = offers.findLast(candidate => candidate.name === name);
  if (offer) return offer;
  throw invalidInput(`There is no mode "${name}". Choose from ${offers.map(candidate => candidate.name).join(', ')}.`);
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
