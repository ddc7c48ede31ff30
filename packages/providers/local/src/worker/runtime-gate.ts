// Ends threads between calls into ONNX Runtime, never during one: its binding takes the whole process down when the thread that
// waits for it is terminated.
import { abortedError } from '@modeshift/core';

const closing = 0;
const underWay = 1;

/** Memory that a thread and its owner share: whether the thread is to end, and how many calls are under way. */
export const gateMemory = (): SharedArrayBuffer => new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);

/** The thread's side, for `watchRuntime`: no call begins once the thread is to end. */
export class RuntimeGate {
  readonly #state: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#state = new Int32Array(memory);
  }

  enter(): void {
    Atomics.add(this.#state, underWay, 1);
    if (Atomics.load(this.#state, closing) === 0) return;
    this.leave();
    throw abortedError();
  }

  leave(): void {
    Atomics.sub(this.#state, underWay, 1);
    Atomics.notify(this.#state, underWay);
  }
}

const shut = (memory: SharedArrayBuffer): Int32Array => {
  const state = new Int32Array(memory);
  Atomics.store(state, closing, 1);
  return state;
};

/** Lets no further call begin, and waits for those under way: a pass, or the loading of a graph. */
export async function shutGate(memory: SharedArrayBuffer): Promise<void> {
  const state = shut(memory);
  while (Atomics.load(state, underWay) !== 0) await new Promise(resolve => setTimeout(resolve, 2));
}

const open = new Set<SharedArrayBuffer>();

function shutAll(): void {
  for (const state of [...open].map(shut))
    for (let calls = Atomics.load(state, underWay); calls !== 0; calls = Atomics.load(state, underWay))
      Atomics.wait(state, underWay, calls);
}

/** Waits for the calls of a thread when the process exits, until it is given up. */
export function guardExit(memory: SharedArrayBuffer): () => void {
  if (open.size === 0) process.on('exit', shutAll);
  open.add(memory);
  return () => {
    open.delete(memory);
    if (open.size === 0) process.off('exit', shutAll);
  };
}
