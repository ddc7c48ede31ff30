// Which words a model is to write for each label.
import { invalidInput } from '../errors.ts';

/** The word or words that stand for a label, by label. A label that is not named has its readable name. */
export type Verbalizer = Readonly<Record<string, string | readonly string[]>>;

/**
 * A label as a person would write it: `card_arrival` and `cardArrival` are "card arrival". Other labels stay as they are.
 *
 * @example
 * ```ts
 * import { readableLabel } from '@modeshift/core/label-mode';
 *
 * console.log(readableLabel('lost_or_stolen_card')); // lost or stolen card
 * console.log(readableLabel('退款')); // 退款
 * ```
 */
export function readableLabel(label: string): string {
  const spaced = label
    .replaceAll(/(?<=\S)_+(?=\S)/gu, ' ')
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu}\p{Ll})/gu, ' ')
    .replaceAll(/^[_\s]+|[_\s]+$/gu, '');
  const changed = spaced !== label;
  return changed && /\p{Lu}/u.test(spaced) ? spaced.toLowerCase() : spaced;
}

/**
 * The words of each label, in the order of the labels. Labels whose readable names would be the same keep their own.
 *
 * @throws ModeshiftError `invalid-input` for words of an unknown label, no word, an empty word, or a word of two labels.
 * @example
 * ```ts
 * import { labelWords } from '@modeshift/core/label-mode';
 *
 * console.log(labelWords(['positive', 'negative'], { positive: ['good', 'great'] })); // [ [ 'good', 'great' ], [ 'negative' ] ]
 * ```
 */
export function labelWords(labels: readonly string[], verbalizer: Verbalizer = {}): readonly (readonly string[])[] {
  const stranger = Object.keys(verbalizer).find(label => !labels.includes(label));
  if (stranger !== undefined)
    throw invalidInput(`The verbalizer has words for ${JSON.stringify(stranger)}, which is no label of the task.`);
  const readable = labels.map(readableLabel);
  const all = labels.map((label, i) => {
    const given = Object.hasOwn(verbalizer, label) ? verbalizer[label] : undefined;
    if (given !== undefined) return [...new Set(typeof given === 'string' ? [given] : given)];
    const isUnique = readable[i] !== '' && readable.indexOf(readable[i]!) === readable.lastIndexOf(readable[i]!);
    return [isUnique ? readable[i]! : label];
  });
  const owner = new Map<string, string>();
  for (const [i, words] of all.entries()) {
    const label = labels[i]!;
    if (words.length === 0) throw invalidInput(`The verbalizer gives ${JSON.stringify(label)} no word.`);
    for (const word of words) {
      if (word.trim() === '') throw invalidInput(`The verbalizer gives ${JSON.stringify(label)} an empty word.`);
      const other = owner.get(word);
      if (other !== undefined)
        throw invalidInput(
          `The word ${JSON.stringify(word)} stands for two labels, ${JSON.stringify(other)} and ${JSON.stringify(label)}. Give each label words of its own.`,
        );
      owner.set(word, label);
    }
  }
  return all;
}
