// What goes over `/queue/data`. Source: `server_messages.py` of Gradio.
import type { LogLevel } from '../context.ts';

/** Output values on the wire: full, or (while it streams, after the first) a list of edits for each. */
export interface WireOutput {
  readonly data: readonly unknown[];
  readonly is_generating: boolean;
  readonly duration: number | null;
  readonly average_duration: number | null;
  readonly render_config: null;
  readonly changed_state_ids: readonly number[];
}

/** Why a call failed. Only these fields: Python's client makes an error of them all. */
export interface WireError {
  readonly error: string | null;
  readonly duration: number;
  readonly visible: boolean;
  readonly title: string;
}

/** One step of progress. `index` of `length` `unit`, or a share from 0 to 1. */
export interface WireProgress {
  readonly index: number | null;
  readonly length: number | null;
  readonly unit: string | null;
  readonly progress: number | null;
  readonly desc: string | null;
}

/** A message about one call. */
export type EventMessage =
  | { readonly msg: 'estimation'; readonly rank: number; readonly queue_size: number; readonly rank_eta: number | null }
  | { readonly msg: 'process_starts'; readonly eta: number | null }
  | { readonly msg: 'progress'; readonly progress_data: readonly WireProgress[] }
  | {
      readonly msg: 'log';
      readonly log: string;
      readonly level: LogLevel;
      readonly duration: number;
      readonly visible: true;
      readonly title: string;
    }
  | {
      readonly msg: 'process_generating';
      readonly output: WireOutput;
      readonly success: true;
      readonly time_limit: null;
    }
  | {
      readonly msg: 'process_completed';
      readonly output: WireOutput | WireError;
      readonly success: boolean;
      readonly title: string | null;
    };

/** A message about no call. */
export type StreamMessage =
  | { readonly msg: 'heartbeat' }
  | { readonly msg: 'close_stream' }
  | {
      readonly msg: 'unexpected_error';
      readonly message: string;
      readonly session_not_found: boolean;
      readonly success: false;
    };

/** The end of a call that its caller no longer wants. Both clients understand this form; Gradio's own empty output breaks one. */
export const cancelled: WireError = { error: 'Cancelled', title: 'Cancelled', visible: false, duration: 0 };

/** The end of a call that failed. */
export function failed(error: string | null): WireError {
  return { error, duration: 10, visible: true, title: 'Error' };
}
