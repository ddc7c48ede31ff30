// Text: a line, or several.
import { invalidInput } from '@modeshift/core';
import {
  facts,
  type Given,
  type InputComponent,
  type InputOptions,
  type OutputComponent,
  reader,
} from './component.ts';

/** Options of {@link text}. */
export interface TextOptions extends InputOptions {
  /** What stands in it at first. */
  readonly value?: string;
  readonly placeholder?: string;
  /** Lines high. Left out: 1. */
  readonly lines?: number;
  /** Characters (code points) at least. */
  readonly minLength?: number;
  /** Characters (code points) at most. Left out: 1,000,000. */
  readonly maxLength?: number;
  /** Whether it shows dots. */
  readonly password?: boolean;
}

/**
 * Text. A number or boolean that a handler gives is written as text.
 *
 * @throws ModeshiftError `invalid-input` where the lengths make no sense.
 * @example
 * ```ts
 * import { app, text } from '@modeshift/ui';
 *
 * app({ title: '大写' }).fn('shout', { input: { words: text({ lines: 3 }) }, output: text() }, async ({ words }) =>
 *   words.toUpperCase(),
 * );
 * ```
 */
export function text<const Options extends TextOptions>(
  options: Options = {} as Options,
): InputComponent<Given<string, Options>> & OutputComponent<string | number | boolean | null> {
  const { minLength, maxLength = 1_000_000, value, lines = 1 } = options;
  if (minLength !== undefined && minLength > maxLength) throw invalidInput('minLength is more than maxLength.');
  const schema = { type: 'string', ...(minLength !== undefined && { minLength }), maxLength };
  return {
    kind: 'text',
    ...facts(options),
    wire: {
      type: 'textbox',
      className: 'Textbox',
      schema: { type: 'string' },
      pythonType: 'str',
      example: 'Hello!!',
      props: {
        lines,
        placeholder: options.placeholder ?? null,
        type: options.password ? 'password' : 'text',
        max_length: maxLength,
        value: value ?? null,
      },
    },
    // Clients may send a number where text is expected, as Gradio allows.
    read: (wire, context) =>
      reader<string, Options>(schema, options)(typeof wire === 'number' ? String(wire) : wire, context),
    write: written => (written === null || written === undefined ? null : String(written)),
  };
}
