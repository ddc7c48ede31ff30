// Requests to an endpoint through the official client: keys, retries and limits of time, and one kind of error.
import type { Anthropic } from '@anthropic-ai/sdk';
import { type CallContext, type ModeshiftError, throwIfAborted } from '@modeshift/core';
import { createClient } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { ErrorEvent, type FailedCall, mapError } from './map-error.ts';
import { requestOptions } from './request-options.ts';
import type { WireError } from './wire.ts';

/** One request. */
export interface Outgoing {
  readonly method: 'GET' | 'POST';
  /** Path below the base URL, e.g. `/v1/messages`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly betas?: readonly string[];
}

/** An endpoint and its client, which is made on the first request. The key lives in private fields. */
export class Connection {
  readonly #endpoint: Endpoint;
  readonly #modelId: string;
  #client: Promise<Anthropic> | undefined;

  constructor(endpoint: Endpoint, modelId: string) {
    this.#endpoint = endpoint;
    this.#modelId = modelId;
  }

  get host(): string {
    return this.#endpoint.host;
  }

  get timeoutMs(): number {
    return this.#endpoint.timeoutMs;
  }

  get pollMs(): number {
    return this.#endpoint.pollMs;
  }

  /** Sends a request; the answer's body is not read yet. Throws what the client throws. */
  async send({ method, path, body, betas }: Outgoing, context: CallContext): Promise<Response> {
    this.#client ??= createClient(this.#endpoint);
    const client = await this.#client;
    const options = { ...requestOptions(context, betas), ...(body && { body }), stream: body?.stream === true };
    return await (method === 'POST' ? client.post(path, options) : client.get(path, options)).asResponse();
  }

  /**
   * Sends a request and reads the whole answer as JSON; an answer that is no JSON comes as text.
   *
   * @throws ModeshiftError
   */
  async json(outgoing: Outgoing, context: CallContext): Promise<unknown> {
    throwIfAborted(context.signal);
    const cancel = new AbortController();
    const signal = context.signal ? AbortSignal.any([context.signal, cancel.signal]) : cancel.signal;
    let timedOut: 'total' | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const response = await this.send(outgoing, { ...context, signal });
      timer = setTimeout(() => {
        timedOut = 'total';
        cancel.abort();
      }, this.timeoutMs);
      const text = await response.text();
      if (text.trimStart().startsWith('<')) return text;
      const body: unknown = JSON.parse(text);
      throwIfErrorBody(body);
      return body;
    } catch (error) {
      throw this.error(error, outgoing, context, { timedOut });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The typed error of a request that failed. */
  error(
    error: unknown,
    { method, path }: Outgoing,
    { signal, headers }: CallContext,
    state: Pick<FailedCall, 'began' | 'timedOut'> = {},
  ): ModeshiftError {
    return mapError(error, {
      endpoint: this.#endpoint,
      modelId: this.#modelId,
      method,
      path,
      headers,
      signal,
      ...state,
    });
  }
}

/** Some gateways answer 200 with an error inside. */
export function throwIfErrorBody(body: unknown): void {
  const { type, error, request_id } = (body ?? {}) as { type?: unknown; error?: WireError; request_id?: string };
  if (type === 'error' || (typeof error === 'object' && error !== null)) throw new ErrorEvent(error ?? {}, request_id);
}
