// From a JSON Schema to rules: one rule for each set of subschemas that a value must fit.
import { invalidInput, type JsonSchema, ModeshiftError } from '@modeshift/core';
import { arrayRule } from './array-rule.ts';
import { type Automaton, accepts, intersect, isEmpty, lengthAutomaton } from './automaton.ts';
import type { GrammarOptions, UnenforcedKeyword } from './grammar-spec.ts';
import { countLimit, differInKind, type MergedSchema, mergeSchemas } from './merge-schemas.ts';
import { type NumberLimits, numberAutomaton } from './number-automaton.ts';
import { objectRule } from './object-rule.ts';
import { regexAutomaton } from './regex-automaton.ts';
import type { RuleSet } from './rule-set.ts';
import { type Disjunction, SchemaDocument, type SchemaNode } from './schema-nodes.ts';
import { stringFormats } from './string-formats.ts';

/** The most combinations of `anyOf` and `oneOf` branches in one place. */
const alternativeLimit = 2048;
const annotations = new Set(['title', 'description', 'default', 'examples', '$comment', 'deprecated', '$schema']);

/** What is shared by all schemas of one grammar: the rules, the white space, what could not be enforced. */
export interface SchemaContext {
  readonly rules: RuleSet;
  /** The rule of one run of white space; `undefined` in compact form. */
  readonly space: number | undefined;
  readonly unenforced: UnenforcedKeyword[];
  readonly onUnenforced: NonNullable<GrammarOptions['unenforced']>;
}

/** Rules of one schema document. */
export class SchemaRules {
  readonly document: SchemaDocument;
  readonly rules: RuleSet;
  readonly #context: SchemaContext;
  readonly #known = new Map<string, number>();

  /** `base`: the pointer of the schema in the spec, for messages. */
  constructor(schema: JsonSchema | boolean, context: SchemaContext, base?: string) {
    this.document = new SchemaDocument(schema, base);
    this.rules = context.rules;
    this.#context = context;
  }

  /** The rule of the whole schema. */
  root(): number {
    return this.ruleOf([this.document.root]);
  }

  /** The rule of the values that fit all the nodes. No node: any value. */
  ruleOf(nodes: readonly SchemaNode[]): number {
    const flat = this.document.flatten(nodes);
    const key = this.#key(flat);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const rule = this.rules.rule();
    this.#known.set(key, rule);
    const from = this.rules.starts[rule]!;
    const to = this.rules.state(rule);
    this.rules.states[to]!.final = true;
    let left = alternativeLimit;
    for (const alternative of this.#alternatives(flat, new Set())) {
      if (left-- === 0)
        throw new ModeshiftError(
          { tag: 'unsupported', feature: 'grammar' },
          `${nodes[0]?.pointer ?? '#'} has more than ${alternativeLimit} combinations of anyOf and oneOf branches.`,
        );
      this.#value(from, alternative, to);
    }
    return rule;
  }

  /** One optional run of white space after `from`; returns where it ends. */
  space(from: number): number {
    const { space } = this.#context;
    if (space === undefined) return from;
    const to = this.rules.beside(from);
    this.rules.empty(from, to);
    this.rules.call(from, space, to);
    return to;
  }

