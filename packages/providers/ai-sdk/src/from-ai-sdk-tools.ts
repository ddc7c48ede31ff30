// Tools of the AI SDK as ours.
import {
  invalidInput,
  type JsonSchema,
  jsonSchema,
  ModeshiftError,
  type StandardSchema,
  type Tool,
  type ToolContext,
  tool,
} from '@modeshift/core';

/** A tool of the AI SDK, as far as it is used here: what `tool()` and `dynamicTool()` of `ai`, and its MCP client, give. */
export interface AiSdkTool {
  readonly type?: string | undefined;
  readonly description?: unknown;
  readonly inputSchema: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: tools of every input stand side by side in a set.
  readonly execute?: ((input: any, options: any) => unknown) | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly toModelOutput?: ((options: any) => unknown) | undefined;
}

interface TheirSchema {
  readonly jsonSchema: JsonSchema | PromiseLike<JsonSchema>;
  readonly validate?: (value: unknown) => Validated | PromiseLike<Validated>;
}

type Validated = { success: true; value: unknown } | { success: false; error: Error };

/**
 * A set of tools of the AI SDK, for our `generateText`, `runTools` and agents. Schemas of zod and of any library with Standard
 * JSON Schema work, and `jsonSchema()` of `ai`. A tool that gives several results counts by its last one.
 *
 * @throws ModeshiftError `unsupported` for tools that a vendor runs itself; `invalid-input` for a schema that cannot be printed.
 * @example
 * ```ts
 * import { fromAiSdkTools } from '@modeshift/ai-sdk';
 * import { z } from 'zod';
 *
 * // As made by tool() of `ai`.
 * const theirs = {
 *   weather: { inputSchema: z.object({ city: z.string() }), execute: ({ city }: { city: string }) => `${city} 21°` },
 * };
 * const [weather] = await fromAiSdkTools(theirs);
 * console.log(weather?.name, await weather?.execute?.({ city: '成都' }, { id: '1' })); // weather 成都 21°
 * ```
 */
export function fromAiSdkTools(tools: Readonly<Record<string, AiSdkTool>>): Promise<readonly Tool[]> {
  return Promise.all(Object.entries(tools).map(([name, one]) => fromAiSdkTool(name, one)));
}

async function fromAiSdkTool(name: string, theirs: AiSdkTool): Promise<Tool> {
  const { type = 'function', description, execute, toModelOutput } = theirs;
  if (type !== 'function' && type !== 'dynamic')
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'provider tools' },
      `"${name}" is run by its vendor: only the AI SDK can use it.`,
    );
  const input = await readSchema(name, theirs.inputSchema);
  return tool({
    name,
    input: input as StandardSchema,
    ...(typeof description === 'string' && { description }),
    ...(execute && {
      execute: async (value: unknown, { id, signal }: ToolContext): Promise<unknown> => {
        const options = { toolCallId: id, messages: [], context: {}, ...(signal && { abortSignal: signal }) };
        const output = await lastOf(execute(value, options));
        return toModelOutput ? shown(await toModelOutput({ toolCallId: id, input: value, output })) : output;
      },
    }),
  });
}

async function readSchema(name: string, schema: unknown): Promise<StandardSchema> {
  const given: unknown = typeof schema === 'function' && !('~standard' in schema) ? schema() : schema;
  if (typeof given !== 'object' && typeof given !== 'function') throw invalidInput(`The tool "${name}" has no schema.`);
  if (given !== null && '~standard' in given) return given as StandardSchema;
  const { jsonSchema: printed, validate } = given as TheirSchema;
  if (printed === undefined) throw invalidInput(`The schema of the tool "${name}" is of a kind that cannot be read.`);
  const json = await printed;
  const own = jsonSchema({ type: 'object', ...json });
  if (!validate) return own;
  const standard = own['~standard'];
  return {
    '~standard': {
      ...standard,
      validate: async value => {
        const checked = await validate(value);
        return checked.success ? { value: checked.value } : { issues: [{ message: checked.error.message }] };
      },
    },
  };
}

async function lastOf(output: unknown): Promise<unknown> {
  if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output)) return output;
  let last: unknown;
  for await (const one of output as AsyncIterable<unknown>) last = one;
  return last;
}

/** What a tool wants the model to see, as a value that ours writes out. */
function shown(output: unknown): unknown {
  const { type, value } = output as { type: string; value: unknown };
  if (type === 'error-text' || type === 'error-json')
    throw new Error(typeof value === 'string' ? value : JSON.stringify(value));
  if (type !== 'content') return value;
  const parts = value as readonly { type: string; text?: string }[];
  const texts = parts.filter(part => part.type === 'text').map(part => part.text);
  return texts.length === parts.length ? texts.join('\n') : value;
}
