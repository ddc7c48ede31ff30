// An inverted index with BM25 scores: which documents speak of the terms of a query.
import { invalidInput } from '@modeshift/core';

/** Options of {@link Bm25}. */
export interface Bm25Options {
  /** How slowly repetitions of a term stop to count, at least 0. Left out: 1.2. */
  readonly k1?: number;
  /** How much long documents are held back, 0 to 1. Left out: 0.75. */
  readonly b?: number;
  /** The weight of each term, at least 0. Left out: Lucene's inverse document frequency, ln(1 + (N − n + 0.5) / (n + 0.5)). */
  readonly weights?: (term: string) => number;
}

/** A document found, best first. */
export interface Bm25Hit {
  /** The number that {@link Bm25.add} gave. */
  readonly document: number;
  readonly score: number;
}

/** An index as plain data, ready for `JSON.stringify`. */
export interface Bm25Json {
  readonly version: 1;
  readonly k1: number;
  readonly b: number;
  readonly terms: readonly string[];
  /** Per document: term number, frequency, term number, frequency, … */
  readonly documents: readonly (readonly number[])[];
}

/** Term-major lists: the documents of a term, and what the term adds to the score of each. */
interface Postings {
  readonly offsets: Uint32Array;
  readonly documents: Uint32Array;
  readonly impacts: Float64Array;
}

/**
 * A lexical index. Documents and queries are lists of terms (see `searchTerms`), so any language and tokenizer fits. The score
 * is Σ over query terms of weight · f / (f + k1 · (1 − b + b · length / average length)), as Lucene computes it since version 8.
 * Equal scores keep the order in which the documents were added.
 *
 * Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
 *
 * @throws ModeshiftError `invalid-input` for a `k1` or `b` out of range.
 * @example
 * ```ts
 * import { Bm25, searchTerms } from '@modeshift/rag';
 *
 * const index = new Bm25();
 * for (const text of ['Where is my parcel?', 'My card was stolen', '我的包裹在哪里']) index.add(searchTerms(text));
 * console.log(index.search(searchTerms('parcel'), 1)[0]?.document); // 0
 * console.log(index.search(searchTerms('包裹'), 1)[0]?.document); // 2
 * ```
 */
export class Bm25 {
  readonly k1: number;
  readonly b: number;
  readonly #weights: ((term: string) => number) | undefined;
  readonly #numbers = new Map<string, number>();
  readonly #documents: Uint32Array[] = [];
  readonly #lengths: number[] = [];
  #postings: Postings | undefined;
  #scores = new Float64Array(0);

  constructor(options: Bm25Options = {}) {
    this.k1 = options.k1 ?? 1.2;
    this.b = options.b ?? 0.75;
    this.#weights = options.weights;
    if (!(this.k1 >= 0 && this.k1 < Infinity))
      throw invalidInput('`k1` of BM25 is a number of at least 0, usually 0.5 to 2.');
    if (!(this.b >= 0 && this.b <= 1)) throw invalidInput('`b` of BM25 is a number from 0 to 1, usually 0.75.');
  }

  /** How many documents there are. */
  get size(): number {
    return this.#documents.length;
  }

  /** How many different terms there are. */
  get vocabularySize(): number {
    return this.#numbers.size;
  }

  /** Adds a document and returns its number: 0, 1, 2, … */
  add(terms: readonly string[]): number {
    const frequencies = new Map<number, number>();
    for (const term of terms) {
      let number = this.#numbers.get(term);
      if (number === undefined) {
        number = this.#numbers.size;
        this.#numbers.set(term, number);
      }
      frequencies.set(number, (frequencies.get(number) ?? 0) + 1);
    }
    return this.#append(Uint32Array.from([...frequencies].flat()), terms.length);
  }

  /** The best documents for a query, at most `limit`, only those that share a term with it. */
  search(terms: readonly string[], limit: number): Bm25Hit[] {
    if (!(limit >= 1)) throw invalidInput('`limit` of a search is at least 1.');
    const { offsets, documents, impacts } = this.#inverted();
    const scores = this.#scores;
    const touched: number[] = [];
    for (const term of terms) {
      const number = this.#numbers.get(term);
      if (number === undefined) continue;
      for (let i = offsets[number]!; i < offsets[number + 1]!; i++) {
        const impact = impacts[i]!;
        if (impact === 0) continue;
        const document = documents[i]!;
        if (scores[document] === 0) touched.push(document);
        scores[document] = scores[document]! + impact;
      }
    }
    const best = bestOf(touched, scores, limit);
    for (const document of touched) scores[document] = 0;
    return best;
  }

