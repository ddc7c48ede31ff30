// A language model over chat completions: the wire that every compatible server speaks.
import {
  type CallContext,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  type LanguageResult,
  ModeshiftError,
  type Price,
  throwIfAborted,
} from '@modeshift/core';
import type { OpenAI } from 'openai';
import { APIError } from 'openai/core/error';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { unwrapChoice } from './choice-output.ts';
import { createClient } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { ChatChunkDecoder } from './from-chat-chunk.ts';
import { fromChatCompletion } from './from-chat-completion.ts';
import { IdleClock } from './idle-clock.ts';
import { type FailedCall, mapError } from './map-error.ts';
import { requestOptions } from './request-options.ts';
import { type ChatDialect, toChatRequest } from './to-chat-request.ts';
import { withWholeChoice } from './whole-choice.ts';
import type { WireChunk } from './wire.ts';

const path = '/chat/completions';

/** The class behind `openai`. The key lives in private fields: printing or serialising a model never shows it. */
export class ChatModel implements LanguageModel {
  readonly provider = 'openai';
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #endpoint: Endpoint;
  readonly #dialect: ChatDialect & { readonly includeUsage: boolean };
  #client: Promise<OpenAI> | undefined;

  constructor(
    modelId: string,
    endpoint: Endpoint,
    dialect: ChatDialect & { readonly includeUsage: boolean },
    price: Price | undefined,
  ) {
    this.modelId = modelId;
    this.price = price;
    this.#endpoint = endpoint;
    this.#dialect = dialect;
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
      const result = fromChatCompletion(completion, this.#endpoint.host);
      const { output } = call;
      if (output?.type !== 'choice') return result;
      const content = result.content.map(part =>
        part.type === 'text' ? { ...part, text: unwrapChoice(part.text, output.choices) } : part,
      );
      return { ...result, content };
    } catch (error) {
      throw mapError(error, this.#failed(context));
    }
  }

  stream(call: LanguageCall, context: CallContext): AsyncIterable<LanguageEvent> {
    const events = this.#stream(call, context);
    return call.output?.type === 'choice' ? withWholeChoice(events, call.output.choices) : events;
  }

  async *#stream(call: LanguageCall, context: CallContext): AsyncGenerator<LanguageEvent, void> {
    const body = toChatRequest(this.modelId, call, this.#dialect);
    throwIfAborted(context.signal);
    const cancel = new AbortController();
    const signal = context.signal ? AbortSignal.any([context.signal, cancel.signal]) : cancel.signal;
    let began = false;
    let timedOut: 'first-chunk' | 'idle' | undefined;
    const clock = new IdleClock(this.#endpoint.timeoutMs, () => {
      timedOut = began ? 'idle' : 'first-chunk';
      cancel.abort();
    });
    try {
      const client = await this.#connect();
      const { data, response } = await client.chat.completions
        .create(
          { ...body, stream: true, ...(this.#dialect.includeUsage && { stream_options: { include_usage: true } }) },
          { ...requestOptions(context), signal },
        )
        .withResponse();
      if (/html/.test(response.headers.get('content-type') ?? '')) fromChatCompletion('<', this.#endpoint.host);
      const decoder = new ChatChunkDecoder();
      const chunks = data[Symbol.asyncIterator]();
      while (true) {
        clock.start();
        const next = await chunks.next();
        clock.pause();
        if (next.done) break;
        for (const event of decoder.push(next.value as WireChunk)) {
          began ||= event.type !== 'response';
          yield event;
        }
      }
      // The client ends a stream in silence when it is aborted.
      if (timedOut || signal.aborted) throw signal.reason;
      if (!decoder.isFinished) throw endedEarly(this.#endpoint.host, began);
      yield* decoder.end();
    } catch (error) {
      throw mapError(error, { ...this.#failed(context), began, timedOut });
    } finally {
      clock.stop();
      cancel.abort();
    }
  }

  #connect(): Promise<OpenAI> {
    this.#client ??= createClient(this.#endpoint);
    return this.#client;
  }

  #failed({ signal, headers }: CallContext): FailedCall {
    return { endpoint: this.#endpoint, modelId: this.modelId, path, headers, signal };
  }
}

/** OpenRouter and others answer 200 with an error inside. */
function throwIfErrorBody(body: unknown): void {
  const error = (body as { error?: object } | null | undefined)?.error;
  if (typeof error === 'object' && error !== null) throw new APIError(undefined, error, undefined, undefined);
}

function endedEarly(host: string, began: boolean): ModeshiftError {
  return began
    ? new ModeshiftError({ tag: 'interrupted' }, `${host} ended the answer before it was complete. Ask again.`)
    : new ModeshiftError(
        { tag: 'invalid-response' },
        `${host} sent no chat completion chunks. Check the base URL: it must be an OpenAI-compatible API and mostly ends in /v1.`,
      );
}
