// Batches at the vendor: make, ask, cancel, read.
import {
  abortedError,
  type CallContext,
  invalidInput,
  ModeshiftError,
  type Progress,
  throwIfAborted,
} from '@modeshift/core';
import { Connection, type Outgoing } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { IdleClock } from './idle-clock.ts';
import { ErrorEvent } from './map-error.ts';
import type { BatchEntry, BatchRequest, BatchStatus, MessageBatch, MessageBatches } from './message-batch.ts';
import { readAnswer } from './messages-model.ts';
import type { Rate } from './prices.ts';
import { readBatchStatus, type WireEntry } from './read-batch.ts';
import { readLines } from './read-lines.ts';
import { type Dialect, toRequest } from './to-request.ts';

const path = '/v1/messages/batches';
const mostRequests = 100_000;
const defaultPollMs = 30_000;

/** How the answer of each call is read. */
type Readers = ReadonlyMap<string, { readonly request: BatchRequest; readonly answerTool: string | undefined }>;

/** The class behind `anthropicBatches`. */
export class VendorBatches implements MessageBatches {
  readonly #modelId: string;
  readonly #connection: Connection;
  readonly #dialect: Dialect;
  readonly #rate: Rate | undefined;

  constructor(modelId: string, endpoint: Endpoint, dialect: Dialect, rate: Rate | undefined) {
    this.#modelId = modelId;
    this.#connection = new Connection(endpoint, modelId);
    this.#dialect = dialect;
    this.#rate = rate;
  }

  async create(requests: readonly BatchRequest[], context: CallContext = {}): Promise<MessageBatch> {
    if (requests.length === 0 || requests.length > mostRequests) {
      throw invalidInput(`A batch takes 1 to ${mostRequests} calls; this one has ${requests.length}.`);
    }
    const { bodies, betas, readers } = this.#prepare(requests);
    const body = { requests: bodies };
    const made = readBatchStatus(
      await this.#connection.json({ method: 'POST', path, body, betas }, context),
      this.#connection.host,
    );
    return this.#batch(made.id, readers);
  }

  open(id: string, requests: readonly BatchRequest[] = []): MessageBatch {
    if (!/^[\w-]+$/.test(id)) throw invalidInput(`"${id}" is no id of a batch. They look like msgbatch_01….`);
    return this.#batch(id, this.#prepare(requests).readers);
  }

  #prepare(requests: readonly BatchRequest[]) {
    const readers = new Map<string, { readonly request: BatchRequest; readonly answerTool: string | undefined }>();
    const betas = new Set<string>();
    const bodies = requests.map(request => {
      const { id, call } = request;
      if (!/^[\w-]{1,64}$/.test(id)) {
        throw invalidInput(`"${id}" cannot name a call of a batch. Use 1 to 64 letters, digits, "_" and "-".`);
      }
      if (readers.has(id)) throw invalidInput(`Two calls of the batch are named "${id}". Name every call once.`);
      const made = toRequest(this.#modelId, call, this.#dialect);
      readers.set(id, { request, answerTool: made.answerTool });
      for (const beta of made.betas) betas.add(beta);
      return { custom_id: id, params: made.body };
    });
    return { bodies, betas: [...betas], readers: readers as Readers };
  }

  #batch(id: string, readers: Readers): MessageBatch {
    const ask = async (outgoing: Outgoing, context: CallContext): Promise<BatchStatus> =>
      readBatchStatus(await this.#connection.json(outgoing, context), this.#connection.host);
    const status = (context: CallContext = {}): Promise<BatchStatus> =>
      ask({ method: 'GET', path: `${path}/${id}` }, context);
    return {
      id,
      status,
      wait: options => waitForEnd(status, options),
      cancel: (context = {}) => ask({ method: 'POST', path: `${path}/${id}/cancel`, body: {} }, context),
      results: (context = {}) => this.#results(id, readers, context),
    };
  }

  async *#results(id: string, readers: Readers, context: CallContext): AsyncGenerator<BatchEntry, void> {
    throwIfAborted(context.signal);
    const outgoing = { method: 'GET', path: `${path}/${id}/results` } as const;
    const cancel = new AbortController();
    const signal = context.signal ? AbortSignal.any([context.signal, cancel.signal]) : cancel.signal;
    let began = false;
    let timedOut: 'first-chunk' | 'idle' | undefined;
    const clock = new IdleClock(this.#connection.timeoutMs, () => {
      timedOut = began ? 'idle' : 'first-chunk';
      cancel.abort();
    });
    try {
      const response = await this.#connection.send(outgoing, { ...context, signal });
      for await (const line of readLines(response.body, clock)) {
        const entry = this.#entry(JSON.parse(line) as WireEntry, readers, outgoing);
        began = true;
        yield entry;
      }
    } catch (error) {
      throw this.#connection.error(error, outgoing, context, { began, timedOut });
    } finally {
      clock.stop();
      cancel.abort();
    }
  }

  #entry({ custom_id: id = '', result = {} }: WireEntry, readers: Readers, outgoing: Outgoing): BatchEntry {
    const reader = readers.get(id);
    switch (result.type) {
      case 'succeeded': {
        const { output } = reader?.request.call ?? {};
        const { host } = this.#connection;
        return { id, ok: true, result: readAnswer(result.message, output, this.#rate, host, reader?.answerTool, true) };
      }
      case 'errored': {
        const { error, request_id } = result.error ?? {};
        const event = new ErrorEvent(error ?? {}, request_id);
        return { id, ok: false, error: this.#connection.error(event, outgoing, {}) };
      }
      case 'canceled':
        return {
          id,
          ok: false,
          error: new ModeshiftError({ tag: 'aborted' }, 'The batch was cancelled before this call.'),
        };
      default: {
        const words = 'The batch ran out of time before this call. Put it into another batch.';
        return { id, ok: false, error: new ModeshiftError({ tag: 'server' }, words) };
      }
    }
  }
}

async function waitForEnd(
  status: (context: CallContext) => Promise<BatchStatus>,
  options: CallContext & { readonly pollMs?: number; readonly onProgress?: (progress: Progress) => void } = {},
): Promise<BatchStatus> {
  const { pollMs = defaultPollMs, onProgress, ...context } = options;
  if (!(pollMs > 0)) throw invalidInput('pollMs must be more than 0 milliseconds.');
  while (true) {
    const now = await status(context);
    const { processing, succeeded, errored, canceled, expired } = now.counts;
    const done = succeeded + errored + canceled + expired;
    onProgress?.({ phase: 'batch', done, total: done + processing, unit: 'calls' });
    if (now.state === 'ended') return now;
    await pause(pollMs, context.signal);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(abortedError(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}
