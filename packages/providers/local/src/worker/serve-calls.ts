// The worker's side: runs the calls that come in and sends back what they give.
import type { MessagePort } from 'node:worker_threads';
import { toErrorMessage } from './error-message.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** What a call is told besides its arguments. */
export interface CallScope {
  /** Fires when the owner no longer wants the answer. */
  readonly signal: AbortSignal;
  /** Sends a piece of the answer, or of its progress. */
  readonly send: (value: unknown) => void;
}

/** A method that a worker offers: what it returns ends the call. */
export type Method = (scope: CallScope, ...args: never[]) => unknown;

/** Serves `methods` on `port` until the port closes; `end` is called when the owner wants the thread to end. */
export function serveCalls(port: MessagePort, methods: Readonly<Record<string, Method>>, end: () => void): void {
  const running = new Map<number, AbortController>();
  const post = (message: FromWorker): void => port.postMessage(message);
  const run = async ({ id, method, args }: ToWorker & { type: 'call' }): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const found = methods[method];
      if (!found) throw new Error(`The worker has no method "${method}".`);
      const scope: CallScope = { signal: controller.signal, send: value => post({ type: 'item', id, value }) };
      post({ type: 'end', id, value: await found(scope, ...(args as never[])) });
    } catch (error) {
      post({ type: 'failed', id, error: toErrorMessage(error) });
    } finally {
      running.delete(id);
    }
  };
  port.on('message', (message: ToWorker) => {
    if (message.type === 'call') void run(message);
    else if (message.type === 'end') end();
    else running.get(message.id)?.abort();
  });
}
