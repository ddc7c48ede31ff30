// A language model over chat completions: the wire that every compatible server speaks.
import type { CallContext, LanguageCall, LanguageEvent, LanguageModel, LanguageResult, Price } from '@modeshift/core';
import { readChoice, withWholeChoice } from '@modeshift/core/provider';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import type { BatchWire } from './batch-job.ts';
import type { ChatDialect } from './chat-dialect.ts';
import type { Endpoint } from './endpoint.ts';
import { ChatChunkDecoder } from './from-chat-chunk.ts';
import { fromChatCompletion } from './from-chat-completion.ts';
import { throwIfErrorBody } from './other-answer.ts';
import { ServiceClient } from './service-client.ts';
import { streamEvents } from './stream-events.ts';
import { toChatRequest } from './to-chat-request.ts';

const path = '/chat/completions';

/** A language model over chat completions. */
export class ChatModel implements LanguageModel {
  readonly provider: string;
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #service: ServiceClient;
  readonly #dialect: ChatDialect;

  constructor(modelId: string, endpoint: Endpoint, dialect: ChatDialect, price: Price | undefined) {
    this.provider = endpoint.provider;
    this.modelId = modelId;
    this.price = price;
    this.#service = new ServiceClient(endpoint, modelId);
    this.#dialect = dialect;
  }

  /** How a call becomes a request of a batch. */
  get batchWire(): BatchWire {
    return {
      url: '/v1/chat/completions',
      body: call => toChatRequest(this.modelId, call, this.#dialect),
      read: (body, call) => this.#read(body, call),
    };
  }

  async generate(call: LanguageCall, context: CallContext): Promise<LanguageResult> {
    const body = toChatRequest(this.modelId, call, this.#dialect) as ChatCompletionCreateParamsNonStreaming;
    return await this.#service.request(path, context, async (client, options) =>
      this.#read(await client.chat.completions.create({ ...body, stream: false }, options), call),
    );
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
    const decoder = new ChatChunkDecoder(this.provider);
    yield* streamEvents(this.#service, path, decoder, context, (client, options) =>
      client.chat.completions.create(body, options).asResponse(),
    );
  }

  #read(completion: unknown, { output }: LanguageCall): LanguageResult {
    throwIfErrorBody(completion);
    return readChoice(fromChatCompletion(completion, this.#service.endpoint), output);
  }
}
