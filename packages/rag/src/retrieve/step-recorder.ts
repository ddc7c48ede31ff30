// Times steps, keeps what they did, and gives each a span of a tracer.
import { type Tracer, throwIfAborted } from '@modeshift/core';

/** How a step went. */
export interface StepReport {
  /** E.g. `lexical`; of a further hop `hop-2/lexical`. */
  readonly name: string;
  /** In milliseconds. */
  readonly ms: number;
  /** How many passages, vectors or texts it gave. */
  readonly count: number;
  /** What a model wrote: the queries of `rewrite`. */
  readonly texts?: readonly string[];
}

/** Records the steps of one question. */
export class StepRecorder {
  readonly reports: StepReport[] = [];
  readonly #tracer: Tracer | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(tracer: Tracer | undefined, signal: AbortSignal | undefined) {
    this.#tracer = tracer;
    this.#signal = signal;
  }

  /** Runs a step; `texts` reads what it wrote. */
  async step<Result>(
    name: string,
    work: () => Promise<Result>,
    texts?: (result: Result) => readonly string[],
  ): Promise<Result> {
    throwIfAborted(this.#signal);
    const span = quietly(() => this.#tracer?.startSpan(`retrieve ${name}`, { attributes: { 'modeshift.step': name } }));
    const start = performance.now();
    try {
      const result = await work();
      const written = texts?.(result);
      const count = written?.length ?? (Array.isArray(result) ? result.length : 1);
      this.reports.push({ name, ms: performance.now() - start, count, ...(written && { texts: written }) });
      quietly(() => span?.setAttributes({ 'modeshift.count': count }));
      return result;
    } catch (error) {
      quietly(() => span?.setStatus({ code: 2, message: (error as Error).message }));
      throw error;
    } finally {
      quietly(() => span?.end());
    }
  }
}

/** A tracer that fails changes nothing. */
function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
