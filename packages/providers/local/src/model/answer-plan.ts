// From a call to what the generator is asked: prompt ids, sampling, grammar, and how the answer is read.
import { invalidInput, type JsonSchema, type LanguageCall, ModeshiftError } from '@modeshift/core';
import { type ChatTemplate, encodeChat, type OutputFormat, outputFormatOf } from '../chat-template/index.ts';
import type { Sampling } from '../engine/sampling.ts';
import type { GrammarSpec, GrammarTool } from '../grammar/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import type { LocalCallOptions } from './call-options.ts';
import type { GenerationDefaults } from './generation-defaults.ts';

/** What planning needs to know of the model. */
export interface PlanContext {
  readonly name: string;
  readonly tokenizer: Tokenizer;
  /** Throws `unsupported` where the checkpoint has none. */
  readonly template: () => ChatTemplate;
  readonly defaults: GenerationDefaults;
}

/** What a call becomes. */
export interface AnswerPlan {
  readonly ids: readonly number[];
  readonly sampling: Sampling;
  readonly grammar: GrammarSpec | undefined;
  /** The answer goes on with a text that is not empty. */
  readonly continues: boolean;
  /** How thoughts and calls of tools are told from text; `undefined` for a raw prompt. */
  readonly format: (OutputFormat & { readonly startsThinking: boolean; readonly tools: readonly string[] }) | undefined;
}

/** Plans an answer. Throws `unsupported` or `invalid-input` for what the checkpoint cannot do, before anything is computed. */
export function planAnswer(call: LanguageCall, context: PlanContext): AnswerPlan {
  const options = (call.providerOptions?.local ?? {}) as LocalCallOptions;
  const sampling = samplingOf(call, options, context.defaults);
  if (options.raw) {
    if (call.tools?.length || call.reasoning !== undefined)
      throw invalidInput('A raw prompt has no chat template, so it has no tools and no reasoning. Leave raw out.');
    const text = rawPrompt(call);
    const ids = context.tokenizer.encode(text, { addSpecialTokens: true });
    const grammar = grammarOf(call, options, undefined);
    return { ids: notEmpty(ids, context), sampling, grammar, continues: text !== '', format: undefined };
  }
  const template = context.template();
  const output = outputFormatOf(template.source);
  const usesTools = (call.tools?.length ?? 0) > 0 && call.toolChoice !== 'none';
  if (usesTools && output.toolCalls === undefined)
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'tools' },
      `The chat template of ${context.name} has no tools. Choose a model that was trained to call them, such as Qwen/Qwen3-0.6B.`,
    );
  const thinks = call.reasoning !== undefined && call.reasoning !== 'none';
  if (thinks && !output.thinks)
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'reasoning' },
      `${context.name} does not think before it answers. Leave reasoning out, or choose a model that does, such as Qwen/Qwen3-0.6B.`,
    );
  // A grammar begins with the first token, so where the answer follows one the model must not think first.
  const grammar = grammarOf(call, options, output.toolCalls);
  const mayThink = thinks || (call.reasoning === undefined && grammar === undefined);
  const rendered = template.render(call.messages, {
    ...(usesTools ? { tools: call.tools! } : {}),
    variables: { ...(output.thinks ? { enable_thinking: mayThink } : {}), ...options.templateVariables },
  });
  const { ids } = encodeChat(context.tokenizer, rendered);
  return {
    ids: notEmpty(ids, context),
    sampling,
    grammar,
    continues: false,
    format: {
      ...output,
      startsThinking: output.thinks && rendered.text.trimEnd().endsWith('<think>'),
      tools: usesTools ? call.tools!.map(({ name }) => name) : [],
    },
  };
}

function rawPrompt({ messages }: LanguageCall): string {
  const [only, ...more] = messages;
  if (only?.role !== 'user' || more.length > 0)
    throw invalidInput('A raw prompt is one user message: the text that the model continues.');
  if (typeof only.content === 'string') return only.content;
  return only.content
    .map(part => {
      if (part.type === 'text') return part.text;
      throw new ModeshiftError({ tag: 'unsupported', feature: 'files' }, 'A local model reads text, and no files.');
    })
    .join('');
}

/** A prompt without a token begins as texts of this model begin. */
function notEmpty(ids: readonly number[], { tokenizer, defaults, name }: PlanContext): readonly number[] {
  if (ids.length > 0) return ids;
  const first = tokenizer.specialTokens.bos ?? defaults.endTokens[0];
  if (first !== undefined) return [first];
  throw invalidInput(`The prompt has no tokens, and ${name} has no token that texts begin with. Give a prompt.`);
}

function samplingOf(call: LanguageCall, options: LocalCallOptions, defaults: GenerationDefaults): Sampling {
  const temperature = call.temperature ?? defaults.temperature;
  // What a checkpoint recommends for sampling says nothing of greedy decoding.
  const { topP, topK, minP } = temperature === 0 ? ({} as Partial<GenerationDefaults>) : defaults;
  const chosen = {
    temperature,
    topP: call.topP ?? topP,
    topK: call.topK ?? topK,
    minP: options.minP ?? minP,
    repetitionPenalty: options.repetitionPenalty ?? defaults.repetitionPenalty,
    frequencyPenalty: call.frequencyPenalty,
    presencePenalty: call.presencePenalty,
    seed: call.seed,
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)) as Sampling;
}

function grammarOf(
  { output, tools = [], toolChoice = 'auto' }: LanguageCall,
  { regex }: LocalCallOptions,
  format: OutputFormat['toolCalls'],
): GrammarSpec | undefined {
  if (regex !== undefined) {
    if (output || tools.length > 0)
      throw invalidInput('A regular expression for the answer cannot stand beside output or tools. Leave one out.');
    return { type: 'regex', pattern: regex };
  }
  const named = typeof toolChoice === 'object' ? toolChoice.name : undefined;
  const required = toolChoice === 'required' || named !== undefined;
  if (output && required)
    throw invalidInput('An answer cannot be a tool call and keep to output at once. Leave output or toolChoice out.');
  if (output?.type === 'choice') return { type: 'choice', choices: output.choices };
  if (output) return { type: 'json', schema: output.schema as JsonSchema };
  if (tools.length === 0 || toolChoice === 'none' || format === undefined) return undefined;
  const wanted = named === undefined ? tools : tools.filter(({ name }) => name === named);
  if (wanted.length === 0) throw invalidInput(`toolChoice names the tool "${named}", which is not among the tools.`);
  return toolGrammar(
    wanted.map(({ name, parameters }) => ({ name, parameters: parameters as JsonSchema })),
    format,
    required,
  );
}

/** Calls as the model was trained to write them. Where a call has no mark before it, calls can be forced and not guarded. */
function toolGrammar(
  tools: readonly GrammarTool[],
  format: NonNullable<OutputFormat['toolCalls']>,
  required: boolean,
): GrammarSpec | undefined {
  const use = required ? 'required' : 'optional';
  const common = { type: 'tools', tools, use, maxCalls: required ? 1 : Number.POSITIVE_INFINITY } as const;
  if (format === 'tagged') return { ...common, before: '<tool_call>\n', after: '\n</tool_call>', between: '\n' };
  if (format === 'bracketed') return { ...common, start: '[TOOL_CALLS][', between: ', ', end: ']' };
  return required ? { ...common, maxCalls: 1, argumentsKey: 'parameters' } : undefined;
}
