// What each mode said of each example.
import type { Report } from './report.ts';

/** The right answer of an example, and those of the modes. */
export interface ExampleAnswers {
  readonly expected: unknown;
  /** By the mode's name; `undefined` where it gave no valid answer. Modes that were not asked are left out. */
  readonly answers: ReadonlyMap<string, unknown>;
}

/**
 * By the position among the test examples. The report must have its `predictions`.
 *
 * @example
 * ```ts
 * import { classificationTask } from '@modeshift/data';
 * import { answersByExample, compare, majority } from '@modeshift/eval';
 *
 * const train = [{ text: '快递丢了', label: '物流' }, { text: '包裹坏了', label: '物流' }, { text: '我要退款', label: '付款' }];
 * const task = classificationTask({ name: 'topic', train, test: [{ text: '快递还没到', label: '物流' }] });
 * const report = await compare(task, [majority()], { predictions: true });
 * console.log(answersByExample(report).get(0)?.answers.get('majority')); // 物流
 * ```
 */
export function answersByExample(report: Report): ReadonlyMap<number, ExampleAnswers> {
  const byExample = new Map<number, { expected: unknown; answers: Map<string, unknown> }>();
  for (const row of report.modes)
    for (const { index, expected, predicted } of row.predictions ?? []) {
      const known = byExample.get(index) ?? { expected, answers: new Map() };
      byExample.set(index, known);
      known.answers.set(row.name, predicted);
    }
  return byExample;
}
