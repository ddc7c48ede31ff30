// Examples ready for a task: checked, split or rid of leaks, and cut to size, with every oddity counted.
import { invalidInput } from '@modeshift/core';
import { checkLabels, checkUnseenLabels } from './check-labels.ts';
import { checkTexts } from './check-texts.ts';
import { type DataWarning, dataWarning } from './data-warning.ts';
import type { LabelledExample } from './read-examples.ts';
import { samplePerLabel, sampleStratified } from './sample-examples.ts';
import { type Setting, type SettingNames, writeSetting } from './setting-names.ts';
import { requireShare, splitExamples } from './split-examples.ts';
import { textKey } from './text-key.ts';

/** What {@link prepareExamples} takes. */
export interface PrepareOptions {
  /** The examples to train on, or to split when there is no `test`. */
  readonly train: readonly LabelledExample[];
  /** The examples to measure on. Left out: a part of `train`, see `split`. */
  readonly test?: readonly LabelledExample[];
  /** The share of `train` to train on when there is no `test`, between 0 and 1. Left out: 0.8. */
  readonly split?: number;
  /** At most so many training examples of each label, drawn by the seed. */
  readonly perLabel?: number;
  /** At most so many training examples and at most so many test examples, or a limit for each; labels keep their shares. */
  readonly limit?: number | { readonly train?: number; readonly test?: number };
  /** Same seed and same texts, same result, in whatever order the rows stand. Left out: 0. */
  readonly seed?: number;
  /** Keep training examples whose text is also a test text. Left out: they are dropped from training. */
  readonly keepLeaks?: boolean;
  /** How the caller's settings are called in messages. */
  readonly settingNames?: SettingNames;
}

/** Examples ready for a task. */
export interface PreparedExamples {
  /** In the order of the file. */
  readonly train: readonly LabelledExample[];
  /** In the order of the file. */
  readonly test: readonly LabelledExample[];
  /** The labels of both parts in code-point order: it does not depend on the order of the rows. */
  readonly labels: readonly string[];
  readonly warnings: readonly DataWarning[];
}

/**
 * Prepares labelled texts for training and measuring.
 *
 * 1. Without `test`, `train` is split by `split` (see {@link splitExamples}); equal texts stay on one side.
 * 2. With `test`, training texts that are also test texts are dropped from training, so that the test set stays as it was
 *    given and figures can be compared with others on the same set; `keepLeaks` keeps them.
 * 3. `perLabel` and then `limit` draw training examples, `limit` draws test examples.
 *
 * Equal texts, texts with several labels, labels that occur once, labels that only the test has and labels that differ
 * only in case are reported as warnings and otherwise left alone.
 *
 * @throws ModeshiftError `invalid-input` for fewer than two rows, a single label, an empty part or a wrong number.
 * @example
 * ```ts
 * import { prepareExamples } from '@modeshift/data';
 *
 * const train = ['你好', '您好', '早上好', '再见', '拜拜'].map((text, i) => ({ text, label: i < 3 ? 'hello' : 'bye', line: i + 2 }));
 * const test = [{ text: '再见', label: 'bye', line: 2 }, { text: '嗨', label: 'hello', line: 3 }];
 * const prepared = prepareExamples({ train, test });
 * console.log(prepared.train.length, prepared.test.length, prepared.labels.join()); // 4 2 bye,hello
 * console.log(prepared.warnings[0]?.code, prepared.warnings[0]?.lines?.join()); // leaks 5
 * ```
 */
export function prepareExamples(options: PrepareOptions): PreparedExamples {
  const { split = 0.8, perLabel, seed = 0, keepLeaks = false, settingNames: names } = options;
  const limits = typeof options.limit === 'object' ? options.limit : { train: options.limit, test: options.limit };
  requireShare(split, names);
  requireCount(perLabel, 'perLabel', names);
  requireCount(limits.train, 'limit', names);
  requireCount(limits.test, 'limit', names);
  if (!Number.isSafeInteger(seed)) throw invalidInput(`A seed is a whole number; got ${seed}.`);
  const all = options.test ? [...options.train, ...options.test] : options.train;
  requireChoice(all, options, names);

  const warnings: DataWarning[] = [];
  const source = options.test ? 'train' : undefined;
  warnings.push(...checkTexts(options.train, source));
  if (options.test) warnings.push(...checkTexts(options.test, 'test'));
  let { train, test } = options.test
    ? { train: options.train, test: options.test }
    : splitExamples(options.train, { split, seed, ...(names && { settingNames: names }) });
  if (options.test) {
    const leaks = leaksOf(train, test);
    if (leaks.size > 0) {
      const lines = [...leaks].map(example => example.line);
      const setting = writeSetting(names, 'keepLeaks');
      warnings.unshift(
        dataWarning({ code: 'leaks', count: leaks.size, lines, source: 'train', dropped: !keepLeaks, setting }),
      );
      if (!keepLeaks) train = train.filter(example => !leaks.has(example));
      if (train.length === 0) {
        throw invalidInput(
          `Every training text is also a test text, so nothing is left to train on. Give other test data, or accept this with ${setting}.`,
        );
      }
    }
  }
  warnings.push(...checkLabels(train, test, options.test ? 'train' : undefined));

  if (perLabel !== undefined) train = samplePerLabel(train, perLabel, seed);
  if (limits.train !== undefined) train = sampleStratified(train, limits.train, seed);
  if (limits.test !== undefined) test = sampleStratified(test, limits.test, seed);
  warnings.push(...checkUnseenLabels(train, test));
  const labels = [...new Set([...train, ...test].map(example => example.label))].sort((a, b) => (a < b ? -1 : 1));
  return { train, test, labels, warnings };
}

/** The training examples whose text is also a test text. */
function leaksOf(train: readonly LabelledExample[], test: readonly LabelledExample[]): Set<LabelledExample> {
  const tested = new Set(test.map(example => textKey(example.text)));
  return new Set(train.filter(example => tested.has(textKey(example.text))));
}

function requireChoice(
  examples: readonly LabelledExample[],
  { train, test }: PrepareOptions,
  names: SettingNames | undefined,
): void {
  if (train.length === 0) throw invalidInput('There are no examples to train on. Give at least two rows.');
  if (test?.length === 0) throw invalidInput('There are no examples to test on. Give at least one row.');
  if (examples.length < 2) throw invalidInput('There is one example only. Give at least two, with different labels.');
  const first = examples[0]!.label;
  if (examples.every(example => example.label === first)) {
    throw invalidInput(
      `All ${examples.length.toLocaleString('en-US')} rows have the label "${first}": there is nothing to classify. Give rows of at least two labels, or name another column with ${writeSetting(names, 'label')}.`,
    );
  }
}

function requireCount(value: number | undefined, setting: Setting, names: SettingNames | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return;
  throw invalidInput(
    `${writeSetting(names, setting)} is a whole number of examples, at least 1; got ${value}. Use e.g. ${writeSetting(names, setting, 100)}.`,
  );
}
