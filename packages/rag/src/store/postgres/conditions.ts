// Access and filters as SQL over rows that have `tenant`, `open` and `access`, and documents with `metadata`.
import type { Access } from '../access.ts';
import { type Filter, type FilterNode, parseFilter } from '../filter.ts';

/** The values of a statement, each named where it is put in. */
export class Values {
  readonly list: unknown[] = [];

  /** The place of a value, e.g. `$3`. */
  put(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/** Rows that may be seen. Said in every statement, since row-level security does not bind a superuser. */
export function visible(values: Values, access: Access, table: string): string {
  if (access === 'all') return 'true';
  const labels = values.put(access.labels ?? []);
  return `${table}.tenant = ${values.put(access.tenant ?? '')} AND (${table}.open OR ${table}.access && ${labels}::text[])`;
}

/** The documents `d` of a collection that may be seen and fulfil a filter. */
export function condition(values: Values, collection: number, access: Access, filter?: Filter): string {
  const parts = [`d.collection = ${values.put(collection)}`, visible(values, access, 'd')];
  if (filter) parts.push(compile(values, parseFilter(filter)));
  return parts.map(part => `(${part})`).join(' AND ');
}

function compile(values: Values, node: FilterNode): string {
  if (node.kind === 'not') return `NOT (${compile(values, node.part)})`;
  if (node.kind !== 'compare') {
    const parts = node.parts.map(part => `(${compile(values, part)})`);
    if (parts.length === 0) return node.kind === 'and' ? 'true' : 'false';
    return parts.join(node.kind === 'and' ? ' AND ' : ' OR ');
  }
  const { field, operator, value } = node;
  const has = (what: unknown): string => `d.metadata @> ${values.put(JSON.stringify({ [field]: what }))}::jsonb`;
  const oneOf = (list: readonly unknown[]): string => `(${['false', ...list.map(has)].join(' OR ')})`;
  const symbol = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
  switch (operator) {
    case 'eq':
      return has(value);
    case 'ne':
      return `NOT ${has(value)}`;
    case 'in':
      return oneOf(value as unknown[]);
    case 'nin':
      return `NOT ${oneOf(value as unknown[])}`;
    case 'exists': {
      const name = values.put(field);
      const exists = `(d.metadata ? ${name}::text AND d.metadata -> ${name}::text <> '[]'::jsonb)`;
      return value ? exists : `NOT ${exists}`;
    }
    case 'containsAny':
      return oneOf((value as string[]).map(one => [one]));
    case 'containsAll':
      return (value as string[]).length === 0 ? 'true' : has(value);
    default: {
      const name = `${values.put(field)}::text`;
      const isNumber = typeof value === 'number';
      const [left, right] = isNumber
        ? [`(d.metadata ->> ${name})::float8`, `${values.put(value)}::float8`]
        : [`(d.metadata ->> ${name}) COLLATE "C"`, `${values.put(value)}::text COLLATE "C"`];
      // A cast must not meet a value of another type.
      return `CASE WHEN jsonb_typeof(d.metadata -> ${name}) = '${isNumber ? 'number' : 'string'}' THEN ${left} ${symbol[operator]} ${right} ELSE false END`;
    }
  }
}
