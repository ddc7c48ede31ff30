// The server of an app: routes, checks before them, and its end.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { Hono } from 'hono';
import { App, type AppDefinition } from '../app.ts';
import { apiPrefix, configOf } from '../protocol/config.ts';
import { infoOf } from '../protocol/info.ts';
import { type Auth, doorOf } from './auth.ts';
import { addCallRoutes } from './call-routes.ts';
import { Calls, InputProblems, Refusal } from './calls.ts';
import { FeedbackBox } from './feedback.ts';
import { addFileRoutes } from './file-routes.ts';
import { FileStore } from './file-store.ts';
import { indexPage } from './index-page.ts';
import { Metrics } from './metrics.ts';
import { cleanRootPath, type FullLimits, fullLimits, type ServerOptions } from './options.ts';
import { addressOf, isAllowedOrigin, type OriginRules, refusalOf, rootOf } from './origin.ts';
import { PageFiles } from './page-files.ts';
import { CallRateLimit } from './rate-limit.ts';
import {
  BadBody,
  connectionFacts,
  languageOf,
  type RouteContext,
  type RouteEnv,
  readBody,
  readJson,
} from './request-facts.ts';
import { Sessions } from './sessions.ts';

/** Routes that answer whoever asks. */
const open: ReadonlySet<string> = new Set(['/', '/health', '/login', '/logout', '/metrics']);

/** Scripts and styles of the page, the same for every app. */
const pageAssets = '/assets/';

const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-opener-policy': 'same-origin',
};

