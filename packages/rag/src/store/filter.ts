// Conditions on the metadata of documents: one small language, the same in every store.
import { invalidInput } from '@modeshift/core';
import type { Metadata } from '../chunk/document.ts';

/** A value that is compared. Values of different types are never equal, and neither is smaller. */
export type Scalar = string | number | boolean;

/**
 * A condition. A field that a document lacks fulfils no comparison: `eq`, `gt`, `in`, `containsAny` … are false, `ne` and `nin` are
 * true. `eq` compares whole values and is false for lists; `containsAny` and `containsAll` look into lists. An empty list counts as
 * lacking. Strings are ordered by code point.
 */
export type Filter =
  | { readonly field: string; readonly eq: Scalar }
  | { readonly field: string; readonly ne: Scalar }
  | { readonly field: string; readonly gt: string | number }
  | { readonly field: string; readonly gte: string | number }
  | { readonly field: string; readonly lt: string | number }
  | { readonly field: string; readonly lte: string | number }
  | { readonly field: string; readonly in: readonly Scalar[] }
  | { readonly field: string; readonly nin: readonly Scalar[] }
  | { readonly field: string; readonly exists: boolean }
  | { readonly field: string; readonly containsAny: readonly string[] }
  | { readonly field: string; readonly containsAll: readonly string[] }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists', 'containsAny', 'containsAll'] as const;
/** The name of a comparison. */
export type FilterOperator = (typeof operators)[number];

/** A condition taken apart; every store compiles this. */
export type FilterNode =
  | { readonly kind: 'and'; readonly parts: readonly FilterNode[] }
  | { readonly kind: 'or'; readonly parts: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly part: FilterNode }
  | { readonly kind: 'compare'; readonly field: string; readonly operator: FilterOperator; readonly value: unknown };

/**
 * Takes a filter apart.
 *
 * @throws ModeshiftError `invalid-input` for what is no filter, naming the place.
 */
export function parseFilter(filter: Filter, place = 'filter'): FilterNode {
  const wrong = (what: string): never => {
    throw invalidInput(`${place}: ${what}`);
  };
  if (typeof filter !== 'object' || filter === null) return wrong('a condition is an object.');
  const given = filter as unknown as Readonly<Record<string, unknown>>;
  for (const kind of ['and', 'or'] as const) {
    const parts = given[kind];
    if (parts === undefined) continue;
    if (!Array.isArray(parts) || Object.keys(given).length > 1) return wrong(`"${kind}" is a list and stands alone.`);
    return { kind, parts: parts.map((part: Filter, i) => parseFilter(part, `${place}.${kind}[${i}]`)) };
  }
  if (given.not !== undefined) {
    if (Object.keys(given).length > 1) return wrong('"not" stands alone.');
    return { kind: 'not', part: parseFilter(given.not as Filter, `${place}.not`) };
  }
  const { field, ...rest } = given;
  if (typeof field !== 'string' || field === '') return wrong('"field" names a value of the metadata.');
  const [name, ...more] = Object.keys(rest);
  const operator = operators.find(one => one === name);
  if (!operator || more.length > 0) return wrong(`give one of ${operators.join(', ')} beside "field".`);
  const value = rest[operator];
  const isScalar = (one: unknown): boolean =>
    typeof one === 'string' || typeof one === 'boolean' || (typeof one === 'number' && Number.isFinite(one));
  const isList = (test: (one: unknown) => boolean): boolean => Array.isArray(value) && value.every(test);
  const fits = {
    eq: () => isScalar(value),
    ne: () => isScalar(value),
    gt: () => isScalar(value) && typeof value !== 'boolean',
    gte: () => isScalar(value) && typeof value !== 'boolean',
    lt: () => isScalar(value) && typeof value !== 'boolean',
    lte: () => isScalar(value) && typeof value !== 'boolean',
    in: () => isList(isScalar),
    nin: () => isList(isScalar),
    exists: () => typeof value === 'boolean',
    containsAny: () => isList(one => typeof one === 'string'),
    containsAll: () => isList(one => typeof one === 'string'),
  }[operator];
  if (!fits()) return wrong(`"${operator}" cannot take ${JSON.stringify(value) ?? String(value)}.`);
  return { kind: 'compare', field, operator, value };
}

/**
 * Whether metadata fulfils a filter: what every store must agree with.
 *
 * @example
 * ```ts
 * import { matchesFilter } from '@modeshift/rag';
 *
 * const metadata = { year: 2026, topics: ['退款', '物流'] };
 * console.log(matchesFilter(metadata, { and: [{ field: 'year', gte: 2025 }, { field: 'topics', containsAny: ['退款'] }] })); // true
 * console.log(matchesFilter(metadata, { field: 'author', eq: '李' }), matchesFilter(metadata, { field: 'author', ne: '李' })); // false true
 * ```
 */
export function matchesFilter(metadata: Metadata, filter: Filter): boolean {
  return matches(metadata, parseFilter(filter));
}

function matches(metadata: Metadata, node: FilterNode): boolean {
  if (node.kind === 'and') return node.parts.every(part => matches(metadata, part));
  if (node.kind === 'or') return node.parts.some(part => matches(metadata, part));
  if (node.kind === 'not') return !matches(metadata, node.part);
  const { operator, value } = node;
  const found = Object.hasOwn(metadata, node.field) ? metadata[node.field] : undefined;
  const list = Array.isArray(found) ? (found as readonly string[]) : [];
  const isEqual = (one: unknown): boolean => found === one;
  const compared = (): number =>
    typeof found === typeof value ? compare(found as string | number, value as string | number) : Number.NaN;
  switch (operator) {
    case 'eq':
      return isEqual(value);
    case 'ne':
      return !isEqual(value);
    case 'gt':
      return compared() > 0;
    case 'gte':
      return compared() >= 0;
    case 'lt':
      return compared() < 0;
    case 'lte':
      return compared() <= 0;
    case 'in':
      return (value as unknown[]).some(isEqual);
    case 'nin':
      return !(value as unknown[]).some(isEqual);
    case 'exists':
      return (found !== undefined && !(Array.isArray(found) && found.length === 0)) === value;
    case 'containsAny':
      return (value as string[]).some(one => list.includes(one));
    case 'containsAll':
      return (value as string[]).every(one => list.includes(one));
  }
}

/** The order of numbers, and of strings by code point. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
