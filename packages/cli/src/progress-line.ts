// Shows where long work stands: one line that rewrites itself in a terminal, a line now and then in a pipe.
import type { TextSink } from './output.ts';

/** A line of progress. */
export interface ProgressLine {
  show(text: string): void;
  /** Ends the line, leaving a clean place for what comes next. */
  clear(): void;
}

const terminalIntervalMs = 80;
const pipeIntervalMs = 5000;

/** A progress line on a sink; `quiet` makes it say nothing. */
export function progressLine(sink: TextSink, quiet: boolean, now: () => number = Date.now): ProgressLine {
  if (quiet) return { show: () => {}, clear: () => {} };
  let last = Number.NEGATIVE_INFINITY;
  if (sink.isTTY) {
    return {
      show(text) {
        if (now() - last < terminalIntervalMs) return;
        last = now();
        const width = Math.max(20, (sink.columns ?? 80) - 1);
        sink.write(`\r\u001b[2K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
      },
      clear() {
        sink.write('\r\u001b[2K');
        last = Number.NEGATIVE_INFINITY;
      },
    };
  }
  return {
    show(text) {
      if (now() - last < pipeIntervalMs) return;
      last = now();
      sink.write(`${text}\n`);
    },
    clear() {
      last = Number.NEGATIVE_INFINITY;
    },
  };
}
