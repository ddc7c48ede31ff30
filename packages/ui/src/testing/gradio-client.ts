// The official client, typed: its own types do not load under NodeNext.
import { ModeshiftError } from '@modeshift/core';
import { optional } from './optional.ts';

/** What a job of the client tells. */
export interface ClientMessage {
  readonly type: 'data' | 'status' | 'log';
  /** With `data`: a value for each output. */
  readonly data?: readonly unknown[];
  /** With `status`: `pending`, `generating`, `complete` or `error`. */
  readonly stage?: string;
  readonly message?: string;
  readonly [field: string]: unknown;
}

/** A call under way. */
export interface ClientJob extends AsyncIterable<ClientMessage> {
  cancel(): Promise<void>;
}

/** A client of `@gradio/client`. */
export interface AppClient {
  predict(endpoint: string, data?: unknown): Promise<{ readonly data: readonly unknown[] }>;
  submit(endpoint: string, data?: unknown): ClientJob;
  view_api(): Promise<{ readonly named_endpoints: Readonly<Record<string, unknown>> }>;
  close(): void;
}

/** Connects `@gradio/client`; `options` are its own, e.g. `{ auth: ['name', 'password'] }`. */
export async function connectClient(url: string, options: object): Promise<AppClient> {
  const { Client } = await optional('@gradio/client', () => import('@gradio/client'));
  try {
    return (await Client.connect(url, { events: ['data', 'status', 'log'], ...options })) as unknown as AppClient;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : JSON.stringify(cause);
    throw new ModeshiftError({ tag: 'refused' }, `@gradio/client could not connect: ${message}`, { cause });
  }
}
