// Whether a tool's arguments can be enforced as they are.
import { strictCodec } from '@modeshift/core';

const known = new WeakMap<object, boolean>();

/** Whether a schema keeps to strict mode by itself: closed objects whose properties are all required. Judged once per schema. */
export function toolStrictness(parameters: Readonly<Record<string, unknown>>): boolean {
  let strict = known.get(parameters);
  if (strict === undefined) {
    const codec = strictCodec(parameters);
    const { $schema: _, ...plain } = parameters;
    strict = codec.isStrict && JSON.stringify(codec.schema) === JSON.stringify(plain);
    known.set(parameters, strict);
  }
  return strict;
}
