// A file on the wire. Source: `FileData` of Gradio.
import type { JsonSchema } from '@modeshift/core';

/** A file as clients send and get it. `path` is virtual: it says nothing of the server's disk. */
export interface FileData {
  readonly path: string;
  readonly url: string | null;
  readonly orig_name: string | null;
  readonly size: number | null;
  readonly mime_type: string | null;
  readonly is_stream: false;
  readonly meta: { readonly _type: 'gradio.FileData' };
}

/** JSON Schema of a file. Python's client finds files by `meta.properties._type.const`. */
export const fileDataSchema: JsonSchema = {
  title: 'FileData',
  type: 'object',
  properties: {
    path: { type: 'string', title: 'Path' },
    url: { anyOf: [{ type: 'string' }, { type: 'null' }], title: 'Url', default: null },
    size: { anyOf: [{ type: 'integer' }, { type: 'null' }], title: 'Size', default: null },
    orig_name: { anyOf: [{ type: 'string' }, { type: 'null' }], title: 'Orig Name', default: null },
    mime_type: { anyOf: [{ type: 'string' }, { type: 'null' }], title: 'Mime Type', default: null },
    is_stream: { type: 'boolean', title: 'Is Stream', default: false },
    meta: {
      type: 'object',
      title: 'Meta',
      properties: { _type: { const: 'gradio.FileData', title: ' Type', type: 'string' } },
      required: ['_type'],
      default: { _type: 'gradio.FileData' },
    },
  },
  required: ['path'],
};
