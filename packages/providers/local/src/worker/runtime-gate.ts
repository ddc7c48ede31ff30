// Ends threads between calls into ONNX Runtime, never during one: its binding takes the whole process down when the thread that
// waits for it is terminated. What the thread has loaded it lets go of itself, before Node takes it apart.
import { abortedError } from '@modeshift/core';

const closing = 0;
const underWay = 1;
const holding = 2;

/** How long a thread may take to let go of its sessions when it is to end. It has no call under way: a few milliseconds are usual. */
const patienceMs = 3000;

/** Memory that a thread and its owner share: whether the thread is to end, how many calls are under way, whether it holds sessions. */
export const gateMemory = (): SharedArrayBuffer => new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);

/** The thread's side, for `watchRuntime`: no call begins once the thread is to end. */
export class RuntimeGate {
  readonly #state: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#state = new Int32Array(memory);
  }

  enter(): void {
    Atomics.add(this.#state, underWay, 1);
    if (Atomics.load(this.#state, closing) !== 0) {
      this.leave();
      throw abortedError();
    }
    Atomics.store(this.#state, holding, 1);
  }

  leave(): void {
    Atomics.sub(this.#state, underWay, 1);
    Atomics.notify(this.#state, underWay);
  }

  /** Nothing is held any more: who waits for that may go on. */
  empty(): void {
    Atomics.store(this.#state, holding, 0);
    Atomics.notify(this.#state, holding);
  }
}

const shut = (memory: SharedArrayBuffer): Int32Array => {
  const state = new Int32Array(memory);
  Atomics.store(state, closing, 1);
  return state;
};

const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 2));

/**
 * Lets no further call begin, waits for those under way (a pass, or the loading of a graph), and then for the thread to let go of
 * what it holds, which `askToEnd` asks for.
 */
export async function shutGate(memory: SharedArrayBuffer, askToEnd: () => void): Promise<void> {
  const state = shut(memory);
  while (Atomics.load(state, underWay) !== 0) await pause();
  if (Atomics.load(state, holding) === 0) return;
  askToEnd();
  const until = performance.now() + patienceMs;
  while (Atomics.load(state, holding) !== 0 && performance.now() < until) await pause();
}

const open = new Map<SharedArrayBuffer, () => void>();

function shutAll(): void {
  const threads = [...open].map(([memory, askToEnd]) => ({ state: shut(memory), askToEnd }));
  for (const { state, askToEnd } of threads) {
    for (let calls = Atomics.load(state, underWay); calls !== 0; calls = Atomics.load(state, underWay))
      Atomics.wait(state, underWay, calls);
    if (Atomics.load(state, holding) !== 0) askToEnd();
  }
  const until = performance.now() + patienceMs;
  for (const { state } of threads) Atomics.wait(state, holding, 1, Math.max(0, until - performance.now()));
}

/** Ends a thread in the same way when the process exits, until it is given up. */
export function guardExit(memory: SharedArrayBuffer, askToEnd: () => void): () => void {
  if (open.size === 0) process.on('exit', shutAll);
  open.set(memory, askToEnd);
  return () => {
    open.delete(memory);
    if (open.size === 0) process.off('exit', shutAll);
  };
}