  /** In how many documents a term stands. */
  documentFrequency(term: string): number {
    const number = this.#numbers.get(term);
    if (number === undefined) return 0;
    const { offsets } = this.#inverted();
    return offsets[number + 1]! - offsets[number]!;
  }

  /** The index as plain data. Weights given as a function are not part of it: give them again to {@link Bm25.fromJSON}. */
  toJSON(): Bm25Json {
    return {
      version: 1,
      k1: this.k1,
      b: this.b,
      terms: [...this.#numbers.keys()],
      documents: this.#documents.map(document => [...document]),
    };
  }

  /**
   * The index that {@link Bm25.toJSON} wrote.
   *
   * @throws ModeshiftError `invalid-input` for data of another kind or version.
   */
  static fromJSON(json: Bm25Json, options: Pick<Bm25Options, 'weights'> = {}): Bm25 {
    const isIndex = json?.version === 1 && Array.isArray(json.terms) && Array.isArray(json.documents);
    if (!isIndex) throw invalidInput('This is no BM25 index of version 1. Build the index again.');
    const index = new Bm25({ k1: json.k1, b: json.b, ...options });
    for (const term of json.terms) index.#numbers.set(term, index.#numbers.size);
    for (const document of json.documents) {
      let length = 0;
      for (let i = 0; i < document.length; i += 2) {
        const known = Number.isInteger(document[i]) && document[i]! >= 0 && document[i]! < json.terms.length;
        if (!known || !(document[i + 1]! >= 1)) throw invalidInput('The BM25 index is damaged. Build it again.');
        length += document[i + 1]!;
      }
      index.#append(Uint32Array.from(document), length);
    }
    return index;
  }

  #append(frequencies: Uint32Array, length: number): number {
    this.#postings = undefined;
    this.#lengths.push(length);
    return this.#documents.push(frequencies) - 1;
  }

  #inverted(): Postings {
    this.#postings ??= this.#invert();
    return this.#postings;
  }

  #invert(): Postings {
    const offsets = new Uint32Array(this.#numbers.size + 1);
    for (const document of this.#documents) {
      for (let i = 0; i < document.length; i += 2) offsets[document[i]! + 1]!++;
    }
    for (let term = 1; term < offsets.length; term++) offsets[term]! += offsets[term - 1]!;
    const total = offsets[offsets.length - 1]!;
    const weights = new Float64Array(this.#numbers.size);
    for (const [term, number] of this.#numbers) {
      const containing = offsets[number + 1]! - offsets[number]!;
      weights[number] =
        this.#weights?.(term) ?? Math.log(1 + (this.#documents.length - containing + 0.5) / (containing + 0.5));
    }
    const documents = new Uint32Array(total);
    const impacts = new Float64Array(total);
    const next = offsets.slice();
    const mean = this.#lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, this.#lengths.length);
    for (const [number, document] of this.#documents.entries()) {
      const hold = this.k1 * (1 - this.b + (this.b * this.#lengths[number]!) / mean);
      for (let i = 0; i < document.length; i += 2) {
        const frequency = document[i + 1]!;
        const at = next[document[i]!]!++;
        documents[at] = number;
        impacts[at] = (weights[document[i]!]! * frequency) / (frequency + hold);
      }
    }
    this.#scores = new Float64Array(this.#documents.length);
    return { offsets, documents, impacts };
  }
}

/** The `limit` best, by a heap whose root is the worst kept. */
function bestOf(candidates: readonly number[], scores: Float64Array, limit: number): Bm25Hit[] {
  const isWorse = (a: number, b: number): boolean => scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b);
  const heap: number[] = [];
  const sink = (from: number): void => {
    let at = from;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && isWorse(heap[child]!, heap[worst]!)) worst = child;
      }
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  };
  for (const candidate of candidates) {
    if (heap.length < limit) {
      heap.push(candidate);
      if (heap.length === limit) for (let i = heap.length >> 1; i >= 0; i--) sink(i);
    } else if (isWorse(heap[0]!, candidate)) {
      heap[0] = candidate;
      sink(0);
    }
  }
  return heap
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .map(document => ({ document, score: scores[document]! }));
}
