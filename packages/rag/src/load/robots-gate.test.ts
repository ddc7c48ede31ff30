// robots.txt over HTTP: asked once, after redirects, by the name of the crawler, and what a host that has none says.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ModeshiftError } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { type DownloadRules, download } from './download.ts';
import { robotsGate } from './robots-gate.ts';

const hosts: Server[] = [];
afterAll(() => {
  for (const one of hosts) {
    one.closeAllConnections();
    one.close();
  }
});
/** A host that answers `/robots.txt` so, and every page with its path. */
async function host(robots: RequestListener, paths: string[] = []): Promise<string> {
  const one = createServer((request, answer) => {
    paths.push(request.url!);
    if (request.url === '/robots.txt') robots(request, answer);
    else if (request.url === '/away') answer.writeHead(302, { location: '/no/away' }).end();
    else answer.end(request.url);
  });
  await new Promise<void>(done => one.listen(0, '127.0.0.1', done));
  hosts.push(one);
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
}
const says =
  (text: string): RequestListener =>
  (_, answer) =>
    answer.end(text);

async function load(urls: readonly string[], more: Partial<DownloadRules> = {}): Promise<string[]> {
  const rules = {
    ...{
      isAllowed: () => true,
      privateAddresses: true,
      maxBytes: 1e6,
      timeoutMs: 5000,
      headers: {},
      signal: undefined,
    },
    ...more,
  };
  const all = { ...rules, mayAsk: robotsGate(rules) };
  const told: string[] = [];
  for (const url of urls)
    told.push(
      await download(new URL(url), all).then(
        ({ bytes }) => Buffer.from(bytes).toString(),
        (error: unknown) => (ModeshiftError.is(error) ? error.reason.tag : String(error)),
      ),
    );
  return told;
}

describe('robotsGate', () => {
  it('asks each host once and keeps to what it says, after redirects, too', async () => {
    const paths: string[] = [];
    const other = await host(says('User-agent: *\nDisallow: /no'), paths);
    const urls = ['/a', '/no/b', '/页', '/no?q', '/away'].map(one => other + one);
    expect(await load(urls)).toEqual(['/a', 'refused', '/%E9%A1%B5', 'refused', 'refused']);
    expect(paths).toEqual(['/robots.txt', '/a', '/%E9%A1%B5', '/away']);
    const moved = await host((_, answer) => answer.writeHead(301, { location: `${other}/robots.txt` }).end());
    expect(await load([`${moved}/a`, `${moved}/no`])).toEqual(['/a', 'refused']);
  });

  it('speaks for the crawler that the request names', async () => {
    const home = await host(says('User-agent: mybot\nDisallow: /\n\nUser-agent: *\nAllow: /'));
    expect(await load([`${home}/a`])).toEqual(['/a']);
    const headers = { 'User-Agent': 'MyBot/2.0 (+https://example.com)' };
    expect(await load([`${home}/a`], { headers })).toEqual(['refused']);
  });

  it.each([
    [404, '/a'],
    [403, '/a'],
    [429, 'rate-limit'],
    [503, 'server'],
  ])('where robots.txt is answered with %d: %s', async (status, outcome) => {
    const home = await host((_, answer) => answer.writeHead(status).end());
    expect(await load([`${home}/a`])).toEqual([outcome]);
  });

  it('reads the beginning of a huge one; one that hangs forbids', async () => {
    const huge = await host(says(`User-agent: *\nDisallow: /a\n${'# 很长\n'.repeat(100_000)}Disallow: /b`));
    expect(await load([`${huge}/a`, `${huge}/b`])).toEqual(['refused', '/b']);
    const slow = await host(() => {});
    expect(await load([`${slow}/a`], { timeoutMs: 200 })).toEqual(['timeout']);
  });
});
