// `serve(app)`: listens.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ModeshiftError } from '@modeshift/core';
import type { AppDefinition } from '../app.ts';
import type { ServerOptions } from './options.ts';
import { UiServer } from './ui-server.ts';

/** Options of {@link serve}. */
export interface ServeOptions extends ServerOptions {
  /** 0 takes a free one. Left out: 7860. */
  readonly port?: number;
  /** Left out: `127.0.0.1`, this machine only. `0.0.0.0` for all networks. */
  readonly host?: string;
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  /** Where it is reached from this machine, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops it: calls that run get `graceMs` (left out: 10 s) to end. Connections are closed at the end. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * Serves an app, to browsers and to every client that speaks Gradio's protocol.
 *
 * @throws ModeshiftError `invalid-input` for an app without functions, and for options that make no sense; `refused` where the
 * port is taken or may not be used.
 * @example
 * ```ts
 * import { app, number, serve } from '@modeshift/ui';
 *
 * const page = app({ title: '加' }).fn('add', { input: { a: number(), b: number() }, output: number() }, async ({ a, b }) => a + b);
 * await using server = await serve(page, { port: 0 });
 * const started = await fetch(`${server.url}/gradio_api/call/add`, { method: 'POST', body: '{"data":[1,2]}' });
 * const { event_id } = await started.json();
 * console.log((await (await fetch(`${server.url}/gradio_api/call/add/${event_id}`)).text()).split('\n')[1]); // data: [3]
 * ```
 */
export async function serve(
  app: { readonly definition: AppDefinition },
  { port, host, ...rest }: ServeOptions = {},
): Promise<RunningServer> {
  return listen(new UiServer(app, rest), {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(rest.rootPath !== undefined && { rootPath: rest.rootPath }),
  });
}

/**
 * Listens for something that answers requests of Node: what `serve` does with one app, for a server of several.
 *
 * @throws ModeshiftError `refused` where the port is taken or may not be used; the handler is closed then.
 * @example
 * ```ts
 * import { app, listen, text, uiServer } from '@modeshift/ui';
 *
 * const page = app({ title: '回声' }).fn('echo', { input: { words: text() }, output: text() }, async ({ words }) => words);
 * await using server = await listen(uiServer(page), { port: 0 });
 * console.log((await fetch(`${server.url}/health`)).status); // 200
 * ```
 */
export async function listen(
  handler: Pick<UiServer, 'node' | 'close'>,
  { port = 7860, host = '127.0.0.1', rootPath = '' }: Pick<ServeOptions, 'port' | 'host' | 'rootPath'> = {},
): Promise<RunningServer> {
  // A large upload over a slow line may take long; its headers may not.
  const server = createServer({ requestTimeout: 3600e3, headersTimeout: 60e3 }, handler.node);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    await handler.close({ graceMs: 0 });
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is taken. Choose another, or 0 for a free one' : `cannot be used (${code})`;
    throw new ModeshiftError({ tag: 'refused' }, `Port ${port} of ${host} ${why}.`, { cause: error });
  }
  const address = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  let closed: Promise<void> | undefined;
  const close = async (given: { readonly graceMs?: number } = {}): Promise<void> => {
    const ended = new Promise<void>(resolve => {
      server.close(() => resolve());
    });
    server.closeIdleConnections();
    await handler.close(given);
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 500).unref();
    await ended;
  };
  return {
    url: `http://${name}:${address.port}${rootPath.replace(/\/+$/, '')}`,
    port: address.port,
    close: given => (closed ??= close(given)),
    [Symbol.asyncDispose]: () => (closed ??= close({ graceMs: 0 })),
  };
}
