// A refusal that did not come as a status: an error in a stream, in a body that should have been an answer, in a file.

/** What the wire says of an error. */
export interface WireError {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
}

/** Thrown by decoders, and explained where the call is known. */
export class WireRefusal extends Error {
  readonly error: WireError;
  readonly status: number | undefined;
  readonly headers: Headers | undefined;

  constructor(error: WireError, more: { readonly status?: number | undefined; readonly headers?: Headers } = {}) {
    const { message } = error;
    super(typeof message === 'string' ? message : JSON.stringify(message ?? error));
    this.error = error;
    this.status = more.status;
    this.headers = more.headers;
  }
}
