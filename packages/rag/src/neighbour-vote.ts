// The vote of the nearest examples, and the probabilities it stands for.
import type { Prediction } from '@modeshift/core';

/** A near example: its label, and how near it is (any positive scale). */
export interface Neighbour {
  readonly label: string;
  readonly score: number;
}

/** How the nearest examples vote. */
export interface VoteSettings {
  /** How many of the nearest examples vote. */
  readonly k: number;
  /** An example counts (its score / the best score) to this power: 0 counts all alike, a high power only the nearest. */
  readonly sharpness: number;
  /** Exponent of the probabilities: below 1 they are evened out, above 1 sharpened. */
  readonly confidence: number;
  /** What goes to every label by its frequency, as a share of the votes. */
  readonly smoothing: number;
}

/** Votes of each label, summing to 1; empty without neighbours. */
export function shareVotes(
  neighbours: readonly Neighbour[],
  settings: Pick<VoteSettings, 'k' | 'sharpness'>,
): Map<string, number> {
  const votes = new Map<string, number>();
  const best = neighbours[0]?.score ?? 0;
  let total = 0;
  for (let i = 0; i < Math.min(settings.k, neighbours.length); i++) {
    const { label, score } = neighbours[i]!;
    const vote = (score / best) ** settings.sharpness;
    total += vote;
    votes.set(label, (votes.get(label) ?? 0) + vote);
  }
  for (const [label, vote] of votes) votes.set(label, vote / total);
  return votes;
}

/**
 * Probabilities of all labels: (share of the votes + smoothing · frequency of the label) ^ confidence, scaled to sum to 1.
 * Without votes the frequencies themselves.
 */
export function labelProbabilities(
  shares: ReadonlyMap<string, number>,
  frequencies: ReadonlyMap<string, number>,
  settings: Pick<VoteSettings, 'confidence' | 'smoothing'>,
): Map<string, number> {
  if (shares.size === 0) return new Map(frequencies);
  const probabilities = new Map<string, number>();
  let total = 0;
  for (const [label, frequency] of frequencies) {
    const value = ((shares.get(label) ?? 0) + settings.smoothing * frequency) ** settings.confidence;
    probabilities.set(label, value);
    total += value;
  }
  for (const [label, value] of probabilities) probabilities.set(label, value / total);
  return probabilities;
}

/** The label that the nearest examples vote for; of equals, the first. */
export function predictByVote(
  neighbours: readonly Neighbour[],
  frequencies: ReadonlyMap<string, number>,
  settings: VoteSettings,
): Prediction<string> {
  const probabilities = labelProbabilities(shareVotes(neighbours, settings), frequencies, settings);
  let output = [...probabilities.keys()][0]!;
  for (const [label, value] of probabilities) if (value > probabilities.get(output)!) output = label;
  return { output, probabilities: Object.fromEntries(probabilities), usd: 0 };
}
