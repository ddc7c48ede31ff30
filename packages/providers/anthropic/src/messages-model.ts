// A language model over the Messages API.
import {
  type BatchContext,
  type BatchJob,
  type CallContext,
  type LanguageCall,
  type LanguageEvent,
  type LanguageResult,
  ModeshiftError,
  type Price,
  throwIfAborted,
} from '@modeshift/core';
import { SseParser, StreamWatch, withWholeChoice } from '@modeshift/core/provider';
import { answerPrice } from './answer-price.ts';
import type { AnthropicModel } from './anthropic.ts';
import { Connection, throwIfErrorBody } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { startBatch } from './message-batch.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Rate } from './prices.ts';
import { readAnswer } from './read-answer.ts';
import { toCountRequest } from './to-count-request.ts';
import { type Dialect, toRequest } from './to-request.ts';
import type { WireEvent } from './wire.ts';

const path = '/v1/messages';

/** The class behind `anthropic`. The key lives in private fields: printing or serialising a model never shows it. */
export class MessagesModel implements AnthropicModel {
  readonly provider = 'anthropic';
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #connection: Connection;
  readonly #dialect: Dialect;
  readonly #rate: Rate | undefined;

  constructor(modelId: string, endpoint: Endpoint, dialect: Dialect, rate: Rate | undefined) {
    this.modelId = modelId;
    this.price = rate?.price;
    this.#connection = new Connection(endpoint, modelId);
    this.#dialect = dialect;
    this.#rate = rate;
  }

  async generate(call: LanguageCall, context: CallContext): Promise<LanguageResult> {
    const { body, betas, answerTool } = toRequest(this.modelId, call, this.#dialect);
    const message = await this.#connection.json({ method: 'POST', path, body, betas }, context);
    return readAnswer(message, call.output, this.#rate, this.#connection.host, answerTool);
  }

  stream(call: LanguageCall, context: CallContext): AsyncIterable<LanguageEvent> {
    const events = this.#stream(call, context);
    return call.output?.type === 'choice' ? withWholeChoice(events, call.output.choices) : events;
  }

  async countTokens(call: string | LanguageCall, context: CallContext): Promise<number> {
    const { body, betas } = toCountRequest(this.modelId, call, this.#dialect);
    const outgoing = { method: 'POST', path: `${path}/count_tokens`, body, betas } as const;
    const counted = (await this.#connection.json(outgoing, context)) as { input_tokens?: unknown };
    if (typeof counted?.input_tokens === 'number') return counted.input_tokens;
    throw new ModeshiftError(
      { tag: 'invalid-response' },
      `${this.#connection.host} did not say how many tokens there are. Check that it has ${path}/count_tokens.`,
    );
  }

  batch(calls: readonly LanguageCall[], context: BatchContext): BatchJob {
    return startBatch(calls, context, {
      modelId: this.modelId,
      connection: this.#connection,
      dialect: this.#dialect,
      rate: this.#rate,
    });
  }

  async *#stream(call: LanguageCall, context: CallContext): AsyncGenerator<LanguageEvent, void> {
    const { body, betas, answerTool } = toRequest(this.modelId, call, this.#dialect);
    throwIfAborted(context.signal);
    const outgoing = { method: 'POST', path, body: { ...body, stream: true }, betas } as const;
    const watch = new StreamWatch(this.#connection.timeoutMs, context.signal);
    try {
      const response = await this.#connection.send(outgoing, { ...context, signal: watch.signal });
      await this.#refuseOtherContent(response);
      const decoder = new MessageDecoder(answerTool);
      const parser = new SseParser();
      const reader = response.body!.getReader();
      for (let piece = await watch.read(reader); !piece.done; piece = await watch.read(reader)) {
        for (const { data } of parser.push(piece.value)) {
          // Some gateways end with the mark of another wire.
          if (data === '[DONE]') continue;
          const wire = JSON.parse(data) as WireEvent;
          if (wire.error) throwIfErrorBody(wire);
          for (const event of decoder.push(wire)) {
            watch.began ||= event.type !== 'response';
            yield event.type === 'response' ? this.#priced(event, decoder) : event;
          }
        }
      }
      if (!decoder.isComplete) throw endedEarly(this.#connection.host, watch.began);
      yield* decoder.end();
    } catch (error) {
      const { began, timedOut } = watch;
      throw this.#connection.error(error, outgoing, context, { began, timedOut });
    } finally {
      watch.close();
    }
  }

  /** A 200 that holds no events: a web page, or an error as JSON. */
  async #refuseOtherContent(response: Response): Promise<void> {
    const type = response.headers.get('content-type') ?? '';
    if (response.body && !/json|html/.test(type)) return;
    const text = await response.text();
    if (type.includes('json')) throwIfErrorBody(JSON.parse(text));
    throw endedEarly(this.#connection.host, false);
  }

  #priced(event: LanguageEvent & { type: 'response' }, decoder: MessageDecoder): LanguageEvent {
    const price = answerPrice(this.#rate, decoder.usage);
    return price ? { ...event, price } : event;
  }
}

function endedEarly(host: string, began: boolean): ModeshiftError {
  return began
    ? new ModeshiftError({ tag: 'interrupted' }, `${host} ended the answer before it was complete. Ask again.`)
    : new ModeshiftError(
        { tag: 'invalid-response' },
        `${host} sent no events of a message. Check the base URL: it must speak the Messages API of Anthropic.`,
      );
}
