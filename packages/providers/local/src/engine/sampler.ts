// Chooses tokens from logits, as transformers' processors do.
import { randomInt } from 'node:crypto';
import { Random } from '@modeshift/autograd';
import { invalidInput } from '@modeshift/core';
import { largest } from './largest.ts';
import type { Sampling } from './sampling.ts';

/** Throws `invalid-input` for settings outside their range. */
export function checkSampling(sampling: Sampling, vocabularySize: number): void {
  const check = (name: keyof Sampling, holds: (value: number) => boolean, range: string): void => {
    const value = sampling[name];
    if (value !== undefined && !(typeof value === 'number' && holds(value)))
      throw invalidInput(`sampling.${name} is ${String(value)}; it must be ${range}.`);
  };
  check('temperature', value => value >= 0 && value < Infinity, '0 or more');
  check('topK', value => Number.isInteger(value) && value >= 0, 'a whole number, 0 for all tokens');
  check('topP', value => value > 0 && value <= 1, 'more than 0 and at most 1');
  check('minP', value => value >= 0 && value <= 1, 'between 0 and 1');
  check('repetitionPenalty', value => value > 0 && value < Infinity, 'more than 0');
  check('frequencyPenalty', Number.isFinite, 'a number');
  check('presencePenalty', Number.isFinite, 'a number');
  check('seed', Number.isFinite, 'a number');
  for (const [id, bias] of sampling.logitBias ?? [])
    if (!(Number.isInteger(id) && id >= 0 && id < vocabularySize) || Number.isNaN(bias))
      throw invalidInput(`sampling.logitBias: token ${id} with ${bias}. Ids are 0 to ${vocabularySize - 1}.`);
}

/** The sampler of one request: it knows which tokens occurred, and draws from its own random numbers. */
export class Sampler {
  readonly #sampling: Sampling;
  readonly #random: Random;
  readonly #seen: Set<number>;
  readonly #counts = new Map<number, number>();

  constructor(sampling: Sampling, prompt: readonly number[]) {
    this.#sampling = sampling;
    this.#random = new Random(`sampling/${sampling.seed ?? randomInt(2 ** 47)}`);
    this.#seen = new Set(prompt);
  }

  /** Tells the sampler of a token that was generated. */
  accept(id: number): void {
    this.#seen.add(id);
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
  }

  /** Draws a token. `mask`: bits of tokens that are allowed, at least one. `logits` stay as they are. */
  draw(logits: Float32Array, mask?: Uint32Array): number {
    const scores = this.#processed(logits, mask);
    const { temperature = 1 } = this.#sampling;
    if (temperature === 0) return indexOfLargest(scores);
    const { ids, weights, sum } = candidates(scores, this.#sampling);
    let left = this.#random.uniform() * sum;
    let last = 0;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i]! === 0) continue;
      last = i;
      left -= weights[i]!;
      if (left < 0) break;
    }
    return ids ? ids[last]! : last;
  }

  /** The probabilities that {@link draw} draws with, `[vocabulary]`. */
  probabilities(logits: Float32Array, mask?: Uint32Array): Float64Array {
    const scores = this.#processed(logits, mask);
    const out = new Float64Array(logits.length);
    if (this.#sampling.temperature === 0) {
      out[indexOfLargest(scores)] = 1;
      return out;
    }
    const { ids, weights, sum } = candidates(scores, this.#sampling);
    for (let i = 0; i < weights.length; i++) out[ids ? ids[i]! : i] = weights[i]! / sum;
    return out;
  }

  #processed(logits: Float32Array, mask: Uint32Array | undefined): Float32Array {
    const { logitBias, repetitionPenalty = 1, frequencyPenalty = 0, presencePenalty = 0 } = this.#sampling;
    const changes = logitBias || repetitionPenalty !== 1 || frequencyPenalty !== 0 || presencePenalty !== 0 || mask;
    if (!changes) return logits;
    const scores = logits.slice();
    for (const [id, bias] of logitBias ?? []) scores[id]! += bias;
    if (repetitionPenalty !== 1)
      for (const id of this.#seen) {
        const score = scores[id];
        if (score !== undefined) scores[id] = score < 0 ? score * repetitionPenalty : score / repetitionPenalty;
      }
    if (frequencyPenalty !== 0 || presencePenalty !== 0)
      for (const [id, count] of this.#counts) scores[id]! -= count * frequencyPenalty + presencePenalty;
    if (mask)
      for (let word = 0; word * 32 < scores.length; word++) {
        const bits = mask[word]!;
        if (bits === 0xffffffff) continue;
        const end = Math.min(scores.length, word * 32 + 32);
        if (bits === 0) scores.fill(-Infinity, word * 32, end);
        else for (let id = word * 32; id < end; id++) if (!((bits >>> (id & 31)) & 1)) scores[id] = -Infinity;
      }
    return scores;
  }
}

/** The index of the largest number, the lowest where several are. */
export function indexOfLargest(scores: Float32Array): number {
  let best = 0;
  let most = -Infinity;
  for (let i = 0; i < scores.length; i++)
    if (scores[i]! > most) {
      most = scores[i]!;
      best = i;
    }
  return best;
}

interface Candidates {
  /** Left out: all tokens, in order. */
  readonly ids: readonly number[] | undefined;
  /** In proportion to probabilities. */
  readonly weights: Float64Array;
  readonly sum: number;
}

/** The tokens that temperature, topK, topP and minP leave. */
function candidates(scores: Float32Array, { temperature = 1, topK = 0, topP = 1, minP = 0 }: Sampling): Candidates {
  const best = scores[indexOfLargest(scores)]!;
  let ids: number[] | undefined;
  if (topK > 0 && topK < scores.length) {
    const least = largest(scores, topK).at(-1)!.value;
    ids = [];
    for (let id = 0; id < scores.length; id++) if (scores[id]! >= least) ids.push(id);
  }
  const weights = new Float64Array(ids?.length ?? scores.length);
  for (let i = 0; i < weights.length; i++) {
    const score = scores[ids ? ids[i]! : i]!;
    weights[i] = score === best ? 1 : Math.exp((score - best) / temperature);
  }
  if (topP < 1) dropTail(weights, topP);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! < minP) weights[i] = 0;
    sum += weights[i]!;
  }
  return { ids, weights, sum };
}

/**
 * Sets weights to 0 from the least up while those left out hold at most 1 − p together; of equal ones the later go first. Weights so small that all of their kind
 * together cannot matter are not sorted.
 */
function dropTail(weights: Float64Array, p: number): void {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]!;
  let left = (1 - p) * sum;
  const surely = left / weights.length;
  const order: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! < surely) {
      left -= weights[i]!;
      weights[i] = 0;
    } else order.push(i);
  }
  order.sort((a, b) => weights[a]! - weights[b]! || b - a);
  for (const i of order.slice(0, -1)) {
    left -= weights[i]!;
    if (left < 0) break;
    weights[i] = 0;
  }
}
