// Texts that stand more than once: repeated with the same label, or with different ones.
import { type DataWarning, dataWarning } from './data-warning.ts';
import type { LabelledExample } from './read-examples.ts';
import { textKey } from './text-key.ts';

/** Warns of repeated texts: `duplicate-texts` counts the further rows, `conflicting-labels` the texts. */
export function checkTexts(examples: readonly LabelledExample[], source: string | undefined): DataWarning[] {
  const seen = new Map<string, Seen>();
  const duplicates: number[] = [];
  const conflicts = new Map<string, number[]>();
  for (const { text, label, line } of examples) {
    const key = textKey(text);
    const earlier = seen.get(key);
    if (!earlier) seen.set(key, { label, line });
    else if (earlier.label === label || earlier.others?.has(label)) duplicates.push(line);
    else {
      earlier.others ??= new Set();
      earlier.others.add(label);
      const lines = conflicts.get(key);
      if (lines) lines.push(line);
      else conflicts.set(key, [earlier.line, line]);
    }
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

interface Seen {
  readonly label: string;
  readonly line: number;
  others?: Set<string>;
}
