// From the options of an AI SDK call to our call.
import type { LanguageModelV4CallOptions, SharedV4Warning } from '@ai-sdk/provider';
import type { CallContext, LanguageCall, ToolDefinition } from '@modeshift/core';
import { fromPrompt, unsupported } from './from-prompt.ts';

/** Our call, its context, and what could not be kept to the letter. */
export interface ReadCall {
  readonly call: LanguageCall;
  readonly context: CallContext;
  readonly warnings: SharedV4Warning[];
}

/** @throws ModeshiftError `unsupported` for tools that a vendor runs itself. */
export function fromCallOptions(options: LanguageModelV4CallOptions): ReadCall {
  const { responseFormat, toolChoice, reasoning, abortSignal } = options;
  const warnings: SharedV4Warning[] = [];
  if (reasoning === 'xhigh' || reasoning === 'max')
    warnings.push({ type: 'compatibility', feature: 'reasoning', details: `"${reasoning}" is taken as "high".` });
  const call = {
    messages: fromPrompt(options.prompt),
    maxTokens: options.maxOutputTokens,
    temperature: options.temperature,
    topP: options.topP,
    topK: options.topK,
    stop: options.stopSequences,
    seed: options.seed,
    frequencyPenalty: options.frequencyPenalty,
    presencePenalty: options.presencePenalty,
    reasoning:
      reasoning === 'provider-default' ? undefined : reasoning === 'xhigh' || reasoning === 'max' ? 'high' : reasoning,
    output:
      responseFormat?.type === 'json'
        ? {
            type: 'json',
            schema: responseFormat.schema ?? { type: 'object' },
            ...(responseFormat.name !== undefined && { name: responseFormat.name }),
          }
        : undefined,
    tools: options.tools?.map((tool): ToolDefinition => {
      if (tool.type !== 'function') throw unsupported(`the tool "${tool.name}", which its vendor runs itself`);
      const { name, description, inputSchema } = tool;
      return {
        name,
        ...(description !== undefined && { description }),
        parameters: inputSchema as ToolDefinition['parameters'],
      };
    }),
    // `ai` sends a choice also where there is nothing to choose from.
    toolChoice:
      !options.tools || options.tools.length === 0
        ? undefined
        : toolChoice?.type === 'tool'
          ? { name: toolChoice.toolName }
          : toolChoice?.type,
    providerOptions: options.providerOptions,
  };
  const headers = Object.entries(options.headers ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    call: Object.fromEntries(
      Object.entries(call).filter(([, value]) => value !== undefined),
    ) as unknown as LanguageCall,
    context: {
      ...(abortSignal && { signal: abortSignal }),
      ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    },
    warnings,
  };
}
