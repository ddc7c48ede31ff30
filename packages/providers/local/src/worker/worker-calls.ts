// The owner's side: a worker thread that is started at the first call, called by name, and does not keep the process alive.
import { Worker } from 'node:worker_threads';
import { abortedError, ModeshiftError, throwIfAborted } from '@modeshift/core';
import { fromErrorMessage } from './error-message.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { gateMemory, guardExit, shutGate } from './runtime-gate.ts';

/** How a call is made. */
export interface WorkerCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told about each piece that the call sends before its end. */
  readonly onItem?: (value: unknown) => void;
}

interface Pending {
  readonly worker: Worker;
  readonly onItem: ((value: unknown) => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The worker's file: TypeScript beside this one when the sources run, JavaScript in the package. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const entry = new URL(extension === 'ts' ? './engine-worker.ts' : './engine-worker.js', import.meta.url);

/** A worker thread and the calls under way in it. */
export class WorkerCalls {
  readonly #onLost: () => void;
  #worker: Worker | undefined;
  #next = 0;
  readonly #pending = new Map<number, Pending>();
  readonly #gates = new WeakMap<Worker, SharedArrayBuffer>();

  /** `onLost` is told when a thread has ended by itself: what was opened in it is gone. */
  constructor(onLost: () => void = () => undefined) {
    this.#onLost = onLost;
  }

  /** Runs a method of the worker. Throws what it throws, and `aborted` at once when the signal fires. */
  call<T>(method: string, args: readonly unknown[], { signal, onItem }: WorkerCallOptions = {}): Promise<T> {
    throwIfAborted(signal);
    const worker = this.#start();
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      const cancel = (): void => {
        this.#post(worker, { type: 'cancel', id });
        this.#settle(id)?.reject(abortedError(signal));
      };
      const done = (): void => signal?.removeEventListener('abort', cancel);
      this.#pending.set(id, {
        worker,
        onItem,
        resolve: value => {
          done();
          resolve(value as T);
        },
        reject: error => {
          done();
          reject(error);
        },
      });
      signal?.addEventListener('abort', cancel, { once: true });
      worker.ref();
      try {
        this.#post(worker, { type: 'call', id, method, args });
      } catch (cause) {
        const message = `The call holds something that cannot be sent to the engine's thread: ${(cause as Error).message}`;
        this.#settle(id)?.reject(new ModeshiftError({ tag: 'invalid-input' }, message, { cause }));
      }
    });
  }

  /** Ends the thread as soon as the runtime's call under way is over; calls fail at once. A later call starts a new thread. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker) return;
    this.#failAll(worker, new ModeshiftError({ tag: 'aborted' }, 'The model was disposed of while it was working.'));
    await shutGate(this.#gates.get(worker)!, () => this.#post(worker, { type: 'end' }));
    await worker.terminate();
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const execArgv =
      extension === 'ts' ? ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'] : [];
    const gate = gateMemory();
    // A thread has a copy of the environment that native code does not see, so what the runtime reads is set here.
    process.env.ORT_DISABLE_TELEMETRY ??= '1';
    const worker = new Worker(entry, { execArgv, name: 'modeshift-engine', workerData: gate });
    this.#gates.set(worker, gate);
    worker.on(
      'exit',
      guardExit(gate, () => this.#post(worker, { type: 'end' })),
    );
    worker.on('message', (message: FromWorker) => this.#receive(message));
    const lost = (problem: string, cause?: unknown): void => {
      if (this.#worker === worker) {
        this.#worker = undefined;
        this.#onLost();
      }
      this.#failAll(
        worker,
        new ModeshiftError({ tag: 'internal' }, `The engine's thread ended: ${problem}.`, { cause }),
      );
    };
    worker.on('error', error => {
      const { code } = error as { code?: unknown };
      const memory = code === 'ERR_WORKER_OUT_OF_MEMORY';
      lost(
        memory ? 'it ran out of memory; load smaller weights (int8 or int4) or a shorter context' : String(error),
        error,
      );
    });
    worker.on('exit', code => lost(`exit code ${code}`));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #post(worker: Worker, message: ToWorker): void {
    worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.type === 'item') this.#pending.get(message.id)?.onItem?.(message.value);
    else if (message.type === 'end') this.#settle(message.id)?.resolve(message.value);
    else this.#settle(message.id)?.reject(fromErrorMessage(message.error));
  }

  /** Takes a call out of those under way; without any, the worker no longer keeps the process alive. */
  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker?.unref();
    return pending;
  }

  /** Fails the calls of a thread; those of the thread that came after it go on. */
  #failAll(worker: Worker, error: ModeshiftError): void {
    for (const [id, pending] of [...this.#pending]) if (pending.worker === worker) this.#settle(id)?.reject(error);
  }
}
