// Softmax regression on the characters and words of a prompt: the smallest thing that really learns which completion follows.
import { random } from '@modeshift/core';

/** A prompt with what should follow it. */
export interface RegressionRecord {
  readonly prompt: string;
  readonly completion: string;
}

/** Which weights are learned: one for each completion, or also those of so many features. */
export interface RegressionSize {
  readonly features: number;
  readonly completions: number;
}

/** The fixed part of a completion's logit, before anything is learned. */
export type BaseLogit = (prompt: string, completion: string) => number;

/** The learned weights, row by row for each completion: its bias, then its features. */
export class WordRegression {
  readonly size: RegressionSize;
  readonly completions: string[];
  readonly weights: Float64Array;
  readonly gradient: Float64Array;
  /** Records in `gradient`. */
  pending = 0;
  steps = 0;

  constructor(
    size: RegressionSize,
    seed: number,
    saved?: { completions: readonly string[]; weights: ArrayLike<number> },
  ) {
    this.size = size;
    this.completions = [...(saved?.completions ?? [])];
    this.weights = new Float64Array(size.completions * (1 + size.features));
    this.gradient = new Float64Array(this.weights.length);
    const source = random(seed);
    for (let i = 0; i < this.weights.length; i++) this.weights[i] = saved?.weights[i] ?? 0.001 * source.normal();
  }

  /** log p(completion | prompt) among the completions that were trained, `undefined` for another. */
  logprob(prompt: string, completion: string, base: BaseLogit): number | undefined {
    const at = this.completions.indexOf(completion);
    return at < 0 ? undefined : this.logprobs(prompt, base)[at];
  }

  logprobs(prompt: string, base: BaseLogit): number[] {
    const features = this.#featuresOf(prompt);
    const row = 1 + this.size.features;
    const logits = this.completions.map((completion, k) => {
      let logit = base(prompt, completion) + this.weights[k * row]!;
      for (const [feature, value] of features) logit += value * this.weights[k * row + 1 + feature]!;
      return logit;
    });
    const highest = Math.max(...logits);
    const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
    return logits.map(logit => logit - highest - total);
  }

  /** The mean loss of records; with `learn` their gradient is added. */
  pass(records: readonly RegressionRecord[], base: BaseLogit, learn: boolean): { loss: number; accuracy: number } {
    let loss = 0;
    let right = 0;
    const row = 1 + this.size.features;
    // All of them first: each is weighed against every completion of the batch.
    const targets = records.map(({ completion }) => this.#placeOf(completion));
    for (const [i, { prompt }] of records.entries()) {
      const target = targets[i]!;
      const logs = this.logprobs(prompt, base);
      loss -= logs[target]!;
      if (logs[target] === Math.max(...logs)) right++;
      if (!learn) continue;
      const features = this.#featuresOf(prompt);
      for (const [k, log] of logs.entries()) {
        const error = Math.exp(log) - (k === target ? 1 : 0);
        this.gradient[k * row]! += error;
        for (const [feature, value] of features) this.gradient[k * row + 1 + feature]! += error * value;
      }
      this.pending++;
    }
    return { loss: loss / records.length, accuracy: right / records.length };
  }

  /** One step of gradient descent on the mean of what is pending. Gives the gradient's norm. */
  descend(learningRate: number): number {
    let norm = 0;
    for (let i = 0; i < this.weights.length; i++) {
      const slope = this.gradient[i]! / Math.max(1, this.pending);
      norm += slope * slope;
      this.weights[i]! -= learningRate * slope;
    }
    this.gradient.fill(0);
    this.pending = 0;
    this.steps++;
    return Math.sqrt(norm);
  }

  #placeOf(completion: string): number {
    const at = this.completions.indexOf(completion);
    if (at >= 0) return at;
    if (this.completions.length === this.size.completions)
      throw new RangeError(`There are more than ${this.size.completions} different completions.`);
    return this.completions.push(completion) - 1;
  }

  /** Pairs of characters and whole words, hashed; their values have length 1 together. */
  #featuresOf(prompt: string): Map<number, number> {
    const features = new Map<number, number>();
    if (this.size.features === 0) return features;
    const points = [...prompt.toLowerCase()];
    const pieces = points.map((point, i) => point + (points[i + 1] ?? ''));
    pieces.push(...(prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map(word => ` ${word} `));
    for (const piece of new Set(pieces)) {
      let hash = 2166136261;
      for (const point of piece) hash = Math.imul(hash ^ point.codePointAt(0)!, 16777619) >>> 0;
      features.set(hash % this.size.features, 1);
    }
    const length = Math.sqrt(features.size);
    for (const feature of features.keys()) features.set(feature, 1 / length);
    return features;
  }
}
