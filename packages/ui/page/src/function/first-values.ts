// What stands in the inputs of a function at first.
import { type Component, type PageFunction, prop } from '../wire/config.ts';

/** A value for each input by its name; `null` where it is empty. */
export type InputValues = Readonly<Record<string, unknown>>;

export function firstValues(fn: PageFunction): InputValues {
  return Object.fromEntries(fn.inputs.map(component => [component.modeshift.name, firstValue(component)]));
}

function firstValue(component: Component): unknown {
  const value = prop<unknown>(component, 'value');
  if (value !== undefined) return value;
  return component.modeshift.kind === 'text' && !component.modeshift.optional ? '' : null;
}

/** Whether nothing is in it. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** The values in the order of the wire. An optional text that is empty is left out. */
export function wireValues(fn: PageFunction, values: InputValues): readonly unknown[] {
  return fn.inputs.map(({ modeshift: { name, optional } }) => {
    const value = values[name] ?? null;
    return optional && value === '' ? null : value;
  });
}
