// Validation that may be asynchronous and never throws.
import { describeIssue, type ParseResult } from './parse.ts';
import type { StandardSchema } from './standard-schema.ts';

/** Checks a value; a schema that throws or rejects counts as an issue. */
export async function validate<T>(schema: StandardSchema<T>, value: unknown): Promise<ParseResult<T>> {
  try {
    const result = await schema['~standard'].validate(value);
    return result.issues ? { ok: false, issues: result.issues.map(describeIssue) } : { ok: true, value: result.value };
  } catch (error) {
    return {
      ok: false,
      issues: [`The check itself failed: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
}
