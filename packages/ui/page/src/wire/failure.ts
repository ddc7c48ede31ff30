// What went wrong with a request or a call, as the page tells it.

/** Why something failed. `message` comes from the server; the page has words of its own for the others. */
export type FailureKind =
  | 'fields'
  | 'failed'
  | 'busy'
  | 'too-many'
  | 'too-large'
  | 'log-in'
  | 'restarted'
  | 'lost'
  | 'unreachable';

/** A request or a call that failed. */
export class Failure extends Error {
  readonly kind: FailureKind;
  /** What is wrong with inputs, by their names. */
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    more: { readonly fields?: Readonly<Record<string, string>>; readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message);
    this.kind = kind;
    this.fields = more.fields ?? {};
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  static of(error: unknown): Failure {
    return error instanceof Failure
      ? error
      : new Failure('failed', error instanceof Error ? error.message : String(error));
  }
}

/** The failure that an answer of the server tells of. */
export async function failureOf(response: Response): Promise<Failure> {
  const body = (await response.json().catch(() => ({}))) as { detail?: unknown; error?: unknown };
  const { detail } = body;
  const retryAfterSeconds = Number(response.headers.get('retry-after')) || undefined;
  if (response.status === 422 && Array.isArray(detail)) {
    const problems = detail as { parameter_name: string; message: string }[];
    const fields = Object.fromEntries(problems.map(one => [one.parameter_name, one.message]));
    return new Failure('fields', problems.map(one => one.message).join('; '), { fields });
  }
  const message = typeof detail === 'string' ? detail : typeof body.error === 'string' ? body.error : '';
  const kinds: Readonly<Record<number, FailureKind>> = {
    401: 'log-in',
    413: 'too-large',
    429: 'too-many',
    503: 'busy',
  };
  return new Failure(kinds[response.status] ?? 'failed', message || `HTTP ${response.status}`, { retryAfterSeconds });
}
