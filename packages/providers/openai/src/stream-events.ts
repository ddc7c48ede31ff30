// A streamed answer over HTTP: opens it, decodes it, and closes it however it ends.
import { type CallContext, type LanguageEvent, ModeshiftError, throwIfAborted } from '@modeshift/core';
import { SseParser, StreamWatch } from '@modeshift/core/provider';
import type { OpenAI } from 'openai';
import { requestOptions } from './request-options.ts';
import type { ServiceClient } from './service-client.ts';
import { type WireError, WireRefusal } from './wire-refusal.ts';

/** Turns the payloads of a stream into events: `push` for each, then `end` once. */
export interface EventDecoder {
  /** The server said how the answer ended: it is complete. */
  readonly isFinished: boolean;
  push(payload: unknown): readonly LanguageEvent[];
  end(): readonly LanguageEvent[];
}

/** Streams a request's events. The connection is closed when the reader leaves. */
export async function* streamEvents(
  service: ServiceClient,
  path: string,
  decoder: EventDecoder,
  context: CallContext,
  open: (client: OpenAI, options: OpenAI.RequestOptions) => Promise<Response>,
): AsyncGenerator<LanguageEvent, void> {
  throwIfAborted(context.signal);
  const { host, endpoint } = service;
  const watch = new StreamWatch(endpoint.timeoutMs, context.signal);
  try {
    const response = await open(await service.connect(), { ...requestOptions(context), signal: watch.signal });
    await refuseOtherContent(response, host);
    const parser = new SseParser();
    const reader = response.body!.getReader();
    for (let isDone = false; !isDone; ) {
      const { done, value } = await watch.read(reader);
      isDone = done;
      for (const { event: name, data } of done ? parser.end() : parser.push(value)) {
        if (data === '[DONE]') {
          isDone = true;
          break;
        }
        const payload: unknown = JSON.parse(data);
        throwIfError(payload, name, response.headers);
        for (const event of decoder.push(payload)) {
          watch.began ||= event.type !== 'response';
          yield event;
        }
      }
    }
    if (!decoder.isFinished) throw endedEarly(host, watch.began);
    yield* decoder.end();
  } catch (error) {
    throw service.error(error, path, context, { began: watch.began, timedOut: watch.timedOut });
  } finally {
    watch.close();
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
  if (typeof error === 'object' && error !== null) throw new WireRefusal(error, { headers });
  if (typeof error === 'string') throw new WireRefusal({ message: error }, { headers });
  if (type === 'error' || name === 'error') throw new WireRefusal(payload as WireError, { headers });
}

function endedEarly(host: string, began: boolean): ModeshiftError {
  return began
    ? new ModeshiftError({ tag: 'interrupted' }, `${host} ended the answer before it was complete. Ask again.`)
    : new ModeshiftError(
        { tag: 'invalid-response' },
        `${host} sent no chunks of an answer. Check the base URL: it must be an OpenAI-compatible API and mostly ends in /v1.`,
      );
}
