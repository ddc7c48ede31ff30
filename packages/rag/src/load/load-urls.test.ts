// URLs: types, encodings, limits, and addresses that must not be reached.
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from './address-rules.ts';
import { hostRule, loadUrls, type UrlOptions } from './load-urls.ts';

const asked: IncomingMessage[] = [];
const gbk = Uint8Array.of(0xcd, 0xcb, 0xbf, 0xee); // 退款
const pages: Record<string, RequestListener> = {
  '/page': (_, answer) => answer.setHeader('content-type', 'text/html; charset=utf-8').end('<nav>x</nav><h1>退款</h1>'),
  '/gbk': (_, answer) =>
    answer.setHeader('content-type', 'text/html; charset=GBK').end(Buffer.concat([Buffer.from('<p>'), gbk])),
  '/meta': (_, answer) =>
    answer
      .setHeader('content-type', 'text/html')
      .end(Buffer.concat([Buffer.from('<meta charset="gb2312"><p>'), gbk, Buffer.from('</p>')])),
  '/notes.md': (_, answer) => answer.setHeader('content-type', 'text/plain').end('# 标题'),
  '/data.json?x=1': (_, answer) => answer.setHeader('content-type', 'application/json').end('{"a":"一"}'),
  '/zipped': (_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
    answer.end(gzipSync('压缩'));
  },
  '/bomb': (_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'br' });
    answer.end(brotliCompressSync(Buffer.alloc(20e6, 0x61)));
  },
  '/endless': (_, answer) => {
    answer.setHeader('content-type', 'text/plain');
    const more = (): void => {
      while (!answer.destroyed && answer.write('a'.repeat(65_536)));
    };
    answer.on('drain', more);
    more();
  },
  '/slow': (_, answer) => void answer.setHeader('content-type', 'text/plain').write('a'),
  '/broken': (_, answer) => void answer.writeHead(200, { 'content-length': '99' }).write('a', () => answer.destroy()),
  '/picture': (_, answer) => answer.setHeader('content-type', 'image/png').end('x'),
  '/gone': (_, answer) => answer.writeHead(404).end(),
  '/to-page': (_, answer) => answer.writeHead(302, { location: '/page' }).end(),
  '/round': (_, answer) => answer.writeHead(302, { location: '/round' }).end(),
  '/to-metadata': (_, answer) => answer.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/to-file': (_, answer) => answer.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/to-other': (_, answer) => answer.writeHead(302, { location: `http://localhost:${port()}/page` }).end(),
};
let server: Server;
const port = (): number => (server.address() as AddressInfo).port;
const base = (): string => `http://127.0.0.1:${port()}`;
beforeAll(async () => {
  server = createServer((request, answer) => {
    if (request.url !== '/robots.txt') asked.push(request);
    (pages[request.url!] ?? pages['/gone']!)(request, answer);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function load(urls: readonly string[], options: Partial<UrlOptions> = {}): Promise<string[]> {
  const told: string[] = [];
  for await (const one of loadUrls(urls, { allow: ['127.0.0.1'], privateAddresses: true, ...options }))
    told.push('error' in one ? one.error.reason.tag : one.text.trim());
  return told;
}

describe('loadUrls', () => {
  it('reads pages by their media type and encoding, after redirects', async () => {
    const paths = ['/page', '/gbk', '/meta', '/notes.md', '/data.json?x=1', '/zipped', '/to-page'];
    expect(await load(paths.map(path => base() + path))).toEqual([
      ...['# 退款', '退款', '退款', '# 标题', 'a: 一', '压缩', '# 退款'],
    ]);
  });

  it('gives what it cannot fetch as failed, and goes on', async () => {
    const urls = ['/gone', '/picture', '/broken', '/round'].map(path => base() + path);
    expect(await load([...urls, '没有', 'ftp://127.0.0.1/a', `${base()}/page`])).toEqual([
      ...['not-found', 'unsupported', 'network', 'refused', 'invalid-input', 'refused', '# 退款'],
    ]);
  });

  it('stops at limits of size and time, however the bytes come', async () => {
    const urls = ['/bomb', '/endless', '/page'].map(path => base() + path);
    expect(await load(urls, { maxBytes: 1e6 })).toEqual(['invalid-input', 'invalid-input', '# 退款']);
    expect(await load([`${base()}/slow`], { timeoutMs: 100 })).toEqual(['timeout']);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    await expect(load([`${base()}/slow`], { signal: stop.signal })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
  });

  it('asks allowed hosts only, and no private address under any name or after a redirect', async () => {
    const before = asked.length;
    const localhost = `http://localhost:${port()}/page`;
    const spellings = [
      localhost,
      `${base()}/page`,
      `http://2130706433:${port()}/page`,
      `http://[::ffff:127.0.0.1]:${port()}/`,
    ];
    const allow = ['localhost', '127.0.0.1', '[::ffff:127.0.0.1]'];
    expect(await load(spellings, { allow, privateAddresses: false })).toEqual(spellings.map(() => 'refused'));
    expect(asked).toHaveLength(before);
    expect(await load([localhost])).toEqual(['refused']);
    expect(asked).toHaveLength(before);
    const away = ['/to-metadata', '/to-file', '/to-other'].map(path => base() + path);
    expect(await load(away)).toEqual(['refused', 'refused', 'refused']);
    expect(asked).toHaveLength(before + 3);
  });

  it('sends headers to where it was asked to and not to where that redirects', async () => {
    asked.length = 0;
    const options = { headers: { authorization: 'secret' }, allow: ['127.0.0.1', 'localhost'] };
    expect(await load([`${base()}/to-other`, `${base()}/to-page`], options)).toEqual(['# 退款', '# 退款']);
    expect(asked.map(one => one.headers.authorization)).toEqual(['secret', undefined, 'secret', 'secret']);
  });

  it('asks a host at the port that was allowed and no other', async () => {
    const url = `${base()}/page`;
    expect(await load([url], { allow: ['127.0.0.1:80'] })).toEqual(['refused']);
    expect(await load([url], { allow: ['127.0.0.1:443', `127.0.0.1:${port()}`] })).toEqual(['# 退款']);
    const isAllowed = hostRule(['a.example:80', '[2606:4700::1111]']);
    const urls = ['http://a.example/', 'https://a.example/', 'https://[2606:4700::1111]/'];
    expect(urls.map(one => isAllowed(new URL(one)))).toEqual([true, false, true]);
  });

  it('keeps to robots.txt unless there is a reason not to', async () => {
    pages['/robots.txt'] = (_, answer) => answer.end('User-agent: modeshift\nDisallow: /page');
    try {
      expect(await load([`${base()}/page`, `${base()}/to-page`])).toEqual(['refused', 'refused']);
      expect(await load([`${base()}/page`], { ignoreRobots: 'our own site' })).toEqual(['# 退款']);
      await expect(load([`${base()}/page`], { ignoreRobots: ' ' })).rejects.toThrow('Say why');
    } finally {
      delete pages['/robots.txt'];
    }
  });

  it('takes no password in a URL', async () => {
    asked.length = 0;
    const told: unknown[] = [];
    for (const user of ['me:secret@', 'me@'])
      for await (const one of loadUrls([`http://${user}127.0.0.1:${port()}/page`], {
        allow: ['127.0.0.1'],
        privateAddresses: true,
      }))
        told.push('error' in one && [one.error.reason.tag, one.error.message.includes('secret')]);
    expect([told, asked.length]).toEqual([
      [
        ['refused', false],
        ['refused', false],
      ],
      0,
    ]);
  });

  it('refuses lists of hosts that are none', async () => {
    for (const allow of [[], ['*'], ['https://a.example'], ['a.example/b'], ['*.*.example']])
      await expect(load([base()], { allow })).rejects.toMatchObject({ reason: { tag: 'invalid-input' } });
  });
});

describe('isPublicAddress', () => {
  it.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['::ffff:8.8.8.8', true],
    ['127.1.2.3', false],
    ['10.0.0.1', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['100.64.0.1', false],
    ['169.254.169.254', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['::ffff:10.0.0.1', false],
    ['fe80::1%eth0', false],
    ['fd00::1', false],
    ['64:ff9b::a00:1', false],
    ['2002:a00:1::', false],
    ['2001:0:a00:1::', false],
    ['2001:db8::1', false],
    ['not an address', false],
  ])('%s: %s', (address, isPublic) => expect(isPublicAddress(address)).toBe(isPublic));
});
