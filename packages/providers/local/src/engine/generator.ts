// Generates, scores and embeds for many requests at once, on one decoder.
import { abortedError, invalidInput, ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { Adapter } from '../adapters/adapter.ts';
import { type AdapterSelection, AdapterTable } from '../adapters/adapter-table.ts';
import { Batcher } from './batcher.ts';
import { checkGenerate, checkIds, checkScore, type Limits, tooLong } from './check-request.ts';
import type { Decoder } from './decoder.ts';
import type {
  GenerateRequest,
  Generation,
  GeneratorOptions,
  GeneratorStatistics,
  ScoredTokens,
  ScoreRequest,
} from './generate-types.ts';
import { HiddenJob } from './hidden-job.ts';
import type { Job } from './job.ts';
import { bytesOfToken } from './key-value-cache.ts';
import { prefillTokensOf } from './prefill-tokens.ts';
import { ScoreJob } from './score-job.ts';
import { Sequence } from './sequence.ts';

interface Queued {
  readonly job: Job;
  readonly signal: AbortSignal | undefined;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Continuous batching on one decoder: requests share passes, prompts are computed in chunks between them, and beginnings that were
 * computed before are copied. What a request gives does not depend on what is computed beside it, but for rounding.
 *
 * Passes block the thread that this runs on.
 */
export class Generator {
  readonly decoder: Decoder;
  readonly #limits: Limits;
  readonly #maxWaiting: number;
  readonly #table: AdapterTable;
  readonly #batcher: Batcher;
  readonly #jobs: Queued[] = [];
  /** Work that nothing may run beside, such as loading the graph anew. */
  readonly #alone: (() => Promise<void>)[] = [];
  #order = 0;
  #running = false;
  #disposed = false;

  /** @throws ModeshiftError `invalid-input` for options outside their range. */
  constructor(decoder: Decoder, options: GeneratorOptions = {}) {
    const { maxConcurrent = 8, maxWaiting = 256, sharedPrefillTokens = 64, guessAhead = true } = options;
    const { prefillTokens = prefillTokensOf(decoder.parameters) } = options;
    const token = bytesOfToken(decoder.config);
    const { cacheBytes = Math.max(2 ** 30, decoder.contextLength * token) } = options;
    for (const [name, value] of Object.entries({ maxConcurrent, prefillTokens, sharedPrefillTokens, cacheBytes }))
      if (!Number.isInteger(value) || value < 1)
        throw invalidInput(`${name} is ${value}; it must be a whole number above 0.`);
    const room = Math.floor(cacheBytes / token);
    if (room < 2) throw invalidInput(`cacheBytes is ${cacheBytes}, and one token of this model needs ${token}.`);
    this.decoder = decoder;
    this.#limits = {
      config: decoder.config,
      context: Math.min(decoder.contextLength, room),
      byMemory: room < decoder.contextLength,
    };
    this.#maxWaiting = maxWaiting;
    this.#table = new AdapterTable(decoder);
    this.#batcher = new Batcher(decoder, this.#table, {
      context: this.#limits.context,
      maxConcurrent,
      cacheBytes,
      prefillTokens,
      sharedPrefillTokens,
      guessAhead,
    });
  }

  get statistics(): GeneratorStatistics {
    const { computedTokens, passes, running, waiting, bytes } = this.#batcher;
    return { computedTokens, passes, running, waiting: waiting + this.#jobs.length, cacheBytes: bytes };
  }

  /**
   * Continues a sequence.
   *
   * @throws ModeshiftError `invalid-input`, `context-length` when the prompt does not fit, `not-found` for an adapter that is not
   * attached, `rate-limit` when too many requests wait; the loop throws `aborted` when the signal fires.
   */
  generate(request: GenerateRequest): Generation {
    this.#checkOpen(request.signal);
    const adapters = this.#table.select(request.adapters);
    checkGenerate(request, adapters.ids.length, this.#limits);
    this.#checkRoom();
    const cancel = (error: unknown): void => {
      this.#batcher.cancel(sequence);
      sequence.stream.fail(error);
    };
    const { signal } = request;
    const sequence = new Sequence(request, adapters, this.#limits.context, this.#order++, () =>
      this.#batcher.cancel(sequence),
    );
    const onAbort = (): void => cancel(abortedError(signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    const settled = (): void => signal?.removeEventListener('abort', onAbort);
    sequence.stream.summary.then(settled, settled);
    this.#batcher.add(sequence);
    this.#start();
    return sequence.stream;
  }

  /**
   * The log-probabilities of continuations. The prompt is computed once; continuations that begin the same share what they begin with.
   *
   * @throws ModeshiftError as {@link generate}.
   */
  async score(request: ScoreRequest): Promise<readonly ScoredTokens[]> {
    const { prompt, continuations, signal } = request;
    this.#checkOpen(signal);
    const adapters = this.#table.select(request.adapters);
    checkScore(request, adapters.ids.length, this.#limits);
    if (continuations.length === 0) return [];
    const job = new ScoreJob(this.#batcher, adapters, prompt, continuations);
    await this.#runJob(job, adapters, signal);
    return job.results;
  }

  /**
   * Hidden states of the last token of each text, after the last normalisation: `[hidden]` each, in order.
   *
   * @throws ModeshiftError as {@link generate}.
   */
  async hidden(
    texts: readonly (readonly number[])[],
    options: Pick<ScoreRequest, 'adapters' | 'signal'> = {},
  ): Promise<Float32Array[]> {
    this.#checkOpen(options.signal);
    const adapters = this.#table.select(options.adapters);
    for (const [i, ids] of texts.entries()) {
      checkIds(`Text ${i}`, ids, this.#limits);
      const length = adapters.ids.length + ids.length;
      if (length > this.#limits.context) throw tooLong(`Text ${i}`, length, '', this.#limits);
    }
    if (texts.length === 0) return [];
    const job = new HiddenJob(this.#batcher, adapters, texts);
    await this.#runJob(job, adapters, options.signal);
    return job.results;
  }

  /** Makes an adapter (see `readAdapter`) usable under a name. Throws `invalid-input` when the name is taken or it does not fit. */
  attach(name: string, adapter: Adapter): Promise<void> {
    this.#checkOpen(undefined);
    return new Promise((resolve, reject) => {
      this.#alone.push(() => this.#table.attach(name, adapter).then(resolve, reject));
      this.#start();
    });
  }

  /** Takes an adapter off. Requests that use it go on. Throws `not-found`. */
  detach(name: string): void {
    this.#table.detach(name);
    this.#batcher.forgetStale();
  }

  /** Names of the adapters that are attached. */
  get adapters(): readonly string[] {
    return this.#table.names;
  }

  /** Ends all requests with `aborted`, and frees the decoder. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#failAll(new ModeshiftError({ tag: 'aborted' }, 'The model was unloaded.'));
    while (this.#running) await turn();
    await this.decoder.dispose();
  }

  async #runJob(job: Job, adapters: AdapterSelection, signal: AbortSignal | undefined): Promise<void> {
    this.#checkRoom();
    this.#table.hold(adapters);
    try {
      await new Promise<void>((resolve, reject) => {
        const onAbort = (): void => reject(abortedError(signal));
        signal?.addEventListener('abort', onAbort, { once: true });
        const settle = (): void => signal?.removeEventListener('abort', onAbort);
        this.#jobs.push({
          job,
          signal,
          done: () => {
            settle();
            resolve();
          },
          fail: error => {
            settle();
            reject(error);
          },
        });
        this.#start();
      });
    } finally {
      this.#table.release(adapters);
    }
  }

  #checkOpen(signal: AbortSignal | undefined): void {
    if (this.#disposed) throw invalidInput('This model was disposed. Load it again.');
    throwIfAborted(signal);
  }

  #checkRoom(): void {
    const waiting = this.#batcher.waiting + this.#jobs.length;
    if (waiting < this.#maxWaiting) return;
    throw new ModeshiftError(
      { tag: 'rate-limit' },
      `${waiting} requests wait for this model already, and no more than ${this.#maxWaiting} may. Try again later.`,
    );
  }

  #failAll(error: unknown): void {
    this.#batcher.failAll(error);
    for (const { fail } of this.#jobs.splice(0)) fail(error);
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      // Others on this thread have their turn: signals fire, and more requests come.
      await turn();
      try {
        for (const work of this.#alone.splice(0)) await work();
        this.#dropAborted();
        const busy = await this.#batcher.round();
        const [next] = this.#jobs;
        if (next) await this.#step(next);
        if (!busy && this.#jobs.length === 0 && this.#alone.length === 0) break;
      } catch (error) {
        this.#failAll(error);
      }
    }
    this.#running = false;
  }

  async #step(queued: Queued): Promise<void> {
    let over = true;
    try {
      over = await queued.job.step();
      if (over) queued.done();
    } catch (error) {
      queued.fail(error);
    }
    const at = this.#jobs.indexOf(queued);
    if (over && at >= 0) this.#jobs.splice(at, 1);
  }

  #dropAborted(): void {
    for (const queued of [...this.#jobs]) if (queued.signal?.aborted) this.#jobs.splice(this.#jobs.indexOf(queued), 1);
  }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
