// The official client, with types of our own and every connection in our hands.
import type { CallContext } from '@modeshift/core';

/** A parameter of an endpoint, from the app's `/info`. */
export interface AppParameter {
  readonly parameter_name: string;
  readonly parameter_has_default?: boolean;
  readonly component: string;
  readonly type: unknown;
  readonly python_type?: { readonly type: string };
}

/** What an app tells while it works. */
export type AppEvent =
  | { readonly type: 'data'; readonly data: readonly unknown[] }
  | { readonly type: 'log'; readonly log: string; readonly level: string }
  | {
      readonly type: 'status';
      readonly stage: 'pending' | 'generating' | 'complete' | 'error' | 'streaming';
      readonly position?: number | null;
      readonly size?: number | null;
      readonly eta?: number | null;
      readonly message?: unknown;
      readonly broken?: boolean;
      readonly code?: string;
      readonly original_msg?: string;
      readonly progress_data?: readonly {
        readonly progress: number | null;
        readonly index: number | null;
        readonly length: number | null;
        readonly desc: string | null;
      }[];
    };

/** A job that the client started. */
export interface AppJob {
  next(): Promise<IteratorResult<AppEvent>>;
  return(): Promise<unknown>;
  cancel(): Promise<void>;
}

/** How to reach an app. */
export interface AppPlace {
  /** A URL, or a Space as `owner/name`. */
  readonly app: string;
  readonly token: string | undefined;
  readonly auth: readonly [user: string, password: string] | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** One connection to an app, for one job. */
export interface AppConnection {
  /** The endpoints with their parameters, by name, e.g. `/chat`. */
  readonly endpoints: Readonly<Record<string, { readonly parameters: readonly AppParameter[] }>>;
  submit(endpoint: string, inputs: Readonly<Record<string, unknown>>): AppJob;
  /** Ends every stream and request of this connection. */
  close(): void;
}

interface EventStream {
  onmessage: ((event: { readonly data: string }) => void) | null;
  onerror: ((error: unknown) => void) | null;
}

interface Client {
  api_info?: { readonly named_endpoints: AppConnection['endpoints'] };
  abort_controller: AbortController | null;
  cookies: string | null;
  fetch(input: string | URL, init?: RequestInit): Promise<Response>;
  stream(url: URL): EventStream;
  init(): Promise<void>;
  session_hash: string;
  submit(endpoint: string, data: Readonly<Record<string, unknown>>): AppJob;
}

type ClientClass = new (app: string, options: object) => Client;

/**
 * Connects to an app under a session: what the app remembers of a conversation belongs to it.
 *
 * The client's own `close` forgets the heartbeat of an app with state, which would keep a process alive; and its requests
 * cannot be cancelled. Both are put right here.
 */
export async function connectApp(place: AppPlace, session: string, context: CallContext): Promise<AppConnection> {
  const { Client: Base } = (await import('@gradio/client')) as unknown as { Client: ClientClass };
  const closing = new AbortController();
  const { signal } = closing;
  class OwnClient extends Base {
    override async fetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
      // A job is cancelled after the call has been: these two requests have a time of their own.
      const isCancel = /\/(cancel|reset)$/.test(String(input).replace(/\?.*/, ''));
      const response = await super.fetch(input, { ...init, signal: isCancel ? AbortSignal.timeout(5000) : signal });
      try {
        context.onResponse?.({ status: response.status, headers: Object.fromEntries(response.headers) });
      } catch {
        // What an observer throws does not concern the call.
      }
      return response;
    }

    /** The client's own stream prints an error whenever it is ended. */
    override stream(url: URL): EventStream {
      const controller = new AbortController();
      this.abort_controller = controller;
      const stream: EventStream = { onmessage: null, onerror: null };
      const headers = new Headers({ ...place.headers, ...context.headers });
      if (this.cookies) headers.append('Cookie', this.cookies);
      if (place.token !== undefined) headers.append('Authorization', `Bearer ${place.token}`);
      const either = AbortSignal.any([signal, controller.signal]);
      readEvents(url, headers, either, data => stream.onmessage?.({ data })).catch((error: unknown) => {
        if (!either.aborted) stream.onerror?.(error);
      });
      return stream;
    }
  }
  const { app, token, auth, headers } = place;
  const client = new OwnClient(app, {
    events: ['data', 'status', 'log'],
    record_history: false,
    ...(token !== undefined && { token }),
    ...(auth && { auth }),
    headers: { ...headers, ...context.headers },
  });
  client.session_hash = session;
  const onAbort = (): void => closing.abort(context.signal?.reason);
  context.signal?.addEventListener('abort', onAbort, { once: true });
  const close = (): void => {
    context.signal?.removeEventListener('abort', onAbort);
    closing.abort();
  };
  try {
    await client.init();
  } catch (error) {
    close();
    throw error;
  }
  return {
    endpoints: client.api_info?.named_endpoints ?? {},
    submit: (endpoint, inputs) => client.submit(endpoint, inputs),
    close,
  };
}

/** Reads the `data:` lines of a stream of events. */
async function readEvents(
  url: URL,
  headers: Headers,
  signal: AbortSignal,
  onData: (data: string) => void,
): Promise<void> {
  const response = await fetch(url, { headers, signal });
  if (!response.ok || !response.body) throw new TypeError(`The stream of events answered HTTP ${response.status}.`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith('data:')) onData(line.slice(5).trim());
  }
  throw new TypeError('The stream of events ended.');
}
