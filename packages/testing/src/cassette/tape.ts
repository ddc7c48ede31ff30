// What a cassette looks like on disk, and under which key a request lies in it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { invalidInput } from '@modeshift/core';

/** A piece of a body: when it came, in milliseconds after the headers, and its text, or its bytes in base64. */
export type TapedPiece = readonly [atMs: number, piece: string | { readonly base64: string }];

/** One exchange. Headers of the request are never kept. */
export interface TapedExchange {
  /** {@link requestKey}, with `-2`, `-3` … for the same request made again. */
  readonly key: string;
  readonly request: { readonly method: string; readonly url: string; readonly body: unknown };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Milliseconds from the request to the headers. */
    readonly headersMs: number;
    readonly pieces: readonly TapedPiece[];
    /** The connection broke after the pieces. */
    readonly isCut?: boolean;
  };
}

/** A cassette. */
export interface Tape {
  readonly version: 1;
  readonly exchanges: readonly TapedExchange[];
}

/** A request as far as it makes the key. */
export interface TapedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/** Reads a request; a body of JSON is kept as JSON, other text as text, bytes and forms by their hash. */
export async function readRequest(request: Request): Promise<TapedRequest> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  return { method: request.method, url: request.url, body: readBody(bytes) };
}

function readBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  } catch {
    return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  }
}

/**
 * The key of a request: a hash of method, path with query, and body; the order of the names in a JSON body does not matter,
 * and neither do the host, the port and the headers, so that a recording holds on another machine and with another key.
 */
export function requestKey({ method, url, body }: TapedRequest): string {
  const { pathname, search } = new URL(url);
  const text = JSON.stringify([method, pathname + search, sorted(body)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
}

/** Reads a cassette; one that does not exist is `undefined`. */
export function readTape(file: string): Tape | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const tape = JSON.parse(text) as Tape;
  if (tape.version !== 1 || !Array.isArray(tape.exchanges))
    throw invalidInput(`${file} is no cassette of this version. Record it again.`);
  return tape;
}

/** A piece of a body for the tape: text where it is whole characters. */
export function toPiece(bytes: Uint8Array): TapedPiece[1] {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

/** A piece of the tape as bytes. */
export function fromPiece(piece: TapedPiece[1]): Uint8Array {
  return typeof piece === 'string' ? new TextEncoder().encode(piece) : Buffer.from(piece.base64, 'base64');
}
