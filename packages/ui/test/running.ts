// Servers for tests, stopped at the end of each.
import type { AppDefinition } from '../src/app.ts';
import { type RunningServer, type ServeOptions, serve } from '../src/server/serve.ts';

const running: RunningServer[] = [];

/** Errors that servers kept from their visitors. */
export const hiddenErrors: unknown[] = [];

/** Serves an app on a free port. */
export async function start(app: { readonly definition: AppDefinition }, options: ServeOptions = {}): Promise<string> {
  const server = await serve(app, { port: 0, onError: error => hiddenErrors.push(error), ...options });
  running.push(server);
  return server.url;
}

/** For `afterEach`. */
export async function stopAll(): Promise<void> {
  hiddenErrors.length = 0;
  await Promise.all(running.splice(0).map(server => server.close({ graceMs: 0 })));
}

/** Posts JSON, as curl would. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } });
}

/** The messages of a stream of `data:` lines, until it ends. */
export async function messagesOf(response: Response): Promise<Record<string, unknown>[]> {
  const blocks = (await response.text()).split('\n\n').filter(block => block !== '');
  return blocks.map(block => JSON.parse(block.replace(/^data: /, '')) as Record<string, unknown>);
}

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
