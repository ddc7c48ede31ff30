// ONNX Runtime behind one small class: open a model, run it, share it, let it go.
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { endTurn, takeTurn } from './device-turns.ts';
import { AutogradError } from './errors.ts';
import type { OnnxModel } from './write-onnx.ts';

/** How a model is run. */
export interface SessionOptions {
  /** Threads of one operator. Default: the processors this process may use. */
  readonly threads?: number;
  /** How far ONNX Runtime rewrites the graph. Default `'all'`. */
  readonly optimization?: 'disabled' | 'basic' | 'extended' | 'all';
  /** Threads that wait for work spin during a run (faster) or sleep. They never spin between runs. Default true. */
  readonly spinning?: boolean;
  /** ONNX Runtime's execution providers. Default `['cpu']`. */
  readonly executionProviders?: readonly string[];
  /** Write ONNX Runtime's profile to files that begin with this path, when the session is disposed. */
  readonly profile?: string;
}

/** A tensor of ONNX Runtime. */
export type NativeTensor = OrtTensor;

type Runtime = typeof import('onnxruntime-node');

let loading: Promise<Runtime> | undefined;

/**
 * ONNX Runtime itself, for callers that bind memory of their own to a {@link Session}'s inputs and outputs. Loaded at the first
 * use and not at import.
 *
 * @example
 * ```ts
 * import { loadRuntime } from '@modeshift/autograd';
 *
 * const { Tensor } = await loadRuntime();
 * console.log(new Tensor('float32', Float32Array.of(1, 2), [2]).size); // 2
 * ```
 */
