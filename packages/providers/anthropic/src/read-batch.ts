// What the wire says of a batch.
import { ModeshiftError } from '@modeshift/core';
import type { BatchStatus } from './message-batch.ts';
import type { WireError, WireMessage } from './wire.ts';

/** One line of a batch's results. */
export interface WireEntry {
  readonly custom_id?: string;
  readonly result?: {
    readonly type?: string;
    readonly message?: WireMessage;
    readonly error?: { readonly error?: WireError; readonly request_id?: string };
  };
}

interface WireBatch {
  readonly id?: string;
  readonly processing_status?: string;
  readonly created_at?: string | null;
  readonly expires_at?: string | null;
  readonly request_counts?: Readonly<Record<string, number | undefined>>;
}

/**
 * Maps the state of a batch.
 *
 * @throws ModeshiftError `invalid-response` when it is none.
 */
export function readBatchStatus(body: unknown, host: string): BatchStatus {
  const batch = (typeof body === 'object' && body !== null ? body : {}) as WireBatch;
  if (typeof batch.id !== 'string') {
    throw new ModeshiftError(
      { tag: 'invalid-response' },
      `${host} did not answer with a batch. Check that it has the Message Batches API of Anthropic.`,
    );
  }
  const { processing_status: state, request_counts: counts = {} } = batch;
  return {
    id: batch.id,
    state: state === 'ended' ? 'ended' : state === 'canceling' ? 'canceling' : 'in-progress',
    counts: {
      processing: counts.processing ?? 0,
      succeeded: counts.succeeded ?? 0,
      errored: counts.errored ?? 0,
      canceled: counts.canceled ?? 0,
      expired: counts.expired ?? 0,
    },
    createdAt: dateOf(batch.created_at),
    expiresAt: dateOf(batch.expires_at),
  };
}

function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
