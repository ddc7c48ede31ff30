// What a call may say to a local model beyond what every model takes.
import type { AdapterUse } from '../engine/generate-types.ts';

/** `providerOptions.local` of a call. */
export interface LocalCallOptions {
  /** Continue the text of the one user message as it is, without the chat template: for base models. */
  readonly raw?: boolean;
  /** Only tokens at least this many times as probable as the most probable one, 0 to 1. */
  readonly minP?: number;
  /** Makes tokens that occurred less likely; 1 changes nothing. */
  readonly repetitionPenalty?: number;
  /** The answer matches this regular expression from end to end. Not together with `output` or `tools`. */
  readonly regex?: string;
  /** Adapters to use, of those attached. Default: none. */
  readonly adapters?: readonly AdapterUse[];
  /** Variables of the chat template, by its own names, e.g. `{ enable_thinking: false }`. */
  readonly templateVariables?: Readonly<Record<string, unknown>>;
}
