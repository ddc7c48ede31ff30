// What is tested: an app in this process, or a script in one of its own; both can be killed and come back at the same port.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ModeshiftError } from '@modeshift/core';
import type { AppDefinition } from '../app.ts';
import type { ServerOptions } from '../server/options.ts';
import { uiServer } from '../server/ui-server.ts';

/** A declaration: the server runs in this process. */
export interface DeclaredApp {
  readonly definition: AppDefinition;
}

/** A script that starts an app, takes `--port N` and prints `listening on URL`, as `runApp` does: it runs in a process of its own. */
export interface AppScript {
  readonly script: string | URL;
  /** After the script, before `--port`. */
  readonly args?: readonly string[];
  /** Before the script, e.g. `['--conditions=modeshift-source']`. */
  readonly nodeArgs?: readonly string[];
  /** Besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Where the app lies below the address that is printed, e.g. `/chat`. Left out: at the address itself. */
  readonly path?: string;
}

/** Something that listens. */
export interface Target {
  readonly url: string;
  readonly port: number;
  /** What it has printed. */
  printed(): string;
  /** Ends it at once, as a crash would: connections break in the middle. */
  kill(): Promise<void>;
  /** Ends it as Ctrl-C would. */
  stop(): Promise<void>;
}

/** Starts a target; port 0 takes a free one. */
export type StartTarget = (port: number) => Promise<Target>;

/** Serves an app in this process. Killed, its connections break before its calls hear of it. */
export function inProcess(app: DeclaredApp, options: ServerOptions): StartTarget {
  return async port => {
    const ui = uiServer(app, options);
    const server = createServer(ui.node);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const end = async (isCrash: boolean): Promise<void> => {
      const closed = new Promise<void>(resolve => {
        server.close(() => resolve());
      });
      if (isCrash) server.closeAllConnections();
      await ui.close({ graceMs: isCrash ? 0 : 1000 });
      server.closeAllConnections();
      await closed;
    };
    const taken = (server.address() as AddressInfo).port;
    return {
      url: `http://127.0.0.1:${taken}`,
      port: taken,
      printed: () => '',
      kill: () => end(true),
      stop: () => end(false),
    };
  };
}

/** Runs a script that serves an app. */
export function inOwnProcess({ script, args = [], nodeArgs = [], env = {}, cwd, path = '' }: AppScript): StartTarget {
  const file = script instanceof URL ? fileURLToPath(script) : script;
  return async port => {
    const child = spawn(process.execPath, [...nodeArgs, file, ...args, '--port', String(port)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
    });
    const ended = new Promise<void>(resolve => {
      child.once('close', () => resolve());
      child.once('error', () => resolve());
    });
    let printed = '';
    const url = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        printed = (printed + chunk.toString()).slice(-20_000);
        const found = /listening on (https?:\/\/\S+?)\/?\s/.exec(printed);
        if (found) resolve(found[1]!);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      const fail = (cause?: unknown): void => {
        const message = `${file} ended before it printed "listening on URL". It printed:\n${printed}`;
        reject(new ModeshiftError({ tag: 'internal' }, message, { cause }));
      };
      child.once('error', fail);
      child.once('close', () => fail());
    });
    const end = (signal: NodeJS.Signals): Promise<void> => {
      if (child.exitCode === null) child.kill(signal);
      return ended;
    };
    return {
      url: `${url}${path}`,
      port: Number(new URL(url).port),
      printed: () => printed,
      kill: () => end('SIGKILL'),
      stop: () => end('SIGINT'),
    };
  };
}
