// Inside servers of others: Hono, Express, and route handlers as Next.js calls them.
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from '@gradio/client';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { everyComponent } from '../test/every-component.ts';
import { type UiServer, uiServer } from './server/ui-server.ts';

const ends: (() => Promise<unknown>)[] = [];
// The client prints that its stream was ended, when it ends it.
beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue(undefined));
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0)) await end();
});

async function listen(server: Server, ui: UiServer): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    await ui.close({ graceMs: 0 });
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The official client, by streaming, files and a plain page. */
async function tryOut(url: string): Promise<void> {
  const client = await Client.connect(url, { events: ['data', 'status'] });
  expect(client.config?.root).toBe(url);
  expect((await client.predict('/spell', { words: '你好' })).data).toEqual(['你好', ['你', '好']]);
  const { data } = (await client.predict('/files', [new Blob(['abc'])])) as { data: [{ url: string }, number] };
  expect(data[0].url.startsWith(`${url}/gradio_api/file=output/`)).toBe(true);
  expect(await (await fetch(data[0].url)).text()).toBe('ABC');
  expect(await (await fetch(`${url}/`)).text()).toContain('<title>全部组件</title>');
  client.close();
}

it('Hono', async () => {
  const ui = uiServer(everyComponent(), { rootPath: '/demo' });
  const main = new Hono().get('/', c => c.text('外面')).mount('/demo', ui.fetch);
  const url = await listen(createServer(getRequestListener(main.fetch)), ui);
  await tryOut(`${url}/demo`);
  expect(await (await fetch(url)).text()).toBe('外面');
});

it('Express', async () => {
  // In a process of its own: a test runner resolves the modules of Express in another way than Node does.
  const script = join(import.meta.dirname, '..', 'test', 'express-server.ts');
  const child = spawn(process.execPath, [
    '--conditions=modeshift-source',
    '--disable-warning=ExperimentalWarning',
    script,
  ]);
  ends.push(async () => child.kill());
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.stderr.once('data', (text: Buffer) => reject(new Error(text.toString())));
  });
  await tryOut(`${url}/apps/demo`);
  expect(await (await fetch(url)).text()).toBe('外面');
});

it('route handlers, which get the whole path and a plain Request', async () => {
  const ui = uiServer(everyComponent(), { rootPath: '/demo' });
  const routes: Record<string, (request: Request) => Response | Promise<Response>> = { GET: ui.fetch, POST: ui.fetch };
  const handler = (request: Request) => routes[request.method]!(new Request(request));
  const url = await listen(createServer(getRequestListener(handler, { overrideGlobalObjects: false })), ui);
  await tryOut(`${url}/demo`);
});
