// The JSON Schema of a schema, and one kind of schema for both Standard Schema and plain JSON Schema.
import { invalidInput, ModeshiftError } from './errors.ts';
import { type JsonSchema, jsonSchema } from './json-schema.ts';
import type { StandardSchema } from './standard-schema.ts';

/**
 * What a caller may give for a shape: a schema of any Standard Schema library, or JSON Schema. Loose on purpose: comparing a
 * whole schema type with `StandardSchema` costs the compiler hundreds of instantiations.
 */
export type AnySchema = { readonly '~standard': { readonly validate: unknown } } | JsonSchema;

/** What a value of a shape is once it is checked; `unknown` for plain JSON Schema. */
export type OutputOf<Schema> = Schema extends {
  readonly '~standard': { readonly types?: { readonly output: infer Output } | undefined };
}
  ? Output
  : unknown;

/** A shape that can both be printed for a model and check what the model gives. */
export interface Shape<T> {
  readonly schema: StandardSchema<T>;
  readonly json: JsonSchema;
}

/**
 * Reads a schema.
 *
 * @param json the JSON Schema, for libraries that cannot print one.
 * @throws ModeshiftError `invalid-input` when there is no JSON Schema to be had.
 */
export function shapeOf<Schema extends AnySchema>(
  schema: Schema,
  json: JsonSchema | undefined,
  what: string,
): Shape<OutputOf<Schema>> {
  if (!('~standard' in schema)) {
    return { schema: jsonSchema<OutputOf<Schema>>(schema), json: json ?? schema };
  }
  const standard = schema as unknown as StandardSchema<OutputOf<Schema>>;
  return { schema: standard, json: json ?? printed(standard, what) };
}

function printed(schema: StandardSchema, what: string): JsonSchema {
  const { vendor, jsonSchema: converter } = schema['~standard'];
  if (!converter) {
    throw invalidInput(
      `The schema of ${what} (made with ${vendor}) cannot print itself as JSON Schema, which a model needs. Give "jsonSchema" beside it (for zod/mini: z.toJSONSchema(schema, { io: 'input' })), or use a schema that implements Standard JSON Schema: zod 4.2 or newer, ArkType, valibot through @valibot/to-json-schema.`,
    );
  }
  try {
    return converter.input({ target: 'draft-2020-12' });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ModeshiftError(
      { tag: 'invalid-input' },
      `The schema of ${what} cannot be expressed as JSON Schema: ${said}. Use plain types in it, or give "jsonSchema" beside it.`,
      { cause: error },
    );
  }
}
