// A model in the engine's thread as its owner sees it: opened once, at the first call, and called by name.
import { abortedError, ModeshiftError, type Progress, throwIfAborted } from '@modeshift/core';
import { WorkerCalls } from '../worker/worker-calls.ts';
import type { ModelSource } from './model-source.ts';

/** Which runtime the thread is to hold. */
export type RuntimeKind = 'text' | 'embedding' | 'reranker' | 'training';

/** What can be told of a model once it is loaded. */
export interface ModelInfo {
  /** The folder it was loaded from. */
  readonly directory: string;
  /** As `config.json` has it, e.g. `qwen3`. */
  readonly modelType: string;
  readonly parameters: number;
  /** Bytes of its weights in memory. */
  readonly bytes: number;
}

interface Opening<Info> {
  readonly info: Promise<Info>;
  readonly cancel: AbortController;
  waiting: number;
  loaded: boolean;
}

/** Calls of one model. The thread starts with the first and ends with `dispose`. */
export class EngineClient<Info> {
  readonly #kind: RuntimeKind;
  readonly #source: ModelSource;
  readonly #settings: unknown;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #worker = new WorkerCalls(() => {
    this.#opening = undefined;
  });
  #opening: Opening<Info> | undefined;
  #info: Info | undefined;
  #disposals = 0;

  constructor(kind: RuntimeKind, source: ModelSource, settings: unknown, onProgress?: (progress: Progress) => void) {
    this.#kind = kind;
    this.#source = source;
    this.#settings = settings;
    this.#onProgress = onProgress;
  }

  /** Whether the model is loaded or being loaded. */
  get isOpen(): boolean {
    return this.#opening !== undefined;
  }

  /** What is known of the model, once it is loaded. */
  get info(): Info | undefined {
    return this.#info;
  }

  /**
   * Loads the model, or waits until it is loaded. When every caller that waits has given up, loading is cancelled; a failure is
   * not kept, so a later call tries again.
   */
  async open(signal?: AbortSignal): Promise<Info> {
    throwIfAborted(signal);
    this.#opening ??= this.#start();
    const opening = this.#opening;
    opening.waiting++;
    let abort: (() => void) | undefined;
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(abortedError(signal));
      signal?.addEventListener('abort', abort, { once: true });
    });
    try {
      return await Promise.race([opening.info, aborted]);
    } finally {
      if (abort) signal?.removeEventListener('abort', abort);
      opening.waiting--;
      if (signal?.aborted && opening.waiting === 0) {
        // Once loaded, it stays; before that, who comes now must not wait for what is being cancelled.
        if (!opening.loaded && this.#opening === opening) this.#opening = undefined;
        opening.cancel.abort();
      }
    }
  }

  /** Runs a method of the runtime, loading it first where it is not. */
  async call<T>(
    method: string,
    args: readonly unknown[],
    options: { readonly signal?: AbortSignal | undefined; readonly onItem?: (value: unknown) => void } = {},
  ): Promise<T> {
    const before = this.#disposals;
    await this.open(options.signal);
    if (this.#disposals !== before)
      throw new ModeshiftError({ tag: 'aborted' }, 'The model was disposed of before the call could begin.');
    return this.#worker.call<T>(method, args, options);
  }

  /** Ends the thread and frees its memory. A later call loads the model again. */
  async dispose(): Promise<void> {
    this.#disposals++;
    this.#opening?.cancel.abort();
    this.#opening = undefined;
    await this.#worker.dispose();
  }

  #start(): Opening<Info> {
    const cancel = new AbortController();
    const onItem = (value: unknown): void => this.#onProgress?.(value as Progress);
    const info = this.#worker
      .call<Info>('open', [this.#kind, this.#source, this.#settings], { signal: cancel.signal, onItem })
      .then(
        found => {
          this.#info = found;
          opening.loaded = true;
          return found;
        },
        error => {
          if (this.#opening === opening) this.#opening = undefined;
          throw error;
        },
      );
    // Callers race against it; a failure that nobody waits for is not an unhandled one.
    info.catch(() => undefined);
    const opening = { info, cancel, waiting: 0, loaded: false };
    return opening;
  }
}
