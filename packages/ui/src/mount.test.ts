// Inside servers of others: Hono, Express, and route handlers as Next.js calls them.
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Client } from '@gradio/client';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, expect, it } from 'vitest';
import { everyComponent } from '../test/every-component.ts';
import { type UiServer, uiServer } from './server/ui-server.ts';

/** It has no types of its own; what is used of it stands here. */
const express = createRequire(import.meta.url)('express') as () => RequestListener & {
  use(path: string, handler: RequestListener): void;
  get(path: string, handler: (request: unknown, response: { send(text: string): void }) => void): void;
};

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
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
  expect(await (await fetch(`${url}/`)).text()).toContain('<h1>全部组件</h1>');
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
  const ui = uiServer(everyComponent());
  const main = express();
  main.use('/apps/demo', ui.node);
  main.get('/', (_, response) => void response.send('外面'));
  const url = await listen(createServer(main), ui);
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
