// One thread at a time on a device: ONNX Runtime's WebGPU sessions share one context in a process, and two threads in it at once end
// the process.
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

const key = 'modeshift.autograd.device';
const free = 0;
const taken = 1;

/** Memory that all threads share that were started after this module was loaded. */
function turns(): Int32Array {
  let memory = getEnvironmentData(key) as SharedArrayBuffer | undefined;
  if (!memory) {
    memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    setEnvironmentData(key, memory);
  }
  return new Int32Array(memory);
}

const state = turns();

/** Takes the turn where it is free. Who has it gives it back with {@link endTurn}. */
export const takeTurn = (): boolean => Atomics.compareExchange(state, 0, free, taken) === free;

/** Lets others have their turn. */
export function endTurn(): void {
  Atomics.store(state, 0, free);
}
