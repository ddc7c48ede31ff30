// A conversation as an endpoint: `message` and `history` in, the answer so far out.
import { invalidInput, type LanguageModel, type Message, streamText } from '@modeshift/core';
import { type ChatMessage, chat } from './components/chat.ts';
import type { InputComponent } from './components/component.ts';
import { number, slider } from './components/number.ts';
import { markdown } from './components/shown.ts';
import { text } from './components/text.ts';
import type { PageContext } from './context.ts';
import { type AnySpec, endpointOf, streams } from './declare.ts';
import type { Endpoint, Values } from './endpoint.ts';
import type { FunctionSpec, Inputs, Outputs } from './function-spec.ts';

/** What is said about a conversation. */
export interface ChatSpec extends Omit<FunctionSpec<Inputs, Outputs>, 'input' | 'output' | 'examples' | 'trigger'> {
  /** Answers, instead of a handler. */
  readonly model?: LanguageModel;
  /** Stands before every conversation. With a model only. */
  readonly system?: string;
  /** With a model only. */
  readonly temperature?: number;
  /** The most tokens of an answer. With a model only. */
  readonly maxTokens?: number;
  /** Whether a caller may set `system_message`, `temperature`, `top_p` and `max_tokens`. With a model only. Left out: `false`. */
  readonly settings?: boolean;
  /** Messages to begin with. */
  readonly examples?: readonly string[];
}

/** Answers a conversation, which ends with what the person just said, by yielding pieces of text. */
export type ChatHandler<State> = (messages: readonly ChatMessage[], ctx: PageContext<State>) => AsyncIterable<string>;

interface ChatInput {
  readonly message: string;
  readonly history: readonly ChatMessage[];
  readonly system_message?: string;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_tokens?: number;
}

/** Makes the endpoint of a conversation. */
export function chatEndpoint(name: string, spec: ChatSpec, handler: ChatHandler<unknown> | undefined): Endpoint {
  const { model, system, temperature, maxTokens, settings = false, examples = [], ...rest } = spec;
  if (!model === !handler)
    throw invalidInput(`The conversation "${name}" needs a model or a handler${model ? ', not both' : ''}.`);
  if (handler && !streams(name, handler))
    throw invalidInput(`The handler of "${name}" must be an async generator that yields pieces of text.`);
  if (handler && (system !== undefined || temperature !== undefined || maxTokens !== undefined || settings))
    throw invalidInput(`"${name}": system, temperature, maxTokens and settings are for a model, not for a handler.`);
  const input: Record<string, InputComponent<unknown>> = { message: text({ minLength: 1 }), history: chat() };
  if (settings)
    Object.assign(input, {
      system_message: text({ optional: true, ...(system !== undefined && { value: system }) }),
      temperature: slider({
        min: 0,
        max: 2,
        step: 0.05,
        optional: true,
        ...(temperature !== undefined && { value: temperature }),
      }),
      top_p: slider({ min: 0, max: 1, step: 0.01, optional: true }),
      max_tokens: number({
        min: 1,
        integer: true,
        optional: true,
        ...(maxTokens !== undefined && { value: maxTokens }),
      }),
    });
  const answer = handler ?? answerOf(model!, { system, temperature, maxTokens });
  const full: AnySpec = {
    ...rest,
    input,
    output: { answer: markdown() },
    examples: examples.map(message => ({ message })),
  };
  return endpointOf(name, full, 'chat', true, () => ({
    type: 'single',
    run: (values, ctx) => cumulated(values as ChatInput, ctx, answer),
  }));
}

async function* cumulated(
  input: ChatInput,
  ctx: PageContext<unknown>,
  answer: (messages: readonly ChatMessage[], ctx: PageContext<unknown>, input: ChatInput) => AsyncIterable<string>,
): AsyncGenerator<Values> {
  let shown = '';
  const messages = [...input.history, { role: 'user', content: input.message } as const];
  for await (const piece of answer(messages, ctx, input)) {
    shown += piece;
    yield { answer: shown };
  }
  if (shown === '') yield { answer: '' };
}

function answerOf(
  model: LanguageModel,
  own: { system: string | undefined; temperature: number | undefined; maxTokens: number | undefined },
) {
  return (messages: readonly ChatMessage[], ctx: PageContext<unknown>, input: ChatInput): AsyncIterable<string> => {
    const system = input.system_message ?? own.system;
    const temperature = input.temperature ?? own.temperature;
    const maxTokens = input.max_tokens ?? own.maxTokens;
    const asked: Message[] = messages.map(({ role, content }) =>
      role === 'assistant' ? { role, content: [{ type: 'text', text: content }] } : { role, content },
    );
    return streamText({
      model,
      messages: system ? [{ role: 'system', content: system }, ...asked] : asked,
      signal: ctx.signal,
      ...(temperature !== undefined && { temperature }),
      ...(input.top_p !== undefined && { topP: input.top_p }),
      ...(maxTokens !== undefined && { maxTokens }),
    }).textStream;
  };
}
