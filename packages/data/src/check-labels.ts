// Labels that are hard or impossible to learn: once, only in the test, written in two ways, or far too many.
import { type DataWarning, dataWarning } from './data-warning.ts';
import type { LabelledExample } from './read-examples.ts';
import { textKey } from './text-key.ts';

/** Warns of odd labels. Names and lines come in the order of the rows. `source` names the part that labels are counted in. */
export function checkLabels(
  train: readonly LabelledExample[],
  test: readonly LabelledExample[],
  source: string | undefined,
): DataWarning[] {
  const warnings: DataWarning[] = [];
  const from = source === undefined ? {} : { source };
  const inTrain = countLabels(train);
  const inTest = countLabels(test);
  const counted = source === undefined ? countLabels([...train, ...test]) : inTrain;
  const once = [...counted].filter(([, { count }]) => count === 1);
  if (once.length > 0) warnings.push(labelWarning('labels-once', once, from));

  const spellings = new Map<string, string>();
  const similar: string[] = [];
  for (const label of new Set([...inTrain.keys(), ...inTest.keys()])) {
    const key = textKey(label);
    const other = spellings.get(key);
    if (other === undefined) spellings.set(key, label);
    else similar.push(`${other} / ${label}`);
  }
  if (similar.length > 0) warnings.push(dataWarning({ code: 'similar-labels', count: similar.length, names: similar }));

  const rows = train.length + test.length;
  const labels = spellings.size + similar.length;
  if (labels > 20 && labels > rows / 3) {
    warnings.push(dataWarning({ code: 'many-labels', count: labels, names: [rows.toLocaleString('en-US')] }));
  }
  return warnings;
}

/** Warns of test labels that no training example has: to be asked of the parts as they will be used. */
export function checkUnseenLabels(train: readonly LabelledExample[], test: readonly LabelledExample[]): DataWarning[] {
  const inTrain = countLabels(train);
  const unseen = [...countLabels(test)].filter(([label]) => !inTrain.has(label));
  return unseen.length > 0 ? [labelWarning('labels-only-in-test', unseen, { source: 'test' })] : [];
}

interface Counted {
  count: number;
  readonly line: number;
}

function countLabels(examples: readonly LabelledExample[]): Map<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const { label, line } of examples) {
    const counted = counts.get(label);
    if (counted) counted.count++;
    else counts.set(label, { count: 1, line });
  }
  return counts;
}

function labelWarning(
  code: 'labels-once' | 'labels-only-in-test',
  labels: readonly (readonly [string, Counted])[],
  from: { readonly source?: string },
): DataWarning {
  return dataWarning({
    code,
    count: labels.length,
    names: labels.map(([label]) => label),
    lines: labels.map(([, { line }]) => line),
    ...from,
  });
}
