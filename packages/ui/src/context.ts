// What a handler is given beside its input.

/** Who calls. */
export interface User {
  readonly name: string;
}

/** One visitor's tab, or one client. */
export interface Session<State> {
  /** Not the id that the client sends: safe to write into a log. */
  readonly id: string;
  /** What the app's `state` made for this session. Change it in place; it is gone when the session ends. */
  readonly state: State;
}

/** How serious a line of the log is. */
export type LogLevel = 'info' | 'warning' | 'success' | 'error';

/** What a handler is given beside its input. */
export interface PageContext<State = undefined> {
  /** Fires when the caller cancels or is gone, when time runs out, and when the server stops. */
  readonly signal: AbortSignal;
  readonly session: Session<State>;
  /** `undefined` where the server asks nobody who they are. */
  readonly user: User | undefined;
  /** What the visitor reads, for whole sentences of a handler: the page's language, else that of `Accept-Language`, else the app's. */
  readonly language: 'en' | 'zh';
  /** Tells how far the call is: 3 of 10 `steps`. Without a total, a count. */
  progress(done: number, total?: number, words?: { readonly unit?: string; readonly label?: string }): void;
  /** Shows a line beside the call. */
  log(message: string, level?: LogLevel): void;
}

/** What the handler of a batch is given: its calls come from several sessions. */
export interface BatchContext {
  /** Fires when no call of the batch is waited for any more. */
  readonly signal: AbortSignal;
}
