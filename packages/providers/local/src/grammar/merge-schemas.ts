// What several schemas ask of one value together, keyword by keyword.
import { invalidInput, type JsonSchema } from '@modeshift/core';
import { isObject, type SchemaNode } from './schema-nodes.ts';

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';
const jsonTypes: readonly JsonType[] = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

/** The keywords that constrain values of a type. */
const keywordsOf = {
  object: [
    'properties',
    'required',
    'additionalProperties',
    'patternProperties',
    'propertyNames',
    'minProperties',
    'maxProperties',
    'unevaluatedProperties',
  ],
  array: ['items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
} as const;

/** Keywords of validation that no grammar here can hold. */
const unenforceable: Readonly<Record<string, (value: unknown) => boolean>> = {
  not: () => true,
  if: () => true,
  dependentRequired: value => isObject(value) && Object.keys(value).length > 0,
  dependentSchemas: value => isObject(value) && Object.keys(value).length > 0,
  dependencies: value => isObject(value) && Object.keys(value).length > 0,
  contains: () => true,
  uniqueItems: value => value === true,
  unevaluatedItems: () => true,
  $dynamicRef: () => true,
  $recursiveRef: () => true,
};

/** The conjunction of several schemas, without `$ref`, `allOf`, `anyOf` and `oneOf`. */
export interface MergedSchema {
  readonly nodes: readonly SchemaNode[];
  readonly types: ReadonlySet<JsonType>;
  /** The values that are left, where there is an `enum` or `const`. */
  readonly values: readonly unknown[] | undefined;
}

/** A JSON text that is the same for equal values. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function typesOf({ schema, pointer }: SchemaNode): ReadonlySet<JsonType> {
  const given = schema.type;
  if (given !== undefined) {
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    for (const type of list)
      if (!jsonTypes.includes(type as JsonType))
        throw invalidInput(
          `${pointer}/type is ${JSON.stringify(type)}; the types of JSON Schema are ${jsonTypes.join(', ')}.`,
        );
    return new Set(list as JsonType[]);
  }
  // Without a type, a schema with e.g. `properties` is meant for objects: of what it allows, that part is generated.
  const hinted = (Object.keys(keywordsOf) as (keyof typeof keywordsOf)[]).filter(type =>
    keywordsOf[type].some(keyword => keyword in schema),
  );
  return hinted.length > 0
    ? new Set<JsonType>(hinted)
    : new Set<JsonType>(jsonTypes.filter(type => type !== 'integer'));
}

/** The type of a value; whole numbers are `integer`. */
export function typeOfValue(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as JsonType;
}

function intersectTypes(a: ReadonlySet<JsonType>, b: ReadonlySet<JsonType>): Set<JsonType> {
  const out = new Set<JsonType>();
  for (const type of a)
    if (b.has(type) || (type === 'integer' && b.has('number'))) out.add(type);
    else if (type === 'number' && b.has('integer')) out.add('integer');
  if (out.has('number')) out.delete('integer');
  return out;
}

/** Merges nodes. `report` is told of each keyword that cannot be enforced. */
export function mergeSchemas(
  nodes: readonly SchemaNode[],
  report: (pointer: string, why: string) => void,
): MergedSchema {
  let types: ReadonlySet<JsonType> = new Set<JsonType>(jsonTypes.filter(type => type !== 'integer'));
  let values: Map<string, unknown> | undefined;
  for (const node of nodes) {
    const { schema, pointer } = node;
    for (const [keyword, applies] of Object.entries(unenforceable))
      if (keyword in schema && applies(schema[keyword]))
        report(`${pointer}/${keyword}`, `"${keyword}" cannot be enforced`);
    const lists = [
      ...('enum' in schema ? [listOf(schema, 'enum', pointer)] : []),
      ...('const' in schema ? [[schema.const]] : []),
    ];
    for (const list of lists) {
      const mine = new Map(list.map(value => [canonical(value), value]));
      values = values === undefined ? mine : new Map([...values].filter(([key]) => mine.has(key)));
    }
    const silent = schema.type === undefined && (lists.length > 0 || '$ref' in schema || 'allOf' in schema);
    const structural = Object.values(keywordsOf)
      .flat()
      .some(keyword => keyword in schema);
    if (!silent || structural) types = intersectTypes(types, typesOf(node));
  }
  const kept = values && [...values.values()].filter(value => fitsTypes(value, types));
  return { nodes, types, values: kept };
}

function fitsTypes(value: unknown, types: ReadonlySet<JsonType>): boolean {
  const type = typeOfValue(value);
  return types.has(type) || (type === 'integer' && types.has('number'));
}

/** A keyword that must hold a list. */
export function listOf(schema: JsonSchema, keyword: string, pointer: string): readonly unknown[] {
  const value = schema[keyword];
  if (!Array.isArray(value)) throw invalidInput(`${pointer}/${keyword} must be a list.`);
  return value;
}

/** The strictest of a count keyword over all nodes, e.g. the greatest `minItems`. */
export function countLimit(nodes: readonly SchemaNode[], keyword: string, strictest: 'greatest' | 'least'): number {
  let out = strictest === 'greatest' ? 0 : Number.POSITIVE_INFINITY;
  for (const { schema, pointer } of nodes) {
    const value = schema[keyword];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
      throw invalidInput(`${pointer}/${keyword} must be a whole number of at least 0.`);
    out = strictest === 'greatest' ? Math.max(out, value) : Math.min(out, value);
  }
  return out;
}

/** Whether two merged schemas can have no value in common, as far as types and listed values tell. */
export function differInKind(a: MergedSchema, b: MergedSchema): boolean {
  if (a.values && b.values) {
    const keys = new Set(a.values.map(canonical));
    return !b.values.some(value => keys.has(canonical(value)));
  }
  const [listed, open] = a.values ? [a, b] : [b, a];
  if (listed.values) return !listed.values.some(value => fitsTypes(value, open.types));
  return intersectTypes(a.types, b.types).size === 0;
}
