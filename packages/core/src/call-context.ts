// What goes with a call besides its content.

/** What goes with a call besides its content. */
export interface CallContext {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Extra HTTP headers, for providers that speak HTTP. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Told about every HTTP response of the call, failed ones included, before its body is read. Providers that speak HTTP call
   * it; `rateLimit` learns from it. What it throws is ignored.
   */
  readonly onResponse?: (response: ResponseInfo) => void;
}

/** A context whose listener cannot decide about the call: what it throws is dropped here, whoever calls it. */
export function withQuietListener({ headers, onResponse }: CallContext): CallContext {
  return {
    ...(headers && { headers }),
    ...(onResponse && {
      onResponse: response => {
        try {
          onResponse(response);
        } catch {
          // The listener's own affair.
        }
      },
    }),
  };
}

/** What a provider tells of an HTTP response. */
export interface ResponseInfo {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}
