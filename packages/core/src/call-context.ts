// What goes with a call besides its content.

/** What goes with a call besides its content. */
export interface CallContext {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Extra HTTP headers, for providers that speak HTTP. */
  readonly headers?: Readonly<Record<string, string>>;
}
