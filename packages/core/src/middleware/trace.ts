// Spans for calls, in the words of OpenTelemetry's GenAI conventions, for any tracer that looks like OpenTelemetry's.
import { AnswerBuilder } from '../answer-builder.ts';
import { ModeshiftError } from '../errors.ts';
import { asModeshiftError } from '../fail.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { Middleware } from './middleware.ts';
import { usageOf } from './operation-tokens.ts';
import {
  type Attributes,
  answerAttributes,
  callAttributes,
  inputContent,
  operationName,
  outputContent,
  usageAttributes,
} from './trace-attributes.ts';
import { wrapModel } from './wrap-model.ts';

/** What is used of an OpenTelemetry span. */
export interface TraceSpan {
  setAttributes(attributes: Attributes): unknown;
  /** `code` 2 is an error. */
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

/** What is used of an OpenTelemetry tracer: `trace.getTracer('…')` of `@opentelemetry/api` fits. */
export interface Tracer {
  /** `kind` 2 is a client's span. */
  startSpan(name: string, options?: { kind?: number; attributes?: Attributes }): TraceSpan;
}

/** Options of {@link trace}. */
export interface TraceOptions {
  readonly tracer: Tracer;
  /** Whether messages and answers are put on the spans. Left out: false. Bytes of files never are. */
  readonly captureContent?: boolean;
  /** More attributes for every span. */
  readonly attributes?: Attributes;
}

/**
 * Makes a span for every call: name, settings, token usage, finish reason, time to the first chunk, error. It never changes a
 * call: an error of the tracer is ignored.
 *
 * Source: OpenTelemetry semantic conventions for generative AI, https://opentelemetry.io/docs/specs/semconv/gen-ai/
 *
 * @example
 * ```ts
 * import { generateText, trace, type Tracer } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const tracer: Tracer = {
 *   startSpan(name) {
 *     const seen: Record<string, unknown> = {};
 *     return {
 *       setAttributes: attributes => Object.assign(seen, attributes),
 *       setStatus: () => undefined,
 *       end: () => console.log(name, seen['gen_ai.usage.output_tokens']), // chat script 2
 *     };
 *   },
 * };
 * const model = trace({ tracer })(scriptedModel({ reply: () => '你好' }));
 * await generateText({ model, messages: [{ role: 'user', content: '?' }] });
 * ```
 */
export function trace(options: TraceOptions): Middleware {
  const { tracer, captureContent = false } = options;

  return model => {
    const open = (operation: string, attributes: Attributes): SafeSpan => {
      const all = {
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': model.provider,
        'gen_ai.request.model': model.modelId,
        ...attributes,
        ...options.attributes,
      };
      return new SafeSpan(() => tracer.startSpan(`${operation} ${model.modelId}`, { kind: 2, attributes: all }));
    };
    return wrapModel(model, {
      async once(operation, ctx, next) {
        const span = open(operationName(operation.kind), {
          ...callAttributes(operation),
          ...(captureContent && inputContent(operation)),
        });
        try {
          const result = await next(operation, ctx);
          span.set(usageAttributes(usageOf(result)));
          if (typeof result === 'object' && 'content' in result) {
            span.set(answerAttributes(result));
            if (captureContent) span.set(outputContent(result.content, result.finishReason));
          }
          return result;
        } catch (error) {
          span.fail(error, model.provider);
          throw error;
        } finally {
          span.end();
        }
      },
      async *stream(call, ctx, next): AsyncGenerator<LanguageEvent, void> {
        const operation = { kind: 'generate', call } as const;
        const span = open('chat', {
          ...callAttributes(operation),
          'gen_ai.request.stream': true,
          ...(captureContent && inputContent(operation)),
        });
        const builder = new AnswerBuilder();
        const started = performance.now();
        try {
          for await (const event of next(call, ctx)) {
            const began = builder.began;
            builder.push(event);
            if (!began && builder.began) {
              span.set({ 'gen_ai.response.time_to_first_chunk': (performance.now() - started) / 1000 });
            }
            yield event;
          }
        } catch (error) {
          span.fail(error, model.provider);
          throw error;
        } finally {
          span.set(usageAttributes(builder.usage));
          if (builder.finishReason !== undefined) {
            const result = builder.result(model.provider);
            span.set(answerAttributes(result));
            if (captureContent) span.set(outputContent(result.content, result.finishReason));
          } else if (captureContent) {
            span.set(outputContent(builder.partial(undefined).content, undefined));
          }
          span.end();
        }
      },
    });
  };
}

/** A span whose errors stay its own. */
class SafeSpan {
  #span: TraceSpan | undefined;

  constructor(start: () => TraceSpan) {
    this.#try(() => {
      this.#span = start();
    });
  }

  set(attributes: Attributes): void {
    this.#try(() => this.#span?.setAttributes(attributes));
  }

  fail(error: unknown, provider: string): void {
    const typed = asModeshiftError(error, provider, false);
    this.set({ 'error.type': ModeshiftError.is(typed) ? typed.reason.tag : '_OTHER' });
    this.#try(() => this.#span?.setStatus({ code: 2, message: typed.message }));
  }

  end(): void {
    this.#try(() => this.#span?.end());
  }

  #try(run: () => unknown): void {
    try {
      run();
    } catch {
      // Telemetry must not break what it watches.
    }
  }
}
