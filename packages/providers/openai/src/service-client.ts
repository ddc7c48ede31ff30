// Requests of a model that are no calls: files, tuning jobs, batches. Loads the client once and maps what goes wrong.
import { type CallContext, throwIfAborted } from '@modeshift/core';
import type { OpenAI } from 'openai';
import { createClient } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { mapError } from './map-error.ts';
import { requestOptions } from './request-options.ts';

/** The client of one endpoint. */
export class ServiceClient {
  readonly modelId: string;
  readonly #endpoint: Endpoint;
  #client: Promise<OpenAI> | undefined;

  constructor(endpoint: Endpoint, modelId: string) {
    this.#endpoint = endpoint;
    this.modelId = modelId;
  }

  /** Holds the key: behind an accessor, so that nothing prints it. */
  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  /** @throws ModeshiftError, whatever went wrong. */
  async request<T>(
    path: string,
    context: CallContext,
    send: (client: OpenAI, options: OpenAI.RequestOptions) => PromiseLike<T>,
  ): Promise<T> {
    throwIfAborted(context.signal);
    try {
      this.#client ??= createClient(this.#endpoint);
      return await send(await this.#client, requestOptions(context));
    } catch (error) {
      throw mapError(error, { endpoint: this.#endpoint, modelId: this.modelId, path, ...context });
    }
  }

  /** Uploads lines of JSON and gives the file's id. */
  async upload(lines: readonly object[], purpose: 'fine-tune' | 'batch', context: CallContext): Promise<string> {
    const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
    const file = new File([text], `${purpose}.jsonl`, { type: 'application/jsonl' });
    const { id } = await this.request('/files', context, (client, options) =>
      client.files.create({ file, purpose }, options),
    );
    return id;
  }
}
