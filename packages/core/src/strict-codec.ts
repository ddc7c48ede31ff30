// Between a schema with optional properties and strict mode, which has none: optional ↔ nullable.
import { check, type JsonSchema, resolveRef } from './json-schema.ts';

/** A schema for strict mode, and the way back. */
export interface StrictCodec {
  /** What to send. Where the shape cannot be strict: the schema as it was given. */
  readonly schema: JsonSchema;
  /** Whether `schema` keeps to strict mode. */
  readonly isStrict: boolean;
  /** Why the shape cannot be strict. */
  readonly problem: string | undefined;
  /** From what the model wrote to what the schema means: `null` for an optional property becomes absent. */
  decode(value: unknown): unknown;
  /** The other way: an absent optional property becomes `null`. For examples shown to the model. */
  encode(value: unknown): unknown;
}

type Node = Record<string, unknown>;

/**
 * Rewrites a JSON Schema for strict mode, as OpenAI and others define it: every object is closed, every property is required,
 * and an optional property becomes one that may be `null`. Shapes that strict mode cannot say (records, tuples, `allOf`,
 * conditions) are left as they are and reported.
 *
 * A property that is both optional and nullable keeps its `null`.
 *
 * Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 *
 * @example
 * ```ts
 * import { strictCodec } from '@modeshift/core';
 *
 * const codec = strictCodec({
 *   type: 'object',
 *   properties: { city: { type: 'string' }, country: { type: 'string' } },
 *   required: ['city'],
 * });
 * console.log(codec.schema.required, codec.decode({ city: '成都', country: null })); // [ 'city', 'country' ] { city: '成都' }
 * ```
 */
export function strictCodec(schema: JsonSchema): StrictCodec {
  const problem = whyNotStrict(schema, 'the root');
  if (problem !== undefined) {
    const same = (value: unknown): unknown => value;
    return { schema, isStrict: false, problem, decode: same, encode: same };
  }
  const strict = tighten(schema, schema);
  const walk =
    (direction: 'decode' | 'encode') =>
    (value: unknown): unknown =>
      translate(schema, strict, value, { direction, loose: schema, strict });
  return { schema: strict, isStrict: true, problem: undefined, decode: walk('decode'), encode: walk('encode') };
}

const impossible = [
  'allOf',
  'not',
  'if',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'prefixItems',
  'propertyNames',
];
const dropped = new Set(['$schema', '$id', 'default', 'examples', 'title', 'readOnly', 'writeOnly']);
const named = ['properties', '$defs', 'definitions'] as const;

function whyNotStrict(node: unknown, place: string): string | undefined {
  if (node === undefined) return undefined;
  if (!isNode(node)) return `${place} allows anything or nothing`;
  if (typeof node.$ref === 'string' && !/^#(\/(\$defs|definitions)\/[^/]+)?$/.test(node.$ref)) {
    return `${place} refers to ${node.$ref}`;
  }
  for (const word of impossible) if (word in node) return `${place} uses "${word}"`;
  if (isNode(node.additionalProperties) || node.additionalProperties === true)
    return `${place} has properties of any name`;
  if (isObject(node) && !isNode(node.properties) && node.additionalProperties !== false) {
    return `${place} has properties of any name`;
  }
  if (node.type === 'array' && node.items === undefined) return `${place} has items of any shape`;
  const says = ['type', '$ref', 'enum', 'const', 'anyOf', 'oneOf', 'properties'];
  if (!says.some(word => word in node)) return `${place} allows anything`;
  for (const group of named) {
    for (const [name, sub] of Object.entries((node[group] ?? {}) as Node)) {
      const problem = whyNotStrict(sub, `"${name}"`);
      if (problem) return problem;
    }
  }
  for (const sub of branches(node)) {
    const problem = whyNotStrict(sub, place);
    if (problem) return problem;
  }
  return node.items === undefined ? undefined : whyNotStrict(node.items, `an item of ${place}`);
}

function tighten(node: Node, root: JsonSchema): Node {
  const result: Node = {};
  for (const [word, value] of Object.entries(node)) if (!dropped.has(word)) result[word] = value;
  for (const group of ['$defs', 'definitions']) {
    if (isNode(node[group])) result[group] = mapValues(node[group], sub => tighten(sub as Node, root));
  }
  if (isNode(node.items)) result.items = tighten(node.items, root);
  if ('anyOf' in node || 'oneOf' in node) {
    delete result.oneOf;
    result.anyOf = branches(node).map(sub => tighten(sub, root));
  }
  if (isObject(node)) {
    const required = new Set((node.required ?? []) as readonly string[]);
    const properties = (node.properties ?? {}) as Record<string, Node>;
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([name, sub]) => {
        const tight = tighten(sub, root);
        return [name, required.has(name) || allowsNull(sub, root) ? tight : orNull(tight)];
      }),
    );
    result.required = Object.keys(properties);
    result.additionalProperties = false;
  }
  return result;
}

function orNull(node: Node): Node {
  const { description, ...rest } = node;
  return { ...(description !== undefined && { description }), anyOf: [rest, { type: 'null' }] };
}

interface Walk {
  readonly direction: 'decode' | 'encode';
  readonly loose: JsonSchema;
  readonly strict: JsonSchema;
}

function translate(loose: Node, strict: Node, value: unknown, walk: Walk): unknown {
  if (typeof loose.$ref === 'string') {
    return translate(
      resolveRef(walk.loose, loose.$ref) as Node,
      resolveRef(walk.strict, loose.$ref) as Node,
      value,
      walk,
    );
  }
  if ('anyOf' in loose || 'oneOf' in loose) {
    const tight = (strict.anyOf ?? []) as Node[];
    const index = branches(loose).findIndex((branch, i) => {
      const [schema, root] = walk.direction === 'decode' ? [tight[i], walk.strict] : [branch, walk.loose];
      return check(schema, value, root).length === 0;
    });
    return index < 0 ? value : translate(branches(loose)[index]!, tight[index]!, value, walk);
  }
  if (Array.isArray(value)) {
    if (!isNode(loose.items)) return value;
    return value.map(item => translate(loose.items as Node, strict.items as Node, item, walk));
  }
  if (!isNode(value) || !isNode(loose.properties)) return value;
  const properties = loose.properties as Record<string, Node>;
  const tightOf = (name: string): Node => (strict.properties as Record<string, Node>)[name]!;
  const required = (loose.required ?? []) as readonly string[];
  const entries: [string, unknown][] = [];
  for (const [name, item] of Object.entries(value)) {
    const sub = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (sub === undefined) {
      entries.push([name, item]);
      continue;
    }
    const madeNullable = !required.includes(name) && !allowsNull(sub, walk.loose);
    if (walk.direction === 'decode' && madeNullable && item === null) continue;
    // An optional property stands in the strict schema as `anyOf: [itself, null]`.
    const tight = madeNullable ? (tightOf(name).anyOf as Node[])[0]! : tightOf(name);
    entries.push([name, translate(sub, tight, item, walk)]);
  }
  if (walk.direction === 'encode') {
    for (const name of Object.keys(properties)) if (!Object.hasOwn(value, name)) entries.push([name, null]);
  }
  return Object.fromEntries(entries);
}

function allowsNull(node: Node, root: JsonSchema): boolean {
  return check(node, null, root).length === 0;
}

function branches(node: Node): Node[] {
  return (node.anyOf ?? node.oneOf ?? []) as Node[];
}

function isObject(node: Node): boolean {
  return node.type === 'object' || (node.type === undefined && isNode(node.properties));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues(node: Node, map: (value: unknown) => unknown): Node {
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, map(value)]));
}
