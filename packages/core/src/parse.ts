// Validation through Standard Schema, with issues that read as sentences.
import { invalidInput, ModeshiftError } from './errors.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/** What {@link safeParse} gives. */
export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly string[] };

/**
 * Validates a value without throwing for a wrong one.
 *
 * @throws ModeshiftError `invalid-input` when the schema validates asynchronously.
 */
export function safeParse<T>(schema: StandardSchema<T>, value: unknown): ParseResult<T> {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw invalidInput('The schema validates asynchronously. Use a schema without asynchronous checks here.');
  }
  return result.issues ? { ok: false, issues: result.issues.map(describeIssue) } : { ok: true, value: result.value };
}

/**
 * Validates a value and returns what the schema makes of it.
 *
 * @param what names the value in the error, e.g. `'example 3 of train'`.
 * @throws ModeshiftError `invalid-input` with the list of issues.
 */
export function parse<T>(schema: StandardSchema<T>, value: unknown, what: string): T {
  const result = safeParse(schema, value);
  if (result.ok) return result.value;
  throw new ModeshiftError(
    { tag: 'invalid-input', issues: result.issues },
    `${capitalized(what)} does not fit its schema: ${result.issues.slice(0, 3).join('; ')}.`,
  );
}

/** An issue as a line of text: where and what. */
export function describeIssue(issue: SchemaIssue): string {
  const path = (issue.path ?? []).map(part => String(typeof part === 'object' ? part.key : part)).join('.');
  return path ? `${path}: ${issue.message}` : issue.message;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
