// A language model over chat completions: the wire that every compatible server speaks.
import {
  type CallContext,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  type LanguageResult,
  type Price,
  throwIfAborted,
} from '@modeshift/core';
import type { OpenAI } from 'openai';
import { APIError } from 'openai/core/error';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import type { BatchWire } from './batch-job.ts';
import type { ChatDialect } from './chat-dialect.ts';
import { unwrapChoiceParts } from './choice-output.ts';
import { createClient } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { ChatChunkDecoder } from './from-chat-chunk.ts';
import { fromChatCompletion } from './from-chat-completion.ts';
import { mapError } from './map-error.ts';
import { requestOptions } from './request-options.ts';
import { streamEvents } from './stream-events.ts';
import { toChatRequest } from './to-chat-request.ts';
import { withWholeChoice } from './whole-choice.ts';

const path = '/chat/completions';

/** A language model over chat completions. The key lives in private fields: printing or serialising a model never shows it. */
export class ChatModel implements LanguageModel {
  readonly provider: string;
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #endpoint: Endpoint;
  readonly #dialect: ChatDialect;
  #client: Promise<OpenAI> | undefined;

  constructor(modelId: string, endpoint: Endpoint, dialect: ChatDialect, price: Price | undefined) {
    this.provider = endpoint.provider;
    this.modelId = modelId;
    this.price = price;
    this.#endpoint = endpoint;
    this.#dialect = dialect;
  }

  /** How a call becomes a request of a batch. */
  get batchWire(): BatchWire {
    return {
      url: '/v1/chat/completions',
      body: call => toChatRequest(this.modelId, call, this.#dialect),
      read: (body, call) => unwrapChoiceParts(fromChatCompletion(body, this.#endpoint.host), call.output),
    };
  }

  async generate(call: LanguageCall, context: CallContext): Promise<LanguageResult> {
    const body = toChatRequest(this.modelId, call, this.#dialect) as ChatCompletionCreateParamsNonStreaming;
    throwIfAborted(context.signal);
    try {
      const client = await this.#connect();
      const completion: unknown = await client.chat.completions.create(
        { ...body, stream: false },
        requestOptions(context),
      );
      throwIfErrorBody(completion);
      return unwrapChoiceParts(fromChatCompletion(completion, this.#endpoint.host), call.output);
    } catch (error) {
      throw mapError(error, { endpoint: this.#endpoint, modelId: this.modelId, path, ...context });
    }
  }

  stream(call: LanguageCall, context: CallContext): AsyncIterable<LanguageEvent> {
    const events = this.#stream(call, context);
    return call.output?.type === 'choice' ? withWholeChoice(events, call.output.choices) : events;
  }

  async *#stream(call: LanguageCall, context: CallContext): AsyncGenerator<LanguageEvent, void> {
    const body = {
      ...toChatRequest(this.modelId, call, this.#dialect),
      stream: true as const,
      ...(this.#dialect.includeUsage && { stream_options: { include_usage: true } }),
    };
    yield* streamEvents(
      {
        endpoint: this.#endpoint,
        modelId: this.modelId,
        path,
        decoder: new ChatChunkDecoder(),
        open: async signal => {
          const client = await this.#connect();
          return client.chat.completions.create(body, { ...requestOptions(context), signal }).asResponse();
        },
      },
      context,
    );
  }

  #connect(): Promise<OpenAI> {
    this.#client ??= createClient(this.#endpoint);
    return this.#client;
  }
}

/** OpenRouter and others answer 200 with an error inside. */
function throwIfErrorBody(body: unknown): void {
  const error = (body as { error?: object } | null | undefined)?.error;
  if (typeof error === 'object' && error !== null) throw new APIError(undefined, error, undefined, undefined);
}
