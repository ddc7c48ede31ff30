// A text in, the fields of a schema out, as they are written.
import { invalidInput, type JsonSchema, type LanguageModel, streamObject } from '@modeshift/core';
import type { Cell, Table } from '@modeshift/ui';
import { word } from './words.ts';

const optional = (type: 'string' | 'integer' | 'number', description: string) => ({
  type: [type, 'null'] as const,
  description,
});
const object = (properties: Readonly<Record<string, object>>): JsonSchema =>
  ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false }) as JsonSchema;

/** Schemas to begin with. */
export const schemas = {
  contact: object({
    name: optional('string', 'who it is'),
    city: optional('string', 'where they live'),
    phone: optional('string', 'telephone number as written'),
    email: optional('string', 'e-mail address'),
  }),
  order: object({
    item: optional('string', 'what was ordered'),
    quantity: optional('integer', 'how many'),
    price: optional('number', 'what one costs'),
    color: optional('string', 'its colour'),
  }),
  appointment: object({
    who: optional('string', 'who is to come'),
    day: optional('string', 'the day, as written'),
    time: optional('string', 'the time, as written'),
    place: optional('string', 'where'),
  }),
} as const;

/** The fields of an order as far as they are written. */
export interface OrderFields {
  readonly item?: string | null;
  readonly quantity?: number | null;
  readonly price?: number | null;
  readonly color?: string | null;
}

/** What is shown of an extraction. */
export interface Extraction {
  readonly form: Table;
  readonly object: unknown;
  readonly details?: unknown;
}

/**
 * Reads a schema that a visitor wrote.
 *
 * @throws ModeshiftError `invalid-input` where it is no JSON Schema of an object.
 */
export function readSchema(text: string | undefined): JsonSchema {
  const wrong = 'Write a JSON Schema such as {"type": "object", "properties": {"city": {"type": "string"}}}.';
  let schema: { readonly type?: unknown; readonly properties?: unknown };
  try {
    schema = JSON.parse(text ?? '') as typeof schema;
  } catch (error) {
    throw invalidInput(text?.trim() ? `The schema is no JSON (${(error as Error).message}). ${wrong}` : wrong);
  }
  if (schema?.type !== 'object' || typeof schema.properties !== 'object' || schema.properties === null)
    throw invalidInput(`The schema describes no object with properties. ${wrong}`);
  return schema as JsonSchema;
}

/** Extracts the fields of a schema and yields the form as it fills. */
export async function* extract(
  model: LanguageModel,
  text: string,
  schema: JsonSchema,
  maxTokens: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Extraction> {
  const startedAt = performance.now();
  const fields = Object.keys((schema as { properties: object }).properties);
  // Words that small models were taught, in the language of the text.
  const content = /\p{Script=Han}/u.test(text)
    ? `提取${fields.join('、')}，用JSON。没有的填null。\n${text}`
    : `Extract ${fields.join(', ')} as JSON. Use null for what is missing.\n${text}`;
  const call = streamObject({
    model,
    schema,
    messages: [{ role: 'user', content }],
    temperature: 0,
    signal,
    ...(maxTokens !== undefined && { maxTokens }),
  });
  for await (const partial of call.partials) yield { form: formOf(fields, partial), object: structuredClone(partial) };
  const { object: value, usage, usd } = await call.result;
  const details = {
    model: model.modelId,
    provider: model.provider,
    input_tokens: usage.inputTokens ?? null,
    output_tokens: usage.outputTokens ?? null,
    usd: usd ?? null,
    seconds: Math.round(performance.now() - startedAt) / 1000,
  };
  yield { form: formOf(fields, value), object: value, details };
}

/** A row for each field of the schema, empty until it is written; what is nested has rows of its own. */
function formOf(fields: readonly string[], value: unknown): Table {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { columns: [word('Field'), word('Value')], rows: fields.flatMap(name => rowsOf(name, given[name])) };
}

function rowsOf(name: string, value: unknown): [string, Cell][] {
  if (typeof value !== 'object' || value === null) return [[name, (value ?? null) as Cell]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[name, null]];
  return entries.flatMap(([key, inner]) => rowsOf(Array.isArray(value) ? `${name}[${key}]` : `${name}.${key}`, inner));
}
