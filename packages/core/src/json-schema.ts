// JSON Schema as a schema: checks values by draft 2020-12, without a dependency.
import { invalidInput } from './errors.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/** A JSON Schema that is an object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const unsupported = ['$dynamicRef', '$recursiveRef', 'unevaluatedProperties', 'unevaluatedItems'];

const namedSchemas = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']);

/**
 * Makes a schema of JSON Schema, for shapes that come from data or from another system. `format`, `contentEncoding` and the
 * words that only describe are not checked.
 *
 * @throws ModeshiftError `invalid-input` for a reference out of the schema, for a pattern that is no regular expression, and for the words of JSON Schema that are not
 * supported: `$dynamicRef`, `$recursiveRef`, `unevaluatedProperties`, `unevaluatedItems`.
 * @example
 * ```ts
 * import { jsonSchema, safeParse } from '@modeshift/core';
 *
 * const city = jsonSchema<{ name: string }>({
 *   type: 'object',
 *   properties: { name: { type: 'string', minLength: 1 } },
 *   required: ['name'],
 * });
 * console.log(safeParse(city, { name: '成都' }).ok, safeParse(city, {}).ok); // true false
 * ```
 */
export function jsonSchema<T = unknown>(schema: JsonSchema): StandardSchema<T, T> {
  refuseUnsupported(schema, schema);
  return {
    '~standard': {
      version: 1,
      vendor: 'modeshift',
      validate: value => {
        const issues = check(schema, value, schema);
        return issues.length > 0 ? { issues } : { value: value as T };
      },
      jsonSchema: { input: () => ({ ...schema }), output: () => ({ ...schema }) },
    },
  };
}

/** The schema that a `$ref` inside a document points at. */
export function resolveRef(root: JsonSchema, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined;
  let found: unknown = root;
  for (const step of ref.split('/').slice(1)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = (found as Record<string, unknown> | undefined)?.[name];
  }
  return found;
}

function refuseUnsupported(node: unknown, root: JsonSchema): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [word, value] of Object.entries(node)) {
    if (word === 'const' || word === 'enum' || word === 'default' || word === 'examples') continue;
    if (unsupported.includes(word)) {
      throw invalidInput(`"${word}" of JSON Schema is not supported. Leave it out, or use a schema library.`);
    }
    if (word === '$ref' && typeof value === 'string' && resolveRef(root, value) === undefined) {
      throw invalidInput(`The reference "${value}" of the JSON Schema points at nothing inside the schema.`);
    }
    if (word === 'pattern' && typeof value === 'string') refusePattern(value);
    if (word === 'patternProperties') for (const pattern of Object.keys(value ?? {})) refusePattern(pattern);
    // The names in these are the user's, not words of JSON Schema.
    if (namedSchemas.has(word)) for (const sub of Object.values(value ?? {})) refuseUnsupported(sub, root);
    else refuseUnsupported(value, root);
  }
}

function refusePattern(pattern: string): void {
  try {
    expressionOf(pattern);
  } catch (error) {
    throw invalidInput(
      `The pattern "${pattern}" of the JSON Schema is no regular expression: ${(error as Error).message}`,
    );
  }
}

/** By code points, as JSON Schema says; where that refuses an escape that is usual elsewhere (`\\_`), without. */
function expressionOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

/** What is wrong with a value; empty when nothing is. */
export function check(
  schema: unknown,
  value: unknown,
  root: JsonSchema,
  path: readonly PropertyKey[] = [],
): SchemaIssue[] {
  if (schema === true || schema === undefined) return [];
  if (typeof schema !== 'object' || schema === null) return [{ message: 'nothing is allowed here', path }];
  const words = schema as Record<string, unknown>;
  const issues: SchemaIssue[] = [];
  const issue = (message: string): void => void issues.push({ message, path });
  const isValid = (sub: unknown): boolean => check(sub, value, root, path).length === 0;

  if (typeof words.$ref === 'string') issues.push(...check(resolveRef(root, words.$ref), value, root, path));
  if (words.type !== undefined) {
    const types = Array.isArray(words.type) ? words.type : [words.type];
    if (!types.some(type => hasType(value, type))) {
      issue(`expected ${types.join(' or ')}, got ${typeName(value)}`);
      return issues;
    }
  }
  if (Array.isArray(words.enum) && !words.enum.some(option => equal(option, value))) {
    issue(`expected one of ${words.enum.map(option => JSON.stringify(option)).join(', ')}`);
  }
  if ('const' in words && !equal(words.const, value)) issue(`expected ${JSON.stringify(words.const)}`);
  if (typeof value === 'number') checkNumber(words, value, issue);
  if (typeof value === 'string') checkString(words, value, issue);
  if (Array.isArray(value)) checkArray(words, value, root, path, issues);
  else if (typeof value === 'object' && value !== null) checkObject(words, value, root, path, issues);

  for (const sub of (words.allOf as unknown[] | undefined) ?? []) issues.push(...check(sub, value, root, path));
  if (Array.isArray(words.anyOf) && !words.anyOf.some(isValid)) issue('fits none of the allowed shapes');
  if (Array.isArray(words.oneOf)) {
    const fitting = words.oneOf.filter(isValid).length;
    if (fitting !== 1) issue(`fits ${fitting === 0 ? 'none' : 'more than one'} of the allowed shapes`);
  }
  if (words.not !== undefined && isValid(words.not)) issue('has a shape that is not allowed');
  if (words.if !== undefined) {
    issues.push(...check(isValid(words.if) ? words.then : words.else, value, root, path));
  }
  return issues;
}

