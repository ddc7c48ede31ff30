// From a call to the body of a response request, without the word for streaming.
import { invalidInput, type LanguageCall, ModeshiftError } from '@modeshift/core';
import { choiceSchema } from '@modeshift/core/provider';
import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import { toResponsesInput } from './to-responses-input.ts';
import { toolStrictness } from './tool-strictness.ts';

/** What a request depends on besides the call. */
export interface ResponsesDialect {
  readonly provider: string;
  /** Asks for encrypted reasoning, to send it back in the next turn. Models that do not reason refuse the wish. */
  readonly includeReasoning: boolean;
  readonly reasoningSummary: 'auto' | 'concise' | 'detailed' | undefined;
  readonly strictTools: boolean;
}

/**
 * Builds the body of a stateless request: nothing is stored at the provider (`store: false`). Fields of
 * `providerOptions.openai` are sent as they are and win over ours, except that `reasoning` and `text` are merged field by
 * field, and `include` and `tools` (the provider's own, such as `{ type: 'web_search' }`) are added to ours.
 *
 * @throws ModeshiftError `unsupported` for what the wire cannot say, `invalid-input` for a call that makes no sense.
 */
export function toResponsesRequest(
  modelId: string,
  call: LanguageCall,
  dialect: ResponsesDialect,
): Omit<ResponseCreateParams, 'stream'> {
  if (call.messages.length === 0) throw invalidInput('A call needs at least one message.');
  for (const name of ['stop', 'seed', 'topK', 'frequencyPenalty', 'presencePenalty'] as const) {
    const value = call[name];
    if (value === undefined || (name === 'stop' && call.stop!.length === 0)) continue;
    const instead =
      name === 'topK' ? 'Use topP or temperature' : `Leave it out, or make the model with { api: 'chat' }`;
    throw new ModeshiftError({ tag: 'unsupported', feature: name }, `The Responses API has no "${name}". ${instead}.`);
  }
  const { output, toolChoice } = call;
  if (output?.type === 'choice' && output.choices.length === 0) {
    throw invalidInput('A choice needs at least one string.');
  }
  const own: Readonly<Record<string, unknown>> = call.providerOptions?.openai ?? {};
  const tools = [
    ...(call.tools ?? []).map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      ...(description !== undefined && { description }),
      parameters,
      strict: dialect.strictTools && toolStrictness(parameters),
    })),
    ...list(own.tools),
  ];
  const include = [
    ...(dialect.includeReasoning ? ['reasoning.encrypted_content'] : []),
    ...(call.logprobs === undefined ? [] : ['message.output_text.logprobs']),
    ...list(own.include),
  ];
  const { reasoningSummary: summary } = dialect;
  const reasoning = {
    ...(call.reasoning && { effort: call.reasoning }),
    ...(summary && { summary }),
    ...(own.reasoning as object | undefined),
  };
  const text = { ...(output && { format: textFormat(output) }), ...(own.text as object | undefined) };
  const body: Record<string, unknown> = {
    model: modelId,
    input: toResponsesInput(call.messages, dialect.provider),
    store: false,
    max_output_tokens: call.maxTokens,
    temperature: call.temperature,
    top_p: call.topP,
    prompt_cache_key: call.promptCacheKey,
    top_logprobs: call.logprobs || undefined,
    tool_choice: typeof toolChoice === 'object' ? { type: 'function', name: toolChoice.name } : toolChoice,
    ...own,
    tools: tools.length > 0 ? tools : undefined,
    include: include.length > 0 ? include : undefined,
    reasoning: Object.keys(reasoning).length > 0 ? reasoning : undefined,
    text: Object.keys(text).length > 0 ? text : undefined,
  };
  for (const [name, value] of Object.entries(body)) if (value === undefined) delete body[name];
  return body as Omit<ResponseCreateParams, 'stream'>;
}

/** Whether a model reasons, by its name: the o series and what follows GPT-4, except the chat models among them. */
export function reasonsByName(modelId: string): boolean {
  const base = modelId.replace(/^ft:/, '');
  return /^(o[1-9]|gpt-(?:[5-9]|[1-9]\d)|codex|computer-use)/.test(base) && !/-chat(-|$)/.test(base);
}

function textFormat(output: NonNullable<LanguageCall['output']>): Record<string, unknown> {
  return output.type === 'json'
    ? { type: 'json_schema', name: output.name ?? 'answer', strict: output.strict ?? true, schema: output.schema }
    : { type: 'json_schema', name: 'choice', strict: true, schema: choiceSchema(output.choices) };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
