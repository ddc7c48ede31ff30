// A tool: what a model sees of it, how its arguments are checked, and what it does.
import { invalidInput } from './errors.ts';
import type { JsonSchema } from './json-schema.ts';
import { type AnySchema, type OutputOf, shapeOf } from './json-schema-of.ts';
import type { FilePart, PromptCacheHint, TextPart } from './message.ts';
import type { ToolDefinition } from './models.ts';
import type { StandardSchema } from './standard-schema.ts';

/** What a tool is given besides its input. */
export interface ToolContext {
  /** The id of the call that the model made. */
  readonly id: string;
  readonly signal?: AbortSignal;
}

/** A tool with checked arguments. It can stand wherever a `ToolDefinition` can. */
export interface Tool<Name extends string = string, Input = unknown, Output = unknown> extends ToolDefinition {
  readonly name: Name;
  readonly schema: StandardSchema<Input>;
  /** Left out: the caller does the work and answers the call itself. */
  readonly execute?: ((input: Input, ctx: ToolContext) => Output | Promise<Output>) | undefined;
  /** The output as the model reads it. Left out: text as it is, anything else as JSON. */
  readonly toModel?: ((output: Output) => string | readonly (TextPart | FilePart)[]) | undefined;
}

/** What {@link tool} takes. */
export interface ToolSpec<Name extends string, Schema extends AnySchema, Output> {
  /** Letters, digits, `_` and `-`; at most 64. */
  readonly name: Name;
  /** When to use it and what it gives, as one would tell a person. */
  readonly description?: string;
  /** The shape of the arguments: an object. */
  readonly input: Schema;
  /** The arguments as JSON Schema, for a schema library that cannot print it. */
  readonly jsonSchema?: JsonSchema;
  readonly execute?: (input: OutputOf<NoInfer<Schema>>, ctx: ToolContext) => Output | Promise<Output>;
  readonly toModel?: (output: NoInfer<Output>) => string | readonly (TextPart | FilePart)[];
  readonly cache?: PromptCacheHint;
}

/**
 * Defines a tool. Its arguments are inferred from the schema and checked before `execute` sees them.
 *
 * @throws ModeshiftError `invalid-input` for a name that providers refuse, or arguments that are not an object.
 * @example
 * ```ts
 * import { generateText, runTools, tool } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 * import { z } from 'zod';
 *
 * const weather = tool({
 *   name: 'weather',
 *   description: 'The temperature of a city, in degrees Celsius.',
 *   input: z.object({ city: z.string() }),
 *   execute: ({ city }) => ({ city, celsius: 21 }),
 * });
 * const model = scriptedModel({
 *   reply: () => [
 *     { type: 'tool-call', id: '1', name: 'weather', arguments: '{"city":"成都"}' },
 *     { type: 'finish', reason: 'tool-calls' },
 *   ],
 * });
 * const answer = await generateText({ model, tools: [weather], messages: [{ role: 'user', content: '成都几度？' }] });
 * const { message } = await runTools(answer.toolCalls, [weather]);
 * console.log(message.content[0]?.content); // {"city":"成都","celsius":21}
 * ```
 */
export function tool<const Name extends string, Schema extends AnySchema, Output = never>(
  spec: ToolSpec<Name, Schema, Output>,
): Tool<Name, OutputOf<Schema>, Output> {
  const { name, description, input, jsonSchema, execute, toModel, cache } = spec;
  if (!/^[\w-]{1,64}$/.test(name)) {
    throw invalidInput(`"${name}" cannot name a tool. Use 1 to 64 letters of a to z, digits, "_" and "-".`);
  }
  const { schema, json } = shapeOf(input, jsonSchema, `the tool "${name}"`);
  if (json.type !== 'object') {
    throw invalidInput(`The arguments of the tool "${name}" must be an object. Put its input into named properties.`);
  }
  const { $schema: _, ...parameters } = json;
  return {
    name,
    ...(description !== undefined && { description }),
    parameters,
    ...(cache && { cache }),
    schema,
    execute,
    toModel,
  };
}
