// When the page calls a function by itself, and what it then puts into the inputs.
import { invalidInput } from '@modeshift/core';
import type { Endpoint } from './endpoint.ts';

/**
 * When the page calls a function: by its button, when an input changes, or when the page opens; when a row of a table is
 * selected (`{ select: 'list.documents' }`: output `documents` of the function `list`); or when a call of another function has
 * succeeded (`{ after: 'upload' }`). The selected row, or the outputs of the other function, are first put into the inputs that
 * have the names of its columns, or of those outputs.
 */
export type Trigger =
  | 'submit'
  | 'change'
  | 'load'
  | { readonly select: `${string}.${string}` }
  | { readonly after: string };

/** Checks that what triggers a function, and what it fills, is there. Throws `invalid-input`. */
export function checkTriggers(endpoints: readonly Endpoint[]): void {
  const find = (name: string): Endpoint | undefined => endpoints.find(one => one.name === name);
  for (const { name, triggers, fills } of endpoints) {
    const say = (what: string): never => {
      throw invalidInput(`The function "${name}": ${what}`);
    };
    if (fills !== undefined && !find(fills)) say(`it fills "${fills}", which is no function of this app.`);
    for (const trigger of triggers) {
      if (typeof trigger === 'string') continue;
      if ('after' in trigger) {
        if (!find(trigger.after)) say(`it comes after "${trigger.after}", which is no function of this app.`);
        continue;
      }
      const table = tableOf(trigger.select, endpoints);
      if (!table)
        say(`"${trigger.select}" is no output of this app. Write "function.output", with a table as the output.`);
      else if (table.kind !== 'table')
        say(`rows of "${trigger.select}" cannot be selected: it is ${table.kind}, not a table.`);
    }
  }
}

/** The output that `function.output` names: its function, its place, its kind. */
export function tableOf(
  select: string,
  endpoints: readonly Endpoint[],
): { readonly endpoint: Endpoint; readonly place: number; readonly kind: string } | undefined {
  const dot = select.indexOf('.');
  const endpoint = endpoints.find(one => one.name === select.slice(0, dot));
  const place = endpoint?.outputs.findIndex(([output]) => output === select.slice(dot + 1)) ?? -1;
  return endpoint && place >= 0 ? { endpoint, place, kind: endpoint.outputs[place]![1].kind } : undefined;
}
