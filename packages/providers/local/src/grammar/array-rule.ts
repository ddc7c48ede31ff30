// Arrays: first the items of `prefixItems`, then those of `items`, within the limits of their count.
import { ModeshiftError } from '@modeshift/core';
import { countLimit } from './merge-schemas.ts';
import type { SchemaNode } from './schema-nodes.ts';
import type { SchemaRules } from './schema-rules.ts';

const countable = 10_000;

/** Adds an array from `from` to `to`. Without `items`, an array that has `prefixItems` ends with them. */
export function arrayRule(schemas: SchemaRules, from: number, nodes: readonly SchemaNode[], to: number): void {
  const { rules, document } = schemas;
  const parts = nodes.map(node => {
    const { items, prefixItems, additionalItems } = node.schema;
    const prefix = Array.isArray(prefixItems) ? 'prefixItems' : Array.isArray(items) ? 'items' : undefined;
    const list = prefix === undefined ? [] : (node.schema[prefix] as readonly unknown[]);
    const rest = prefix === 'items' ? additionalItems : items;
    const restKey = prefix === 'items' ? 'additionalItems' : 'items';
    return {
      prefix: list.map((_, i) => document.child(node, prefix!, i)),
      rest: rest === undefined ? undefined : document.child(node, restKey),
    };
  });
  const longest = Math.max(0, ...parts.map(part => part.prefix.length));
  const closed = longest > 0 && parts.every(part => part.rest === undefined);
  const min = countLimit(nodes, 'minItems', 'greatest');
  const max = Math.min(countLimit(nodes, 'maxItems', 'least'), closed ? longest : Number.POSITIVE_INFINITY);
  if (min > countable || (max !== Number.POSITIVE_INFINITY && max > countable))
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'grammar' },
      `${nodes[0]?.pointer ?? '#'} has more than ${countable} items to count. Lower minItems or maxItems.`,
    );

  /** From here on every item is like the one before. */
  const steady = Math.max(longest, min, 1);
  const itemRule = (index: number): number =>
    schemas.ruleOf(
      parts.flatMap(part => {
        const node = part.prefix[index] ?? part.rest;
        return node ? [node] : [];
      }),
    );
  const close = rules.beside(from);
  rules.text(close, ']', to);
  const after = new Map<number, number>();
  const item = (at: number, index: number): void => {
    if (index >= max) return;
    const count = max === Number.POSITIVE_INFINITY ? Math.min(index + 1, steady) : index + 1;
    let next = after.get(count);
    if (next === undefined) {
      next = rules.beside(from);
      after.set(count, next);
      pending.push(count);
    }
    rules.call(at, itemRule(index), next);
  };
  const pending: number[] = [];
  const first = schemas.space(rules.text(from, '['));
  if (min === 0) rules.empty(first, close);
  item(first, 0);
  for (let count = pending.shift(); count !== undefined; count = pending.shift()) {
    const at = after.get(count)!;
    if (count >= min) rules.empty(schemas.space(at), close);
    if (count < max) item(schemas.space(rules.text(at, ',')), count);
  }
}
