import { describe, expect, it } from 'vitest';
import { fitVote, type HeldOut, usualVote } from './fit-vote.ts';
import { labelProbabilities, shareVotes } from './neighbour-vote.ts';

const near = (...pairs: [string, number][]) => pairs.map(([label, score]) => ({ label, score }));

describe('the vote', () => {
  it('counts by score to a power, and only the k nearest', () => {
    const neighbours = near(['a', 2], ['b', 1], ['b', 1], ['b', 1]);
    expect(shareVotes(neighbours, { k: 4, sharpness: 0 })).toEqual(
      new Map([
        ['a', 0.25],
        ['b', 0.75],
      ]),
    );
    expect(shareVotes(neighbours, { k: 4, sharpness: 2 })).toEqual(
      new Map([
        ['a', 1 / 1.75],
        ['b', 0.75 / 1.75],
      ]),
    );
    expect(shareVotes(neighbours, { k: 1, sharpness: 2 })).toEqual(new Map([['a', 1]]));
    expect(shareVotes([], usualVote).size).toBe(0);
  });

  it('gives probabilities that sum to 1, and the frequencies without votes', () => {
    const frequencies = new Map([
      ['a', 0.5],
      ['b', 0.3],
      ['c', 0.2],
    ]);
    const probabilities = labelProbabilities(new Map([['b', 1]]), frequencies, { confidence: 1, smoothing: 1 });
    expect([...probabilities.values()]).toEqual([0.25, 0.65, 0.1]);
    expect(labelProbabilities(new Map(), frequencies, usualVote)).toEqual(frequencies);
  });
});

describe('fitVote', () => {
  const frequencies = new Map([
    ['a', 0.5],
    ['b', 0.5],
  ]);
  const repeat = (count: number, item: HeldOut): HeldOut[] => Array.from({ length: count }, () => item);

  it('finds that the nearest is right and the crowd is wrong, and the other way about', () => {
    const crowd = near(['b', 9], ['b', 9], ['b', 9], ['b', 9]);
    const nearestRight = repeat(40, { label: 'a', neighbours: [...near(['a', 10]), ...crowd] });
    const crowdRight = repeat(40, { label: 'b', neighbours: [...near(['a', 10]), ...crowd] });
    const answer = (examples: HeldOut[]) => {
      const vote = fitVote(examples, frequencies, {});
      return labelProbabilities(shareVotes(examples[0]!.neighbours, vote), frequencies, vote).get('a')!;
    };
    expect(answer(nearestRight)).toBeGreaterThan(0.9);
    expect(answer(crowdRight)).toBeLessThan(0.3);
  });

  it('is as sure as it is right', () => {
    const neighbours = near(['a', 5], ['a', 4]);
    const examples = [...repeat(70, { label: 'a', neighbours }), ...repeat(30, { label: 'b', neighbours })];
    const vote = fitVote(examples, frequencies, {});
    const sure = labelProbabilities(shareVotes(neighbours, vote), frequencies, vote).get('a')!;
    expect(Math.abs(sure - 0.7)).toBeLessThan(0.06);
  });

  it('keeps what is fixed, and the usual with few examples', () => {
    expect(
      fitVote(repeat(50, { label: 'a', neighbours: near(['a', 1]) }), frequencies, { k: 7, sharpness: 3 }),
    ).toMatchObject({
      k: 7,
      sharpness: 3,
    });
    expect(fitVote([], frequencies, {})).toEqual(usualVote);
  });
});
