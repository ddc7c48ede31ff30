// Records HTTP at the level of fetch, and plays it back: for tests that must not depend on a network or a key.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { secretIn, secretsOf } from './scan-secrets.ts';
import {
  fromPiece,
  readRequest,
  readTape,
  requestKey,
  type TapedExchange,
  type TapedPiece,
  type TapedRequest,
  toPiece,
} from './tape.ts';

/** Options of {@link cassette}. */
export interface CassetteOptions {
  /** Where the recording lies: a JSON file, meant to be committed. */
  readonly file: string;
  /**
   * `replay` never touches the network. `record` asks it for everything and writes the file anew. `auto` replays when the file
   * exists and records when it does not. Left out: `replay`.
   */
  readonly mode?: 'replay' | 'record' | 'auto';
  /** Whether headers and pieces take the time they took. Left out: `none`. */
  readonly timing?: 'none' | 'recorded';
  /** What asks the network. Left out: the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
  /** Changes a request before its key is made and before it is written, e.g. to take out a time or a random id. */
  readonly normalize?: (request: TapedRequest) => TapedRequest;
}

/** A {@link cassette}: a fetch, and the end of it. */
export interface Cassette extends AsyncDisposable {
  /** Give it to a provider or a client in place of the global fetch. */
  readonly fetch: typeof globalThis.fetch;
  readonly mode: 'replay' | 'record';
  /** Requests that are not recorded, in replay: also those whose error a client swallowed. */
  readonly misses: readonly string[];
  /**
   * Writes what was recorded, or, in replay, fails when there was a miss.
   *
   * @throws ModeshiftError `not-found` for a miss; `invalid-input` when an answer was not read to its end or holds a secret.
   */
  close(): Promise<void>;
}

/** How long an answer may go on after the client has cancelled, and still be kept. */
const graceMs = 1000;

const keptHeaders = /^(content-type|retry-after(-ms)?|x-should-retry|(x-)?request-id|(anthropic-|x-)?ratelimit-.+)$/;

/**
 * Records exchanges with a server, or plays them back. A request is found by its method, path and body, whatever its host,
 * headers or key are; the same request made again gets what it got the second time. Headers of requests are not kept, of
 * answers only harmless ones. A request or an answer that holds what looks like a secret is refused, and nothing is written.
 *
 * @throws ModeshiftError `not-found` when there is nothing to replay.
 * @example
 * ```ts
 * import { cassette, faultServer } from '@modeshift/testing';
 *
 * const server = await faultServer({ body: { text: '你好' } });
 * const ask = (fetch: typeof globalThis.fetch) =>
 *   fetch(`${server.url}/chat`, { method: 'POST', body: '{"q":1}', headers: { authorization: 'Bearer a-secret-key' } });
 * const recorder = cassette({ file: 'hello.json', mode: 'record' });
 * console.log(await (await ask(recorder.fetch)).json()); // { text: '你好' }
 * await recorder.close();
 * await server.close();
 * await using player = cassette({ file: 'hello.json' });
 * console.log(await (await ask(player.fetch)).json(), server.requests.length); // { text: '你好' } 1
 * ```
 */
export function cassette(options: CassetteOptions): Cassette {
  const { file, timing = 'none' } = options;
  const tape = options.mode === 'record' ? undefined : readTape(file);
  const mode = options.mode === 'record' || (options.mode === 'auto' && !tape) ? 'record' : 'replay';
  if (mode === 'replay' && !tape)
    throw new ModeshiftError({ tag: 'not-found' }, `There is no cassette ${file}. Record it once with mode: 'record'.`);
  const keyOf = countedKeys(options.normalize ?? (request => request));
  const misses: string[] = [];
  const recorder = mode === 'record' ? new Recorder(file, options.fetch ?? globalThis.fetch) : undefined;
  const exchanges = new Map(tape?.exchanges.map(exchange => [exchange.key, exchange]));

  const play = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const { key, taped } = keyOf(await readRequest(request.clone()));
    if (recorder) return recorder.ask(request, key, taped);
    const exchange = exchanges.get(key);
    if (exchange) return respond(exchange, timing, request.signal);
    const miss = `${taped.method} ${taped.url} (key ${key})${nearest(taped, [...exchanges.values()])}`;
    misses.push(miss);
    throw missError(file, [miss]);
  };
  const close = async (): Promise<void> => {
    if (misses.length > 0) throw missError(file, misses);
    await recorder?.write();
  };
  return { fetch: play as typeof globalThis.fetch, mode, misses, close, [Symbol.asyncDispose]: close };
}

function countedKeys(normalize: (request: TapedRequest) => TapedRequest) {
  const seen = new Map<string, number>();
  return (request: TapedRequest): { key: string; taped: TapedRequest } => {
    const taped = normalize(request);
    const key = requestKey(taped);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return { key: count === 1 ? key : `${key}-${count}`, taped };
  };
}

function missError(file: string, misses: readonly string[]): ModeshiftError {
  return new ModeshiftError(
    { tag: 'not-found' },
    `${misses.length === 1 ? 'A request is' : `${misses.length} requests are`} not on the cassette ${file}: ${misses.join('; ')}. If the change is meant, record it again with mode: 'record'.`,
    { isRetryable: false },
  );
}

