// A model's answer to a conversation of a page.
import { type FilePart, invalidInput, type LanguageModel, type Message, streamText } from '@modeshift/core';
import type { ChatMessage } from './components/chat.ts';
import type { UploadedFile } from './components/page-file.ts';
import type { PageContext } from './context.ts';
import type { Values } from './endpoint.ts';

/** What a caller sends to a conversation. */
export interface ChatInput {
  readonly message: string;
  readonly history: readonly ChatMessage[];
  readonly attachment?: readonly UploadedFile[];
  readonly system_message?: string;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_tokens?: number;
}

/** What the author of the page has set. */
export interface OwnSettings {
  readonly system: string | ((inputs: Values, written: string | undefined) => string | undefined) | undefined;
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
  /** Whether a caller may set other values. */
  readonly mayBeSet: boolean;
}

/** The answer so far, and at its end what it took. */
export async function* modelAnswer(
  chosen: LanguageModel | ((inputs: Values) => LanguageModel | Promise<LanguageModel>),
  own: OwnSettings,
  input: ChatInput,
  inputs: Values,
  { signal }: PageContext<unknown>,
): AsyncGenerator<Values> {
  // Else a visitor could say what only the author may.
  if (!own.mayBeSet && input.history.some(({ role }) => role === 'system'))
    throw invalidInput('The history may hold messages of "user" and "assistant" only.');
  const { system } = own;
  const before = typeof system === 'function' ? system(inputs, input.system_message) : (input.system_message ?? system);
  const { temperature = own.temperature, max_tokens = own.maxTokens, top_p } = input;
  const model = typeof chosen === 'function' ? await chosen(inputs) : chosen;
  const startedAt = performance.now();
  const call = streamText({
    model,
    messages: await messagesOf(input, before),
    signal,
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { topP: top_p }),
    ...(max_tokens !== undefined && { maxTokens: max_tokens }),
  });
  let answer = '';
  let firstAt: number | undefined;
  for await (const piece of call.textStream) {
    firstAt ??= performance.now();
    answer += piece;
    yield { answer };
  }
  const { usage, usd, finishReason, modelId } = await call.result;
  const seconds = (at: number): number => Math.round(at - startedAt) / 1000;
  const details = {
    model: modelId ?? model.modelId,
    provider: model.provider,
    finish_reason: finishReason,
    input_tokens: usage.inputTokens ?? null,
    output_tokens: usage.outputTokens ?? null,
    usd: usd ?? null,
    seconds: seconds(performance.now()),
    seconds_to_first: firstAt === undefined ? null : seconds(firstAt),
  };
  yield { answer, details };
}

async function messagesOf(
  { message, history, attachment = [] }: ChatInput,
  system: string | undefined,
): Promise<readonly Message[]> {
  const before: Message[] = history.map(({ role, content }) =>
    role === 'assistant' ? { role, content: [{ type: 'text', text: content }] } : { role, content },
  );
  const parts = await Promise.all(
    attachment.map(
      async ({ mediaType, name, ...file }): Promise<FilePart> => ({
        type: 'file',
        mediaType,
        data: await file.bytes(),
        filename: name,
      }),
    ),
  );
  const last: Message =
    parts.length > 0
      ? { role: 'user', content: [{ type: 'text', text: message }, ...parts] }
      : { role: 'user', content: message };
  return [...(system ? [{ role: 'system', content: system } as const] : []), ...before, last];
}
