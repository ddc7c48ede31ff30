// Many calls in one order, answered within a day for less.
import {
  type CallContext,
  invalidInput,
  type LanguageCall,
  type LanguageResult,
  type Model,
  ModeshiftError,
  type Progress,
} from '@modeshift/core';
import { APIError } from 'openai/core/error';
import type { Batch } from 'openai/resources/batches';
import { mapError } from './map-error.ts';
import { readLines } from './read-lines.ts';
import { redact, secretsOf } from './redact.ts';
import { runRemoteJob } from './remote-job.ts';
import type { ServiceClient } from './service-client.ts';

/** The answer to one call of a batch: a result or an error. */
export type BatchAnswer =
  | { readonly index: number; readonly result: LanguageResult; readonly error?: undefined }
  | { readonly index: number; readonly result?: undefined; readonly error: ModeshiftError };

/** A batch under way. */
export interface BatchJob {
  /** With it, and the same calls, another process can go on: `batch(calls, { resume: id })`. */
  readonly id: Promise<string>;
  readonly progress: AsyncIterable<Progress>;
  /** One answer for each call, in the order in which the server finished them. They come when the whole batch is done. */
  readonly answers: AsyncIterable<BatchAnswer>;
  cancel(): Promise<void>;
}

/** What goes with a batch besides its calls. */
export interface BatchContext extends CallContext {
  /** The id of a batch that was submitted before with the same calls: nothing is sent again. */
  readonly resume?: string;
}

/** Answers many calls in one order. */
export interface BatchModel extends Model {
  batch(calls: readonly LanguageCall[], ctx: BatchContext): BatchJob;
}

/** How a call becomes a request of a batch, and how its answer is read. */
export interface BatchWire {
  /** The path of the request as the batch names it. */
  readonly url: '/v1/chat/completions' | '/v1/responses';
  body(call: LanguageCall): object;
  read(body: unknown, call: LanguageCall): LanguageResult;
}

/** Most requests in one batch. Source: https://platform.openai.com/docs/guides/batch */
const mostCalls = 50_000;

/**
 * Submits a batch, or follows one that was submitted before.
 *
 * @throws ModeshiftError `invalid-input` for no call or too many, and whatever the wire cannot say, before any I/O.
 */
export function startBatch(
  service: ServiceClient,
  wire: BatchWire,
  calls: readonly LanguageCall[],
  context: BatchContext,
  pollMs: number,
): BatchJob {
  if (calls.length === 0 || calls.length > mostCalls) {
    throw invalidInput(`A batch has 1 to ${mostCalls} calls. This one has ${calls.length}.`);
  }
  const lines = calls.map((call, i) => ({ custom_id: `${i}`, method: 'POST', url: wire.url, body: wire.body(call) }));
  const { resume } = context;
  const submit = async (): Promise<string> => {
    const input_file_id = await service.upload(lines, 'batch', context);
    const batch = await service.request('/batches', context, (client, options) =>
      client.batches.create({ input_file_id, endpoint: wire.url, completion_window: '24h' }, options),
    );
    return batch.id;
  };
  const job = runRemoteJob<Batch>({
    start: resume === undefined ? submit : () => Promise.resolve(resume),
    pollMs,
    signal: context.signal,
    stop: id => service.request(`/batches/${id}/cancel`, {}, client => client.batches.cancel(id)),
    look: async id => {
      const batch = await service.request(`/batches/${id}`, context, (client, options) =>
        client.batches.retrieve(id, options),
      );
      const isDone = ['completed', 'failed', 'expired', 'cancelled'].includes(batch.status);
      const progress = progressOf(batch, calls.length);
      return isDone ? { progress, done: { value: batch } } : { progress };
    },
  });
  return {
    id: job.id,
    progress: job.progress,
    answers: { [Symbol.asyncIterator]: () => answersOf(job.result, service, wire, calls, context) },
    cancel: job.cancel,
  };
}

function progressOf({ status, request_counts: counts }: Batch, total: number): Progress {
  return {
    phase: status.replace('_', ' '),
    done: (counts?.completed ?? 0) + (counts?.failed ?? 0),
    total: counts?.total || total,
    unit: 'calls',
  };
}

async function* answersOf(
  finished: Promise<Batch>,
  service: ServiceClient,
  wire: BatchWire,
  calls: readonly LanguageCall[],
  context: CallContext,
): AsyncGenerator<BatchAnswer, void> {
  const batch = await finished;
  const files = [batch.output_file_id, batch.error_file_id].filter(id => typeof id === 'string');
  const words = redact(batch.errors?.data?.[0]?.message ?? '', secretsOf(service.endpoint));
  if (files.length === 0 && batch.status === 'failed') {
    throw new ModeshiftError(
      { tag: 'refused' },
      `${service.endpoint.host} refused the batch.${words ? ` It said: ${words}` : ''}`,
    );
  }
  const missing = new Set(calls.keys());
  for (const file of files) {
    const path = `/files/${file}/content`;
    const content = await service.request(path, context, (client, options) => client.files.content(file, options));
    for await (const line of readLines(content)) {
      const answer = JSON.parse(line) as WireBatchAnswer;
      const index = Number(answer.custom_id);
      const call = calls[index];
      if (!call || !missing.delete(index)) continue;
      yield readAnswer(index, answer, () => wire.read(answer.response?.body, call), service, wire.url);
    }
  }
  for (const index of missing) yield { index, error: unanswered(batch.status, service.endpoint.host) };
}

interface WireBatchAnswer {
  readonly custom_id?: string;
  readonly response?: { readonly status_code?: number; readonly body?: unknown } | null;
  readonly error?: { readonly code?: string; readonly message?: string } | null;
}

function readAnswer(
  index: number,
  { response, error }: WireBatchAnswer,
  read: () => LanguageResult,
  { endpoint, modelId }: ServiceClient,
  path: string,
): BatchAnswer {
  try {
    const status = response?.status_code ?? 200;
    if (error || status >= 400) {
      const told = error ?? (response?.body as { error?: object } | null | undefined)?.error ?? {};
      throw new APIError(status >= 400 ? status : undefined, told, undefined, new Headers());
    }
    return { index, result: read() };
  } catch (reason) {
    return { index, error: mapError(reason, { endpoint, modelId, path }) };
  }
}

function unanswered(status: Batch['status'], host: string): ModeshiftError {
  return status === 'cancelled'
    ? new ModeshiftError({ tag: 'aborted' }, 'The batch was cancelled before this call was answered.')
    : new ModeshiftError(
        { tag: 'interrupted' },
        `${host} ended the batch (${status}) without answering this call. Submit it again.`,
      );
}
