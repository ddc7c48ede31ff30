// Many calls in one order, answered within a day for less.
import {
  type BatchAnswer,
  type BatchContext,
  type BatchJob,
  invalidInput,
  type LanguageCall,
  type LanguageResult,
  ModeshiftError,
  type Price,
  type Progress,
  throwIfAborted,
} from '@modeshift/core';
import { runRemoteJob, StreamWatch, scaledPrice, secretsOf, serverWords } from '@modeshift/core/provider';
import type { Batch } from 'openai/resources/batches';
import type { ServiceClient } from './service-client.ts';
import { uploadLines } from './upload-lines.ts';
import { type WireError, WireRefusal } from './wire-refusal.ts';

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
 * What a call of a batch costs beside one that is answered at once, at OpenAI, Groq and DashScope alike.
 *
 * Source: https://platform.openai.com/docs/guides/batch, https://console.groq.com/docs/batch,
 * https://help.aliyun.com/zh/model-studio/batch-interfaces-compatible-with-openai
 */
const batchShare = 0.5;

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
  fullPrice: Price | undefined,
): BatchJob {
  if (calls.length === 0 || calls.length > mostCalls) {
    throw invalidInput(`A batch has 1 to ${mostCalls} calls. This one has ${calls.length}.`);
  }
  const lines = calls.map((call, i) => ({ custom_id: `${i}`, method: 'POST', url: wire.url, body: wire.body(call) }));
  const { resume } = context;
  const submit = async (): Promise<string> => {
    const input_file_id = await uploadLines(service, lines, 'batch', context);
    throwIfAborted(context.signal);
    // Without the signal: a request broken off here could leave a batch that nobody knows of, and that costs money.
    const { signal: _, ...unbroken } = context;
    const batch = await service.request('/batches', unbroken, (client, options) =>
      client.batches.create({ input_file_id, endpoint: wire.url, completion_window: '24h' }, options),
    );
    return batch.id;
  };
  const job = runRemoteJob<Batch>({
    start: resume === undefined ? submit : () => Promise.resolve(resume),
    pollMs: service.endpoint.pollMs,
    signal: context.signal,
    stop: id => service.request(`/batches/${id}/cancel`, {}, client => client.batches.cancel(id)),
    look: async id => {
      const path = `/batches/${id}`;
      const batch = await service.request(
        path,
        context,
        (client, options) => client.batches.retrieve(id, options),
        'GET',
      );
      const isDone = ['completed', 'failed', 'expired', 'cancelled'].includes(batch.status);
      const progress = [progressOf(batch, calls.length)];
      return isDone ? { progress, done: { value: batch } } : { progress };
    },
  });
  const price = fullPrice && scaledPrice(fullPrice, batchShare);
  const read = async function* (): AsyncGenerator<BatchAnswer, void> {
    const batch = await job.result;
    const files = [batch.output_file_id, batch.error_file_id].filter(id => typeof id === 'string');
    if (files.length === 0 && batch.status === 'failed') throw refused(batch, service);
    const missing = new Set(calls.keys());
    for (const file of files) {
      for await (const line of linesOf(file, service, context)) {
        const index = Number(line.custom_id);
        const call = calls[index];
        if (!call || !missing.delete(index)) continue;
        yield answerOf(index, line, batch, service, wire, body => {
          const result = wire.read(body, call);
          return price ? { ...result, price } : result;
        });
      }
    }
    for (const index of missing) yield { index, error: unanswered(batch.status, service.host) };
  };
  return { id: job.id, progress: job.progress, answers: { [Symbol.asyncIterator]: read }, cancel: job.cancel };
}

function progressOf({ status, request_counts: counts }: Batch, total: number): Progress {
  return {
    phase: status.replace('_', ' '),
    done: (counts?.completed ?? 0) + (counts?.failed ?? 0),
    total: counts?.total || total,
    unit: 'calls',
  };
}

interface WireBatchAnswer {
  readonly custom_id?: string;
  readonly response?: { readonly status_code?: number; readonly body?: unknown } | null;
  readonly error?: WireError | null;
}

/** The lines of a file of answers, read as they come. */
async function* linesOf(
  file: string,
  service: ServiceClient,
  context: BatchContext,
): AsyncGenerator<WireBatchAnswer, void> {
  const path = `/files/${file}/content`;
  const watch = new StreamWatch(service.endpoint.timeoutMs, context.signal);
  try {
    const content = await service.request(
      path,
      { ...context, signal: watch.signal },
      (client, options) => client.files.content(file, options),
      'GET',
    );
    for await (const line of watch.lines(content.body)) yield JSON.parse(line) as WireBatchAnswer;
  } catch (error) {
    throw service.error(error, path, context, { timedOut: watch.timedOut, method: 'GET' });
  } finally {
    watch.close();
  }
}

function answerOf(
  index: number,
  { response, error }: WireBatchAnswer,
  { status: state }: Batch,
  service: ServiceClient,
  { url }: BatchWire,
  read: (body: unknown) => LanguageResult,
): BatchAnswer {
  try {
    const status = response?.status_code ?? 200;
    // A call that was never tried has the batch's own code, and no response.
    if (!response && /^batch_/.test(String(error?.code))) return { index, error: unanswered(state, service.host) };
    if (error) throw new WireRefusal(error);
    if (status >= 400) {
      const told = (response?.body as { error?: WireError } | null | undefined)?.error ?? {};
      throw new WireRefusal(told, { status });
    }
    return { index, result: read(response?.body) };
  } catch (reason) {
    return { index, error: service.error(reason, url.slice('/v1'.length), {}) };
  }
}

function refused({ errors }: Batch, { endpoint, host }: ServiceClient): ModeshiftError {
  const secrets = secretsOf({ keys: [endpoint.apiKey], headers: endpoint.headers });
  const words = serverWords(errors?.data?.[0]?.message ?? '', secrets);
  return new ModeshiftError({ tag: 'refused' }, `${host} refused the batch.${words ? ` It said: ${words}` : ''}`);
}

function unanswered(status: Batch['status'], host: string): ModeshiftError {
  return status === 'cancelled'
    ? new ModeshiftError({ tag: 'aborted' }, 'The batch was cancelled before this call was answered.')
    : new ModeshiftError(
        { tag: 'interrupted' },
        `${host} ended the batch (${status}) without answering this call. Submit it again.`,
      );
}
