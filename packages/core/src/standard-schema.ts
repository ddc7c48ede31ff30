// Standard Schema and Standard JSON Schema, as types only, so that zod, valibot, ArkType and others fit without a dependency.

/**
 * A schema of any library that follows Standard Schema v1 (https://standardschema.dev). zod ≥ 3.24, valibot ≥ 1 and
 * ArkType ≥ 2 follow it.
 *
 * @example
 * ```ts
 * import { parse, type StandardSchema } from '@modeshift/core';
 * import { z } from 'zod';
 *
 * const schema: StandardSchema<{ text: string }> = z.object({ text: z.string() });
 * console.log(parse(schema, { text: 'hi' }, 'the input').text); // "hi"
 * ```
 */
export interface StandardSchema<Output = unknown, Input = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Standard JSON Schema: present in libraries that can print a JSON Schema. */
    readonly jsonSchema?: JsonSchemaConverter | undefined;
  };
}

/** What a validation gives: the value, or the issues found. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing wrong with a value, and where. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Prints a schema as JSON Schema; throws for what JSON Schema cannot express. */
export interface JsonSchemaConverter {
  readonly input: (options: { readonly target: string }) => Record<string, unknown>;
  readonly output: (options: { readonly target: string }) => Record<string, unknown>;
}

/** The type a schema produces. */
export type InferOutput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

/** The type a schema accepts. */
export type InferInput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['input'];
