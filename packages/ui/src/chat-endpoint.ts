// A conversation as an endpoint: `message` and `history` in, the answer so far out.
import { invalidInput, type LanguageModel } from '@modeshift/core';
import { type ChatInput, modelAnswer, type OwnSettings } from './chat-model.ts';
import { type ChatMessage, chat } from './components/chat.ts';
import type { InputComponent, OutputComponent } from './components/component.ts';
import { json } from './components/data.ts';
import { files } from './components/file.ts';
import { number, slider } from './components/number.ts';
import { markdown } from './components/shown.ts';
import { text } from './components/text.ts';
import type { PageContext } from './context.ts';
import { type AnySpec, endpointOf, streams } from './declare.ts';
import type { Endpoint, Values } from './endpoint.ts';
import type { FunctionSpec, Inputs, Outputs, ValuesOf } from './function-spec.ts';

/** Inputs beside the message, by name. */
export type ChatInputs = Readonly<Record<string, InputComponent<unknown>>>;

/** Outputs beside the answer, by name. */
export type ChatOutputs = Readonly<Record<string, OutputComponent<never>>>;

/** What a handler yields: more text, or more text with values for the outputs beside it that changed. */
export type ChatPiece<O extends ChatOutputs> =
  | string
  | ({ readonly text?: string } & {
      readonly [Name in keyof O]?: O[Name] extends OutputComponent<infer Value> ? Value : never;
    });

/** What is said about a conversation. */
export interface ChatSpec<I extends ChatInputs = Record<never, never>, O extends ChatOutputs = Record<never, never>>
  extends Omit<FunctionSpec<Inputs, Outputs>, 'input' | 'output' | 'examples' | 'trigger'> {
  /** What a person sets beside the conversation, e.g. which model answers. They come with every message. Left out: nothing. */
  readonly inputs?: I;
  /** What stands below each answer beside its text, e.g. `{ sources: citations() }`. With a handler only. Left out: nothing. */
  readonly outputs?: O;
  /** Answers, instead of a handler; or says by `inputs` which one does. */
  readonly model?: LanguageModel | ((inputs: ValuesOf<NoInfer<I>>) => LanguageModel | Promise<LanguageModel>);
  /**
   * Stands before every conversation; or is made of `inputs` and, with `settings`, of what the caller wrote as `system_message`.
   * With a model only.
   */
  readonly system?: string | ((inputs: ValuesOf<NoInfer<I>>, written: string | undefined) => string | undefined);
  /** With a model only. */
  readonly temperature?: number;
  /** The most tokens of an answer. With a model only. */
  readonly maxTokens?: number;
  /** Whether a caller may set `system_message`, `temperature`, `top_p` and `max_tokens`. With a model only. Left out: `false`. */
  readonly settings?: boolean;
  /** Kinds of files, one or several, that a message may bring as `attachment`: endings and MIME types, e.g. `['image/*']`. With a model only. Left out: none. */
  readonly attachments?: readonly string[];
  /** Whether there is a second output, `details`: model, tokens, seconds and US dollars, once the answer is whole. With a model only. Left out: `false`. */
  readonly details?: boolean;
  /** Messages to begin with. */
  readonly examples?: readonly string[];
}

/** Answers a conversation, which ends with what the person just said, by yielding pieces of text. */
export type ChatHandler<
  State,
  I extends ChatInputs = Record<never, never>,
  O extends ChatOutputs = Record<never, never>,
> = (messages: readonly ChatMessage[], ctx: PageContext<State>, inputs: ValuesOf<I>) => AsyncIterable<ChatPiece<O>>;

/** With their types taken off. */
export type AnyChatSpec = ChatSpec<ChatInputs, ChatOutputs>;
export type AnyChatHandler = ChatHandler<unknown, ChatInputs, ChatOutputs>;

