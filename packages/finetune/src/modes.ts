// How this package offers its modes to tools such as the command line.
import type { ModeOffer } from '@modeshift/core';
import { scratch } from './scratch.ts';

/**
 * The modes of this package.
 *
 * @example
 * ```ts
 * import { modes } from '@modeshift/finetune';
 *
 * console.log(modes.map(mode => mode.name).join(' ')); // scratch
 * ```
 */
export const modes: readonly ModeOffer[] = [
  {
    name: 'scratch',
    kind: 'fine-tuning',
    summary: 'trains a small text classifier in this process, from random weights',
    needs: 'none',
    create: () => scratch(),
  },
];
