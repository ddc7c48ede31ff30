// Numbers: typed in, or chosen on a slider.
import { invalidInput } from '@modeshift/core';
import {
  facts,
  type Given,
  type InputComponent,
  type InputOptions,
  type OutputComponent,
  reader,
} from './component.ts';

/** Options of {@link number}. */
export interface NumberOptions extends InputOptions {
  /** What stands in it at first. */
  readonly value?: number;
  readonly min?: number;
  readonly max?: number;
  /** Whether only whole numbers are taken. */
  readonly integer?: boolean;
}

/** Options of {@link slider}. */
export interface SliderOptions extends NumberOptions {
  readonly min: number;
  readonly max: number;
  /** The distance between two choices, in the page only. Left out: 1 for whole numbers, otherwise a hundredth of the range. */
  readonly step?: number;
}

/**
 * A number typed in.
 *
 * @throws ModeshiftError `invalid-input` where `value` lies outside `min` and `max`.
 * @example
 * ```ts
 * import { app, number } from '@modeshift/ui';
 *
 * app({ title: '平方' }).fn('square', { input: { n: number({ value: 3 }) }, output: number() }, async ({ n }) => n * n);
 * ```
 */
export function number<const Options extends NumberOptions>(
  options: Options = {} as Options,
): InputComponent<Given<number, Options>> & OutputComponent<number | null> {
  return numeric('number', options, {});
}

/**
 * A number between two others. Left out of a call: `value`, or `min`.
 *
 * @throws ModeshiftError `invalid-input` where `min` is not below `max`, or `value` lies outside.
 * @example
 * ```ts
 * import { app, slider, text } from '@modeshift/ui';
 *
 * const input = { temperature: slider({ min: 0, max: 2, value: 0.7 }) };
 * app({ title: '温度' }).fn('heat', { input, output: text() }, async ({ temperature }) => `${temperature} 度`);
 * ```
 */
export function slider<const Options extends SliderOptions>(
  options: Options,
): InputComponent<Given<number, Options>> & OutputComponent<number | null> {
  const { min, max, integer, step = integer ? 1 : (max - min) / 100 } = options;
  if (!(min < max)) throw invalidInput(`A slider needs min below max, not ${min} and ${max}.`);
  if (!(step > 0)) throw invalidInput('The step of a slider must be more than 0.');
  return numeric(
    'slider',
    { ...options, value: options.value ?? (options.optional ? undefined : min) },
    { step },
  ) as never;
}

function numeric<Options extends InputOptions & { readonly value?: number | undefined }>(
  kind: 'number' | 'slider',
  options: Options & { readonly min?: number; readonly max?: number; readonly integer?: boolean },
  extra: { readonly step?: number },
): InputComponent<Given<number, Options>> & OutputComponent<number | null> {
  const { min, max, value, integer } = options;
  const outside = (n: number): boolean => n < (min ?? n) || n > (max ?? n);
  if (value !== undefined && (!Number.isFinite(value) || outside(value)))
    throw invalidInput(`The value ${value} lies outside of ${min ?? '−∞'} to ${max ?? '∞'}.`);
  const limits = { ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
  const schema = { type: integer ? 'integer' : 'number', ...limits };
  const isSlider = kind === 'slider';
  return {
    kind,
    ...facts(options),
    wire: {
      type: kind,
      className: isSlider ? 'Slider' : 'Number',
      schema: isSlider ? { ...schema, description: `numeric value between ${min} and ${max}` } : schema,
      pythonType: integer ? 'int' : 'float',
      example: value ?? Math.min(Math.max(3, min ?? 3), max ?? 3),
      props: {
        minimum: min ?? null,
        maximum: max ?? null,
        precision: integer ? 0 : null,
        value: value ?? null,
        ...extra,
      },
    },
    read: reader<number, Options>(schema, options),
    write: written => written ?? null,
  };
}
