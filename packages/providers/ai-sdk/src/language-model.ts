// A language model of the AI SDK as one of ours.
import type { LanguageModelV4, LanguageModelV4Content } from '@ai-sdk/provider';
import {
  type AssistantPart,
  type CallContext,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  type LanguageResult,
  ModeshiftError,
  type Price,
  throwIfAborted,
} from '@modeshift/core';
import { readChoice, tellResponse, withWholeChoice } from '@modeshift/core/provider';
import { fromFile, fromFinishReason, fromSource, fromUsage, refuseWarnings } from './from-result.ts';
import { mapError } from './map-error.ts';
import { StreamReader } from './read-stream.ts';
import { toCallOptions } from './to-call-options.ts';

/** The class behind `fromAiSdk` for models that generate. The wrapped model is private: printing never shows its settings. */
export class AiSdkLanguageModel implements LanguageModel {
  readonly provider: string;
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #model: LanguageModelV4;
  readonly #refuse: boolean;
  readonly #lacks: readonly (keyof LanguageCall)[];

  constructor(
    model: LanguageModelV4,
    options: {
      readonly price?: Price | undefined;
      readonly refuse: boolean;
      readonly lacks: readonly (keyof LanguageCall)[];
    },
  ) {
    this.provider = model.provider;
    this.modelId = model.modelId;
    this.price = options.price;
    this.#model = model;
    this.#refuse = options.refuse;
    this.#lacks = options.lacks;
  }

  async generate(call: LanguageCall, context: CallContext): Promise<LanguageResult> {
    const options = toCallOptions(call, context, this.provider, this.#lacks);
    throwIfAborted(context.signal);
    try {
      const { content, finishReason, usage, response, warnings } = await this.#model.doGenerate(options);
      tell(context, response?.headers);
      if (this.#refuse) refuseWarnings(warnings, `${this.provider} ${this.modelId}`);
      const result = {
        content: content.flatMap(part => this.#part(part)),
        finishReason: fromFinishReason(finishReason, `${this.provider} ${this.modelId}`, true),
        usage: fromUsage(usage),
        ...(response?.id !== undefined && { responseId: response.id }),
        ...(response?.modelId !== undefined && { modelId: response.modelId }),
      };
      return readChoice(result, call.output);
    } catch (error) {
      throw this.#failed(error, context, false);
    }
  }

  stream(call: LanguageCall, context: CallContext): AsyncIterable<LanguageEvent> {
    const events = this.#stream(call, context);
    return call.output?.type === 'choice' ? withWholeChoice(events, call.output.choices) : events;
  }

  async *#stream(call: LanguageCall, context: CallContext): AsyncGenerator<LanguageEvent, void> {
    const options = toCallOptions(call, context, this.provider, this.#lacks);
    throwIfAborted(context.signal);
    const who = `${this.provider} ${this.modelId}`;
    const cancel = new AbortController();
    const abortSignal = context.signal ? AbortSignal.any([context.signal, cancel.signal]) : cancel.signal;
    const reader = new StreamReader(this.provider, this.modelId);
    try {
      const { stream, response } = await this.#model.doStream({ ...options, abortSignal });
      tell(context, response?.headers);
      for await (const part of stream as unknown as AsyncIterable<Parameters<StreamReader['push']>[0]>) {
        if (part.type === 'stream-start' && this.#refuse) refuseWarnings(part.warnings, who);
        yield* reader.push(part);
      }
      throwIfAborted(context.signal);
      if (!reader.isFinished)
        throw new ModeshiftError(
          { tag: reader.began ? 'interrupted' : 'invalid-response' },
          `${who} ended its answer before it was complete. Ask again.`,
        );
    } catch (error) {
      throw this.#failed(error, context, reader.began);
    } finally {
      cancel.abort();
    }
  }

  #part(part: LanguageModelV4Content): AssistantPart[] {
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [{ type: 'text', text: part.text }];
      case 'reasoning': {
        const { text, providerMetadata: data } = part;
        return [{ type: 'reasoning', text, ...(data && { replay: { provider: this.provider, data } }) }];
      }
      case 'tool-call':
        if (part.providerExecuted) return [];
        return [{ type: 'tool-call', id: part.toolCallId, name: part.toolName, arguments: part.input }];
      case 'source':
        return [fromSource(part)];
      case 'file':
        return [fromFile(part)];
      default:
        return [];
    }
  }

  #failed(error: unknown, { signal, headers, onResponse }: CallContext, began: boolean): ModeshiftError {
    const { statusCode, responseHeaders } = (error ?? {}) as {
      statusCode?: number;
      responseHeaders?: Record<string, string>;
    };
    if (statusCode !== undefined) tell({ ...(onResponse && { onResponse }) }, responseHeaders, statusCode);
    return mapError(error, { provider: this.provider, modelId: this.modelId, signal, headers, began });
  }
}

/** Tells the caller of a response, as far as the AI SDK tells us. */
export function tell(
  { onResponse }: Pick<CallContext, 'onResponse'>,
  headers: Record<string, string> | undefined,
  status = 200,
): void {
  if (headers) tellResponse(onResponse, { status, headers });
}
