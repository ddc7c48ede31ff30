// One server for several apps, each under a path of its own, each made when it is opened for the first time.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { type AuthOptions, type ServerOptions, type UiServer, uiServer } from '@modeshift/ui';
import type { StudioApp } from './studio-apps.ts';
import { failedPage, languageOf, studioPage } from './studio-page.ts';

/** Answers the requests of a studio. */
export class StudioServer {
  readonly #apps: readonly StudioApp[];
  readonly #auth: AuthOptions | undefined;
  readonly #servers = new Map<string, Promise<UiServer>>();
  /** Where a run of the sample is shown, from the first page. */
  sample: string | undefined;

  /** With `auth`, every app asks who somebody is, and who has logged in to one has logged in to all. The first page is open. */
  constructor(apps: readonly StudioApp[], auth?: AuthOptions) {
    this.#apps = apps;
    this.#auth = auth;
  }

  /** For `listen` of `@modeshift/ui`. */
  readonly node = (request: IncomingMessage, response: ServerResponse): void => {
    this.#answer(request, response).catch((error: unknown) => {
      console.error('The studio failed:', error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };

  /** Ends all apps that were opened. */
  async close(options: { readonly graceMs?: number } = {}): Promise<void> {
    const servers = [...this.#servers.values()];
    await Promise.all(servers.map(async server => (await server.catch(() => undefined))?.close(options)));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = request.url ?? '/';
    // Two slashes at its beginning would be read as a host.
    const { pathname, searchParams, search } = new URL(asked.startsWith('/') ? `http://studio${asked}` : asked);
    const lang = languageOf(searchParams, request.headers['accept-language']);
    const [, name = '', ...rest] = pathname.split('/');
    const app = this.#apps.find(one => one.name === name);
    if (name === '' && rest.length === 0) return html(response, 200, studioPage(this.#apps, lang, this.sample));
    if (name === 'health')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
    if (!app) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}');
    // Addresses on the page are relative to a folder.
    if (rest.length === 0) return void response.writeHead(308, { location: `/${name}/${search}` }).end();
    let server: UiServer;
    try {
      server = await this.#serverOf(app);
    } catch (error) {
      console.error(`The app "${name}" could not be started:`, error);
      return html(response, 500, failedPage(app, ModeshiftError.is(error) ? error.message : '', lang));
    }
    server.node(request, response);
  }

  #optionsOf(name: string): ServerOptions {
    const feedback = join('.modeshift', 'feedback', `${name}.jsonl`);
    return {
      rootPath: `/${name}`,
      feedback,
      ...(this.#apps.length > 1 && { home: '../' }),
      ...(this.#auth && { auth: this.#auth }),
    };
  }

  /** One that could not be made is tried anew at the next request. */
  #serverOf(app: StudioApp): Promise<UiServer> {
    const made = this.#servers.get(app.name) ?? app.load().then(one => uiServer(one, this.#optionsOf(app.name)));
    this.#servers.set(app.name, made);
    made.catch(() => this.#servers.delete(app.name));
    return made;
  }
}

function html(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
      vary: 'accept-language',
    })
    .end(body);
}
