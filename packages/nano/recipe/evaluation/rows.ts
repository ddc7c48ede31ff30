// The rows of nano's table: which held-out examples, how they are decoded, what counts as right, and what is aimed at.
import type { Example, Language, TaskName } from '../example.ts';
import { exampleOf } from '../stream.ts';
import type { Split } from '../world.ts';
import { type Answer, type Decoding, isExact, isLastNumber, isRightTool } from './answers.ts';

/** A row. */
export interface Row {
  readonly name: string;
  readonly task: TaskName;
  readonly decoding: Decoding;
  readonly fits: (example: Example) => boolean;
  readonly right: (example: Example, answer: Answer) => boolean;
  /** The share of right answers that is aimed at. */
  readonly aim?: number;
}

const all = (): boolean => true;
const row = (name: string, task: TaskName, aim?: number, more: Partial<Row> = {}): Row => ({
  name,
  task,
  decoding: 'free',
  fits: all,
  right: isExact,
  ...(aim === undefined ? {} : { aim }),
  ...more,
});
const kind = (...names: string[]): Pick<Row, 'fits'> => ({ fits: example => names.includes(example.kind) });
const twoDigits = (example: Example): boolean => {
  const numbers = String(example.messages.at(-2)!.content).match(/\d+/g) ?? [];
  return example.kind === 'addition' && numbers.length === 2 && numbers.every(number => number.length === 2);
};

/** The rows with aims first. */
export const rows: readonly Row[] = [
  row('Reading: answer copied from the text', 'reading', 0.75, { fits: example => example.kind !== 'not-stated' }),
  row('Reading: "not stated" recognised', 'reading', 0.8, kind('not-stated')),
  row('Tools: right tool, or none', 'tools', 0.9, { right: isRightTool }),
  row('Tools: full call, constrained', 'tools', 0.8, { ...kind('call'), decoding: 'call' }),
  row('Classification by label words', 'classify', 0.85),
  row('Extraction to JSON, constrained', 'extract', 0.8, { decoding: 'schema' }),
  row('Addition of two-digit numbers', 'arithmetic', 0.9, { fits: twoDigits, right: isLastNumber }),
  row('Subtraction', 'arithmetic', undefined, { ...kind('subtraction'), right: isLastNumber }),
  row('Numbers in words and digits', 'arithmetic', undefined, kind('words', 'digits')),
  row('Days and dates', 'dates'),
  row('Rewriting', 'rewrite'),
  row('Ordering, counting, picking', 'order'),
  row('Few-shot prompts', 'few-shot'),
  row('Dialogue: recall and follow-up', 'dialogue', undefined, kind('recall', 'follow-up')),
  row('Word knowledge', 'words', undefined, kind('opposite', 'category', 'odd')),
];

/** The examples of a row: held out, or such as training sees, to tell what is not learned from what is not carried over. */
export function examplesOf(row: Row, language: Language, count: number, split: Split = 'heldOut'): Example[] {
  const found: Example[] = [];
  for (let i = 0; found.length < count; i++) {
    const example = exampleOf(row.task, language, split, `evaluation/${i}`);
    if (row.fits(example)) found.push(example);
  }
  return found;
}
