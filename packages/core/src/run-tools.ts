// One step of tool use: runs the calls of an answer and makes the message that answers them.
import { orAborted } from './deadline.ts';
import { throwIfAborted } from './errors.ts';
import type { FilePart, Message, TextPart, ToolResultPart } from './message.ts';
import type { ToolDefinition } from './models.ts';
import type { Tool } from './tool.ts';
import type { InvalidToolCall, ToolCall, ValidToolCall } from './tool-call.ts';

/** What became of a call. */
export type ToolOutcome<Output = unknown> =
  | { readonly status: 'done'; readonly id: string; readonly name: string; readonly output: Output }
  /** The tool threw. */
  | { readonly status: 'failed'; readonly id: string; readonly name: string; readonly error: unknown }
  /** The call could not be run: an unknown tool or wrong arguments. */
  | { readonly status: 'invalid'; readonly id: string; readonly name: string; readonly issues: readonly string[] }
  /** The tool has no `execute`: the caller answers the call. */
  | { readonly status: 'open'; readonly id: string; readonly name: string };

/** What {@link runTools} gives. */
export interface RunToolsResult<Output = unknown> {
  /** One outcome for each call, in order. */
  readonly outcomes: readonly ToolOutcome<Output>[];
  /** What to append to the conversation, after the assistant's message. Calls that are `open` are not in it. */
  readonly message: Extract<Message, { role: 'tool' }>;
}

type OutputOfTool<T> = T extends { readonly execute?: ((...parts: never) => infer Output) | undefined }
  ? Awaited<Output>
  : never;

/**
 * Runs the calls of one answer, at the same time, and makes the message that answers them. What goes wrong in a tool is told
 * to the model and to the caller; it does not throw. A loop of such steps is in `@modeshift/plugins`.
 *
 * @throws ModeshiftError `aborted` when the signal fires, also while a tool that does not look at it still works.
 */
export async function runTools<const Tools extends readonly ToolDefinition[]>(
  calls: readonly ToolCall<NoInfer<Tools>>[],
  tools: Tools,
  options: { readonly signal?: AbortSignal } = {},
): Promise<RunToolsResult<OutputOfTool<Tools[number]>>> {
  const { signal } = options;
  throwIfAborted(signal);
  const steps = await orAborted(
    Promise.all(
      (calls as readonly (ValidToolCall | InvalidToolCall)[]).map(call =>
        run(call, tools.find(one => one.name === call.name) as Tool | undefined, signal),
      ),
    ),
    signal,
  );
  throwIfAborted(signal);
  return {
    outcomes: steps.map(step => step.outcome) as ToolOutcome<OutputOfTool<Tools[number]>>[],
    message: { role: 'tool', content: steps.flatMap(step => step.part ?? []) },
  };
}

async function run(
  call: ValidToolCall | InvalidToolCall,
  tool: Tool | undefined,
  signal: AbortSignal | undefined,
): Promise<{ outcome: ToolOutcome; part?: ToolResultPart }> {
  const { id, name } = call;
  const part = (content: ToolResultPart['content'], isError = false): ToolResultPart => ({
    type: 'tool-result',
    id,
    name,
    content,
    ...(isError && { isError }),
  });
  if (!call.valid || !tool) {
    const issues = call.valid ? [`There is no tool "${name}".`] : call.issues;
    const content = `The call was not run. ${issues.join('\n')}\nCorrect the arguments and call again.`;
    return { outcome: { status: 'invalid', id, name, issues }, part: part(content, true) };
  }
  if (!tool.execute) return { outcome: { status: 'open', id, name } };
  try {
    const output = await tool.execute(call.input, { id, ...(signal && { signal }) });
    const content = tool.toModel ? tool.toModel(output) : asText(output);
    return { outcome: { status: 'done', id, name, output }, part: part(content) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { outcome: { status: 'failed', id, name, error }, part: part(`The tool failed: ${said}`, true) };
  }
}

function asText(output: unknown): string | readonly (TextPart | FilePart)[] {
  if (typeof output === 'string') return output;
  return JSON.stringify(output) ?? 'done';
}
