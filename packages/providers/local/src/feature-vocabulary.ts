// The features that a classifier knows, learned from its training texts, and texts as weighted features.
import { invalidInput } from '@modeshift/core';
import { defaultTextFeatures, type FeatureKind, type TextFeatureOptions, textFeatures } from './text-features.ts';

/** A text as features: positions in the vocabulary in rising order, and the weight of each. */
export interface SparseVector {
  readonly ids: Int32Array;
  readonly weights: Float32Array;
}

/** Options of {@link learnVocabulary}. */
export interface VocabularyOptions {
  /** Texts a feature must occur in. Default: 2, and 1 below 2,000 texts. */
  readonly minCount?: number;
  /** The most features kept, the most frequent first. Default 30,000. */
  readonly maxFeatures?: number;
  readonly features?: Partial<TextFeatureOptions>;
}

/** Pairs of tokens that are no neighbours, and everything else of a text, are told apart by how their weights are set. */
const kinds: readonly FeatureKind[] = ['word', 'character'];

/**
 * The features of a classifier with their weights. Made by {@link learnVocabulary}.
 *
 * A text's feature weighs (1 + ln count) · idf; the words of a text and its characters are each scaled to the same length,
 * and the whole to length {@link FeatureVocabulary.length}. Salton and Buckley 1988, https://doi.org/10.1016/0306-4573(88)90021-0.
 */
export class FeatureVocabulary {
  /** The hash of each feature. */
  readonly hashes: Int32Array;
  /** The inverse document frequency of each feature: ln((1 + texts) / (1 + texts that hold it)) + 1. */
  readonly idf: Float32Array;
  readonly features: TextFeatureOptions;
  readonly #positions: Map<number, number>;

  constructor(hashes: Int32Array, idf: Float32Array, features: TextFeatureOptions) {
    this.hashes = hashes;
    this.idf = idf;
    this.features = features;
    this.#positions = new Map();
    for (let i = 0; i < hashes.length; i++) this.#positions.set(hashes[i]!, i);
    if (this.#positions.size !== hashes.length) throw invalidInput('A feature stands twice in the vocabulary.');
  }

  /** The number of features. */
  get size(): number {
    return this.hashes.length;
  }

  /** The features of a text that the vocabulary knows. A text with none gives an empty vector. */
  vectorize(text: string): SparseVector {
    const counts = new Map<number, number>();
    const characters = new Set<number>();
    textFeatures(text, this.features, (hash, kind) => {
      const position = this.#positions.get(hash);
      if (position === undefined) return;
      counts.set(position, (counts.get(position) ?? 0) + 1);
      if (kind === 'character') characters.add(position);
    });
    const ids = Int32Array.from(counts.keys()).sort();
    const weights = new Float64Array(ids.length);
    const squares = { word: 0, character: 0 };
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      const weight = (1 + Math.log(counts.get(id)!)) * this.idf[id]!;
      weights[i] = weight;
      squares[characters.has(id) ? 'character' : 'word'] += weight * weight;
    }
    const parts = kinds.filter(kind => squares[kind] > 0).length;
    const scale = {
      word: FeatureVocabulary.length / Math.sqrt(squares.word * parts || 1),
      character: FeatureVocabulary.length / Math.sqrt(squares.character * parts || 1),
    };
    const scaled = new Float32Array(ids.length);
    for (let i = 0; i < ids.length; i++)
      scaled[i] = weights[i]! * scale[characters.has(ids[i]!) ? 'character' : 'word'];
    return { ids, weights: scaled };
  }

  /** The Euclidean length of a text's vector. */
  static readonly length = 3;
}

/**
 * Learns from texts which features to use: those in at least `minCount` texts, the most frequent first up to `maxFeatures`.
 * The order of texts does not matter.
 *
 * @throws ModeshiftError `invalid-input` for options out of range.
 * @example
 * ```ts
 * import { learnVocabulary } from '@modeshift/local';
 *
 * const vocabulary = learnVocabulary(['卡丢了', '卡坏了', 'lost card']);
 * console.log(vocabulary.vectorize('我的卡丢了').ids.length > 0); // true
 * ```
 */
export function learnVocabulary(texts: readonly string[], options: VocabularyOptions = {}): FeatureVocabulary {
  const { minCount = texts.length < 2000 ? 1 : 2, maxFeatures = 30_000 } = options;
  const features = { ...defaultTextFeatures, ...options.features };
  if (!(minCount >= 1)) throw invalidInput(`minCount is ${minCount}; it must be at least 1.`);
  if (!(maxFeatures >= 1)) throw invalidInput(`maxFeatures is ${maxFeatures}; it must be at least 1.`);
  const counter = new DocumentCounter(features);
  for (const text of texts) counter.add(text);
  return counter.vocabulary(minCount, maxFeatures);
}

/** Counts in how many texts each feature occurs, text by text, so that a caller may pause between texts. */
export class DocumentCounter {
  readonly #features: TextFeatureOptions;
  readonly #counts = new Map<number, number>();
  readonly #last = new Map<number, number>();
  #texts = 0;

  constructor(features: TextFeatureOptions) {
    this.#features = features;
  }

  add(text: string): void {
    const number = ++this.#texts;
    textFeatures(text, this.#features, hash => {
      if (this.#last.get(hash) === number) return;
      this.#last.set(hash, number);
      this.#counts.set(hash, (this.#counts.get(hash) ?? 0) + 1);
    });
  }

  vocabulary(minCount: number, maxFeatures: number): FeatureVocabulary {
    const kept = [...this.#counts].filter(([, count]) => count >= minCount);
    kept.sort(([hashA, a], [hashB, b]) => b - a || hashA - hashB);
    kept.length = Math.min(kept.length, maxFeatures);
    const hashes = Int32Array.from(kept, ([hash]) => hash);
    const idf = Float32Array.from(kept, ([, count]) => Math.log((1 + this.#texts) / (1 + count)) + 1);
    return new FeatureVocabulary(hashes, idf, this.#features);
  }
}
