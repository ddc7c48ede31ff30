// Which inputs and outputs of a conversation are what.
import type { Component, PageFunction } from '../wire/config.ts';

/** The parts of a conversation that the page knows; whatever else there is becomes a setting, or stands below the answer. */
export interface ChatParts {
  /** The name of the input for files, and whether it takes several. */
  readonly files: { readonly component: Component; readonly isMany: boolean } | undefined;
  readonly settings: readonly Component[];
  /** The first setting, where it is one out of a list, e.g. the model: it stands above each thread. */
  readonly choice: Component | undefined;
  /** Outputs below the answer, with their places. */
  readonly extras: readonly (readonly [place: number, component: Component])[];
}

export function chatParts(fn: PageFunction): ChatParts {
  const [first] = fn.inputs.filter(one => one.modeshift.name === 'attachment' || one.modeshift.name === 'attachments');
  const own = new Set(['message', 'history', 'attachment', 'attachments']);
  const settings = fn.inputs.filter(one => !own.has(one.modeshift.name));
  return {
    files: first && { component: first, isMany: first.modeshift.kind === 'files' },
    settings,
    choice: settings[0]?.modeshift.kind === 'dropdown' ? settings[0] : undefined,
    extras: fn.outputs.flatMap((component, i) => (i === 0 ? [] : [[i, component] as const])),
  };
}
