// How this package offers its models to tools such as the command line.
import type { ProviderOffer } from '@modeshift/core';
import { gradio } from './gradio.ts';

/**
 * `gradio:URL` or `gradio:owner/space` generates.
 *
 * @example
 * ```ts
 * import { providers } from '@modeshift/gradio';
 *
 * console.log(providers[0]?.name); // gradio
 * ```
 */
export const providers: readonly ProviderOffer[] = [
  { name: 'gradio', model: (app, { price }) => gradio(app, price ? { price } : {}) },
];
