// Texts that stand more than once: repeated with the same label, or with different ones.
import { type DataWarning, dataWarning } from './data-warning.ts';
import type { LabelledExample } from './read-examples.ts';
import { textKey } from './text-key.ts';

/** Warns of repeated texts: `duplicate-texts` counts the further rows, `conflicting-labels` the texts. */
export function checkTexts(examples: readonly LabelledExample[], source: string | undefined): DataWarning[] {
  const first = new Map<string, LabelledExample>();
  const seen = new Set<string>();
  const duplicates: number[] = [];
  const conflicts = new Map<string, number[]>();
  for (const example of examples) {
    const key = textKey(example.text);
    const earlier = first.get(key);
    const withLabel = `${example.label}\u0000${key}`;
    if (!earlier) first.set(key, example);
    else if (seen.has(withLabel)) duplicates.push(example.line);
    else {
      const lines = conflicts.get(key);
      if (lines) lines.push(example.line);
      else conflicts.set(key, [earlier.line, example.line]);
    }
    seen.add(withLabel);
  }
  const from = source === undefined ? {} : { source };
  const warnings: DataWarning[] = [];
  if (duplicates.length > 0) {
    warnings.push(dataWarning({ code: 'duplicate-texts', count: duplicates.length, lines: duplicates, ...from }));
  }
  if (conflicts.size > 0) {
    const lines = [...conflicts.values()].flat();
    warnings.push(dataWarning({ code: 'conflicting-labels', count: conflicts.size, lines, ...from }));
  }
  return warnings;
}