export function loadRuntime(): Promise<Runtime> {
  // From 1.29 on ONNX Runtime tells Microsoft about models and machines unless it is told not to before it starts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  loading ??= watched(watch, {}, () => import('onnxruntime-node')).catch(error => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Told when a call into ONNX Runtime begins, and when it is over. */
export interface RuntimeWatch {
  /** May throw: then the call is not made. */
  enter(): void;
  leave(): void;
}

let watch: RuntimeWatch | undefined;

/**
 * Watches all calls of this thread into ONNX Runtime. A worker that is terminated during one takes the whole process down, so who
 * ends such threads waits until none is under way.
 *
 * @example
 * ```ts
 * import { compile, Graph, mul, watchRuntime } from '@modeshift/autograd';
 *
 * let calls = 0;
 * watchRuntime({ enter: () => calls++, leave: () => undefined });
 * const graph = new Graph();
 * const program = await compile({ y: mul(graph.input('x', 'float32', [1]), 2) });
 * await program.run({ x: [3] });
 * console.log(calls > 0); // true
 * await program.dispose();
 * watchRuntime(undefined);
 * ```
 */
export function watchRuntime(next: RuntimeWatch | undefined): void {
  watch = next;
}

/** Whether a model runs on the processor alone. */
export const isCpuOnly = (providers: readonly string[] = ['cpu']): boolean => providers.every(name => name === 'cpu');

/** A call into ONNX Runtime, watched; on other devices than the processor one thread at a time. */
async function watched<T>(
  watching: RuntimeWatch | undefined,
  { executionProviders }: SessionOptions,
  call: () => Promise<T>,
): Promise<T> {
  const inTurns = !isCpuOnly(executionProviders);
  watching?.enter();
  while (inTurns && !takeTurn()) {
    // A thread that waits may be ended; one that has the turn may not.
    watching?.leave();
    await new Promise(resolve => setTimeout(resolve, 1));
    watching?.enter();
  }
  try {
    return await call();
  } finally {
    if (inTurns) endTurn();
    watching?.leave();
  }
}

/** On WebGPU a product over an empty dimension ends the process (ONNX Runtime 1.30). */
function refuseEmpty(feeds: Readonly<Record<string, OrtTensor>>): void {
  for (const [name, { dims }] of Object.entries(feeds))
    if (dims.includes(0))
      throw new AutogradError(
        'feed',
        `The input "${name}" is empty ([${dims.join(', ')}]), which only the CPU can compute with. Feed at least one element, or leave out executionProviders.`,
      );
}

interface Shared {
  readonly options: SessionOptions;
  readonly session: Promise<InferenceSession>;
  users: number;
}

const open = new Map<string, Shared>();
const bufferIds = new WeakMap<ArrayBufferLike, number>();
let buffers = 0;

function keyOf(model: OnnxModel, options: SessionOptions): string {
  const hash = createHash('sha256').update(model.bytes);
  for (const [name, bytes] of model.external) {
    // Weights are told apart by the memory they lie in: hashing them would cost more than it saves.
    let id = bufferIds.get(bytes.buffer);
    if (id === undefined) {
      id = buffers++;
      bufferIds.set(bytes.buffer, id);
    }
    hash.update(`${name}:${id}:${bytes.byteOffset}:${bytes.byteLength};`);
  }
  return hash.update(JSON.stringify(options)).digest('hex');
}

async function create(model: OnnxModel, options: SessionOptions): Promise<InferenceSession> {
  const { InferenceSession } = await loadRuntime();
  const spinning = options.spinning === false ? '0' : '1';
  const settings = {
    executionProviders: [...(options.executionProviders ?? ['cpu'])],
    intraOpNumThreads: options.threads ?? availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: options.optimization ?? 'all',
    executionMode: 'sequential',
    logSeverityLevel: 3,
    externalData: [...model.external].map(([path, data]) => ({ path, data })),
    extra: { session: { intra_op: { allow_spinning: spinning }, force_spinning_stop: '1' } },
    ...(options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {}),
  } as const;
  return watched(watch, options, () => InferenceSession.create(model.bytes, settings));
}

/**
 * A model loaded into ONNX Runtime. Equal models with equal options share one session in memory, which is released when
 * the last user disposes of it. Most callers use `compile` or `compileTraining` instead.
 *
 * @example
 * ```ts
 * import { Graph, Session, mul, writeOnnx } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const model = writeOnnx(graph, { y: mul(graph.constant([1, 2]), 2) });
 * const session = await Session.open(model, { threads: 1 });
 * const { y } = await session.run({});
 * console.log(y!.type); // float32
 * await session.dispose();
 * ```
 */
export class Session {
  readonly #key: string;
  readonly #native: InferenceSession;
  #disposed = false;
  readonly #options: SessionOptions;

  private constructor(key: string, native: InferenceSession, options: SessionOptions) {
    this.#key = key;
    this.#native = native;
    this.#options = options;
  }

  /** Loads a model, or joins the session that has it loaded. Throws `runtime` when ONNX Runtime refuses the model. */
  static async open(model: OnnxModel, options: SessionOptions = {}): Promise<Session> {
    const key = keyOf(model, options);
    let shared = open.get(key);
    if (!shared) {
      shared = { options, session: create(model, options), users: 0 };
      open.set(key, shared);
    }
    shared.users++;
    try {
      return new Session(key, await shared.session, options);
    } catch (cause) {
      open.delete(key);
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new AutogradError('runtime', `ONNX Runtime refused the model: ${message}`, { cause });
    }
  }

  /** The number of sessions that are loaded, for tests of leaks. */
  static get loaded(): number {
    return open.size;
  }

  /** Runs the model. `fetches` may name outputs, or give the tensors they are written into. */
  async run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches?: Readonly<Record<string, OrtTensor | null>>,
  ): Promise<InferenceSession.OnnxValueMapType> {
    if (this.#disposed) throw new AutogradError('disposed', 'This session was disposed; compile the graph again.');
    if (!isCpuOnly(this.#options.executionProviders)) refuseEmpty(feeds);
    try {
      return await watched(watch, this.#options, () =>
        fetches ? this.#native.run(feeds, fetches) : this.#native.run(feeds),
      );
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new AutogradError('runtime', `ONNX Runtime failed: ${message}`, { cause });
    }
  }

  /** Lets go of the session; a second call does nothing. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const shared = open.get(this.#key);
    if (!shared || --shared.users > 0) return;
    open.delete(this.#key);
    if (this.#options.profile !== undefined) this.#native.endProfiling();
    await watched(watch, this.#options, () => this.#native.release());
  }

  /**
   * Lets go of every session of this thread, for a thread that ends: what is left to its end, the runtime frees while Node takes the
   * thread apart. To be called when no call into the runtime is under way; a watch is not told.
   */
  static async releaseAll(): Promise<void> {
    for (const [key, { session, options }] of [...open]) {
      open.delete(key);
      const native = await session.catch(() => undefined);
      if (native) await watched(undefined, options, () => native.release());
    }
  }
}
