// How a model writes its thoughts and its calls of tools, told from its chat template.

/** The way in which a model writes calls of tools. */
export type ToolCallFormat =
  /** `<tool_call>{"name": …, "arguments": {…}}</tool_call>`: Hermes, Qwen. */
  | 'tagged'
  /** The whole answer is `{"name": …, "parameters": {…}}`, perhaps behind `<|python_tag|>`: Llama 3. */
  | 'json'
  /** `[TOOL_CALLS] [{"name": …, "arguments": {…}}]`, or `[TOOL_CALLS]name[ARGS]{…}` in newer ones: Mistral. */
  | 'bracketed';

/** What {@link outputParser} needs to know of a model. */
export interface OutputFormat {
  /** `undefined`: the model calls no tools. */
  readonly toolCalls: ToolCallFormat | undefined;
  /** Whether it thinks between `<think>` and `</think>`. */
  readonly thinks: boolean;
}

/**
 * The output format that a chat template shows.
 *
 * @example
 * ```ts
 * import { outputFormatOf } from '@modeshift/local';
 *
 * console.log(outputFormatOf('… <tool_call> … </think> …').toolCalls); // tagged
 * ```
 */
export function outputFormatOf(source: string): OutputFormat {
  const thinks = source.includes('</think>');
  if (source.includes('<tool_call>')) return { toolCalls: 'tagged', thinks };
  if (source.includes('[TOOL_CALLS]')) return { toolCalls: 'bracketed', thinks };
  if (source.includes('<|python_tag|>') || /"parameters"|ipython/.test(source)) return { toolCalls: 'json', thinks };
  return { toolCalls: undefined, thinks };
}
