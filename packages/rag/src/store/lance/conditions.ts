// Access and filters as SQL over the rows of a table: https://lancedb.com/docs/search/filtering/
import { invalidInput } from '@modeshift/core';
import type { Metadata } from '../../chunk/document.ts';
import { type Access, tenantOf } from '../access.ts';
import { type Filter, type FilterNode, parseFilter } from '../filter.ts';
import type { DocumentKey } from '../store.ts';

/** A text in SQL. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const list = (texts: readonly string[]): string => `[${texts.map(quote).join(', ')}]`;

/** `column` is one of the texts. */
export const isOneOf = (column: string, texts: readonly string[]): string =>
  texts.length === 0 ? 'false' : `${column} IN (${texts.map(quote).join(', ')})`;

/** What the columns for filters hold of the metadata of a document. */
export interface FilterColumns {
  /** JSON of `[field]` for each field, of `[field, value]` for each scalar, of `[field, [item]]` for each item of a list. */
  readonly facts: readonly string[];
  readonly number_fields: readonly string[];
  readonly numbers: readonly number[];
  readonly string_fields: readonly string[];
  readonly strings: readonly string[];
}

export function filterColumns(metadata: Metadata): FilterColumns {
  const facts: string[] = [];
  const numbers = new Map<string, number>();
  const strings = new Map<string, string>();
  for (const [field, value] of Object.entries(metadata)) {
    if (typeof value === 'object') for (const item of value) facts.push(fact(field, [item]));
    else facts.push(fact(field, value));
    if (typeof value === 'number') numbers.set(field, value);
    if (typeof value === 'string') strings.set(field, value);
    if (typeof value !== 'object' || value.length > 0) facts.push(fact(field));
  }
  return {
    facts,
    number_fields: [...numbers.keys()],
    numbers: [...numbers.values()],
    string_fields: [...strings.keys()],
    strings: [...strings.values()],
  };
}

const fact = (field: string, ...value: readonly unknown[]): string => JSON.stringify([field, ...value]);

/** Rows that may be seen. */
function visible(access: Access): string {
  if (access === 'all') return 'true';
  const { labels = [] } = access;
  const open = labels.length === 0 ? 'open' : `(open OR array_has_any(access, ${list(labels)}))`;
  return `tenant = ${quote(tenantOf(access))} AND ${open}`;
}

/** Rows of a kind that may be seen and fulfil a filter. */
export function condition(kind: 'document' | 'chunk', access: Access, filter?: Filter): string {
  const parts = [`kind = '${kind}'`, visible(access)];
  if (filter) parts.push(compile(parseFilter(filter)));
  return parts.map(part => `(${part})`).join(' AND ');
}

/** Rows of documents by key. */
export function ofDocuments(keys: readonly DocumentKey[], access: Access): string {
  const tenants = Map.groupBy(keys, key => key.tenant ?? tenantOf(access));
  const parts = [...tenants].map(
    ([tenant, some]) =>
      `(tenant = ${quote(tenant)} AND ${isOneOf(
        'document',
        some.map(one => one.id),
      )})`,
  );
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
}

/** LanceDB's parser gives up some levels later. */
const deepest = 16;

function compile(node: FilterNode, depth = 0): string {
  if (depth > deepest)
    throw invalidInput(
      `The filter is nested more than ${deepest} levels deep, too deep for LanceDB. Write it flatter.`,
    );
  if (node.kind === 'not') return `NOT (${compile(node.part, depth + 1)})`;
  if (node.kind !== 'compare') {
    const parts = node.parts.map(part => `(${compile(part, depth + 1)})`);
    if (parts.length === 0) return node.kind === 'and' ? 'true' : 'false';
    return parts.join(node.kind === 'and' ? ' AND ' : ' OR ');
  }
  const { field, operator, value } = node;
  const has = (what: string): string => `array_has(facts, ${quote(what)})`;
  const oneOf = (facts: readonly string[]): string =>
    facts.length === 0 ? 'false' : `array_has_any(facts, ${list(facts)})`;
  switch (operator) {
    case 'eq':
      return has(fact(field, value));
    case 'ne':
      return `NOT ${has(fact(field, value))}`;
    case 'in':
      return oneOf((value as unknown[]).map(one => fact(field, one)));
    case 'nin':
      return `NOT ${oneOf((value as unknown[]).map(one => fact(field, one)))}`;
    case 'exists':
      return value ? has(fact(field)) : `NOT ${has(fact(field))}`;
    case 'containsAny':
      return oneOf((value as string[]).map(one => fact(field, [one])));
    case 'containsAll': {
      const facts = (value as string[]).map(one => fact(field, [one]));
      return facts.length === 0 ? 'true' : `array_has_all(facts, ${list(facts)})`;
    }
    default: {
      const symbol = { gt: '>', gte: '>=', lt: '<', lte: '<=' }[operator];
      const [kind, right] =
        typeof value === 'number'
          ? (['number', `CAST('${value}' AS DOUBLE)`] as const)
          : (['string', quote(String(value))] as const);
      // Strings are compared by their UTF-8 bytes, so by code point; a field that is not there has no place, and is no match.
      const place = `CAST(array_position(${kind}_fields, ${quote(field)}) AS BIGINT)`;
      return `coalesce(array_element(${kind}s, ${place}) ${symbol} ${right}, false)`;
    }
  }
}
