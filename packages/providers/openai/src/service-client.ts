// Requests of one model to its endpoint: loads the client once, and maps what goes wrong.
import { type CallContext, type ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { OpenAI } from 'openai';
import { createClient } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { type FailedCall, mapError } from './map-error.ts';
import { requestOptions } from './request-options.ts';

/** The client of one endpoint. The key lives in private fields: printing or serialising it never shows it. */
export class ServiceClient {
  readonly modelId: string;
  readonly #endpoint: Endpoint;
  #client: Promise<OpenAI> | undefined;

  constructor(endpoint: Endpoint, modelId: string) {
    this.#endpoint = endpoint;
    this.modelId = modelId;
  }

  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  get host(): string {
    return this.#endpoint.host;
  }

  /**
   * Sends a request and reads its answer.
   *
   * @throws ModeshiftError, whatever went wrong in `send`.
   */
  async request<T>(
    path: string,
    context: CallContext,
    send: (client: OpenAI, options: OpenAI.RequestOptions) => PromiseLike<T>,
    method: FailedCall['method'] = 'POST',
  ): Promise<T> {
    throwIfAborted(context.signal);
    try {
      return await send(await this.connect(), requestOptions(context));
    } catch (error) {
      throw this.error(error, path, context, { method });
    }
  }

  /** The client, made on the first call. */
  connect(): Promise<OpenAI> {
    this.#client ??= createClient(this.#endpoint);
    return this.#client;
  }

  /** The typed error of a request that failed. */
  error(
    error: unknown,
    path: string,
    { signal, headers }: CallContext,
    more: Pick<FailedCall, 'began' | 'timedOut' | 'method'> = {},
  ): ModeshiftError {
    return mapError(error, { endpoint: this.#endpoint, modelId: this.modelId, path, signal, headers, ...more });
  }
}
