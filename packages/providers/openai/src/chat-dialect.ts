// How a server's chat completions differ from OpenAI's, and what follows for a request.
import { invalidInput, type LanguageCall, ModeshiftError } from '@modeshift/core';

/** A wish of a call that a server may be known to lack. */
export type Lack =
  | 'topK'
  | 'seed'
  | 'stop'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'logprobs'
  | 'json'
  | 'required tool choice';

/**
 * How a server is told to think: `reasoning_effort: "low"`; `reasoning: { effort }`; or a switch that is on for every level
 * but `none`, as `thinking: { type }` (with `reasoning_effort` beside it or without), `enable_thinking` or
 * `chat_template_kwargs: { enable_thinking }`.
 */
export type ReasoningForm =
  | 'reasoning_effort'
  | 'reasoning'
  | 'thinking'
  | 'thinking with effort'
  | 'enable_thinking'
  | 'chat_template_kwargs';

/** Quirks of a server, as data. Everything left out is as at OpenAI. */
export interface ChatQuirks {
  /** Left out: `max_tokens`, except at OpenAI and Azure. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Asks for usage in streams. Left out: true; false for servers that refuse `stream_options`. */
  readonly includeUsage?: boolean;
  /**
   * The field in which reasoning of earlier turns goes back. Left out: it does not. `reasoning_details` sends what came under
   * that name (signatures and encrypted thoughts included), and other reasoning as `reasoning`.
   */
  readonly replayReasoning?: 'reasoning_content' | 'reasoning' | 'reasoning_details';
  /** A message with tool calls must have its reasoning, or the server refuses it: sent empty where there was none. */
  readonly needsReasoningWithTools?: boolean;
  /** Left out: `reasoning_effort`. */
  readonly reasoning?: ReasoningForm;
  /** What the server refuses or ignores: asking for it throws `unsupported` before any I/O. */
  readonly lacks?: readonly Lack[];
  readonly seedField?: 'random_seed';
  /** The server's word for a forced tool call. Left out: `required`. */
  readonly requiredToolWord?: 'any';
  /** The server knows no choice of one tool: that tool alone is sent, and required. */
  readonly lacksNamedTool?: boolean;
  /** Ids of tool calls must be nine letters and digits: ids that are not are replaced, each by the same one everywhere. */
  readonly shortToolCallIds?: boolean;
  /** The server takes `prompt_cache_key`. */
  readonly hasPromptCacheKey?: boolean;
}

/** What a request depends on besides the call. */
export interface ChatDialect extends ChatQuirks {
  /** The provider, for messages. */
  readonly provider: string;
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  readonly includeUsage: boolean;
}

const instead: Readonly<Partial<Record<Lack, string>>> = {
  topK: 'Use topP or temperature.',
  json: 'Ask for JSON in words: generateObject does so by itself unless "enforce" says otherwise.',
  'required tool choice': 'Leave toolChoice at "auto" and say in the messages that the tool must be called.',
};

/** @throws ModeshiftError `unsupported` where the call wishes for what the server lacks, `invalid-input` for a senseless call. */
export function checkCall(call: LanguageCall, { provider, lacks = [] }: ChatDialect): void {
  if (call.messages.length === 0) throw invalidInput('A call needs at least one message.');
  if (call.output?.type === 'choice' && call.output.choices.length === 0) {
    throw invalidInput('A choice needs at least one string.');
  }
  for (const lack of lacks) {
    if (!wishesFor(call, lack)) continue;
    const advice = instead[lack] ?? 'Leave it out.';
    throw new ModeshiftError({ tag: 'unsupported', feature: lack }, `${provider} has no ${lack}. ${advice}`);
  }
}

function wishesFor(call: LanguageCall, lack: Lack): boolean {
  if (lack === 'json') return call.output !== undefined;
  if (lack === 'stop') return call.stop !== undefined && call.stop.length > 0;
  if (lack === 'required tool choice') return call.toolChoice === 'required' || typeof call.toolChoice === 'object';
  return call[lack] !== undefined;
}

/** The fields that tell the server how hard to think. */
export function reasoningFields(
  level: LanguageCall['reasoning'],
  form: ReasoningForm = 'reasoning_effort',
): Record<string, unknown> {
  if (level === undefined) return {};
  const isOn = level !== 'none';
  switch (form) {
    case 'reasoning_effort':
      return { reasoning_effort: level };
    case 'reasoning':
      return { reasoning: { effort: level } };
    case 'thinking':
      return { thinking: { type: isOn ? 'enabled' : 'disabled' } };
    case 'thinking with effort':
      return isOn ? { thinking: { type: 'enabled' }, reasoning_effort: level } : { thinking: { type: 'disabled' } };
    case 'enable_thinking':
      return { enable_thinking: isOn };
    case 'chat_template_kwargs':
      return { chat_template_kwargs: { enable_thinking: isOn } };
  }
}

/** An id of nine letters and digits: the id itself where it is one, else one that is always made of it. */
export function shortToolCallId(id: string): string {
  if (/^[a-zA-Z0-9]{9}$/.test(id)) return id;
  let [high, low] = [0x811c9dc5, 0x1000193];
  for (let i = 0; i < id.length; i++) {
    high = Math.imul(high ^ id.charCodeAt(i), 0x01000193) >>> 0;
    low = Math.imul(low ^ id.charCodeAt(i), 0x85ebca6b) >>> 0;
  }
  return (high.toString(36).padStart(7, '0').slice(-5) + low.toString(36).padStart(7, '0').slice(-4)).slice(0, 9);
}
