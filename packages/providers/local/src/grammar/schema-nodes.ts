// The places of a JSON Schema: pointers, references, and sets of places that a value must fit all at once.
import { invalidInput, type JsonSchema } from '@modeshift/core';

/** A schema at a place of the document. */
export interface SchemaNode {
  readonly id: number;
  readonly pointer: string;
  readonly schema: JsonSchema;
}

/** `anyOf` or `oneOf` of a place. */
export interface Disjunction {
  readonly key: string;
  readonly pointer: string;
  readonly keyword: 'anyOf' | 'oneOf';
  readonly branches: readonly SchemaNode[];
}

export function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const never: JsonSchema = { enum: [] };

/** A schema document. Each place of it is one node, whichever way it is reached. */
export class SchemaDocument {
  readonly root: SchemaNode;
  readonly #byObject = new Map<object, SchemaNode>();
  readonly #anchors = new Map<string, SchemaNode>();
  readonly #schema: JsonSchema | boolean;
  readonly #base: string;

  /** `base`: the pointer of the document itself, for messages. */
  constructor(schema: JsonSchema | boolean, base = '#') {
    this.#schema = schema;
    this.#base = base;
    this.root = this.node(schema, base);
    this.#findAnchors(schema, base);
  }

  /** The node of a subschema. */
  node(schema: unknown, pointer: string): SchemaNode {
    if (schema === true) return this.#intern({}, pointer);
    if (schema === false) return this.#intern(never, pointer);
    if (!isObject(schema)) throw invalidInput(`${pointer} must be a JSON Schema: true, false or an object.`);
    return this.#intern(schema, pointer);
  }

  /** The subschema under a keyword of a node, e.g. `items` or `properties`, `name`. */
  child(node: SchemaNode, ...path: readonly (string | number)[]): SchemaNode {
    let value: unknown = node.schema;
    for (const key of path) value = (value as Record<string | number, unknown>)[key];
    return this.node(value, [node.pointer, ...path.map(key => escapePointer(String(key)))].join('/'));
  }

  #intern(schema: JsonSchema, pointer: string): SchemaNode {
    const known = this.#byObject.get(schema);
    if (known) return known;
    const node = { id: this.#byObject.size, pointer, schema };
    this.#byObject.set(schema, node);
    return node;
  }

  #findAnchors(schema: unknown, pointer: string): void {
    if (Array.isArray(schema)) schema.forEach((item, i) => void this.#findAnchors(item, `${pointer}/${i}`));
    if (!isObject(schema)) return;
    if (typeof schema.$anchor === 'string') this.#anchors.set(schema.$anchor, this.node(schema, pointer));
    for (const [key, value] of Object.entries(schema))
      if (key !== 'enum' && key !== 'const' && key !== 'default' && key !== 'examples')
        this.#findAnchors(value, `${pointer}/${escapePointer(key)}`);
  }

  #resolve(ref: unknown, from: string): SchemaNode {
    if (typeof ref !== 'string') throw invalidInput(`${from}/$ref must be a text.`);
    const id = isObject(this.#schema) && typeof this.#schema.$id === 'string' ? this.#schema.$id : '';
    const local = id !== '' && ref.startsWith(id) ? ref.slice(id.length) || '#' : ref;
    if (!local.startsWith('#'))
      throw invalidInput(
        `${from}/$ref points to "${ref}": only places in the same schema are followed. Copy it into $defs.`,
      );
    const anchor = this.#anchors.get(local.slice(1));
    if (anchor) return anchor;
    let value: unknown = this.#schema;
    for (const part of local.split('/').slice(1)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      value = isObject(value) || Array.isArray(value) ? (value as JsonSchema)[key] : undefined;
    }
    if (value === undefined || (local.length > 1 && local[1] !== '/'))
      throw invalidInput(`${from}/$ref points to "${ref}", which is not there.`);
    return this.node(value, this.#base + local.slice(1));
  }

  /** All nodes that a value of the given ones must fit: with what `$ref` and `allOf` add. */
  flatten(nodes: readonly SchemaNode[]): SchemaNode[] {
    const seen = new Set<SchemaNode>(nodes);
    for (const node of seen) {
      if (node.schema.$ref !== undefined) seen.add(this.#resolve(node.schema.$ref, node.pointer));
      const all = node.schema.allOf;
      if (Array.isArray(all)) for (const i of all.keys()) seen.add(this.child(node, 'allOf', i));
    }
    return [...seen];
  }

  /** The first `anyOf` or `oneOf` of the nodes that is not among `done`. */
  disjunction(nodes: readonly SchemaNode[], done: ReadonlySet<string>): Disjunction | undefined {
    for (const node of nodes)
      for (const keyword of ['anyOf', 'oneOf'] as const) {
        const list = node.schema[keyword];
        const key = `${node.id} ${keyword}`;
        if (list === undefined || done.has(key)) continue;
        const pointer = `${node.pointer}/${keyword}`;
        if (!Array.isArray(list) || list.length === 0) throw invalidInput(`${pointer} must be a list of schemas.`);
        return { key, pointer, keyword, branches: list.map((_, i) => this.child(node, keyword, i)) };
      }
    return undefined;
  }
}
