// Examples on which modes disagree: where one mode is right and another is wrong.
import { answersByExample, type ExampleAnswers } from './answers-by-example.ts';
import { labelKey } from './label-key.ts';
import type { Report } from './report.ts';

/** An example and what each mode said. */
export interface Disagreement extends ExampleAnswers {
  /** Position among the test examples. */
  readonly index: number;
  /** How many of them are right. */
  readonly right: number;
}

/**
 * The examples on which not every mode is right and not every mode is wrong, or on which wrong answers differ. First those that
 * divide the modes most evenly, then in the order of the test examples. The report must have its `predictions`.
 *
 * @example
 * ```ts
 * import { classificationTask } from '@modeshift/data';
 * import { compare, disagreements, majority } from '@modeshift/eval';
 * import { nearest } from '@modeshift/rag';
 *
 * const train = [
 *   { text: '我要退款', label: '退款' },
 *   { text: '快递还没到', label: '物流' },
 *   { text: '快递丢了', label: '物流' },
 * ];
 * const task = classificationTask({ name: 'topic', train, test: [{ text: '退款，谢谢', label: '退款' }] });
 * const report = await compare(task, [majority(), nearest()], { predictions: true });
 * console.log(disagreements(report)[0]?.answers.get('majority')); // 物流
 * ```
 */
export function disagreements(report: Report): readonly Disagreement[] {
  return [...answersByExample(report)]
    .map(([index, { expected, answers }]): Disagreement => {
      const key = labelKey(expected);
      const right = [...answers.values()].filter(one => one !== undefined && labelKey(one) === key).length;
      return { index, expected, answers, right };
    })
    .filter(({ answers }) => new Set([...answers.values()].map(keyOf)).size > 1)
    .sort((a, b) => unevenness(a) - unevenness(b) || a.index - b.index);
}

const keyOf = (answer: unknown): string | undefined => (answer === undefined ? undefined : labelKey(answer));

/** 0 where as many modes are right as wrong, 1 where all are the same. */
const unevenness = ({ right, answers }: Disagreement): number => Math.abs(2 * right - answers.size) / answers.size;
