// Objects: declared members in the schema's order, optional ones left out at will, then members under other keys.
import { invalidInput } from '@modeshift/core';
import {
  type Automaton,
  accepts,
  complement,
  intersect,
  isEmpty,
  lengthAutomaton,
  wordsAutomaton,
} from './automaton.ts';
import { countLimit, listOf } from './merge-schemas.ts';
import { regexAutomaton } from './regex-automaton.ts';
import { isObject, type SchemaNode } from './schema-nodes.ts';
import type { SchemaRules } from './schema-rules.ts';

interface Member {
  readonly name: string;
  readonly nodes: readonly SchemaNode[];
  readonly required: boolean;
}

/** Members under keys that are not declared. `keys` undefined: any key. */
interface OtherMembers {
  readonly keys: Automaton | undefined;
  readonly nodes: readonly SchemaNode[];
}

/**
 * Adds an object from `from` to `to`. Where `properties` are declared and nothing is said of additional ones, there are none;
 * a schema that declares none allows any.
 */
export function objectRule(schemas: SchemaRules, from: number, nodes: readonly SchemaNode[], to: number): void {
  const { rules } = schemas;
  const { members, others } = membersOf(schemas, nodes);
  const least = countLimit(nodes, 'minProperties', 'greatest');
  const most = countLimit(nodes, 'maxProperties', 'least');
  const needed = members.filter(member => member.required).length;
  if (needed > most) return;
  if (least > members.length + (others.length > 0 ? 1 : 0) && others.length > 0)
    schemas.report(
      `${nodes.find(({ schema }) => 'minProperties' in schema)!.pointer}/minProperties`,
      'keys that are not declared may repeat, so that no more than one of them can be counted on',
    );
  const minimum = Math.min(least, members.length + (others.length > 0 ? 1 : 0));
  if (minimum < least && others.length === 0) return;

  const close = rules.beside(from);
  rules.text(close, '}', to);
  const states = new Map<string, number>();
  const stateOf = (key: string, build: (state: number) => void): number => {
    let state = states.get(key);
    if (state === undefined) {
      state = rules.beside(from);
      states.set(key, state);
      build(state);
    }
    return state;
  };
  // Counted as far as a limit needs it: members written, and those that count towards the least number.
  const countTop = most === Number.POSITIVE_INFINITY ? 1 : most;
  /** After a member: `index` is the next one that may come. */
  const after = (index: number, written: number, counted: number, other: boolean): number =>
    stateOf(`after ${index} ${written} ${counted} ${other}`, state => {
      if (counted >= minimum && members.slice(index).every(member => !member.required))
        rules.empty(schemas.space(state), close);
      if (index < members.length || others.length > 0)
        rules.empty(schemas.space(rules.text(state, ',')), member(index, written, counted, other));
    });
  /** Where a member must begin. */
  const member = (index: number, written: number, counted: number, other: boolean): number =>
    stateOf(`member ${index} ${written} ${counted} ${other}`, state => {
      if (most !== Number.POSITIVE_INFINITY && written >= most) return;
      const one = members[index];
      const total = Math.min(written + 1, countTop);
      if (one) {
        const count = Math.min(counted + 1, minimum);
        const key = stateOf(`key ${index} ${total} ${count}`, begin => {
          const value = schemas.space(rules.text(begin, `${JSON.stringify(one.name)}:`));
          rules.call(value, schemas.ruleOf(one.nodes), after(index + 1, total, count, false));
        });
        rules.empty(state, key);
        if (!one.required) rules.empty(state, member(index + 1, written, counted, other));
        return;
      }
      const count = other ? counted : Math.min(counted + 1, minimum);
      const next = others.length > 0 ? after(index, total, count, true) : -1;
      for (const { keys, nodes: values } of others) {
        const colon = rules.beside(from);
        if (keys === undefined) rules.string(state, 0, Number.POSITIVE_INFINITY, colon);
        else {
          const end = rules.beside(from);
          rules.words(rules.text(state, '"'), keys, true, end);
          rules.text(end, '"', colon);
        }
        rules.call(schemas.space(rules.text(colon, ':')), schemas.ruleOf(values), next);
      }
    });
  const first = schemas.space(rules.text(from, '{'));
  if (minimum === 0 && needed === 0) rules.empty(first, close);
  rules.empty(first, member(0, 0, 0, false));
}

