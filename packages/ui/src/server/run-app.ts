// An app as a program: arguments in, a server that runs until it is stopped, an exit code out.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { AppDefinition } from '../app.ts';
import type { ServerOptions } from './options.ts';
import { type RunningServer, type ServeOptions, serve } from './serve.ts';

/** Options of {@link runUntilStopped}. */
export interface RunOptions {
  /** The port to listen on: taken by others, it is an error. Left out: 7860, and a free one where that is taken. */
  readonly port?: number;
  /** Left out: `127.0.0.1`. */
  readonly host?: string;
  /** Whether to open a browser. It opens only where a person sits at a terminal of this machine. Left out: `true`. */
  readonly open?: boolean;
  /** What a browser opens, after the address. Left out: `/`. */
  readonly path?: string;
  /** Whether people have to log in, for what is said where others can reach the server. Left out: `false`. */
  readonly hasLogin?: boolean;
  /** Where lines go. Left out: standard output. */
  readonly print?: (line: string) => void;
}

/**
 * Runs a server until Ctrl-C or SIGTERM. Prints `listening on http://127.0.0.1:N` when it is ready. The first Ctrl-C lets calls
 * end for up to 10 s, the second ends the process.
 *
 * @returns when it has stopped.
 * @throws ModeshiftError what `start` throws: `refused` for a port that is taken.
 */
export async function runUntilStopped(
  start: (options: Pick<ServeOptions, 'port' | 'host'>) => Promise<RunningServer>,
  { port, host, open = true, path = '/', hasLogin = false, print = line => console.log(line) }: RunOptions = {},
): Promise<void> {
  const place = host === undefined ? {} : { host };
  // Asked first: a server that could not listen has ended its app, and an app is started once.
  const chosen = port ?? ((await isFree(usualPort, host)) ? usualPort : 0);
  const server = await start({ ...place, port: chosen });
  const signals = ['SIGINT', 'SIGTERM'] as const;
  let stop = (): void => {};
  const stopped = new Promise<void>(resolve => {
    let isStopping = false;
    stop = () => {
      if (isStopping) process.exit(130);
      isStopping = true;
      print('Stopping. Press Ctrl-C again to quit at once.');
      resolve(server.close());
    };
    for (const signal of signals) process.on(signal, stop);
  });
  // Whoever read the lines may be gone: `npm start | head` is no reason to fail.
  process.stdout.on('error', () => {});
  if (host !== undefined && !/^(127\.|localhost$|::1$)/.test(host))
    print(
      hasLogin
        ? `Passwords and answers travel to ${host} as they are: put a server with https before it where others could read along.`
        : `Whoever reaches ${host} can use what is served here, and the keys of its models.`,
    );
  print(`listening on ${server.url}`);
  if (open && process.stdout.isTTY && !process.env.CI && !process.env.SSH_CONNECTION)
    openBrowser(`${server.url}${path}`);
  await stopped;
  for (const signal of signals) process.off(signal, stop);
}

const usualPort = 7860;

function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/**
 * Runs an app as a program of its own, e.g. in the `main.ts` of its folder: reads `--port N`, `--host NAME` and `--no-open`, prints
 * `listening on URL`, runs until Ctrl-C. Wrong arguments and a port that is taken end the process with a line that says what to do.
 * `server` are options of the server, e.g. where feedback goes.
 *
 * @example
 * ```ts no-run
 * import { app, runApp, text } from '@modeshift/ui';
 *
 * await runApp(app({ title: '回声' }).fn('echo', { input: { words: text() }, output: text() }, async ({ words }) => words));
 * ```
 */
export async function runApp(
  app: { readonly definition: AppDefinition },
  args: readonly string[] = process.argv.slice(2),
  server: ServerOptions = {},
): Promise<void> {
  try {
    await runUntilStopped(options => serve(app, { ...server, ...options }), {
      ...readArguments(args),
      hasLogin: server.auth !== undefined,
    });
  } catch (error) {
    if (!ModeshiftError.is(error)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

function readArguments(args: readonly string[]): RunOptions {
  const flags = { port: { type: 'string' }, host: { type: 'string' }, 'no-open': { type: 'boolean' } } as const;
  const read = () => {
    try {
      return parseArgs({ args: [...args], options: flags }).values;
    } catch (error) {
      throw invalidInput(`${(error as Error).message} Known: --port N, --host NAME, --no-open.`);
    }
  };
  const { port, host, 'no-open': closed = false } = read();
  return {
    ...(port !== undefined && { port: readPort(port) }),
    ...(host !== undefined && { host }),
    open: !closed,
  };
}

/** A port from the command line. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw invalidInput(`--port must be a number from 0 to 65535, not "${text}".`);
  return port;
}

/** Opens an address in the visitor's browser. Where there is none, nothing happens: the address has been printed. */
function openBrowser(url: string): void {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  try {
    const child = spawn(command as string, args as string[], { stdio: 'ignore', detached: true });
    child.on('error', () => {});
    child.unref();
  } catch {
    // No browser, or none that may be started from here.
  }
}
