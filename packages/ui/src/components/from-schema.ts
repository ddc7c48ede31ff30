// Components for the fields of a schema.
import { invalidInput, type JsonSchema, type StandardSchema } from '@modeshift/core';
import { checkbox, dropdown, multiselect, radio } from './choice.ts';
import type { ComponentOptions, InputComponent, InputOptions } from './component.ts';
import { json } from './data.ts';
import { number, slider } from './number.ts';
import { text } from './text.ts';

/**
 * The components that fill in an object: text, numbers (a slider where both ends are known), choices, yes or no, JSON for
 * the rest. The words `title`, `description` and `default` of the schema become label, help and first value.
 *
 * @throws ModeshiftError `invalid-input` for a schema that is no object, or that cannot print itself as JSON Schema.
 */
export function componentsOf(schema: StandardSchema): Readonly<Record<string, InputComponent<unknown>>> {
  const { jsonSchema: converter, vendor } = schema['~standard'];
  if (!converter)
    throw invalidInput(
      `The schema (made with ${vendor}) cannot print itself as JSON Schema. Give components by name, or use zod 4.2 or newer, ArkType, or valibot through @valibot/to-json-schema.`,
    );
  const printed = converter.input({ target: 'draft-2020-12' });
  if (printed.type !== 'object' || typeof printed.properties !== 'object')
    throw invalidInput('A schema for inputs must be an object with a property for each input.');
  const required = new Set((printed.required as readonly string[] | undefined) ?? []);
  const fields = Object.entries(printed.properties as Record<string, JsonSchema>);
  return Object.fromEntries(fields.map(([name, field]) => [name, componentOf(field, !required.has(name))]));
}

function componentOf(field: JsonSchema, isOptional: boolean): InputComponent<unknown> {
  const words: ComponentOptions & InputOptions = {
    ...(typeof field.title === 'string' && { label: field.title }),
    ...(typeof field.description === 'string' && { info: field.description }),
    ...(isOptional && { optional: true }),
  };
  const first = field.default;
  const choices = choicesOf(field);
  if (choices) {
    const options = { ...words, ...(typeof first === 'string' && { value: first }) };
    return choices.length <= 5 ? radio(choices, options) : dropdown(choices, options);
  }
  const options = choicesOf(field.items as JsonSchema | undefined);
  if (field.type === 'array' && options)
    return multiselect(options, { ...words, ...(Array.isArray(first) && { value: first as string[] }) });
  switch (field.type) {
    case 'string': {
      const { minLength, maxLength } = field as { minLength?: number; maxLength?: number };
      return text({
        ...words,
        ...(typeof first === 'string' && { value: first }),
        ...(minLength !== undefined && { minLength }),
        ...(maxLength !== undefined && { maxLength }),
      });
    }
    case 'number':
    case 'integer':
      return numericOf(field, words);
    case 'boolean':
      return checkbox({ ...words, ...(typeof first === 'boolean' && { value: first }) });
    default:
      return json({ ...words, ...(first !== undefined && { value: first }) });
  }
}

function numericOf(field: JsonSchema, words: InputOptions): InputComponent<unknown> {
  const { minimum: min, maximum: max, default: value } = field as Record<string, number | undefined>;
  const integer = field.type === 'integer';
  // zod gives every whole number the ends of what JavaScript can count to.
  const isEnd = (end: number | undefined): end is number =>
    end !== undefined && Math.abs(end) < Number.MAX_SAFE_INTEGER;
  const options = {
    ...words,
    integer,
    ...(isEnd(min) && { min }),
    ...(isEnd(max) && { max }),
    ...(value !== undefined && { value }),
  };
  return isEnd(min) && isEnd(max) && min < max ? slider({ ...options, min, max }) : number(options);
}

function choicesOf(field: JsonSchema | undefined): readonly string[] | undefined {
  const choices = field?.enum;
  const areTexts = Array.isArray(choices) && choices.length > 0 && choices.every(one => typeof one === 'string');
  return areTexts ? (choices as string[]) : undefined;
}
