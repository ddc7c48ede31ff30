// A streamed answer over HTTP: opens it, watches the time, decodes it, and closes it however it ends.
import { type CallContext, type LanguageEvent, ModeshiftError, throwIfAborted } from '@modeshift/core';
import { APIError } from 'openai/core/error';
import type { Endpoint } from './endpoint.ts';
import { IdleClock } from './idle-clock.ts';
import { mapError } from './map-error.ts';
import { SseParser } from './sse.ts';

/** Turns the payloads of a stream into events: `push` for each, then `end` once. */
export interface EventDecoder {
  /** The server said how the answer ended: it is complete. */
  readonly isFinished: boolean;
  push(payload: unknown): readonly LanguageEvent[];
  end(): readonly LanguageEvent[];
}

/** What a streamed request consists of. */
export interface StreamedRequest {
  readonly endpoint: Endpoint;
  readonly modelId: string;
  /** Path below the base URL, for messages. */
  readonly path: string;
  readonly decoder: EventDecoder;
  open(signal: AbortSignal): Promise<Response>;
}

/** Streams a request's events. The connection is closed when the reader leaves. */
export async function* streamEvents(
  request: StreamedRequest,
  context: CallContext,
): AsyncGenerator<LanguageEvent, void> {
  const { endpoint, modelId, path, decoder } = request;
  throwIfAborted(context.signal);
  const cancel = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, cancel.signal]) : cancel.signal;
  let began = false;
  let timedOut: 'first-chunk' | 'idle' | undefined;
  const clock = new IdleClock(endpoint.timeoutMs, () => {
    timedOut = began ? 'idle' : 'first-chunk';
    cancel.abort();
  });
  try {
    const response = await request.open(signal);
    await refuseOtherContent(response, endpoint.host);
    const parser = new SseParser();
    const reader = response.body!.getReader();
    let isDone = false;
    while (!isDone) {
      clock.start();
      const { done, value } = await reader.read();
      clock.pause();
      for (const { event: name, data } of done ? parser.end() : parser.push(value)) {
        if (data === '[DONE]') {
          isDone = true;
          break;
        }
        const payload: unknown = JSON.parse(data);
        throwIfError(payload, name, response.headers);
        for (const event of decoder.push(payload)) {
          began ||= event.type !== 'response';
          yield event;
        }
      }
      isDone ||= done;
    }
    if (!decoder.isFinished) throw endedEarly(endpoint.host, began);
    yield* decoder.end();
  } catch (error) {
    throw mapError(error, { endpoint, modelId, path, ...context, began, timedOut });
  } finally {
    clock.stop();
    cancel.abort();
  }
}

/** A 200 that holds no events: a web page, or an error as JSON (OpenRouter and others). */
async function refuseOtherContent(response: Response, host: string): Promise<void> {
  const type = response.headers.get('content-type') ?? '';
  if (response.body && !/html|application\/json/.test(type)) return;
  const text = type.includes('json') ? await response.text() : '';
  if (!type.includes('json')) await response.body?.cancel();
  if (text.startsWith('{')) throwIfError(JSON.parse(text), undefined, response.headers);
  throw new ModeshiftError(
    { tag: 'invalid-response' },
    `${host} answered with ${type.includes('html') ? 'a web page' : 'something else'} instead of a stream. Check the base URL: it must be an OpenAI-compatible API and mostly ends in /v1.`,
  );
}

function throwIfError(payload: unknown, name: string | undefined, headers: Headers): void {
  const { error, type } = (payload ?? {}) as { error?: unknown; type?: unknown };
  if (typeof error === 'object' && error !== null) throw new APIError(undefined, error, undefined, headers);
  if (typeof error === 'string') throw new APIError(undefined, { message: error }, undefined, headers);
  if (type === 'error' || name === 'error') throw new APIError(undefined, payload as object, undefined, headers);
}

function endedEarly(host: string, began: boolean): ModeshiftError {
  return began
    ? new ModeshiftError({ tag: 'interrupted' }, `${host} ended the answer before it was complete. Ask again.`)
    : new ModeshiftError(
        { tag: 'invalid-response' },
        `${host} sent no chunks of an answer. Check the base URL: it must be an OpenAI-compatible API and mostly ends in /v1.`,
      );
}
