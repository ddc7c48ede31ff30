// What a component is: how its value looks to a handler, and how it looks on the wire.
import { invalidInput, type JsonSchema, jsonSchema, safeParse } from '@modeshift/core';
import type { FileData } from '../protocol/file-data.ts';
import type { PageFile, UploadedFile } from './page-file.ts';

/** The kinds of components. */
export type ComponentKind =
  | 'text'
  | 'number'
  | 'slider'
  | 'checkbox'
  | 'radio'
  | 'dropdown'
  | 'multiselect'
  | 'file'
  | 'files'
  | 'image'
  | 'audio'
  | 'json'
  | 'table'
  | 'chat'
  | 'label'
  | 'markdown'
  | 'code'
  | 'plot'
  | 'gallery'
  | 'progress'
  | 'log'
  | 'citations';

/** What clients are told of a component. Source: Gradio's `/config` and `/info`. */
export interface WireFacts {
  /** Gradio's type of component, e.g. `textbox`. */
  readonly type: string;
  /** Its class, e.g. `Textbox`. */
  readonly className: string;
  /** JSON Schema of the value on the wire. */
  readonly schema: JsonSchema;
  /** The value's type as Python would write it, e.g. `list[str]`. */
  readonly pythonType: string;
  /** A value to try. */
  readonly example: unknown;
  /** What a page needs to draw it. */
  readonly props: Readonly<Record<string, unknown>>;
}

/** What input and output components share. */
export interface ComponentFacts {
  readonly kind: ComponentKind;
  /** What stands beside it on the page. Left out: its name. */
  readonly label?: string | undefined;
  /** A sentence of help. */
  readonly info?: string | undefined;
  /** Whether a call may leave it out. */
  readonly isOptional: boolean;
  /** Whether the page folds it away with others of its kind. */
  readonly isAdvanced: boolean;
  /** The value on the wire where a call leaves it out. */
  readonly value?: unknown;
  readonly wire: WireFacts;
}

/** Where input components find uploaded files. */
export interface ReadContext {
  file(wire: unknown): UploadedFile;
}

/** Where output components put files. */
export interface WriteContext {
  file(value: PageFile): Promise<FileData>;
}

/** A component that a person fills in: `Value` is what the handler gets. */
export interface InputComponent<Value> extends ComponentFacts {
  readonly read: (wire: unknown, context: ReadContext) => Value;
}

/** A component that shows something: `Value` is what the handler gives. */
export interface OutputComponent<Value> extends ComponentFacts {
  readonly write: (value: Value, context: WriteContext) => unknown;
}

/** Options that every component has. */
export interface ComponentOptions {
  /** What stands beside it on the page. Left out: its name. */
  readonly label?: string;
  /** A sentence of help. */
  readonly info?: string;
}

/** Options of components that a person fills in. */
export interface InputOptions extends ComponentOptions {
  /** Whether it may stay empty: the handler then gets `undefined`. Left out: `false`. */
  readonly optional?: boolean;
  /** Whether the page folds it away, with the others that are few people's business. Left out: `false`. */
  readonly advanced?: boolean;
}

/** `Value`, or also `undefined` where the options say `optional: true`. */
export type Given<Value, Options> = Options extends { readonly optional: true } ? Value | undefined : Value;

/** Makes `read` of a component: checks the value by its JSON Schema first. */
export function reader<Value, Options extends InputOptions>(
  schema: JsonSchema,
  options: Options,
  convert: (wire: unknown, context: ReadContext) => Value = wire => wire as Value,
): (wire: unknown, context: ReadContext) => Given<Value, Options> {
  const shape = jsonSchema(schema);
  return (wire, context) => {
    if ((wire === null || wire === undefined) && options.optional) return undefined as Given<Value, Options>;
    const checked = safeParse(shape, wire);
    if (!checked.ok) throw invalidInput(checked.issues.join('; '), checked.issues);
    return convert(checked.value, context) as Given<Value, Options>;
  };
}

/** The fields of {@link ComponentFacts} that come from options. */
export function facts(options: InputOptions & { readonly value?: unknown }): Omit<ComponentFacts, 'kind' | 'wire'> {
  const { label, info, value, optional, advanced = false } = options;
  return { label, info, isOptional: optional === true || value !== undefined, isAdvanced: advanced, value };
}
