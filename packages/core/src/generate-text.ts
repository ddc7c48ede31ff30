// One answer of a language model, whole.
import { textOf } from './answer-builder.ts';
import { AnswerEvents } from './answer-events.ts';
import { type CallContext, withQuietListener } from './call-context.ts';
import type { LanguageModelOptions, ModelThatGenerates } from './capability.ts';
import { Deadline, orAborted, type Timeout } from './deadline.ts';
import { invalidInput } from './errors.ts';
import { asModeshiftError } from './fail.ts';
import type { LanguageCall, LanguageModel, LanguageResult, Model, ToolDefinition } from './models.ts';
import { readToolCalls, type ToolCall, withoutExecution } from './tool-call.ts';
import { costOf, knownUsage } from './usage.ts';

/** What {@link generateText} gives. */
export interface GenerateTextResult<Tools extends readonly ToolDefinition[] = readonly ToolDefinition[]>
  extends LanguageResult {
  /** The text parts of `content`, joined. */
  readonly text: string;
  /** The calls of tools that the model wants, read and checked; wrong arguments are reported here, not thrown. */
  readonly toolCalls: readonly ToolCall<Tools>[];
  /** Price in US dollars; `undefined` where the price or the usage is unknown. */
  readonly usd: number | undefined;
}

/** What {@link generateText} and `streamText` take. */
export interface TextCall<M extends Model, Tools extends readonly ToolDefinition[]>
  extends Omit<LanguageCall, 'tools' | 'toolChoice' | 'providerOptions'>,
    CallContext {
  readonly model: M & ModelThatGenerates<M>;
  readonly tools?: Tools;
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: Tools[number]['name'] };
  /** Options of the model's provider, by its name, typed by the model. */
  readonly providerOptions?: LanguageModelOptions<M>;
  readonly timeout?: Timeout;
}

/**
 * Asks a language model and waits for the whole answer. Uses the wire's own non-streaming request where there is one.
 *
 * @throws ModeshiftError with the provider's reason; `aborted` when `signal` fires, `timeout` when a limit of time runs out.
 * Where a part of the answer had come, the error carries it as `partial`.
 * @example
 * ```ts
 * import { generateText } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const model = scriptedModel({ reply: () => '你好' });
 * const answer = await generateText({ model, messages: [{ role: 'user', content: 'Say hello in Chinese.' }] });
 * console.log(answer.text, answer.finishReason, answer.usage.outputTokens); // 你好 stop 2
 * ```
 */
export async function generateText<
  M extends Model,
  const Tools extends readonly ToolDefinition[] = readonly ToolDefinition[],
>(call: TextCall<M, Tools>): Promise<GenerateTextResult<Tools>> {
  const { model, request, context, deadline } = prepare(call);
  try {
    return await finishAnswer(model, await ask(model, request, context, deadline), call.tools);
  } finally {
    deadline.stop();
  }
}

/** Takes a call apart into what the provider sees and what it does not. Starts the clock. */
export function prepare<M extends Model, Tools extends readonly ToolDefinition[]>(
  call: TextCall<M, Tools>,
): { model: LanguageModel; request: LanguageCall; context: CallContext; deadline: Deadline } {
  const { model, signal, headers, onResponse, timeout, tools, ...rest } = call;
  checkSettings(rest);
  return {
    model: model as unknown as LanguageModel,
    request: { ...rest, ...(tools && { tools: tools.map(withoutExecution) }) } as LanguageCall,
    context: withQuietListener(call),
    deadline: new Deadline(signal, timeout, `${model.provider} ${model.modelId}`),
  };
}

const numbers = ['temperature', 'topP', 'topK', 'seed', 'frequencyPenalty', 'presencePenalty', 'logprobs'] as const;

/** Refuses what no provider could answer. What a number may be is the provider's to say. */
function checkSettings(call: Pick<LanguageCall, 'messages' | 'maxTokens' | (typeof numbers)[number]>): void {
  if (call.messages.length === 0) throw invalidInput('"messages" is empty. Give at least one message.');
  const { maxTokens } = call;
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens > 0)) {
    throw invalidInput(`"maxTokens" is ${maxTokens}. Give a whole number of 1 or more, or leave it out.`);
  }
  for (const name of numbers) {
    const value = call[name];
    if (value !== undefined && !Number.isFinite(value)) {
      throw invalidInput(`"${name}" is ${value}. Give a number, or leave it out.`);
    }
  }
}

/** A provider's answer as the result of a call. */
export async function finishAnswer<Tools extends readonly ToolDefinition[]>(
  model: LanguageModel,
  result: LanguageResult,
  tools: Tools | undefined,
): Promise<GenerateTextResult<Tools>> {
  return {
    ...result,
    text: textOf(result.content),
    toolCalls: await readToolCalls(result.content, tools),
    usd: costOf(result.usage, result.price ?? model.price),
  };
}

async function ask(
  model: LanguageModel,
  request: LanguageCall,
  context: CallContext,
  deadline: Deadline,
): Promise<LanguageResult> {
  if (!model.generate) return collect(model, request, context, deadline);
  deadline.wait();
  try {
    const { signal } = deadline;
    const result = await orAborted(model.generate(request, { ...context, signal }), signal);
    return { ...result, usage: knownUsage(result.usage) };
  } catch (error) {
    throw asModeshiftError(error, model.provider, false);
  }
}

function collect(
  model: LanguageModel,
  request: LanguageCall,
  context: CallContext,
  deadline: Deadline,
): Promise<LanguageResult> {
  return new Promise((resolve, reject) => {
    const open = (signal: AbortSignal) => model.stream(request, { ...context, signal });
    const events = new AnswerEvents(model, deadline, open, resolve, reject);
    const pull = (): void => {
      events.next().then(next => next.done || pull(), reject);
    };
    pull();
  });
}
