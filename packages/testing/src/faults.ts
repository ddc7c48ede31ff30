// What goes wrong on a wire, made of an answer that is right: for a fault server.
import type { FaultAnswer } from './fault-server.ts';

/** How a server says how long to wait: seconds, an HTTP date that many seconds from now, or milliseconds (`retry-after-ms`). */
export type RetryAfterForm = { readonly seconds: number } | { readonly dateIn: number } | { readonly ms: number };

/**
 * Faults for a {@link faultServer}, each made of a right answer or of nothing.
 *
 * @example
 * ```ts
 * import { faultServer, faults } from '@modeshift/testing';
 *
 * const good = { headers: { 'content-type': 'text/event-stream' }, body: 'data: {"text":"你好"}\n\n' };
 * await using server = await faultServer([faults.rateLimited({ seconds: 2 }), faults.crlf(faults.byteByByte(good))]);
 * const limited = await fetch(server.url);
 * console.log(limited.status, limited.headers.get('retry-after')); // 429 2
 * console.log((await (await fetch(server.url)).text()).split('\r\n')[0]); // data: {"text":"你好"}
 * ```
 */
export const faults = {
  /** 429 with a `Retry-After` in one of its forms (RFC 9110, 10.2.3), or without one. */
  rateLimited(retryAfter?: RetryAfterForm, body: unknown = { error: { message: 'Too many requests' } }): FaultAnswer {
    return { status: 429, headers: retryAfter ? retryAfterHeader(retryAfter) : {}, body };
  },

  /** A refusal or a failure with a body. */
  status(status: number, body: unknown = { error: { message: `HTTP ${status}` } }): FaultAnswer {
    return { status, body };
  },

  /** The same text with CRLF line ends. */
  crlf(answer: FaultAnswer): FaultAnswer {
    const bytes: number[] = [];
    const all = bytesOf(answer);
    all.forEach((byte, i) => {
      if (byte === 0x0a && all[i - 1] !== 0x0d) bytes.push(0x0d);
      bytes.push(byte);
    });
    return withPieces(answer, answer.chunks ? eachByte(Uint8Array.from(bytes)) : [Uint8Array.from(bytes)]);
  },

  /** Every byte on its own: characters, lines and events are split everywhere. */
  byteByByte(answer: FaultAnswer): FaultAnswer {
    return withPieces(answer, eachByte(bytesOf(answer)));
  },

  /** Cut into two pieces inside each character that takes several bytes. */
  splitUtf8(answer: FaultAnswer): FaultAnswer {
    const bytes = bytesOf(answer);
    const pieces: Uint8Array[] = [];
    let start = 0;
    // A byte 10xxxxxx continues a character: cutting before it is in the middle.
    bytes.forEach((byte, i) => {
      if (i > start && (byte & 0xc0) === 0x80 && (bytes[i - 1]! & 0xc0) === 0xc0) {
        pieces.push(bytes.subarray(start, i));
        start = i;
      }
    });
    pieces.push(bytes.subarray(start));
    return withPieces(answer, pieces);
  },

  /** The first part of the body, then the connection breaks. */
  cut(answer: FaultAnswer, share = 0.5): FaultAnswer {
    return { ...withPieces(answer, [firstPart(answer, share)]), cut: 'after-body' };
  },

  /** The first part of the body, then a proper end: what a proxy makes of a lost connection. */
  truncated(answer: FaultAnswer, share = 0.5): FaultAnswer {
    return withPieces(answer, [firstPart(answer, share)]);
  },

  /** The first part of the body, then silence on an open connection. */
  stalled(answer: FaultAnswer, share = 0.5): FaultAnswer {
    return { ...withPieces(answer, [firstPart(answer, share)]), hang: true };
  },

  /** The headers come late. */
  slowHeaders(answer: FaultAnswer, ms: number): FaultAnswer {
    return { ...answer, delayMs: ms };
  },

  /** The connection breaks before any header. */
  lost(): FaultAnswer {
    return { cut: 'before-headers' };
  },

  /** A body that is broken JSON: in an event stream its first event, otherwise all of it. */
  malformedJson(answer: FaultAnswer = {}): FaultAnswer {
    const { body: _, chunks: __, ...rest } = answer;
    return { ...rest, body: isEventStream(answer) ? 'data: {"broken":\n\n' : '{"broken":' };
  },

  /** A web page with status 200: what a wrong base URL or a captive portal gives. */
  webPage(): FaultAnswer {
    return { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Welcome</title><p>欢迎</p>' };
  },

  /** An error whose message is as long as told, in bytes. */
  hugeError(status = 500, bytes = 4_000_000): FaultAnswer {
    return { status, body: { error: { message: 'x'.repeat(bytes) } } };
  },
} as const;

function retryAfterHeader(form: RetryAfterForm): Record<string, string> {
  if ('ms' in form) return { 'retry-after-ms': String(form.ms) };
  if ('seconds' in form) return { 'retry-after': String(form.seconds) };
  return { 'retry-after': new Date(Date.now() + form.dateIn * 1000).toUTCString() };
}

function withPieces(answer: FaultAnswer, chunks: readonly Uint8Array[]): FaultAnswer {
  const { body: _, ...rest } = answer;
  return { ...rest, chunks };
}

function eachByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, byte => Uint8Array.of(byte));
}

function bytesOf({ body, chunks }: FaultAnswer): Uint8Array {
  const pieces = chunks ?? (body === undefined ? [] : [body]);
  return Buffer.concat(
    pieces.map(piece => {
      if (piece instanceof Uint8Array) return piece;
      return Buffer.from(typeof piece === 'string' ? piece : JSON.stringify(piece));
    }),
  );
}

function isEventStream(answer: FaultAnswer): boolean {
  return Object.values(answer.headers ?? {}).some(value => value.startsWith('text/event-stream'));
}

/** Where the events of an event stream end, or the lines of other text of several lines. */
function endsIn(answer: FaultAnswer, text: string): number[] {
  const end = isEventStream(answer) ? /\r?\n\r?\n/g : /\r?\n/g;
  return [...text.matchAll(end)].map(match => match.index + match[0].length);
}

/** How many events or lines a body has. */
export function piecesIn(answer: FaultAnswer): number {
  return endsIn(answer, Buffer.from(bytesOf(answer)).toString('utf8')).length;
}

/** A share of the events of an event stream, of the lines of other text of several lines, or of the bytes. */
function firstPart(answer: FaultAnswer, share: number): Uint8Array {
  const bytes = bytesOf(answer);
  const text = Buffer.from(bytes).toString('utf8');
  const ends = endsIn(answer, text);
  if (ends.length < 2) return bytes.subarray(0, Math.floor(bytes.length * share));
  const place = ends[Math.max(0, Math.min(ends.length - 2, Math.ceil(ends.length * share) - 1))]!;
  return Buffer.from(text.slice(0, place));
}