/** Where a request that is not on the tape differs from the one that is most like it. */
function nearest(taped: TapedRequest, exchanges: readonly TapedExchange[]): string {
  const path = (url: string): string => new URL(url).pathname;
  const alike = exchanges.find(
    ({ request }) => request.method === taped.method && path(request.url) === path(taped.url),
  );
  if (!alike) return '';
  const [a, b] = [alike.request.body, taped.body].map(body => JSON.stringify(body) ?? '');
  let at = 0;
  while (at < a!.length && a![at] === b![at]) at++;
  if (at === a!.length && at === b!.length) return ', which is recorded fewer times than it was made';
  const piece = (text: string): string => text.slice(Math.max(0, at - 20), at + 40);
  return `, which differs from a recorded one at "${piece(b!)}" (recorded: "${piece(a!)}")`;
}

function respond({ response }: TapedExchange, timing: 'none' | 'recorded', signal: AbortSignal): Promise<Response> {
  const { status, headers, headersMs, pieces, isCut } = response;
  let next = 0;
  let now = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      },
      async pull(controller) {
        const piece = pieces[next++];
        if (!piece) {
          if (isCut) controller.error(new TypeError('terminated'));
          else controller.close();
          return;
        }
        const [atMs, content] = piece;
        if (timing === 'recorded' && atMs > now) await wait(atMs - now, undefined, { signal }).catch(() => undefined);
        now = atMs;
        if (!signal.aborted) controller.enqueue(fromPiece(content));
      },
    },
    { highWaterMark: 0 },
  );
  const hasBody = ![204, 205, 304].includes(status);
  const answer = (): Response => new Response(hasBody ? body : null, { status, headers });
  if (timing === 'none' || headersMs === 0) return Promise.resolve(answer());
  return wait(headersMs, undefined, { signal }).then(answer, () => Promise.reject(signal.reason));
}

/** Asks the network and keeps what it says. */
class Recorder {
  readonly #file: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #exchanges: (TapedExchange | undefined)[] = [];
  readonly #problems: string[] = [];
  readonly #reading: Promise<void>[] = [];

  constructor(file: string, fetch: typeof globalThis.fetch) {
    this.#file = file;
    this.#fetch = fetch;
  }

  async ask(request: Request, key: string, taped: TapedRequest): Promise<Response> {
    const known = secretsOf(request.headers);
    this.#refuseSecret(JSON.stringify(taped), known, taped);
    const place = this.#exchanges.push(undefined) - 1;
    const started = performance.now();
    const { signal } = request;
    const network = new AbortController();
    let onAbort = (): void => network.abort(signal.reason);
    signal.addEventListener('abort', () => onAbort(), { once: true });
    const response = await this.#fetch(new Request(request, { signal: network.signal }));
    // Clients cancel when they have seen the last event: what is on its way still belongs to the answer.
    onAbort = () => void setTimeout(() => network.abort(signal.reason), graceMs).unref();
    const headersMs = Math.round(performance.now() - started);
    const headers = Object.fromEntries([...response.headers].filter(([name]) => keptHeaders.test(name)));
    const keep = (pieces: readonly TapedPiece[], isCut: boolean): void => {
      const { status } = response;
      this.#exchanges[place] = {
        key,
        request: taped,
        response: { status, headers, headersMs, pieces, ...(isCut && { isCut }) },
      };
      const text = Buffer.concat(pieces.map(([, piece]) => fromPiece(piece))).toString('utf8');
      const secret = secretIn(text + JSON.stringify(headers), known);
      if (secret)
        this.#problems.push(`the answer to ${taped.method} ${taped.url} holds what looks like a secret (${secret})`);
    };
    if (!response.body) {
      keep([], false);
      return response;
    }
    // The tape reads to the end even where the client stops at the last event.
    const [own, theirs] = response.body.tee();
    this.#reading.push(
      readPieces(own, network.signal).then(read => {
        if (read) keep(read.pieces, read.isCut);
        else this.#problems.push(`the answer to ${taped.method} ${taped.url} was cancelled before its end`);
      }),
    );
    const cancellable = theirs.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal });
    return new Response(cancellable, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  }

  async write(): Promise<void> {
    await Promise.all(this.#reading);
    if (this.#problems.length > 0)
      throw invalidInput(`The cassette ${this.#file} was not written: ${this.#problems.join('; ')}.`);
    const exchanges = this.#exchanges.filter(exchange => exchange !== undefined);
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify({ version: 1, exchanges }, undefined, 2)}\n`);
  }

  #refuseSecret(text: string, known: readonly string[], { method, url }: TapedRequest): void {
    const secret = secretIn(text, known);
    if (!secret) return;
    const problem = `${method} ${url.replace(/\?.*/, '')} holds what looks like a secret (${secret})`;
    this.#problems.push(problem);
    throw invalidInput(`This request is not recorded: ${problem}. Send it in a header, or take it out.`);
  }
}

async function readPieces(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<{ pieces: TapedPiece[]; isCut: boolean } | undefined> {
  const pieces: TapedPiece[] = [];
  const started = performance.now();
  try {
    for await (const bytes of body) pieces.push([Math.round(performance.now() - started), toPiece(bytes)]);
    return { pieces, isCut: false };
  } catch {
    return signal.aborted ? undefined : { pieces, isCut: true };
  }
}
