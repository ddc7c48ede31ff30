// A language model over the Responses API, without state at the provider.
import type {
  CallContext,
  LanguageCall,
  LanguageEvent,
  LanguageModel,
  LanguageResult,
  Price,
  TokenCountingModel,
} from '@modeshift/core';
import { readChoice, withWholeChoice } from '@modeshift/core/provider';
import type { BatchWire } from './batch-job.ts';
import { countPromptTokens } from './count-prompt-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import { fromResponse } from './from-response.ts';
import { ResponseEventDecoder } from './from-response-event.ts';
import { throwIfErrorBody } from './other-answer.ts';
import { ServiceClient } from './service-client.ts';
import { streamEvents } from './stream-events.ts';
import { type ResponsesDialect, toResponsesRequest } from './to-responses-request.ts';

const path = '/responses';

/** A language model over the Responses API. */
export class ResponsesModel implements LanguageModel, TokenCountingModel {
  readonly provider: string;
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #service: ServiceClient;
  readonly #dialect: ResponsesDialect;

  constructor(modelId: string, endpoint: Endpoint, dialect: ResponsesDialect, price: Price | undefined) {
    this.provider = endpoint.provider;
    this.modelId = modelId;
    this.price = price;
    this.#service = new ServiceClient(endpoint, modelId);
    this.#dialect = dialect;
  }

  /** How a call becomes a request of a batch. */
  get batchWire(): BatchWire {
    return {
      url: '/v1/responses',
      body: call => toResponsesRequest(this.modelId, call, this.#dialect),
      read: (body, call) => this.#read(body, call),
    };
  }

  async generate(call: LanguageCall, context: CallContext): Promise<LanguageResult> {
    const body = toResponsesRequest(this.modelId, call, this.#dialect);
    return await this.#service.request(path, context, async (client, options) =>
      // Not through client.responses: it reads the output before we see the answer, and fails where there is none.
      this.#read(await client.post(path, { ...options, body: { ...body, stream: false } }), call),
    );
  }

  stream(call: LanguageCall, context: CallContext): AsyncIterable<LanguageEvent> {
    const events = this.#stream(call, context);
    return call.output?.type === 'choice' ? withWholeChoice(events, call.output.choices) : events;
  }

  /** Counts the prompt at the server's own counter, images and tools included; a text counts as a user message. */
  countTokens(call: string | LanguageCall, context: CallContext): Promise<number> {
    return countPromptTokens(this.#service, call, this.#dialect, context);
  }

  async *#stream(call: LanguageCall, context: CallContext): AsyncGenerator<LanguageEvent, void> {
    const body = { ...toResponsesRequest(this.modelId, call, this.#dialect), stream: true as const };
    const decoder = new ResponseEventDecoder(this.provider);
    yield* streamEvents(this.#service, path, decoder, context, (client, options) =>
      client.responses.create(body, options).asResponse(),
    );
  }

  #read(response: unknown, { output }: LanguageCall): LanguageResult {
    throwIfErrorBody(response);
    return readChoice(fromResponse(response, this.#service.endpoint), output);
  }
}
