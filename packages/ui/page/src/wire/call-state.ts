// How a call stands, by the messages about it.
import type { Edit } from '../../../src/protocol/diff.ts';
import type { WireProgress } from '../../../src/protocol/messages.ts';
import { applyEdits } from './apply-edits.ts';
import type { CallMessage } from './client.ts';
import { Failure } from './failure.ts';

/** A line that a handler wrote for the visitor. */
export interface LogLine {
  readonly level: 'info' | 'warning' | 'success' | 'error';
  readonly text: string;
}

/** How a call stands. */
export interface CallState {
  readonly status: 'idle' | 'sending' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** How many wait before it. */
  readonly rank: number | undefined;
  /** Seconds that it will still take, as far as the server knows. */
  readonly eta: number | undefined;
  readonly progress: readonly WireProgress[];
  readonly logs: readonly LogLine[];
  /** The newest value of each output; `undefined` before the first. */
  readonly values: readonly unknown[] | undefined;
  readonly failure: Failure | undefined;
  /** Seconds that the server took. */
  readonly seconds: number | undefined;
}

export const idle: CallState = {
  status: 'idle',
  rank: undefined,
  eta: undefined,
  progress: [],
  logs: [],
  values: undefined,
  failure: undefined,
  seconds: undefined,
};

/** Whether a call is on its way. */
export function isBusy({ status }: CallState): boolean {
  return status === 'sending' || status === 'waiting' || status === 'running';
}

/** Follows the messages of one call: the edits count from the last whole value. */
export class CallFollower {
  state: CallState = { ...idle, status: 'sending' };
  #isWhole = false;

  /** Forgets what the edits count from: a new stream begins with the whole value again. */
  read(message: CallMessage): CallState {
    this.state = { ...this.state, ...this.#change(message) };
    return this.state;
  }

  #change(message: CallMessage): Partial<CallState> {
    switch (message.msg) {
      case 'estimation':
        return { status: 'waiting', rank: message.rank, eta: message.rank_eta ?? undefined };
      case 'process_starts':
        return { status: 'running', rank: undefined, eta: message.eta ?? undefined };
      case 'progress':
        return { progress: message.progress_data };
      case 'log':
        return { logs: [...this.state.logs, { level: message.level, text: message.log }] };
      case 'process_generating':
        return { status: 'running', rank: undefined, values: this.#values(message.output.data) };
      case 'process_completed': {
        const { output } = message;
        if ('data' in output)
          return { status: 'done', values: output.data, seconds: output.duration ?? undefined, progress: [] };
        const isCancelled = message.title === 'Cancelled' || output.title === 'Cancelled';
        return isCancelled
          ? { status: 'cancelled', progress: [] }
          : { status: 'failed', progress: [], failure: new Failure('failed', output.error ?? '') };
      }
    }
  }

  #values(data: readonly unknown[]): readonly unknown[] {
    if (!this.#isWhole || !this.state.values) {
      this.#isWhole = true;
      return data;
    }
    return data.map((edits, i) => applyEdits(this.state.values![i], edits as readonly Edit[]));
  }

  /** Called when the stream was opened anew. */
  restart(): void {
    this.#isWhole = false;
  }
}
