// The verdict as sentences.
import { percent, points, pValue } from './format-figures.ts';
import type { Report } from './report.ts';
import { byAccuracy } from './verdict.ts';
import { type ReportLanguage, wordsOf } from './words.ts';

/** A verdict in sentences. */
export interface VerdictText {
  readonly headline: string;
  /** What to know beside it, each a sentence. */
  readonly remarks: readonly string[];
}

/**
 * Says which mode to ship, and which others may do. `clean` makes names fit to be shown.
 *
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { compare, majority, verdictText } from '@modeshift/eval';
 * import { z } from 'zod';
 *
 * const examples = [{ input: '今天下雨', output: 'weather' as const }];
 * const task = defineTask({
 *   name: 'topic',
 *   instruction: 'Name the topic.',
 *   input: z.string(),
 *   output: labels(['weather']),
 *   examples: { train: examples, test: examples },
 * });
 * console.log(verdictText(await compare(task, [majority()]), 'zh').headline.startsWith('majority')); // true
 * ```
 */
export function verdictText(
  report: Report,
  language: ReportLanguage,
  clean: (name: string) => string = name => name,
): VerdictText {
  const words = wordsOf(language);
  const { best: name, beatsBaselines, alternatives } = report.verdict;
  const cancelled = report.cancelled ? [words.cancelled] : [];
  const best = report.modes.find(row => row.name === name);
  if (!best) return { headline: words.nothingMeasured, remarks: cancelled };
  const shown = clean(best.name);
  if (!byAccuracy(best)) {
    const { name: metric, value } = best.taskMetric!;
    return {
      headline: words.bestByMetric(shown, clean(metric), String(Number(value.toPrecision(4)))),
      remarks: cancelled,
    };
  }
  const { low, high } = best.intervals.accuracy!;
  const headline = words.best(shown, percent(best.metrics.accuracy!), percent(low), percent(high));
  const measured = report.modes.filter(row => row.metrics.accuracy !== undefined);
  if (measured.length === 1) return { headline, remarks: [words.onlyOne, ...cancelled] };
  const why = (cheaper: boolean, faster: boolean): string =>
    [...(cheaper ? [words.cheaper] : []), ...(faster ? [words.faster] : [])].join(words.and);
  const remarks = alternatives.map(other =>
    words.alternative(
      clean(other.name),
      points(other.accuracyDifference),
      pValue(other.pAdjusted),
      why(other.cheaper, other.faster),
    ),
  );
  return {
    headline,
    remarks: [
      ...(best.kind === 'baseline' || beatsBaselines === false ? [words.notAboveBaseline] : []),
      ...(remarks.length > 0 ? [...remarks, words.noProof] : [words.noAlternative]),
      ...cancelled,
    ],
  };
}