/** The server of an app. Made by {@link uiServer} and `serve`. */
export class UiServer {
  readonly #hono: Hono<RouteEnv>;
  readonly #definition: AppDefinition;
  readonly #appId = randomBytes(8).toString('hex');
  readonly #limits: FullLimits;
  readonly #rules: OriginRules;
  readonly #auth: Auth;
  readonly #rate: CallRateLimit | undefined;
  readonly #options: ServerOptions;
  readonly #sessions: Sessions;
  readonly #files: FileStore;
  readonly #metrics = new Metrics();
  readonly #calls: Calls;
  readonly #page = PageFiles.find();
  readonly #feedback: FeedbackBox | undefined;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(app: { readonly definition: AppDefinition }, options: ServerOptions = {}) {
    if (!(app instanceof App) && !app?.definition) throw invalidInput('Give an app: app({ title }).fn(…).');
    this.#definition = app.definition;
    if (this.#definition.endpoints.length === 0)
      throw invalidInput('The app has no function: add one with fn, chat or job.');
    this.#options = options;
    this.#limits = fullLimits(options.limits);
    this.#rules = {
      allowedHosts: options.allowedHosts,
      allowedOrigins: options.allowedOrigins ?? [],
      rootPath: cleanRootPath(options.rootPath),
      trustProxy: options.trustProxy ?? false,
    };
    this.#auth = doorOf(options.auth);
    this.#feedback = options.feedback === undefined ? undefined : new FeedbackBox(options.feedback);
    this.#rate = options.rate && new CallRateLimit(options.rate);
    const { sessionIdleMs, fileIdleMs } = this.#limits;
    this.#sessions = new Sessions({ ...this.#limits, idleMs: sessionIdleMs });
    this.#files = new FileStore({ ...this.#limits, idleMs: fileIdleMs, folder: options.filesFolder });
    const onError =
      options.onError ?? ((error, { fn, reference }) => console.error(`[${reference}] "${fn}" failed:`, error));
    this.#calls = new Calls(this.#definition, {
      sessions: this.#sessions,
      files: this.#files,
      metrics: this.#metrics,
      limits: this.#limits,
      onError,
    });
    this.#hono = new Hono<RouteEnv>({ getPath: request => routePath(this.#path(request)) });
    this.#definition.startJobs();
    this.#addRoutes();
  }

  /**
   * Answers a request: for Hono (`main.mount('/demo', server.fetch)`), for route handlers of Next.js, and for tests. Mounted
   * below a path, say so with `rootPath`.
   */
  readonly fetch = (request: Request, env?: unknown): Response | Promise<Response> => {
    return this.#hono.fetch(request, (env ?? {}) as object);
  };

  /** Answers a request of Node: for `http.createServer` and `express().use('/demo', server.node)`, before parsers of bodies. */
  readonly node = (request: IncomingMessage, response: ServerResponse): void => {
    void this.#listener(request, response);
  };

  readonly #listener = getRequestListener((request, env) => this.fetch(request, env), { overrideGlobalObjects: false });

  /**
   * Ends the server: lets nobody in, gives calls that run `graceMs` to end (left out: 10 s), cancels the others and all jobs,
   * ends the streams and deletes the files.
   */
  close({ graceMs = 10_000 }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    await this.#calls.drain(graceMs);
    await this.#definition.stopJobs();
    // What readers have not been told yet, they get a moment to read.
    const until = performance.now() + Math.min(1000, graceMs);
    while ([...this.#sessions].some(one => one.hasReader && one.events.size > 0) && performance.now() < until)
      await new Promise(resolve => setTimeout(resolve, 10));
    this.#closing.abort();
    this.#sessions.stop();
    await this.#files.close();
    await this.#definition.onClose();
  }

  #path(request: Request): string {
    const path = request.url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '');
    const { rootPath } = this.#rules;
    const inside =
      rootPath && (path === rootPath || path.startsWith(`${rootPath}/`)) ? path.slice(rootPath.length) : path;
    return inside || '/';
  }

  #addRoutes(): void {
    const hono = this.#hono;
    hono.use('*', async (c, next) => {
      const request = c.req.raw;
      const facts = connectionFacts(c.env);
      const origin = c.req.header('origin');
      const cors = origin !== undefined && isAllowedOrigin(origin, this.#rules) ? corsHeaders(origin, this.#rules) : {};
      const set = (): void => {
        for (const [name, value] of Object.entries({ ...securityHeaders, ...cors })) c.header(name, value);
        if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
      };
      const refused = refusalOf(request, facts, this.#rules);
      if (refused !== undefined) return c.json({ detail: refused }, 403);
      if (request.method === 'OPTIONS') {
        set();
        return c.body(null, 204);
      }
      c.set('root', rootOf(request, facts, this.#rules));
      c.set('address', addressOf(request, facts, this.#rules));
      const language = languageOf(c.req.header('accept-language'));
      c.set('language', language ?? (this.#definition.lang === 'zh' ? 'zh' : 'en'));
      c.set('user', await this.#auth.user(request));
      if (this.#auth.isOn && !c.var.user && !open.has(c.req.path) && !c.req.path.startsWith(pageAssets)) {
        const detail = { error: 'Not authenticated', auth_message: this.#auth.message };
        c.res = c.json({ detail }, 401);
      } else await next();
      set();
    });
    hono.onError((error, c) => this.#answerError(error, c as RouteContext));
    hono.notFound(c => c.json({ detail: 'Not Found' }, 404));

    hono.get('/', c => this.#index(c));
    hono.get(`${pageAssets}*`, c => {
      const file = this.#page?.response(c.req.path.slice(1), c.req.header('accept-encoding') ?? '');
      return file ?? c.json({ detail: 'Not Found' }, 404);
    });
    hono.get('/config', c => {
      const { root, user } = c.var;
      const facts = {
        root,
        appId: this.#appId,
        maxFileBytes: this.#limits.maxFileBytes,
        username: user?.name ?? null,
        takesFeedback: this.#feedback !== undefined,
        home: this.#options.home ?? null,
      };
      return c.json(configOf(this.#definition, this.#calls.endpoints, facts));
    });
    hono.get(`${apiPrefix}/info`, c => c.json(infoOf(this.#calls.endpoints)));
    hono.get(`${apiPrefix}/app_id`, c => c.json({ app_id: this.#appId }));
    hono.post('/feedback', c => this.#takeFeedback(c));
    hono.post('/login', c => this.#login(c));
    hono.get('/logout', c => {
      c.header('set-cookie', this.#auth.logout(c.req.raw, c.var.root.startsWith('https:')));
      return c.redirect(`${c.var.root}/`, 302);
    });
    hono.get('/health', c => {
      const isOk = !this.#calls.isDraining;
      return c.json({ status: isOk ? 'ok' : 'stopping' }, isOk ? 200 : 503);
    });
    hono.get('/metrics', c => this.#showMetrics(c));
    addFileRoutes(hono, this.#files, { pathOf: request => this.#path(request), pay: c => this.#pay(c) });
    addCallRoutes(hono, {
      calls: this.#calls,
      sessions: this.#sessions,
      limits: this.#limits,
      pay: c => this.#pay(c),
      closing: this.#closing.signal,
    });
  }

  #index(c: RouteContext): Response {
    const { title } = this.#definition;
    const needsLogin = this.#auth.isOn && !c.var.user;
    if (this.#page) {
      const nonce = randomBytes(16).toString('base64url');
      c.header('content-security-policy', pagePolicy(nonce));
      // Who must log in first is not told what for.
      const shown = needsLogin ? '' : title;
      return c.html(
        this.#page.html({ title: shown, nonce, rootPath: new URL(c.var.root).pathname.replace(/\/$/, '') }),
      );
    }
    c.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'self'",
    );
    return c.html(
      needsLogin
        ? indexPage(this.#definition, c.var.root, this.#auth.message ?? '')
        : indexPage(this.#definition, c.var.root),
    );
  }

  async #login(c: RouteContext): Promise<Response> {
    const body = await readBody(c.req.raw, 100_000);
    const type = c.req.header('content-type') ?? '';
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
      .formData()
      .catch(() => undefined);
    const [name, password] = [form?.get('username'), form?.get('password')];
    if (typeof name !== 'string' || typeof password !== 'string')
      return c.json({ detail: 'Send username and password as a form.' }, 400);
    const result = await this.#auth.login(name.trim(), password, c.var.address, c.var.root.startsWith('https:'));
    if ('status' in result) {
      const isMany = result.status === 429;
      if (isMany) c.header('retry-after', '300');
      return c.json(
        { detail: isMany ? 'Too many failed attempts. Try again in five minutes.' : 'Incorrect credentials.' },
        result.status,
      );
    }
    c.header('set-cookie', result.cookie);
    return c.json({ success: true });
  }

  async #takeFeedback(c: RouteContext): Promise<Response> {
    if (!this.#feedback) return c.json({ detail: 'Not Found' }, 404);
    this.#pay(c);
    const names = this.#definition.endpoints.map(one => one.name);
    const sent = await readJson(c.req.raw, this.#limits.maxBodyBytes);
    await this.#feedback.take(sent, c.var.user?.name ?? null, names);
    return c.json({ success: true });
  }

  #showMetrics(c: RouteContext): Response {
    const { metrics } = this.#options;
    const isAllowed = metrics
      ? c.req.header('authorization') === `Bearer ${metrics.token}`
      : metrics !== false && (!this.#auth.isOn || c.var.user);
    if (!isAllowed) return c.json({ detail: 'Not authenticated' }, 401);
    const of = (name: string, help: string, value: number) =>
      ({ name, help, type: 'gauge', values: [[{}, value]] }) as const;
    const text = this.#metrics.text([
      ...this.#calls.gauges(),
      of('modeshift_ui_sessions', 'Sessions that are remembered.', this.#sessions.size),
      of(
        'modeshift_ui_streams',
        'Sessions that are being read.',
        [...this.#sessions].filter(one => one.hasReader).length,
      ),
      of('modeshift_ui_file_bytes', 'Bytes of files that are kept.', this.#files.bytes),
    ]);
    return c.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  }

  #pay(c: RouteContext): void {
    const waitMs = this.#rate?.take(c.var.user?.name ?? c.var.address) ?? 0;
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    c.header('retry-after', String(seconds));
    throw new Refusal(429, `Too many calls. Try again in ${seconds} s.`);
  }

  #answerError(error: unknown, c: RouteContext): Response {
    if (error instanceof Refusal || error instanceof BadBody) return c.json({ detail: error.message }, error.status);
    if (error instanceof InputProblems) {
      const detail = error.problems.map(({ name, message }) => ({
        __type__: 'validate',
        is_valid: false,
        message,
        parameter_name: name,
      }));
      return c.json({ detail }, 422);
    }
    if (ModeshiftError.is(error, 'quota')) return c.json({ detail: error.message }, 413);
    if (ModeshiftError.is(error, 'rate-limit')) return c.json({ detail: error.message }, 503);
    if (ModeshiftError.is(error, 'invalid-input')) return c.json({ detail: error.message }, 400);
    const reference = randomBytes(4).toString('hex');
    if (this.#options.onError) this.#options.onError(error, { fn: c.req.path, reference });
    else console.error(`[${reference}] ${c.req.path} failed:`, error);
    return c.json({ detail: `The server failed. Its log says why. (${reference})` }, 500);
  }
}

/**
 * Makes a server of an app without listening: mount it in a server of your own.
 *
 * @throws ModeshiftError `invalid-input` for an app without functions, and for options that make no sense.
 * @example
 * ```ts
 * import { app, text, uiServer } from '@modeshift/ui';
 *
 * const page = app({ title: '大写' }).fn('upper', { input: { words: text() }, output: text() }, async ({ words }) => words.toUpperCase());
 * const server = uiServer(page, { rootPath: '/demo' });
 * // Hono: main.mount('/demo', server.fetch). Express: main.use('/demo', server.node).
 * // Next.js, app/demo/[[...path]]/route.ts: export const GET = server.fetch, POST = server.fetch.
 * const request = new Request('http://localhost/demo/gradio_api/run/upper', { method: 'POST', body: '{"data":["abc"]}' });
 * console.log((await (await server.fetch(request)).json()).data[0]); // ABC
 * await server.close();
 * ```
 */
export function uiServer(app: { readonly definition: AppDefinition }, options: ServerOptions = {}): UiServer {
  return new UiServer(app, options);
}

/** What the page may load: its own files, and styles that carry the nonce of this load. Nothing of any other host. */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // Formulas place their parts by attributes; raw HTML, which could bring others, is never shown.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ');
}

/** Paths with and without a slash at the end are one; a file's path is no part of the route. */
function routePath(path: string): string {
  if (path.startsWith(`${apiPrefix}/file=`)) return `${apiPrefix}/file`;
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}

function corsHeaders(origin: string, { allowedOrigins }: OriginRules): Record<string, string> {
  const isAny = allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': isAny ? '*' : origin,
    ...(!isAny && { 'access-control-allow-credentials': 'true', vary: 'origin' }),
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': 'content-type, authorization, x-gradio-user',
    'access-control-max-age': '600',
  };
}
