// From a call to the body of a Messages request, without the words for streaming.
import { invalidInput, type LanguageCall, ModeshiftError } from '@modeshift/core';
import { choiceSchema } from '@modeshift/core/provider';
import type { ModelTraits } from './model-traits.ts';
import type { AnthropicCallOptions } from './options.ts';
import { type Block, cacheControl } from './to-content.ts';
import { toMessages } from './to-messages.ts';
import { toOutputSchema } from './to-output-schema.ts';
import { toThinking } from './to-thinking.ts';

/** What a request depends on besides the call. */
export interface Dialect {
  readonly traits: ModelTraits;
  readonly maxTokens: number;
  readonly citations: boolean;
}

/** A request, and how to read its answer. */
export interface MessagesRequest {
  readonly body: Record<string, unknown>;
  readonly betas: readonly string[];
  /** The tool whose arguments are the answer, where structured output goes through one. */
  readonly answerTool: string | undefined;
}

/** Cache points that a request may have. */
const cachePoints = 4;

/**
 * Builds the body.
 *
 * @throws ModeshiftError `unsupported` for what the wire cannot say, `invalid-input` for a call that makes no sense.
 */
export function toRequest(modelId: string, call: LanguageCall, dialect: Dialect): MessagesRequest {
  for (const feature of ['seed', 'frequencyPenalty', 'presencePenalty', 'logprobs'] as const) {
    if (call[feature] !== undefined) {
      throw new ModeshiftError({ tag: 'unsupported', feature }, `Anthropic has no ${feature}. Leave it out.`);
    }
  }
  const raw = (call.providerOptions?.anthropic ?? {}) as AnthropicCallOptions;
  const { citations = dialect.citations, betas = [], tools: serverTools = [], output_config, ...fields } = raw;
  const { system, messages } = toMessages(call.messages, { citations });
  if (messages.length === 0)
    throw invalidInput('A call needs at least one message that is not a system message and not empty.');
  const { effort, thinking, max_tokens } = toThinking(modelId, call, dialect.traits, dialect.maxTokens);
  const output = toOutput(call, dialect.traits, thinking ?? (fields.thinking as typeof thinking));
  const outputConfig = {
    ...(effort && { effort }),
    ...(output?.format && { format: output.format }),
    ...(output_config as object | undefined),
  };
  const tools = [...toTools(call), ...serverTools, ...(output?.tool ? [output.tool] : [])] as Block[];
  const body: Record<string, unknown> = {
    model: modelId,
    max_tokens,
    system: system.length > 0 ? system : undefined,
    messages,
    temperature: call.temperature,
    top_p: call.topP,
    top_k: call.topK,
    stop_sequences: call.stop && call.stop.length > 0 ? call.stop : undefined,
    thinking,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: output?.toolChoice ?? (tools.length > 0 ? toToolChoice(call.toolChoice) : undefined),
    output_config: Object.keys(outputConfig).length > 0 ? outputConfig : undefined,
    ...fields,
  };
  for (const [name, value] of Object.entries(body)) if (value === undefined) delete body[name];
  keepLastCachePoints([tools, system, ...messages.map(turn => turn.content)].flat());
  return { body, betas, answerTool: output?.tool?.name };
}

function toTools(call: LanguageCall): Record<string, unknown>[] {
  return (call.tools ?? []).map(({ name, description, parameters, cache }) => ({
    name,
    ...(description !== undefined && { description }),
    input_schema: { type: 'object', ...parameters },
    ...cacheControl(cache),
  }));
}

function toToolChoice(choice: LanguageCall['toolChoice']): Record<string, unknown> | undefined {
  if (typeof choice === 'object') return { type: 'tool', name: choice.name };
  return choice && { type: choice === 'required' ? 'any' : choice };
}

interface OutputRequest {
  readonly format?: Record<string, unknown>;
  readonly tool?: { readonly name: string } & Record<string, unknown>;
  readonly toolChoice?: Record<string, unknown>;
}

function toOutput(
  call: LanguageCall,
  traits: ModelTraits,
  thinking: { readonly type?: unknown } | undefined,
): OutputRequest | undefined {
  const { output } = call;
  if (!output) return undefined;
  if (output.type === 'choice' && output.choices.length === 0)
    throw invalidInput('A choice needs at least one string.');
  const schema = output.type === 'choice' ? choiceSchema(output.choices) : output.schema;
  if (traits.structuredOutput === 'native') return { format: { type: 'json_schema', schema: toOutputSchema(schema) } };
  if (thinking?.type === 'enabled') {
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'structured output while thinking' },
      'This model cannot keep to a schema while it thinks. Leave out reasoning, or take Claude 4.5 or later.',
    );
  }
  const name = output.type === 'json' ? (output.name ?? 'answer') : 'choose';
  if (call.tools?.some(tool => tool.name === name)) {
    throw invalidInput(`The output and a tool are both called "${name}". Give the output another name.`);
  }
  const tool = {
    name,
    description: 'Gives the answer. Call it once, with the whole answer.',
    input_schema: { ...schema, type: 'object' },
  };
  // With tools of the caller the model may use those first.
  const toolChoice = call.tools && call.tools.length > 0 ? { type: 'any' } : { type: 'tool', name };
  return { tool, toolChoice };
}

/** The wire takes four cache points. Each covers everything before it, so the last ones keep what the others would. */
function keepLastCachePoints(blocks: readonly Block[]): void {
  const marked = blocks.filter(block => block.cache_control);
  for (const block of marked.slice(0, Math.max(0, marked.length - cachePoints))) delete block.cache_control;
}
