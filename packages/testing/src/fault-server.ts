// An HTTP server on loopback that answers as told: with errors, delays, broken bodies and cut connections.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** How a {@link faultServer} answers one request. */
export interface FaultAnswer {
  /** Left out: 200. */
  readonly status?: number;
  /** Left out: `content-type: application/json`; given names replace it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body: text or bytes as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Pieces of a body, each sent on its own; a client in the same process reads each on its own too. */
  readonly chunks?: readonly (string | Uint8Array)[];
  /** Milliseconds before the status line. */
  readonly delayMs?: number;
  /** Milliseconds between pieces. */
  readonly chunkDelayMs?: number;
  /** Breaks the connection: before any answer, or after the body without ending it. */
  readonly cut?: 'before-headers' | 'after-body';
  /** Never ends the answer: sends what there is and keeps the connection open. */
  readonly hang?: boolean;
}

/** A request that a {@link faultServer} received. */
export interface FaultRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; `undefined` where it is none. */
  readonly json: unknown;
}

/** A running {@link faultServer}. */
export interface FaultServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  /** Every request so far, in order. */
  readonly requests: readonly FaultRequest[];
  /** Connections that the client closed before the answer ended. */
  readonly abandoned: number;
  close(): Promise<void>;
}

/**
 * Starts an HTTP server on a free loopback port. A list of answers is used in order and its last one again and again.
 *
 * @example
 * ```ts
 * import { faultServer } from '@modeshift/testing';
 *
 * const server = await faultServer([{ status: 503, body: { error: 'busy' } }, { body: { ok: true } }]);
 * const first = await fetch(server.url);
 * const second = await fetch(server.url);
 * console.log(first.status, second.status, server.requests.length); // 503 200 2
 * await server.close();
 * ```
 */
export async function faultServer(
  answers:
    | FaultAnswer
    | readonly FaultAnswer[]
    | ((request: FaultRequest, index: number) => FaultAnswer | Promise<FaultAnswer>),
): Promise<FaultServer> {
  const requests: FaultRequest[] = [];
  let abandoned = 0;
  const answerFor = (request: FaultRequest, index: number): FaultAnswer | Promise<FaultAnswer> => {
    if (typeof answers === 'function') return answers(request, index);
    const list = Array.isArray(answers) ? (answers as readonly FaultAnswer[]) : [answers as FaultAnswer];
    return list[Math.min(index, list.length - 1)] ?? { status: 500 };
  };
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of incoming) pieces.push(piece as Buffer);
    } catch {
      return;
    }
    const text = Buffer.concat(pieces).toString('utf8');
    const request: FaultRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      text,
      json: asJson(text),
    };
    const index = requests.push(request) - 1;
    response.on('close', () => {
      if (!response.writableFinished && !cutByUs.has(response)) abandoned++;
    });
    response.on('error', () => undefined);
    try {
      await send(response, await answerFor(request, index));
    } catch (error) {
      response.destroy(error as Error);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get abandoned() {
      return abandoned;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const cutByUs = new WeakSet<ServerResponse>();

async function send(response: ServerResponse, answer: FaultAnswer): Promise<void> {
  if (answer.delayMs) await wait(answer.delayMs);
  if (response.destroyed) return;
  if (answer.cut === 'before-headers') {
    cutByUs.add(response);
    response.destroy();
    return;
  }
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...lowerCased(answer.headers ?? {}) });
  response.flushHeaders();
  const pieces = answer.chunks ?? (answer.body === undefined ? [] : [asBody(answer.body)]);
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) await (answer.chunkDelayMs ? wait(answer.chunkDelayMs) : oneTurn());
    if (response.destroyed) return;
    await new Promise<void>(resolve => response.write(piece, () => resolve()));
  }
  if (answer.hang) return;
  if (answer.cut === 'after-body') {
    cutByUs.add(response);
    // Gives the bytes written so far time to leave before the connection breaks.
    await wait(10);
    response.destroy();
    return;
  }
  response.end();
}

/** Lets a client in this process read a piece before the next one is sent; otherwise it would see them joined. */
async function oneTurn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(resolve => setImmediate(resolve));
}

function asBody(body: unknown): string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
