// What is asked of a model to get a value of a shape: the schema it sees, and the way from its text to the value.
import { extractJson } from './extract-json.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Shape } from './json-schema-of.ts';
import type { Message } from './message.ts';
import type { LanguageCall } from './models.ts';
import { strictCodec } from './strict-codec.ts';
import { validate } from './validate.ts';

/** The value, or what is wrong with the answer, in sentences that can be given back to the model. */
export type ReadObject<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly string[] };

/** How a value of a shape is asked for and read. */
export interface ObjectRequest<T> {
  readonly output: Extract<LanguageCall['output'], { type: 'json' }>;
  /** The schema in words, for a model that cannot be made to keep to it. */
  readonly instruction: Message;
  read(text: string): Promise<ReadObject<T>>;
  /** The part of a growing JSON value that the caller asked for. */
  unwrap(value: unknown): unknown;
}

/** Prepares a request. A shape that is no object is asked for inside one, because providers want an object at the root. */
export function objectRequest<T>(shape: Shape<T>, name: string, description: string | undefined): ObjectRequest<T> {
  const wrapped = !isPlainObject(shape.json);
  const codec = strictCodec(wrapped ? insideObject(shape.json) : shape.json);
  const unwrap = (value: unknown): unknown => (wrapped ? (value as { value?: unknown } | undefined)?.value : value);
  const schema = description === undefined ? codec.schema : { ...codec.schema, description };
  return {
    output: { type: 'json', name, schema, strict: codec.isStrict },
    instruction: {
      role: 'system',
      content: `Answer with JSON only: no explanation and no code fence. The JSON must fit this JSON Schema:\n${JSON.stringify(schema)}`,
    },
    async read(text) {
      const found = extractJson(text);
      if (!found.ok) return { ok: false, issues: [found.issue] };
      let decoded: unknown;
      try {
        decoded = codec.decode(found.value);
      } catch (error) {
        // A model can nest deeper than the stack of this process.
        return { ok: false, issues: [`The answer cannot be checked: ${(error as Error).message}`] };
      }
      if (wrapped && !isRecord(decoded)) return { ok: false, issues: ['The answer is not an object with "value".'] };
      return validate(shape.schema, unwrap(decoded));
    },
    unwrap,
  };
}

function isPlainObject(json: JsonSchema): boolean {
  return json.type === 'object' && !('anyOf' in json) && !('oneOf' in json) && !('$ref' in json);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function insideObject(json: JsonSchema): JsonSchema {
  const { $schema: _, $defs, definitions, ...root } = json;
  const moved = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(moved);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([word, value]) => [
        word,
        word === '$ref' && value === '#' ? '#/$defs/root' : moved(value),
      ]),
    );
  };
  const refersToItself = JSON.stringify(json).includes('"$ref":"#"');
  const defs = { ...($defs as object | undefined), ...(refersToItself && { root }) };
  return {
    type: 'object',
    properties: { value: refersToItself ? { $ref: '#/$defs/root' } : root },
    required: ['value'],
    additionalProperties: false,
    ...(Object.keys(defs).length > 0 && { $defs: moved(defs) }),
    ...(definitions !== undefined && { definitions: moved(definitions) }),
  };
}
