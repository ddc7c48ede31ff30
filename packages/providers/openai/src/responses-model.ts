// A language model over the Responses API, without state at the provider.
import {
  type CallContext,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  type LanguageResult,
  type ModeshiftError,
  type Price,
  type TokenCountingModel,
  throwIfAborted,
} from '@modeshift/core';
import type { OpenAI } from 'openai';
import type { BatchWire } from './batch-job.ts';
import { unwrapChoiceParts } from './choice-output.ts';
import { createClient } from './client.ts';
import { countPromptTokens } from './count-prompt-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import { fromResponse } from './from-response.ts';
import { ResponseEventDecoder } from './from-response-event.ts';
import { mapError } from './map-error.ts';
import { requestOptions } from './request-options.ts';
import { ServiceClient } from './service-client.ts';
import { streamEvents } from './stream-events.ts';
import { type ResponsesDialect, toResponsesRequest } from './to-responses-request.ts';
import { withWholeChoice } from './whole-choice.ts';

const path = '/responses';

/** A language model over the Responses API. The key lives in private fields, as in `ChatModel`. */
export class ResponsesModel implements LanguageModel, TokenCountingModel {
  readonly provider: string;
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #endpoint: Endpoint;
  readonly #dialect: ResponsesDialect;
  #client: Promise<OpenAI> | undefined;

  constructor(modelId: string, endpoint: Endpoint, dialect: ResponsesDialect, price: Price | undefined) {
    this.provider = endpoint.provider;
    this.modelId = modelId;
    this.price = price;
    this.#endpoint = endpoint;
    this.#dialect = dialect;
  }

  /** How a call becomes a request of a batch. */
  get batchWire(): BatchWire {
    return {
      url: '/v1/responses',
      body: call => toResponsesRequest(this.modelId, call, this.#dialect),
      read: (body, call) => unwrapChoiceParts(fromResponse(body, this.#endpoint), call.output),
    };
  }

  async generate(call: LanguageCall, context: CallContext): Promise<LanguageResult> {
    const body = toResponsesRequest(this.modelId, call, this.#dialect);
    const answer = await this.#ask(path, context, client =>
      client.responses.create({ ...body, stream: false }, requestOptions(context)),
    );
    try {
      return unwrapChoiceParts(fromResponse(answer, this.#endpoint), call.output);
    } catch (error) {
      throw this.#mapped(error, path, context);
    }
  }

  stream(call: LanguageCall, context: CallContext): AsyncIterable<LanguageEvent> {
    const events = this.#stream(call, context);
    return call.output?.type === 'choice' ? withWholeChoice(events, call.output.choices) : events;
  }

  /** Counts the prompt at the server's own counter, images and tools included; a text counts as a user message. */
  countTokens(call: string | LanguageCall, context: CallContext): Promise<number> {
    return countPromptTokens(new ServiceClient(this.#endpoint, this.modelId), call, this.#dialect, context);
  }

  async *#stream(call: LanguageCall, context: CallContext): AsyncGenerator<LanguageEvent, void> {
    const body = { ...toResponsesRequest(this.modelId, call, this.#dialect), stream: true as const };
    yield* streamEvents(
      {
        endpoint: this.#endpoint,
        modelId: this.modelId,
        path,
        decoder: new ResponseEventDecoder(this.provider),
        open: async signal => {
          const client = await this.#connect();
          return client.responses.create(body, { ...requestOptions(context), signal }).asResponse();
        },
      },
      context,
    );
  }

  async #ask<T>(where: string, context: CallContext, send: (client: OpenAI) => Promise<T>): Promise<T> {
    throwIfAborted(context.signal);
    try {
      return await send(await this.#connect());
    } catch (error) {
      throw this.#mapped(error, where, context);
    }
  }

  #mapped(error: unknown, where: string, context: CallContext): ModeshiftError {
    return mapError(error, { endpoint: this.#endpoint, modelId: this.modelId, path: where, ...context });
  }

  #connect(): Promise<OpenAI> {
    this.#client ??= createClient(this.#endpoint);
    return this.#client;
  }
}