  /** Notes a keyword that is not enforced, or throws. */
  report(pointer: string, why: string): void {
    const { onUnenforced, unenforced } = this.#context;
    if (onUnenforced === 'throw')
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'grammar' },
        `${pointer}: ${why}. Take it out of the schema, or pass unenforced: 'ignore' and check the answer yourself.`,
      );
    if (!unenforced.some(one => one.pointer === pointer)) unenforced.push({ pointer, why });
  }

  /** Makes errors of a part of the schema name its place. */
  at<T>(pointer: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (ModeshiftError.is(error) && !error.message.startsWith('#'))
        throw new ModeshiftError(error.reason, `${pointer}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /** Schemas without references that read the same are the same rule. */
  #key(flat: readonly SchemaNode[]): string {
    return flat
      .filter(({ schema }) => Object.keys(schema).some(keyword => !annotations.has(keyword)))
      .map(({ id, schema }) => {
        const bare = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !annotations.has(keyword)));
        const text = JSON.stringify(bare);
        return text.length > 2000 || text.includes('"$ref"') ? `#${id}` : text;
      })
      .sort()
      .join('&');
  }

  *#alternatives(flat: readonly SchemaNode[], done: ReadonlySet<string>): Generator<MergedSchema> {
    const disjunction = this.document.disjunction(flat, done);
    if (!disjunction) {
      yield mergeSchemas(flat, (pointer, why) => this.report(pointer, why));
      return;
    }
    if (disjunction.keyword === 'oneOf') this.#checkExclusive(disjunction, flat);
    for (const branch of disjunction.branches)
      yield* this.#alternatives(this.document.flatten([...flat, branch]), new Set([...done, disjunction.key]));
  }

  /** `oneOf` is followed as `anyOf` where no value can fit two branches; elsewhere it is not enforceable. */
  #checkExclusive({ branches, pointer }: Disjunction, beside: readonly SchemaNode[]): void {
    const around = beside.map(({ id, pointer: place, schema }) => {
      const { oneOf: _, anyOf: __, $ref: ___, allOf: ____, ...rest } = schema;
      return { id, pointer: place, schema: rest };
    });
    for (const [i, a] of branches.entries())
      for (const b of branches.slice(i + 1))
        if (!this.#exclusive([a, ...around], [b, ...around], 3)) {
          this.report(
            pointer,
            `a value may fit both ${a.pointer} and ${b.pointer}, and "exactly one" cannot be enforced`,
          );
          return;
        }
  }

  #exclusive(a: readonly SchemaNode[], b: readonly SchemaNode[], depth: number): boolean {
    const expand = (nodes: readonly SchemaNode[]): MergedSchema[] => {
      const out: MergedSchema[] = [];
      const walk = (flat: readonly SchemaNode[], done: ReadonlySet<string>): void => {
        const inner = this.document.disjunction(flat, done);
        if (!inner || out.length > 32) out.push(mergeSchemas(flat, () => {}));
        else
          for (const branch of inner.branches)
            walk(this.document.flatten([...flat, branch]), new Set([...done, inner.key]));
      };
      walk(this.document.flatten(nodes), new Set());
      return out;
    };
    return expand(a).every(one => expand(b).every(other => this.#differ(one, other, depth)));
  }

  #differ(a: MergedSchema, b: MergedSchema, depth: number): boolean {
    if (differInKind(a, b)) return true;
    const objects = [a, b].every(({ types }) => types.size === 1 && types.has('object'));
    if (!objects || depth === 0) return false;
    const members = (merged: MergedSchema): Map<string, SchemaNode[]> => {
      const out = new Map<string, SchemaNode[]>();
      for (const node of merged.nodes)
        for (const name of Object.keys(node.schema.properties ?? {}))
          out.set(name, [...(out.get(name) ?? []), this.document.child(node, 'properties', name)]);
      return out;
    };
    const required = (merged: MergedSchema): string[] =>
      merged.nodes.flatMap(({ schema }) => (schema.required as string[] | undefined) ?? []);
    const others = members(b);
    const needed = new Set([...required(a), ...required(b)]);
    for (const [name, mine] of members(a)) {
      const theirs = others.get(name);
      if (theirs && needed.has(name) && this.#exclusive(mine, theirs, depth - 1)) return true;
    }
    // A property that one requires and the other, closed, does not know.
    const closedTo = (merged: MergedSchema, name: string): boolean =>
      merged.nodes.some(
        ({ schema }) =>
          schema.additionalProperties === false &&
          schema.patternProperties === undefined &&
          !Object.hasOwn(schema.properties ?? {}, name),
      );
    return required(a).some(name => closedTo(b, name)) || required(b).some(name => closedTo(a, name));
  }

  #value(from: number, merged: MergedSchema, to: number): void {
    const { rules } = this;
    const { types, values } = merged;
    if (values) {
      const left = this.#listed(merged, values);
      const flat = left.filter(value => typeof value !== 'object' || value === null);
      const texts = flat.map(value => JSON.stringify(value));
      rules.texts(from, texts, to);
      for (const value of left) if (!flat.includes(value)) rules.empty(this.#constant(from, value), to);
      return;
    }
    if (types.has('null')) rules.text(from, 'null', to);
    if (types.has('boolean')) rules.texts(from, ['true', 'false'], to);
    if (types.has('number')) rules.words(from, this.#number(merged, false), false, to);
    else if (types.has('integer')) rules.words(from, this.#number(merged, true), false, to);
    if (types.has('string')) this.#string(from, merged, to);
    if (types.has('array')) arrayRule(this, from, merged.nodes, to);
    if (types.has('object')) objectRule(this, from, merged.nodes, to);
  }

  /** The listed values that also fit the other keywords. */
  #listed(merged: MergedSchema, values: readonly unknown[]): unknown[] {
    const pointer = merged.nodes.find(({ schema }) => 'enum' in schema || 'const' in schema)?.pointer ?? '#';
    return values.filter(value => {
      if (typeof value === 'string') {
        const words = this.stringWords(merged.nodes);
        if (words) return accepts(words, value);
        const length = Array.from(value).length;
        const { nodes } = merged;
        return (
          length >= countLimit(nodes, 'minLength', 'greatest') && length <= countLimit(nodes, 'maxLength', 'least')
        );
      }
      if (typeof value === 'number') return fitsNumber(value, this.#limits(merged, false));
      if (value === null || typeof value === 'boolean') return true;
      const structure = Array.isArray(value)
        ? ['items', 'prefixItems', 'minItems', 'maxItems']
        : ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'maxProperties'];
      if (merged.nodes.some(({ schema }) => structure.some(keyword => keyword in schema)))
        this.report(`${pointer}/enum`, 'lists of objects and arrays are not checked against the keywords beside them');
      return true;
    });
  }

  /** Exactly one value, with white space where it may stand; returns where it ends. */
  #constant(from: number, value: unknown): number {
    const { rules } = this;
    if (typeof value !== 'object' || value === null) return rules.text(from, JSON.stringify(value));
    const list = Array.isArray(value);
    const entries = list ? value.map(item => [undefined, item] as const) : Object.entries(value);
    let at = this.space(rules.text(from, list ? '[' : '{'));
    for (const [i, [key, item]] of entries.entries()) {
      if (i > 0) at = this.space(rules.text(at, ','));
      if (key !== undefined) at = this.space(rules.text(at, `${JSON.stringify(key)}:`));
      at = this.#constant(at, item);
    }
    return rules.text(entries.length > 0 ? this.space(at) : at, list ? ']' : '}');
  }

  #limits({ nodes }: MergedSchema, integer: boolean): NumberLimits {
    const numbers = (keyword: string): number[] =>
      nodes.flatMap(({ schema, pointer }) => {
        const value = schema[keyword];
        // Draft 4 writes `exclusiveMinimum: true` beside `minimum`.
        if (value === undefined || typeof value === 'boolean') return [];
        if (typeof value !== 'number' || !Number.isFinite(value))
          throw invalidInput(`${pointer}/${keyword} must be a number.`);
        return [value];
      });
    const bound = (
      inclusive: string,
      exclusive: string,
      pick: (...values: number[]) => number,
    ): NumberLimits['minimum'] => {
      const [open, closed] = [numbers(exclusive), numbers(inclusive)];
      const draft4 = nodes.some(({ schema }) => schema[exclusive] === true);
      if (open.length + closed.length === 0) return undefined;
      const value = pick(...open, ...closed);
      return { value, exclusive: draft4 || open.includes(value) };
    };
    const multiplesOf = numbers('multipleOf');
    for (const multiple of multiplesOf) if (multiple <= 0) throw invalidInput('"multipleOf" must be greater than 0.');
    return {
      integer,
      minimum: bound('minimum', 'exclusiveMinimum', Math.max),
      maximum: bound('maximum', 'exclusiveMaximum', Math.min),
      multiplesOf,
    };
  }

  #number(merged: MergedSchema, integer: boolean): Automaton {
    const place = merged.nodes.find(({ schema }) => 'multipleOf' in schema) ?? merged.nodes[0];
    return this.at(place?.pointer ?? '#', () => numberAutomaton(this.#limits(merged, integer)));
  }

  #string(from: number, merged: MergedSchema, to: number): void {
    const { rules } = this;
    const words = this.stringWords(merged.nodes);
    if (!words) {
      const max = countLimit(merged.nodes, 'maxLength', 'least');
      const min = countLimit(merged.nodes, 'minLength', 'greatest');
      if (min <= max) rules.string(from, min, max, to);
      return;
    }
    if (isEmpty(words)) return;
    const end = rules.beside(from);
    rules.words(rules.text(from, '"'), words, true, end);
    rules.text(end, '"', to);
  }

  /** The strings that patterns, formats and lengths leave; `undefined` where there is no pattern or format. */
  stringWords(nodes: readonly SchemaNode[]): Automaton | undefined {
    let words: Automaton | undefined;
    const add = (pointer: string, make: () => Automaton): void => {
      words = this.at(pointer, () => (words ? intersect(words, make()) : make()));
    };
    for (const { schema, pointer } of nodes) {
      const { pattern, format } = schema;
      if (pattern !== undefined) {
        if (typeof pattern !== 'string') throw invalidInput(`${pointer}/pattern must be a text.`);
        add(`${pointer}/pattern`, () => regexAutomaton(pattern, false));
      }
      if (typeof format !== 'string') continue;
      const known = Object.hasOwn(stringFormats, format) ? stringFormats[format] : undefined;
      if (known !== undefined) add(`${pointer}/format`, () => regexAutomaton(known, true));
      else this.report(`${pointer}/format`, `the format "${format}" is not known`);
    }
    const min = countLimit(nodes, 'minLength', 'greatest');
    const max = countLimit(nodes, 'maxLength', 'least');
    if (words && (min > 0 || max < Number.POSITIVE_INFINITY))
      add(nodes[0]?.pointer ?? '#', () => lengthAutomaton(min, max));
    return words;
  }
}

function fitsNumber(value: number, { minimum, maximum, multiplesOf }: NumberLimits): boolean {
  return (
    (!minimum || value > minimum.value || (!minimum.exclusive && value === minimum.value)) &&
    (!maximum || value < maximum.value || (!maximum.exclusive && value === maximum.value)) &&
    multiplesOf.every(multiple => Math.abs(value / multiple - Math.round(value / multiple)) < 1e-9)
  );
}
