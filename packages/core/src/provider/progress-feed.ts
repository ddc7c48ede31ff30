// Reports of progress that any number of readers can follow, each from the beginning.
import type { Progress } from '../progress.ts';

/** Collects reports; a report equal to the one before is left out. */
export class ProgressFeed implements AsyncIterable<Progress> {
  readonly #reports: Progress[] = [];
  #waiting: (() => void)[] = [];
  #over: { readonly error?: unknown } | undefined;

  push(progress: Progress): void {
    if (JSON.stringify(progress) === JSON.stringify(this.#reports.at(-1))) return;
    this.#reports.push(progress);
    this.#tell();
  }

  end(): void {
    this.#over ??= {};
    this.#tell();
  }

  /** Readers get the error after the last report. */
  fail(error: unknown): void {
    this.#over ??= { error };
    this.#tell();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Progress, void> {
    for (let i = 0; ; ) {
      if (i < this.#reports.length) {
        yield this.#reports[i++]!;
      } else if (this.#over) {
        if ('error' in this.#over) throw this.#over.error;
        return;
      } else {
        await new Promise<void>(resolve => this.#waiting.push(resolve));
      }
    }
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
