// Access and filters as SQL over the documents of a collection.
import type { Access } from '../access.ts';
import { type Filter, type FilterNode, parseFilter } from '../filter.ts';
import type { SqlValue } from './database.ts';

/** A condition on `documents AS d`, with the values it binds. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** The documents of a collection that may be seen and fulfil a filter. */
export function condition(collection: number, access: Access, filter?: Filter): Condition {
  const parts = [{ sql: 'd.collection = ?', values: [collection] as SqlValue[] }, ...visible(access)];
  if (filter) parts.push(compile(collection, parseFilter(filter)));
  return { sql: parts.map(part => part.sql).join(' AND '), values: parts.flatMap(part => part.values) };
}

function visible(access: Access): { sql: string; values: SqlValue[] }[] {
  if (access === 'all') return [];
  const labels = 'SELECT value FROM json_each(?)';
  return [
    {
      sql: `d.tenant = ? AND (d.open = 1 OR EXISTS (SELECT 1 FROM document_access a WHERE a.document = d.key AND a.label IN (${labels})))`,
      values: [access.tenant ?? '', JSON.stringify(access.labels ?? [])],
    },
  ];
}

function compile(collection: number, node: FilterNode): { sql: string; values: SqlValue[] } {
  if (node.kind === 'not') {
    const { sql, values } = compile(collection, node.part);
    return { sql: `NOT (${sql})`, values };
  }
  if (node.kind !== 'compare') {
    const parts = node.parts.map(part => compile(collection, part));
    const [join, none] = node.kind === 'and' ? (['AND', '1'] as const) : (['OR', '0'] as const);
    const joined = balanced(
      parts.map(part => `(${part.sql})`),
      join,
    );
    return { sql: joined ?? none, values: parts.flatMap(part => part.values) };
  }
  const { field, operator, value } = node;
  const having = (rest: string, values: readonly SqlValue[]): { sql: string; values: SqlValue[] } => ({
    sql: `d.key IN (SELECT m.document FROM metadata_values m WHERE m.collection = ? AND m.field = ?${rest})`,
    values: [collection, field, ...values],
  });
  const not = ({ sql, values }: { sql: string; values: SqlValue[] }) => ({ sql: `NOT (${sql})`, values });
  const equal = (one: unknown) => having(' AND m.kind = ? AND m.value = ?', [kindOf(one), stored(one)]);
  const among = (kind: string, list: readonly SqlValue[], rest = '') =>
    having(` AND m.kind = ? AND m.value IN (SELECT value FROM json_each(?))${rest}`, [kind, JSON.stringify(list)]);
  const oneOf = (list: readonly unknown[]) => {
    const parts = [...new Set(list.map(kindOf))].map(kind =>
      among(kind, list.filter(one => kindOf(one) === kind).map(stored)),
    );
    return { sql: `(${parts.map(part => part.sql).join(' OR ') || '0'})`, values: parts.flatMap(part => part.values) };
  };
  const symbol = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
  switch (operator) {
    case 'eq':
      return equal(value);
    case 'ne':
      return not(equal(value));
    case 'in':
      return oneOf(value as unknown[]);
    case 'nin':
      return not(oneOf(value as unknown[]));
    case 'exists':
      return value ? having('', []) : not(having('', []));
    case 'containsAny':
      return among('list', value as string[]);
    case 'containsAll': {
      const list = [...new Set(value as string[])];
      if (list.length === 0) return { sql: '1', values: [] };
      return among('list', list, ` GROUP BY m.document HAVING count(DISTINCT m.value) = ${list.length}`);
    }
    default:
      return having(` AND m.kind = ? AND m.value ${symbol[operator]} ?`, [kindOf(value), stored(value)]);
  }
}

/** Joined in halves: SQLite takes expressions of up to a thousand levels, and a row of ORs is a level for each. */
function balanced(parts: readonly string[], join: 'AND' | 'OR'): string | undefined {
  if (parts.length < 2) return parts[0];
  const half = parts.length >> 1;
  return `(${balanced(parts.slice(0, half), join)} ${join} ${balanced(parts.slice(half), join)})`;
}

/** Values of different kinds are never equal; `list` marks the entries of lists. */
export const kindOf = (value: unknown): string => typeof value;
/** A scalar as SQLite holds it. */
export const stored = (value: unknown): SqlValue => (typeof value === 'boolean' ? Number(value) : (value as SqlValue));
