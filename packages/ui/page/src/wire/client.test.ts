// The page's client against the server, without a browser: many calls over one stream, cancelling, refusals, lost servers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { TestedApp } from '../../../src/testing/tested-app.ts';
import { everyComponent } from '../../../test/every-component.ts';
import { CallFollower, type CallState } from './call-state.ts';
import { PageClient } from './client.ts';
import { type Config, functionsOf } from './config.ts';
import type { Failure } from './failure.ts';

const apps: TestedApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app[Symbol.asyncDispose]();
});

async function start(): Promise<{
  app: TestedApp;
  client: PageClient;
  idOf: (name: string) => number;
  seen: boolean[];
}> {
  const app = new TestedApp(everyComponent());
  apps.push(app);
  await app.start();
  const functions = functionsOf((await (await fetch(`${app.url}/config`)).json()) as Config);
  const seen: boolean[] = [];
  return {
    app,
    client: new PageClient(`${app.url}/`, isThere => seen.push(isThere)),
    idOf: name => functions.get(name)!.id,
    seen,
  };
}

function follow(client: PageClient, id: number, data: readonly unknown[]) {
  const follower = new CallFollower();
  const states: CallState[] = [];
  const call = client.call(id, data, {
    tell: message => states.push(follower.read(message)),
    restart: () => follower.restart(),
  });
  const ended = call.ended.then(
    () => follower.state,
    (failure: Failure) => ({ ...follower.state, status: 'failed' as const, failure }),
  );
  return { call, states, ended };
}

it('follows many calls over one stream, each whole and in order', async () => {
  const { client, idOf } = await start();
  const words = Array.from({ length: 20 }, (_, i) => `第${i}个：床前明月光`);
  const ends = await Promise.all(words.map(one => follow(client, idOf('spell'), [one, 1]).ended));
  expect(ends.map(one => [one.status, one.values])).toEqual(words.map(one => ['done', [one, [...one]]]));
});

it('cancels a call at any time, also before the server has answered', async () => {
  const { client, idOf } = await start();
  const early = follow(client, idOf('spell'), ['床前明月光', 60_000]);
  early.call.cancel();
  expect((await early.ended).status).toBe('cancelled');
  const late = follow(client, idOf('spell'), ['床前明月光', 60_000]);
  await expect.poll(() => late.states.at(-1)?.values?.[0]).toBe('床');
  late.call.cancel();
  expect(await late.ended).toMatchObject({ status: 'cancelled', values: ['床', ['床']] });
});

it('tells fields that are wrong, functions that fail, and servers that are not there', async () => {
  const { app, client, idOf } = await start();
  const wrong = await follow(client, idOf('files'), [null, null]).ended;
  expect(wrong.failure).toMatchObject({ kind: 'fields', fields: { source: expect.any(String) } });
  expect((await follow(client, idOf('fail'), ['told']).ended).failure).toMatchObject({ kind: 'failed' });
  expect((await follow(client, 999, []).ended).failure).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('999'),
  });
  await app.kill();
  expect((await follow(client, 1, ['x']).ended).failure).toMatchObject({ kind: 'unreachable' });
});

it('waits between streams that something on the way ends at once', async () => {
  let streams = 0;
  const server = createServer((request, response) => {
    if (request.url!.includes('queue/data')) streams++;
    response.end(request.method === 'POST' ? '{"event_id":"一"}' : '');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const seen: boolean[] = [];
  const { port } = server.address() as AddressInfo;
  const client = new PageClient(`http://127.0.0.1:${port}/`, isThere => seen.push(isThere));
  const { ended } = follow(client, 1, []);
  await expect.poll(() => seen.filter(isThere => !isThere).length).toBeGreaterThan(1);
  // One for each time that the connection was called lost, and not one after the other.
  expect(streams).toBeLessThanOrEqual(seen.filter(isThere => !isThere).length + 1);
  server.removeAllListeners('request').on('request', (_, response) => response.writeHead(401).end('{"detail":{}}'));
  expect((await ended).failure).toMatchObject({ kind: 'log-in' });
  server.closeAllConnections();
  server.close();
});

it('finds out that the server was started anew, and can call again', async () => {
  const { app, client, idOf, seen } = await start();
  const held = follow(client, idOf('spell'), ['床前明月光', 60_000]);
  await expect.poll(() => held.states.at(-1)?.values?.[0]).toBe('床');
  await app.kill();
  await expect.poll(() => seen.at(-1)).toBe(false);
  await app.start();
  expect((await held.ended).failure).toMatchObject({ kind: 'restarted' });
  expect((await follow(client, idOf('text'), ['在吗']).ended).values).toEqual(['你说：在吗']);
  expect(seen.at(-1)).toBe(true);
});
