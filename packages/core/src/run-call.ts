// Runs a call that is not streamed under its limits of time, with typed errors.
import { type CallContext, withQuietListener } from './call-context.ts';
import { Deadline, orAborted, type Timeout } from './deadline.ts';
import { asModeshiftError } from './fail.ts';
import type { Model } from './models.ts';

/** What every call takes besides its content. */
export interface CallOptions extends CallContext {
  /** Limits of time, in milliseconds. The answer is one piece: `firstChunk` limits it like `total`. */
  readonly timeout?: Timeout;
}

/** Runs one request. */
export async function runCall<T>(
  model: Model,
  options: CallOptions,
  request: (context: CallContext) => Promise<T>,
): Promise<T> {
  const { signal, timeout } = options;
  const deadline = new Deadline(signal, timeout, `${model.provider} ${model.modelId}`);
  deadline.wait();
  try {
    const context = { ...withQuietListener(options), signal: deadline.signal };
    return await orAborted(request(context), deadline.signal);
  } catch (error) {
    throw asModeshiftError(error, model.provider, false);
  } finally {
    deadline.stop();
  }
}
