// Term weights that know the labels: how much a term says about the label of the text it stands in.

/**
 * The weight of each term: the Kullback–Leibler divergence, in nats, of the labels of the texts that contain the term from the
 * labels of all texts. A term that stands everywhere weighs 0; one that stands in a single label's texts weighs most. Counts are
 * smoothed by `smoothing` pseudo-texts per label, so that a term seen once says little.
 *
 * @param texts the terms of each text; @param labels the label of each text, in the same order.
 * @example
 * ```ts
 * import { labelInformation } from '@modeshift/rag';
 *
 * const weights = labelInformation([['my', 'card'], ['my', 'parcel']], ['card', 'delivery']);
 * console.log(weights.get('my')! < 1e-9, weights.get('card')! > 0.5); // true true
 * ```
 */
export function labelInformation(
  texts: readonly (readonly string[])[],
  labels: readonly string[],
  smoothing = 0.03,
): Map<string, number> {
  const numbers = new Map<string, number>();
  const numberOf = labels.map(label => {
    if (!numbers.has(label)) numbers.set(label, numbers.size);
    return numbers.get(label)!;
  });
  const shares = new Float64Array(numbers.size);
  for (const number of numberOf) shares[number]! += 1 / labels.length;

  const counts = new Map<string, Map<number, number>>();
  for (const [i, terms] of texts.entries()) {
    for (const term of new Set(terms)) {
      const perLabel = counts.get(term) ?? new Map<number, number>();
      counts.set(term, perLabel);
      perLabel.set(numberOf[i]!, (perLabel.get(numberOf[i]!) ?? 0) + 1);
    }
  }
  const pseudo = smoothing * numbers.size;
  const weights = new Map<string, number>();
  for (const [term, perLabel] of counts) {
    let total = pseudo;
    for (const count of perLabel.values()) total += count;
    let divergence = 0;
    let unseenShare = 1;
    for (const [label, count] of perLabel) {
      const share = shares[label]!;
      const given = (count + pseudo * share) / total;
      divergence += given * Math.log(given / share);
      unseenShare -= share;
    }
    if (perLabel.size < numbers.size) divergence += ((unseenShare * pseudo) / total) * Math.log(pseudo / total);
    weights.set(term, Math.max(0, divergence));
  }
  return weights;
}
