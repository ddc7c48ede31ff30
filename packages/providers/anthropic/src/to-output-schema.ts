// From JSON Schema to the part of it that the wire can enforce.
import { type JsonSchema, ModeshiftError } from '@modeshift/core';

type Node = Record<string, unknown>;

const formats = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);
const kept = new Set(['type', 'description', 'title', '$ref', 'required']);
const ignored = new Set(['$schema', '$id', '$comment']);

/**
 * Rewrites a schema: objects are closed, `oneOf` becomes `anyOf`, and what cannot be enforced (ranges, lengths, patterns) goes
 * into the description, where the model reads it.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 *
 * @throws ModeshiftError `unsupported` for objects with any keys, tuples, and schemas that allow anything.
 */
export function toOutputSchema(schema: JsonSchema): Record<string, unknown> {
  return rewrite(schema, 'the root');
}

function rewrite(value: unknown, place: string): Node {
  if (!isNode(value)) throw unsupported(`${place} allows anything or nothing`);
  const result: Node = {};
  const dropped: string[] = [];
  const isChoice = 'anyOf' in value || 'oneOf' in value || 'allOf' in value || '$ref' in value;
  if (!isChoice && !('type' in value) && !('enum' in value) && !('const' in value)) {
    throw unsupported(`${place} allows any type`);
  }
  for (const [word, sub] of Object.entries(value)) {
    if (sub === undefined || ignored.has(word)) continue;
    if (kept.has(word)) result[word] = sub;
    else if (word === 'enum' || word === 'const') {
      if (!(Array.isArray(sub) ? sub : [sub]).every(isPrimitive)) throw unsupported(`${place} lists objects`);
      result[word] = sub;
    } else if (word === '$defs' || word === 'definitions' || word === 'properties') {
      result[word] = Object.fromEntries(
        Object.entries(sub as Node).map(([name, part]) => [name, rewrite(part, `"${name}"`)]),
      );
    } else if (word === 'anyOf' || word === 'oneOf') {
      result.anyOf = (sub as unknown[]).map(part => rewrite(part, `a branch of ${place}`));
    } else if (word === 'allOf') result.allOf = (sub as unknown[]).map(part => rewrite(part, `a part of ${place}`));
    else if (word === 'items') {
      if (Array.isArray(sub)) throw unsupported(`${place} is a tuple`);
      result.items = rewrite(sub, `an item of ${place}`);
    } else if (word === 'prefixItems' || word === 'patternProperties') throw unsupported(`${place} has ${word}`);
    else if (word === 'additionalProperties') {
      if (sub !== false && !('properties' in value)) throw unsupported(`${place} takes any key`);
    } else if ((word === 'format' && formats.has(String(sub))) || (word === 'minItems' && (sub === 0 || sub === 1))) {
      result[word] = sub;
    } else dropped.push(`${word}: ${JSON.stringify(sub)}`);
  }
  if (isObject(value)) {
    result.properties ??= {};
    result.additionalProperties = false;
  }
  if (dropped.length > 0) {
    const words = `{${dropped.join(', ')}}`;
    result.description = result.description === undefined ? words : `${result.description}\n\n${words}`;
  }
  return result;
}

function isObject(node: Node): boolean {
  return node.type === 'object' || (Array.isArray(node.type) && node.type.includes('object'));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function unsupported(why: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'unsupported', feature: 'this schema' },
    `Anthropic's structured output cannot express this schema: ${why}. Name every property, or ask for JSON in words.`,
  );
}