function checkNumber(words: Record<string, unknown>, value: number, issue: (message: string) => void): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = words as Record<string, number>;
  if (minimum !== undefined && value < minimum) issue(`must be ${minimum} or more`);
  if (maximum !== undefined && value > maximum) issue(`must be ${maximum} or less`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) issue(`must be more than ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) issue(`must be less than ${exclusiveMaximum}`);
  if (multipleOf !== undefined) {
    const times = value / multipleOf;
    if (Math.abs(times - Math.round(times)) > 1e-9) issue(`must be a multiple of ${multipleOf}`);
  }
}

function checkString(words: Record<string, unknown>, value: string, issue: (message: string) => void): void {
  const { minLength, maxLength, pattern } = words;
  // JSON Schema counts Unicode code points.
  const length = minLength === undefined && maxLength === undefined ? 0 : [...value].length;
  if (typeof minLength === 'number' && length < minLength) issue(`must have ${minLength} characters or more`);
  if (typeof maxLength === 'number' && length > maxLength) issue(`must have ${maxLength} characters or fewer`);
  if (typeof pattern === 'string' && !expressionOf(pattern).test(value)) issue(`must match ${pattern}`);
}

function checkArray(
  words: Record<string, unknown>,
  value: readonly unknown[],
  root: JsonSchema,
  path: readonly PropertyKey[],
  issues: SchemaIssue[],
): void {
  const { minItems, maxItems, uniqueItems, contains } = words;
  const first = Array.isArray(words.prefixItems) ? words.prefixItems : [];
  value.forEach((item, index) => {
    issues.push(...check(index < first.length ? first[index] : words.items, item, root, [...path, index]));
  });
  if (typeof minItems === 'number' && value.length < minItems)
    issues.push({ message: `must have ${minItems} items or more`, path });
  if (typeof maxItems === 'number' && value.length > maxItems)
    issues.push({ message: `must have ${maxItems} items or fewer`, path });
  if (uniqueItems === true && value.some((item, i) => value.slice(0, i).some(other => equal(other, item)))) {
    issues.push({ message: 'must not repeat an item', path });
  }
  if (contains !== undefined) {
    const found = value.filter(item => check(contains, item, root).length === 0).length;
    const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = words as Record<string, number>;
    if (found < minContains || found > maxContains)
      issues.push({ message: 'has too few or too many items of a kind', path });
  }
}

function checkObject(
  words: Record<string, unknown>,
  value: object,
  root: JsonSchema,
  path: readonly PropertyKey[],
  issues: SchemaIssue[],
): void {
  const properties = (words.properties ?? {}) as Record<string, unknown>;
  const patterns = Object.entries((words.patternProperties ?? {}) as Record<string, unknown>);
  const dependent = Object.entries((words.dependentRequired ?? {}) as Record<string, readonly string[]>);
  const needed = new Set((words.required ?? []) as readonly string[]);
  for (const [name, names] of dependent) if (Object.hasOwn(value, name)) for (const one of names) needed.add(one);
  for (const name of needed) {
    if (!Object.hasOwn(value, name)) issues.push({ message: 'is missing', path: [...path, name] });
  }
  const entries = Object.entries(value);
  for (const [name, item] of entries) {
    const at = [...path, name];
    const matching = patterns.filter(([pattern]) => expressionOf(pattern).test(name));
    if (Object.hasOwn(properties, name)) issues.push(...check(properties[name], item, root, at));
    for (const [, sub] of matching) issues.push(...check(sub, item, root, at));
    if (matching.length === 0 && !Object.hasOwn(properties, name)) {
      if (words.additionalProperties === false) issues.push({ message: 'is not a known property', path: at });
      else issues.push(...check(words.additionalProperties, item, root, at));
    }
    if (words.propertyNames !== undefined) issues.push(...check(words.propertyNames, name, root, at));
  }
  for (const [name, sub] of Object.entries((words.dependentSchemas ?? {}) as Record<string, unknown>)) {
    if (Object.hasOwn(value, name)) issues.push(...check(sub, value, root, path));
  }
  const { minProperties, maxProperties } = words;
  if (typeof minProperties === 'number' && entries.length < minProperties)
    issues.push({ message: 'has too few properties', path });
  if (typeof maxProperties === 'number' && entries.length > maxProperties)
    issues.push({ message: 'has too many properties', path });
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function hasType(value: unknown, type: unknown): boolean {
  return type === 'integer' ? Number.isInteger(value) : type === typeName(value);
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      key => Object.hasOwn(b, key) && equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
