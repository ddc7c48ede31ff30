// Work beside generating, in steps of one pass each.

/** Work that the generator runs between passes of generations. */
export interface Job {
  /** Runs one pass. True when the work is done. */
  step(): Promise<boolean>;
}