function membersOf(schemas: SchemaRules, nodes: readonly SchemaNode[]): { members: Member[]; others: OtherMembers[] } {
  const { document } = schemas;
  const parts = nodes.map(node => {
    const { properties, patternProperties, additionalProperties } = node.schema;
    for (const [keyword, value] of Object.entries({ properties, patternProperties }))
      if (value !== undefined && !isObject(value)) throw invalidInput(`${node.pointer}/${keyword} must be an object.`);
    const patterns = isObject(patternProperties) ? Object.keys(patternProperties) : [];
    return {
      properties: new Map(
        isObject(properties)
          ? Object.keys(properties).map(name => [name, document.child(node, 'properties', name)])
          : [],
      ),
      patterns: patterns.map(pattern => ({
        pattern,
        keys: schemas.at(`${node.pointer}/patternProperties`, () => regexAutomaton(pattern, false)),
        node: document.child(node, 'patternProperties', pattern),
      })),
      additional: additionalProperties === undefined ? undefined : document.child(node, 'additionalProperties'),
    };
  });
  const required = new Set(
    nodes.flatMap(({ schema, pointer }) =>
      schema.required === undefined || typeof schema.required === 'boolean' ? [] : listOf(schema, 'required', pointer),
    ),
  );
  const names = new Set<string>([...parts.flatMap(part => [...part.properties.keys()]), ...(required as Set<string>)]);
  const nameRule = nodes.flatMap(node =>
    node.schema.propertyNames === undefined ? [] : document.flatten([document.child(node, 'propertyNames')]),
  );
  for (const { schema, pointer } of nameRule)
    for (const keyword of ['anyOf', 'oneOf', 'enum', 'const', 'not'])
      if (keyword in schema)
        schemas.report(`${pointer}/${keyword}`, 'of names, only patterns and lengths are enforced');
  const allowedNames =
    nameRule.length === 0
      ? undefined
      : (schemas.stringWords(nameRule) ??
        lengthAutomaton(countLimit(nameRule, 'minLength', 'greatest'), countLimit(nameRule, 'maxLength', 'least')));

  const members: Member[] = [];
  for (const name of names) {
    const values = parts.flatMap(part => {
      const matching = part.patterns.filter(({ keys }) => accepts(keys, name)).map(({ node }) => node);
      const declared = part.properties.get(name);
      if (declared) return [declared, ...matching];
      return matching.length > 0 ? matching : part.additional ? [part.additional] : [];
    });
    if (allowedNames && !accepts(allowedNames, name)) values.push(document.node(false, '#'));
    members.push({ name, nodes: values, required: required.has(name) });
  }

  const others: OtherMembers[] = [];
  const declared = names.size === 0 ? undefined : complement(wordsAutomaton([...names]));
  const restrict = (keys: Automaton | undefined): Automaton | undefined =>
    [declared, allowedNames].reduce((all, one) => (all && one ? intersect(all, one) : (all ?? one)), keys);
  const patterns = parts.flatMap(part => part.patterns);
  for (const [i, { keys, node }] of patterns.entries()) {
    // A key that two patterns match would have to fit both values: such keys are left out.
    const alone = patterns.reduce((all, other, k) => (k === i ? all : intersect(all, complement(other.keys))), keys);
    const rest = parts.flatMap(part =>
      part.additional && !part.patterns.some(one => one.node === node) ? [part.additional] : [],
    );
    const mine = restrict(alone);
    if (!isEmpty(mine!)) others.push({ keys: mine, nodes: [node, ...rest] });
  }
  const open = parts.some(part => part.additional) || !nodes.some(hasDeclared);
  if (open) {
    const additional = parts.flatMap(part => (part.additional ? [part.additional] : []));
    const noPattern = patterns.reduce<Automaton | undefined>(
      (all, { keys }) => (all ? intersect(all, complement(keys)) : complement(keys)),
      undefined,
    );
    const keys = restrict(noPattern);
    if (keys === undefined || !isEmpty(keys)) others.push({ keys, nodes: additional });
  }
  return { members, others: others.filter(({ nodes: values }) => !values.some(node => isNever(node))) };
}

const hasDeclared = ({ schema }: SchemaNode): boolean =>
  schema.properties !== undefined || schema.patternProperties !== undefined || schema.unevaluatedProperties === false;

const isNever = ({ schema }: SchemaNode): boolean => Array.isArray(schema.enum) && schema.enum.length === 0;
