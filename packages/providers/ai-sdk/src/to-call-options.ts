// From our call to the options of an AI SDK call.
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { type CallContext, invalidInput, type LanguageCall, ModeshiftError } from '@modeshift/core';
import { choiceSchema } from '@modeshift/core/provider';
import { toPrompt } from './to-prompt.ts';

/**
 * Maps a call.
 *
 * @throws ModeshiftError `unsupported` for log-probabilities, which the AI SDK's specification does not know, and for what the
 * model is said to lack.
 */
export function toCallOptions(
  call: LanguageCall,
  context: CallContext,
  provider: string,
  lacks: readonly (keyof LanguageCall)[] = [],
): LanguageModelV4CallOptions {
  const feature = lacks.find(name => call[name] !== undefined);
  if (feature !== undefined) {
    throw new ModeshiftError({ tag: 'unsupported', feature }, `${provider} has no "${feature}". Leave it out.`);
  }
  if (call.messages.length === 0) throw invalidInput('A call needs at least one message.');
  if (call.logprobs !== undefined) {
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'logprobs' },
      'Models of the AI SDK give no log-probabilities. Use @modeshift/openai or a model in this process.',
    );
  }
  const { toolChoice, tools, output } = call;
  const options = {
    prompt: toPrompt(call.messages, provider),
    maxOutputTokens: call.maxTokens,
    temperature: call.temperature,
    topP: call.topP,
    topK: call.topK,
    stopSequences: call.stop && call.stop.length > 0 ? [...call.stop] : undefined,
    seed: call.seed,
    frequencyPenalty: call.frequencyPenalty,
    presencePenalty: call.presencePenalty,
    reasoning: call.reasoning,
    responseFormat: output && responseFormat(output),
    tools: tools?.map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      ...(description !== undefined && { description }),
      inputSchema: parameters,
    })),
    toolChoice:
      toolChoice === undefined
        ? undefined
        : typeof toolChoice === 'object'
          ? { type: 'tool', toolName: toolChoice.name }
          : { type: toolChoice },
    providerOptions: call.providerOptions,
    headers: context.headers,
    abortSignal: context.signal,
  };
  const present = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as unknown as LanguageModelV4CallOptions;
}

function responseFormat(output: NonNullable<LanguageCall['output']>): unknown {
  if (output.type === 'json') return { type: 'json', schema: output.schema, name: output.name ?? 'answer' };
  if (output.choices.length === 0) throw invalidInput('A choice needs at least one string.');
  return { type: 'json', name: 'choice', schema: choiceSchema(output.choices) };
}
