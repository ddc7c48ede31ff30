// How frequent each label is among examples, with one imagined example of each so that none has probability 0.

/** Frequencies that sum to 1, in the order of `labels`. */
export function labelFrequencies(
  labels: readonly string[],
  examples: readonly { readonly label: string }[],
): Map<string, number> {
  const counts = new Map(labels.map(label => [label, 1]));
  for (const { label } of examples) counts.set(label, (counts.get(label) ?? 0) + 1);
  const total = labels.length + examples.length;
  return new Map([...counts].map(([label, count]) => [label, count / total]));
}
