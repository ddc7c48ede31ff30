// Calls of tools as a model wrote them: read, checked and typed.
import type { AssistantPart, ToolCallPart } from './message.ts';
import type { ToolDefinition } from './models.ts';
import type { Tool } from './tool.ts';
import { validate } from './validate.ts';

/** A call whose arguments fit the tool. */
export interface ValidToolCall<Name extends string = string, Input = unknown> {
  readonly valid: true;
  readonly id: string;
  readonly name: Name;
  readonly input: Input;
  /** The arguments as the model wrote them: JSON text. */
  readonly arguments: string;
}

/** A call that cannot be run: an unknown tool, arguments that are no JSON or do not fit. */
export interface InvalidToolCall {
  readonly valid: false;
  readonly id: string;
  readonly name: string;
  readonly input?: undefined;
  readonly arguments: string;
  /** What is wrong, in sentences that can be given back to the model. */
  readonly issues: readonly string[];
}

/** A call of one of some tools; `name` tells which, and types `input`. */
export type ToolCall<Tools extends readonly ToolDefinition[] = readonly ToolDefinition[]> =
  | ValidCallOf<Tools[number]>
  | InvalidToolCall;

type ValidCallOf<T extends ToolDefinition> = T extends unknown ? ValidToolCall<T['name'], InputOf<T>> : never;
type InputOf<T> = T extends {
  readonly schema: { readonly '~standard': { readonly types?: { readonly output: infer Input } | undefined } };
}
  ? Input
  : unknown;

/** What a provider sees of a tool. */
export function withoutExecution({ name, description, parameters, cache }: ToolDefinition): ToolDefinition {
  return { name, ...(description !== undefined && { description }), parameters, ...(cache && { cache }) };
}

/** Reads and checks the calls of an answer. Never throws for what the model wrote. */
export async function readToolCalls<Tools extends readonly ToolDefinition[]>(
  content: readonly AssistantPart[],
  tools: Tools | undefined,
): Promise<readonly ToolCall<Tools>[]> {
  const calls: (ValidToolCall | InvalidToolCall)[] = [];
  for (const part of content) if (part.type === 'tool-call') calls.push(await readToolCall(part, tools ?? []));
  return calls as ToolCall<Tools>[];
}

async function readToolCall(
  part: ToolCallPart,
  tools: readonly (ToolDefinition | Tool)[],
): Promise<ValidToolCall | InvalidToolCall> {
  const { id, name } = part;
  const call = { id, name, arguments: part.arguments };
  const wrong = (issues: readonly string[]): InvalidToolCall => ({ ...call, valid: false, issues });
  const tool = tools.find(one => one.name === name);
  if (!tool) {
    const known = tools.map(one => one.name).join(', ') || 'none';
    return wrong([`There is no tool "${name}". The tools are: ${known}.`]);
  }
  let input: unknown;
  try {
    // A tool without parameters is called with an empty string by some servers.
    input = JSON.parse(part.arguments.trim() || '{}');
  } catch (error) {
    return wrong([`The arguments are no valid JSON: ${(error as Error).message}`]);
  }
  if (!('schema' in tool)) return { ...call, valid: true, input };
  const checked = await validate(tool.schema, input);
  return checked.ok ? { ...call, valid: true, input: checked.value } : wrong(checked.issues);
}
