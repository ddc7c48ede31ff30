// Where the command line writes: a terminal, a pipe or a test.

/** A place to write text to. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The two streams of a command. Results go to `stdout`; progress, notes and errors go to `stderr`. */
export interface Output {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}