/** Makes the endpoint of a conversation. */
export function chatEndpoint(name: string, spec: AnyChatSpec, handler: AnyChatHandler | undefined): Endpoint {
  const {
    model,
    system,
    temperature,
    maxTokens,
    settings,
    attachments,
    details,
    inputs,
    outputs = {},
    examples = [],
    ...rest
  } = spec;
  if (!model === !handler)
    throw invalidInput(`The conversation "${name}" needs a model or a handler${model ? ', not both' : ''}.`);
  if (handler && !streams(name, handler))
    throw invalidInput(`The handler of "${name}" must be an async generator that yields pieces of text.`);
  const forModels = Object.entries({ system, temperature, maxTokens, settings, attachments, details });
  const misplaced = handler && forModels.find(([, value]) => value !== undefined);
  if (misplaced) throw invalidInput(`"${name}": ${misplaced[0]} is for a model, not for a handler.`);
  const own: OwnSettings = { system, temperature, maxTokens, mayBeSet: settings ?? false };
  const said: Record<string, InputComponent<unknown>> = {
    message: text({ minLength: 1 }),
    history: chat(),
    ...(attachments && { attachment: files({ accept: attachments }) }),
  };
  const parameters = settings ? settingsOf(own) : {};
  const taken = Object.keys(inputs ?? {}).find(one => one in said || one in parameters);
  if (taken) throw invalidInput(`"${name}": an input cannot be called "${taken}", the conversation has one itself.`);
  if (model && Object.keys(outputs).length > 0)
    throw invalidInput(`"${name}": outputs are for a handler, not for a model.`);
  const reserved = ['text', 'answer', 'details'].find(one => one in outputs);
  if (reserved)
    throw invalidInput(`"${name}": an output cannot be called "${reserved}", the conversation has one itself.`);
  const output: Record<string, OutputComponent<never>> = {
    answer: markdown(),
    ...(details && { details: json() }),
    ...outputs,
  };
  const input = { ...said, ...inputs, ...parameters };
  const full: AnySpec = { ...rest, input, output, examples: examples.map(message => ({ message })) };
  return endpointOf(name, full, 'chat', true, () => ({
    type: 'single',
    run: (values, ctx) => {
      const given = values as ChatInput & Values;
      const besides = Object.fromEntries(Object.keys(inputs ?? {}).map(one => [one, given[one]]));
      return model ? modelAnswer(model, own, given, besides, ctx) : cumulated(handler!, given, besides, ctx);
    },
  }));
}

/** What the inputs that a conversation brings itself are called in Chinese. */
export const settingWords: Readonly<Record<string, string>> = {
  'System message': '系统消息',
  Temperature: '温度',
  'Top-p': 'Top-p',
  'Most tokens': '最多词元数',
};

function settingsOf({ system, temperature, maxTokens }: OwnSettings): Record<string, InputComponent<unknown>> {
  const value = <T>(given: T | undefined) => (given === undefined ? {} : { value: given });
  return {
    system_message: text({
      label: 'System message',
      optional: true,
      lines: 3,
      ...value(typeof system === 'string' ? system : undefined),
    }),
    temperature: slider({ label: 'Temperature', min: 0, max: 2, step: 0.05, optional: true, ...value(temperature) }),
    top_p: slider({ label: 'Top-p', min: 0, max: 1, step: 0.01, optional: true }),
    max_tokens: number({ label: 'Most tokens', min: 1, integer: true, optional: true, ...value(maxTokens) }),
  };
}

async function* cumulated(
  handler: AnyChatHandler,
  { message, history }: ChatInput,
  inputs: Values,
  ctx: PageContext<unknown>,
): AsyncGenerator<Values> {
  let answer = '';
  for await (const piece of handler([...history, { role: 'user', content: message }], ctx, inputs)) {
    const { text = '', ...others } = typeof piece === 'string' ? { text: piece } : piece;
    answer += text;
    yield { answer, ...others };
  }
  if (answer === '') yield { answer };
}
