// A schema for tasks whose answer is one of some labels, and reading the labels out of any schema.
import { invalidInput } from './errors.ts';
import type { StandardSchema } from './standard-schema.ts';

/**
 * A schema that accepts exactly the given labels: for tasks whose labels come from data. `z.enum([...])` serves as well.
 *
 * @throws ModeshiftError `invalid-input` for no label, an empty label or a label that stands twice.
 * @example
 * ```ts
 * import { labels, safeParse } from '@modeshift/core';
 *
 * const topic = labels(['billing', 'delivery']);
 * console.log(safeParse(topic, 'delivery').ok, safeParse(topic, 'other').ok); // true false
 * ```
 */
export function labels<const Label extends string>(values: readonly Label[]): StandardSchema<Label, Label> {
  if (values.length === 0) throw invalidInput('A task needs at least one label.');
  if (new Set(values).size < values.length) throw invalidInput('A label stands twice in the list of labels.');
  if (values.some(value => value.trim() === '')) throw invalidInput('A label is empty. Give every label a name.');
  const known: ReadonlySet<unknown> = new Set(values);
  const jsonSchema = () => ({ type: 'string', enum: [...values] });
  return {
    '~standard': {
      version: 1,
      vendor: 'modeshift',
      validate: value =>
        known.has(value)
          ? { value: value as Label }
          : { issues: [{ message: `${JSON.stringify(value)} is none of the ${values.length} labels` }] },
      jsonSchema: { input: jsonSchema, output: jsonSchema },
    },
  };
}

/** The labels that a schema allows, in its order, or `undefined` when it is not a choice between strings. */
export function labelsOf(schema: StandardSchema): readonly string[] | undefined {
  let json: Record<string, unknown> | undefined;
  try {
    json = schema['~standard'].jsonSchema?.output({ target: 'draft-2020-12' });
  } catch {
    return undefined;
  }
  if (!json) return undefined;
  const choices: unknown[] = Array.isArray(json.enum)
    ? json.enum
    : Array.isArray(json.anyOf)
      ? json.anyOf.map(option => (option as { const?: unknown }).const)
      : 'const' in json
        ? [json.const]
        : [];
  return choices.length > 0 && choices.every(choice => typeof choice === 'string') ? choices : undefined;
}
