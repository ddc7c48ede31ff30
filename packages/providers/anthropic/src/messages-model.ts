// A language model over the Messages API.
import {
  type CallContext,
  type LanguageCall,
  type LanguageEvent,
  type LanguageResult,
  ModeshiftError,
  type Price,
  throwIfAborted,
} from '@modeshift/core';
import { answerPrice } from './answer-price.ts';
import type { AnthropicModel } from './anthropic.ts';
import { unwrapChoice } from './choice-output.ts';
import { Connection, throwIfErrorBody } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { fromMessage } from './from-message.ts';
import { IdleClock } from './idle-clock.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Rate } from './prices.ts';
import { SseParser } from './sse-parser.ts';
import { toCountRequest } from './to-count-request.ts';
import { type Dialect, toRequest } from './to-request.ts';
import { withWholeChoice } from './whole-choice.ts';
import type { WireEvent, WireMessage } from './wire.ts';

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

  async *#stream(call: LanguageCall, context: CallContext): AsyncGenerator<LanguageEvent, void> {
    const { body, betas, answerTool } = toRequest(this.modelId, call, this.#dialect);
    throwIfAborted(context.signal);
    const outgoing = { method: 'POST', path, body: { ...body, stream: true }, betas } as const;
    const cancel = new AbortController();
    const signal = context.signal ? AbortSignal.any([context.signal, cancel.signal]) : cancel.signal;
    let began = false;
    let timedOut: 'first-chunk' | 'idle' | undefined;
    const clock = new IdleClock(this.#connection.timeoutMs, () => {
      timedOut = began ? 'idle' : 'first-chunk';
      cancel.abort();
    });
    try {
      const response = await this.#connection.send(outgoing, { ...context, signal });
      const decoder = new MessageDecoder(answerTool);
      for await (const payloads of this.#read(response, clock)) {
        for (const payload of payloads) {
          const wire = JSON.parse(payload) as WireEvent;
          if (wire.error) throwIfErrorBody(wire);
          for (const event of decoder.push(wire)) {
            began ||= event.type !== 'response';
            yield event.type === 'response' ? this.#priced(event, decoder) : event;
          }
        }
      }
      if (!decoder.isComplete) throw endedEarly(this.#connection.host, began);
      yield* decoder.end();
    } catch (error) {
      throw this.#connection.error(error, outgoing, context, { began, timedOut });
    } finally {
      clock.stop();
      cancel.abort();
    }
  }

  /** The payloads of a body. A piece of it gives many: waiting happens once for each piece, not for each event. */
  async *#read(response: Response, clock: IdleClock): AsyncGenerator<readonly string[], void> {
    const type = response.headers.get('content-type') ?? '';
    if (/json|html/.test(type)) {
      const text = await response.text();
      if (type.includes('json')) throwIfErrorBody(JSON.parse(text));
      throw endedEarly(this.#connection.host, false);
    }
    const reader = response.body?.getReader();
    if (!reader) return;
    const utf8 = new TextDecoder();
    const sse = new SseParser();
    while (true) {
      clock.start();
      const { done, value } = await reader.read();
      clock.pause();
      if (done) return;
      yield sse.push(utf8.decode(value, { stream: true }));
    }
  }

  #priced(event: LanguageEvent & { type: 'response' }, decoder: MessageDecoder): LanguageEvent {
    const price = answerPrice(this.#rate, decoder.usage);
    return price ? { ...event, price } : event;
  }
}

/** A whole message as a result: with its price where that is another than the list's, and a choice as the chosen string. */
export function readAnswer(
  message: unknown,
  output: LanguageCall['output'],
  rate: Rate | undefined,
  host: string,
  answerTool: string | undefined,
  isBatch = false,
): LanguageResult {
  const result = fromMessage(message, host, answerTool);
  const price = answerPrice(rate, (message as WireMessage).usage ?? undefined, isBatch);
  const content =
    output?.type === 'choice'
      ? result.content.map(part =>
          part.type === 'text' ? { ...part, text: unwrapChoice(part.text, output.choices) } : part,
        )
      : result.content;
  return { ...result, content, ...(price && { price }) };
}

function endedEarly(host: string, began: boolean): ModeshiftError {
  return began
    ? new ModeshiftError({ tag: 'interrupted' }, `${host} ended the answer before it was complete. Ask again.`)
    : new ModeshiftError(
        { tag: 'invalid-response' },
        `${host} sent no events of a message. Check the base URL: it must speak the Messages API of Anthropic.`,
      );
}
