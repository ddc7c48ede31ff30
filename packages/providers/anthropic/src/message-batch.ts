// Batches at the vendor: submit, look, cancel, read.
import {
  type BatchAnswer,
  type BatchContext,
  type BatchJob,
  invalidInput,
  type LanguageCall,
  ModeshiftError,
  type Progress,
  throwIfAborted,
} from '@modeshift/core';
import { runRemoteJob, StreamWatch } from '@modeshift/core/provider';
import type { Connection, Outgoing } from './connection.ts';
import { ErrorEvent } from './map-error.ts';
import type { Rate } from './prices.ts';
import { readAnswer } from './read-answer.ts';
import { type Dialect, toRequest } from './to-request.ts';
import type { WireError, WireMessage } from './wire.ts';

const path = '/v1/messages/batches';
/** Source: https://platform.claude.com/docs/en/build-with-claude/batch-processing */
const mostCalls = 100_000;

/** What a batch depends on besides its calls. */
export interface BatchSettings {
  readonly modelId: string;
  readonly connection: Connection;
  readonly dialect: Dialect;
  readonly rate: Rate | undefined;
}

interface WireBatch {
  readonly id?: string;
  readonly processing_status?: string;
  readonly request_counts?: Readonly<Record<string, number | undefined>>;
}

/** One line of a batch's results. */
interface WireEntry {
  readonly custom_id?: string;
  readonly result?: {
    readonly type?: string;
    readonly message?: WireMessage;
    readonly error?: { readonly error?: WireError; readonly request_id?: string };
  };
}

/**
 * Submits a batch, or follows one that was submitted before.
 *
 * @throws ModeshiftError `invalid-input` for no call or too many, and whatever the wire cannot say, before any I/O.
 */
export function startBatch(calls: readonly LanguageCall[], context: BatchContext, settings: BatchSettings): BatchJob {
  if (calls.length === 0 || calls.length > mostCalls) {
    throw invalidInput(`A batch has 1 to ${mostCalls} calls. This one has ${calls.length}.`);
  }
  const { connection, modelId, dialect } = settings;
  const { resume } = context;
  if (resume !== undefined && !/^[\w-]+$/.test(resume)) {
    throw invalidInput(`"${resume}" is no id of a batch. They look like msgbatch_01….`);
  }
  const made = calls.map(call => toRequest(modelId, call, dialect));
  const ask = async (outgoing: Outgoing, more: BatchContext): Promise<WireBatch & { readonly id: string }> =>
    checked(await connection.json(outgoing, more), connection.host);
  const submit = async (): Promise<string> => {
    throwIfAborted(context.signal);
    const requests = made.map(({ body }, i) => ({ custom_id: `${i}`, params: body }));
    const betas = [...new Set(made.flatMap(one => one.betas))];
    // Without the signal: a request broken off here could leave a batch that nobody knows of, and that costs money.
    const { signal: _, ...unbroken } = context;
    return (await ask({ method: 'POST', path, body: { requests }, betas }, unbroken)).id;
  };
  const job = runRemoteJob<string>({
    start: resume === undefined ? submit : () => Promise.resolve(resume),
    pollMs: connection.pollMs,
    signal: context.signal,
    stop: id => ask({ method: 'POST', path: `${path}/${id}/cancel`, body: {} }, {}),
    look: async id => {
      const batch = await ask({ method: 'GET', path: `${path}/${id}` }, context);
      const progress = [progressOf(batch, calls.length)];
      return batch.processing_status === 'ended' ? { progress, done: { value: id } } : { progress };
    },
  });
  const read = async function* (): AsyncGenerator<BatchAnswer, void> {
    const id = await job.result;
    const missing = new Set(calls.keys());
    for await (const entry of entriesOf(id, connection, context)) {
      const index = Number(entry.custom_id);
      const call = calls[index];
      if (call && missing.delete(index)) yield answerOf(index, entry, call, made[index]!.answerTool, settings);
    }
    for (const index of missing) yield { index, error: unanswered() };
  };
  return { id: job.id, progress: job.progress, answers: { [Symbol.asyncIterator]: read }, cancel: job.cancel };
}

function checked(body: unknown, host: string): WireBatch & { readonly id: string } {
  const batch = (typeof body === 'object' && body !== null ? body : {}) as WireBatch;
  if (typeof batch.id === 'string') return { ...batch, id: batch.id };
  throw new ModeshiftError(
    { tag: 'invalid-response' },
    `${host} did not answer with a batch. Check that it has the Message Batches API of Anthropic.`,
  );
}

function progressOf(
  { processing_status: state = 'in_progress', request_counts: counts = {} }: WireBatch,
  total: number,
): Progress {
  const { succeeded = 0, errored = 0, canceled = 0, expired = 0 } = counts;
  return { phase: state.replace('_', ' '), done: succeeded + errored + canceled + expired, total, unit: 'calls' };
}

/** The lines of the results, read as they come. */
async function* entriesOf(id: string, connection: Connection, context: BatchContext): AsyncGenerator<WireEntry, void> {
  throwIfAborted(context.signal);
  const outgoing = { method: 'GET', path: `${path}/${id}/results` } as const;
  const watch = new StreamWatch(connection.timeoutMs, context.signal);
  try {
    const response = await connection.send(outgoing, { ...context, signal: watch.signal });
    for await (const line of watch.lines(response.body)) yield JSON.parse(line) as WireEntry;
  } catch (error) {
    throw connection.error(error, outgoing, context, { timedOut: watch.timedOut });
  } finally {
    watch.close();
  }
}

function answerOf(
  index: number,
  { result = {} }: WireEntry,
  { output }: LanguageCall,
  answerTool: string | undefined,
  { connection, rate }: BatchSettings,
): BatchAnswer {
  const outgoing = { method: 'POST', path: '/v1/messages' } as const;
  try {
    if (result.type === 'succeeded') {
      return { index, result: readAnswer(result.message, output, rate, connection.host, answerTool, true) };
    }
    if (result.type === 'errored') throw new ErrorEvent(result.error?.error ?? {}, result.error?.request_id);
  } catch (error) {
    return { index, error: connection.error(error, outgoing, {}) };
  }
  if (result.type !== 'canceled') return { index, error: unanswered() };
  return { index, error: new ModeshiftError({ tag: 'aborted' }, 'The batch was cancelled before this call.') };
}

function unanswered(): ModeshiftError {
  return new ModeshiftError(
    { tag: 'interrupted' },
    'The batch ran out of time before this call. Put it into another batch.',
  );
}
