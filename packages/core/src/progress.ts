// How long work says where it stands.

/** Where long work stands. */
export interface Progress {
  /** What is being done, as a person would say it, e.g. `'training'`. */
  readonly phase: string;
  /** How much is done, in `unit`. */
  readonly done: number;
  /** How much there is, where known. */
  readonly total?: number;
  /** What is counted, e.g. `'steps'`, `'examples'`. */
  readonly unit?: string;
  /** Figures worth showing, e.g. `{ loss: 0.42 }`. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Expected time to the end of this phase, in milliseconds. */
  readonly etaMs?: number;
}

/** What long work is given: a way to be cancelled, a way to say where it stands, and the seed of its randomness. */
export interface RunContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Same seed, same result. Left out: 0. */
  readonly seed?: number;
}
