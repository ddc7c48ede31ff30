// Chooses how the nearest examples vote, on examples whose neighbours are known and whose label was held out.
import { labelProbabilities, type Neighbour, shareVotes, type VoteSettings } from './neighbour-vote.ts';

/** A held-out example: its label and its neighbours, nearest first. */
export interface HeldOut {
  readonly label: string;
  readonly neighbours: readonly Neighbour[];
}

/** Settings that do well on short texts; used where there are too few examples to choose. */
export const usualVote: VoteSettings = { k: 10, sharpness: 6, confidence: 1, smoothing: 0.2 };

/** The largest `k` that is tried. */
export const mostNeighbours = 40;

const fewest = 20;
const kTried = [1, 3, 5, 10, 20, mostNeighbours];
const sharpnessTried = [1, 2, 4, 6, 8, 12];
const smoothingTried = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6];
const confidenceTried = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.75, 2, 2.5, 3];

/**
 * The settings with the smallest log loss on held-out examples: first who votes, then what the votes say of the probability.
 * What the caller fixed stays; with fewer than 20 examples, {@link usualVote}.
 */
export function fitVote(
  examples: readonly HeldOut[],
  frequencies: ReadonlyMap<string, number>,
  fixed: { readonly k?: number | undefined; readonly sharpness?: number | undefined },
): VoteSettings {
  const usual: VoteSettings = {
    ...usualVote,
    k: fixed.k ?? usualVote.k,
    sharpness: fixed.sharpness ?? usualVote.sharpness,
  };
  if (examples.length < fewest) return usual;
  const votesOf = (settings: Pick<VoteSettings, 'k' | 'sharpness'>): Vote[] =>
    examples.map(({ label, neighbours }) => ({ label, shares: shareVotes(neighbours, settings) }));

  let who: Pick<VoteSettings, 'k' | 'sharpness'> = usual;
  let least = Infinity;
  for (const k of fixed.k === undefined ? kTried : [fixed.k]) {
    // A single vote is the whole vote, whatever its power.
    const powers = fixed.sharpness === undefined ? (k === 1 ? [usual.sharpness] : sharpnessTried) : [fixed.sharpness];
    for (const sharpness of powers) {
      const { loss } = bestConfidence(votesOf({ k, sharpness }), frequencies, usual.smoothing);
      if (loss < least) {
        least = loss;
        who = { k, sharpness };
      }
    }
  }
  const votes = votesOf(who);
  least = Infinity;
  let best = usual;
  for (const smoothing of smoothingTried) {
    const { loss, value } = bestConfidence(votes, frequencies, smoothing);
    if (loss < least) {
      least = loss;
      best = { ...who, smoothing, confidence: value };
    }
  }
  return best;
}

interface Vote {
  readonly label: string;
  readonly shares: ReadonlyMap<string, number>;
}

/** Log loss is convex in the exponent, so the least of the values tried is found by halving. */
function bestConfidence(
  votes: readonly Vote[],
  frequencies: ReadonlyMap<string, number>,
  smoothing: number,
): { value: number; loss: number } {
  const losses = new Map<number, number>();
  const lossAt = (index: number): number => {
    const loss = losses.get(index) ?? logLoss(votes, frequencies, { confidence: confidenceTried[index]!, smoothing });
    losses.set(index, loss);
    return loss;
  };
  let low = 0;
  let high = confidenceTried.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lossAt(middle) <= lossAt(middle + 1)) high = middle;
    else low = middle + 1;
  }
  return { value: confidenceTried[low]!, loss: lossAt(low) };
}

function logLoss(
  votes: readonly Vote[],
  frequencies: ReadonlyMap<string, number>,
  settings: Pick<VoteSettings, 'confidence' | 'smoothing'>,
): number {
  // Labels without a vote all share one formula, so their sum is taken once and not per example.
  const bare = new Map<string, number>();
  let bareTotal = 0;
  for (const [label, frequency] of frequencies) {
    const value = (settings.smoothing * frequency) ** settings.confidence;
    bare.set(label, value);
    bareTotal += value;
  }
  let loss = 0;
  for (const { label, shares } of votes) {
    if (shares.size === 0) {
      loss -= Math.log(labelProbabilities(shares, frequencies, settings).get(label)!);
      continue;
    }
    let total = bareTotal;
    let own = bare.get(label)!;
    for (const [voted, share] of shares) {
      const value = (share + settings.smoothing * frequencies.get(voted)!) ** settings.confidence;
      total += value - bare.get(voted)!;
      if (voted === label) own = value;
    }
    loss -= Math.log(own / total);
  }
  return loss / votes.length;
}
