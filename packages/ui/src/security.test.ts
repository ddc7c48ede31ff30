// What must not get in, and what must not get out.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { everyComponent } from '../test/every-component.ts';
import { post, start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { json } from './components/data.ts';
import { file } from './components/file.ts';
import { localFile } from './components/page-file.ts';
import { text } from './components/text.ts';

afterEach(stopAll);

/** A request with headers that `fetch` does not let a caller set. */
function raw(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
  body = '',
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', piece => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    sent.on('error', reject).end(body);
  });
}

const form = (name: string, password: string): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams({ username: name, password }),
});

async function upload(url: string, files: readonly File[], headers: Record<string, string> = {}): Promise<Response> {
  const body = new FormData();
  for (const one of files) body.append('files', one);
  return fetch(`${url}/gradio_api/upload`, { method: 'POST', body, headers });
}

describe('where requests come from', () => {
  it('refuses names that were made to point at this machine', async () => {
    const url = await start(everyComponent());
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example'])
      expect(await raw(`${url}/config`, { host, 'x-forwarded-host': 'localhost' })).toMatchObject({
        status: 403,
        text: expect.stringContaining('allowedHosts'),
      });
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:80', 'app.localhost'])
      expect((await raw(`${url}/config`, { host })).status, host).toBe(200);
    const named = await start(everyComponent(), { allowedHosts: ['app.example.org'] });
    expect((await raw(`${named}/config`, { host: 'app.example.org' })).status).toBe(200);
    expect((await raw(`${named}/config`, { host: 'other.example.org' })).status).toBe(403);
  });

  it('refuses pages of other sites, also for requests that need no permission', async () => {
    const url = await start(everyComponent());
    const host = new URL(url).host;
    const from = (headers: Record<string, string>, path = '/gradio_api/run/text') =>
      raw(url + path, { host, 'content-type': 'text/plain', ...headers }, 'POST', '{"data":["嗨"]}');
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:1` },
      { 'sec-fetch-site': 'cross-site' },
    ])
      for (const path of ['/gradio_api/run/text', '/login', '/gradio_api/upload'])
        expect((await from(headers, path)).status, JSON.stringify(headers)).toBe(403);
    expect((await from({ origin: url })).status).toBe(200);
    expect((await from({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await raw(`${url}/config`, { host, 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  });

  it('lets sites in that are named, with the answer that browsers ask for first', async () => {
    const url = await start(everyComponent(), { allowedOrigins: ['https://shop.example'] });
    const asked = await raw(
      `${url}/gradio_api/queue/join`,
      {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-gradio-user',
      },
      'OPTIONS',
    );
    expect(asked).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-headers': expect.stringContaining('x-gradio-user'),
      },
    });
    expect((await raw(`${url}/config`, { origin: 'https://other.example' })).status).toBe(403);
    const open = await start(everyComponent(), { allowedOrigins: ['*'] });
    const { headers } = await raw(`${open}/config`, { origin: 'https://any.example' });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('sends headers that keep pages from being framed, guessed and stored', async () => {
    const url = await start(everyComponent());
    for (const path of ['/', '/config', '/gradio_api/nothing']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('x-frame-options'), path).toBe('SAMEORIGIN');
      expect(headers.get('cache-control'), path).toBe('no-store');
    }
    // The page runs its own scripts, and styles that carry the nonce of this load; without the page nothing runs.
    const policy = (await fetch(url)).headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'self'; style-src 'self' 'nonce-[\w-]{22}'; |^default-src 'none'; /);
    for (const unsafe of ['script-src', "style-src 'unsafe", 'unsafe-eval', 'http', '*'])
      expect(policy.replace(/^default-src 'none'.*/, '')).not.toContain(unsafe);
    expect((await fetch(url)).headers.get('content-security-policy') === policy).toBe(!policy.includes('nonce'));
    const page = app({ title: '<script>alert(1)</script>' }).fn('f', { description: '"><img src=x>' }, async () => {});
    expect(await (await fetch(await start(page))).text()).not.toMatch(/<script>|<img/);
  });
});

describe('who', () => {
  it('asks everyone, on every route but the few that need nobody', async () => {
    const url = await start(everyComponent(), { auth: { users: { 小明: '密码' } }, metrics: { token: 'm' } });
    for (const path of [
      '/config',
      '/gradio_api/info',
      '/gradio_api/queue/data?session_hash=s',
      '/gradio_api/file=upload/x/y',
      '/gradio_api/heartbeat/s',
      '/gradio_api/app_id',
      '/config/',
      '//config',
      '/%63onfig',
    ])
      expect([401, 404], path).toContain((await fetch(url + path)).status);
    expect(await (await fetch(`${url}/config`)).json()).toEqual({
      detail: { error: 'Not authenticated', auth_message: null },
    });
    for (const path of [
      '/gradio_api/run/text',
      '/gradio_api/upload',
      '/gradio_api/cancel',
      '/gradio_api/queue/join',
      '/gradio_api/call/text',
      '/gradio_api/call/v2/text',
    ])
      expect((await post(url + path, { data: ['x'] })).status, path).toBe(401);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer m' } })).status).toBe(200);
    const page = await (await fetch(url)).text();
    expect(page).toMatch(/<form method="post" action="login"|<title><\/title>/);
    for (const secret of ['stringify', '全部组件']) expect(page).not.toContain(secret);
  });

  it('gives a cookie that scripts cannot read, and takes it back', async () => {
    const url = await start(everyComponent(), { auth: { users: { 小明: '密码' } } });
    const response = await fetch(`${url}/login`, form('小明', '密码'));
    expect(await response.json()).toEqual({ success: true });
    const [cookie] = response.headers.getSetCookie();
    // Pitfall 10: clients split cookies at "=".
    expect(cookie).toMatch(/^access-token-unsecure-[0-9a-f]+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    const headers = { cookie: cookie!.split(';')[0]! };
    expect(await (await fetch(`${url}/config`, { headers })).json()).toMatchObject({ username: '小明' });
    const https = await fetch(`${url}/login`, { ...form('小明', '密码'), headers: { 'x-forwarded-proto': 'https' } });
    expect(https.headers.getSetCookie()[0]).toContain('; Secure');
    const out = await fetch(`${url}/logout`, { headers, redirect: 'manual' });
    expect([out.status, out.headers.get('location')]).toEqual([302, `${url}/`]);
    expect((await fetch(`${url}/config`, { headers })).status).toBe(401);
  });

  it('answers 401 to a wrong password, 429 to one who goes on', async () => {
    const url = await start(everyComponent(), { auth: { users: { 小明: '密码' } } });
    for (const name of ['小明', 'toString', '__proto__', ''])
      expect((await fetch(`${url}/login`, form(name, ''))).status, name).toBe(401);
    for (let i = 0; i < 9; i++) expect((await fetch(`${url}/login`, form('小明', `错${i}`))).status).toBe(401);
    const refused = await fetch(`${url}/login`, form('小明', '密码'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '300']);
    expect((await fetch(`${url}/login`, { method: 'POST', body: 'x' })).status).toBe(400);
  });

  it('asks the author where there is an own way, or an own check', async () => {
    const identify = (asked: Request) => {
      const name = asked.headers.get('x-user');
      return name ? { name } : undefined;
    };
    const url = await start(everyComponent(), { auth: { identify } });
    expect((await post(`${url}/gradio_api/run/tell`, { data: [0] })).status).toBe(401);
    expect(await (await post(`${url}/gradio_api/run/tell`, { data: [0] }, { 'x-user': 'mei' })).json()).toMatchObject({
      data: ['mei'],
    });
    const checked = await start(everyComponent(), {
      auth: { check: async (name, password) => name === '小明' && password === '密码' },
    });
    expect((await fetch(`${checked}/login`, form('小明', '密码'))).status).toBe(200);
    expect((await fetch(`${checked}/login`, form('小明', '错'))).status).toBe(401);
  });

  it('keeps sessions, calls and files of users apart', async () => {
    const auth = { identify: (asked: Request) => ({ name: asked.headers.get('x-user')! }) };
    const url = await start(everyComponent(), { auth });
    const [mei, li] = [{ 'x-user': 'mei' }, { 'x-user': 'li' }];
    const turn = async (headers: Record<string, string>) =>
      ((await (await post(`${url}/gradio_api/run/turn`, { session_hash: 's' }, headers)).json()) as { data: number[] })
        .data[0];
    expect([await turn(mei), await turn(mei), await turn(li)]).toEqual([1, 2, 1]);
    const [path] = (await (await upload(url, [new File(['秘密'], 'a.txt')], mei)).json()) as string[];
    expect((await fetch(`${url}/gradio_api/file=${path}`, { headers: mei })).status).toBe(200);
    expect((await fetch(`${url}/gradio_api/file=${path}`, { headers: li })).status).toBe(403);
    expect((await post(`${url}/gradio_api/run/same`, { data: [{ path }] }, li)).status).toBe(422);
    const { event_id } = (await (await post(`${url}/gradio_api/call/text`, { data: ['x'] }, mei)).json()) as {
      event_id: string;
    };
    expect((await fetch(`${url}/gradio_api/call/text/${event_id}`, { headers: li })).status).toBe(404);
    expect((await fetch(`${url}/gradio_api/call/text/${event_id}`, { headers: mei })).status).toBe(200);
  });

  it('counts calls by user, and tells when the next is free', async () => {
    const auth = { identify: (asked: Request) => ({ name: asked.headers.get('x-user')! }) };
    const url = await start(everyComponent(), { auth, rate: { calls: 2, perSeconds: 100 } });
    const call = (user: string) => post(`${url}/gradio_api/run/text`, { data: ['x'] }, { 'x-user': user });
    expect([(await call('mei')).status, (await call('mei')).status]).toEqual([200, 200]);
    const refused = await call('mei');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(40);
    expect((await call('li')).status).toBe(200);
  });
});

describe('files', () => {
  it('cannot be reached by any path but the one that was given', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ui-secret-'));
    writeFileSync(join(folder, 'secret.txt'), '秘密');
    const filesFolder = mkdtempSync(join(tmpdir(), 'ui-files-'));
    const url = await start(everyComponent(), { filesFolder });
    const [path] = (await (await upload(url, [new File(['公开'], 'a.txt')])).json()) as string[];
    const disk = join(filesFolder, readdirSync(filesFolder)[0]!);
    const tries = [
      join(folder, 'secret.txt'),
      join(disk, readdirSync(disk)[0]!),
      `${path}/../../../secret.txt`,
      `../${path}`,
      path!.replace('a.txt', 'b.txt'),
      'upload/%2e%2e/%2e%2e/etc/passwd',
      '%00',
      '%E0%A4%A',
      '/etc/passwd',
      'C:\\Windows\\win.ini',
      '',
    ];
    for (const one of tries) {
      expect([403, 404], one).toContain((await raw(`${url}/gradio_api/file=${one}`, {})).status);
      expect([403, 404], one).toContain((await raw(`${url}/gradio_api/file/${one}`, {})).status);
      expect(
        (await post(`${url}/gradio_api/run/same`, { data: [{ path: one, meta: { _type: 'gradio.FileData' } }] }))
          .status,
        one,
      ).toBe(422);
      expect(
        (await post(`${url}/gradio_api/run/same`, { data: [{ path: '', url: `${url}/gradio_api/file=${one}` }] }))
          .status,
        one,
      ).toBe(422);
    }
    expect(await (await fetch(`${url}/gradio_api/file=${path}`)).text()).toBe('公开');
  });

  it('stay out where a handler gives what it was given', async () => {
    const page = app({ title: '回声' })
      .fn('echo', { input: { value: json() }, output: file() }, async ({ value }) => value as never)
      .fn('own', { output: file() }, async () => localFile(import.meta.filename, { name: '源码.ts' }))
      .fn('lost', { output: file() }, async () => localFile('/srv/没有/这个'));
    const url = await start(page);
    for (const value of [{ path: '/etc/passwd', name: 'x' }, '/etc/passwd', { name: 'x' }])
      expect(await (await post(`${url}/gradio_api/run/echo`, { data: [value] })).json()).toMatchObject({
        error: expect.stringContaining('The log of the server'),
      });
    const { data } = (await (await post(`${url}/gradio_api/run/own`, {})).json()) as {
      data: [{ url: string; path: string }];
    };
    expect(data[0].path).not.toContain('security');
    expect(await (await fetch(data[0].url)).text()).toContain('What must not get in');
    const lost = await (await post(`${url}/gradio_api/run/lost`, {})).text();
    expect(lost).not.toContain('/srv');
  });

  it('are offered for download where a browser could run them, and come in parts', async () => {
    const url = await start(everyComponent());
    const files = [
      new File(['<script>alert(1)</script>'], '页.html', { type: 'text/html' }),
      new File(['0123456789'], 'p.png', { type: 'image/png' }),
    ];
    const [html, png] = (await (await upload(url, files)).json()) as string[];
    const page = await fetch(`${url}/gradio_api/file=${html}`);
    expect(page.headers.get('content-disposition')).toBe(
      `attachment; filename="file"; filename*=UTF-8''%E9%A1%B5.html`,
    );
    expect(page.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    const part = async (range: string, method = 'GET') => {
      const response = await fetch(`${url}/gradio_api/file=${png}`, { headers: { range }, method });
      return [response.status, response.headers.get('content-range'), await response.text()];
    };
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await part('bytes=8-')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '']);
    expect(await part('bytes=0-1,4-5')).toEqual([200, null, '0123456789']);
    expect(await part('bytes=2-4', 'HEAD')).toEqual([206, 'bytes 2-4/10', '']);
    const [empty] = (await (await upload(url, [new File([], '空.txt')])).json()) as string[];
    expect(await (await fetch(`${url}/gradio_api/file=${empty}`)).text()).toBe('');
  });

  it('have limits, and what is refused leaves nothing on the disk', async () => {
    const filesFolder = mkdtempSync(join(tmpdir(), 'ui-files-'));
    const url = await start(everyComponent(), { filesFolder, limits: { maxFileBytes: 1000, maxStoredBytes: 2500 } });
    const left = () => readdirSync(filesFolder).flatMap(one => readdirSync(join(filesFolder, one)));
    const small = new File(['x'.repeat(900)], '小.txt');
    expect((await upload(url, [small, new File(['x'.repeat(1001)], '大.txt')])).status).toBe(413);
    expect(left()).toEqual([]);
    expect((await upload(url, [small, small])).status).toBe(200);
    const full = await upload(url, [small]);
    expect([full.status, await full.json()]).toEqual([
      413,
      { detail: 'The server has no room for further files. Try again later.' },
    ]);
    expect(left()).toHaveLength(2);
    expect((await post(`${url}/gradio_api/upload`, {})).status).toBe(400);
    const broken = { 'content-type': 'multipart/form-data; boundary=x' };
    expect(
      (
        await post(
          `${url}/gradio_api/upload`,
          '--x\r\ncontent-disposition: form-data; name="files"; filename="a"\r\n\r\nabc',
          broken,
        )
      ).status,
    ).toBe(400);
    await expect.poll(left).toHaveLength(2);
    // A client that goes away in the middle of an upload.
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `POST /gradio_api/upload HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 9999\r\n\r\n--x\r\ncontent-disposition: form-data; name="files"; filename="a"\r\n\r\nabc`,
    );
    await expect.poll(left).toHaveLength(3);
    socket.destroy();
    await expect.poll(left).toHaveLength(2);
  });

  it('lose folders and control characters of their names', async () => {
    const url = await start(everyComponent());
    const names = ['../../逃.txt', 'C:\\a\\b.txt', 'a\u0000\nb.txt', '..', '  '];
    const paths = (await (
      await upload(
        url,
        names.map(name => new File(['x'], name)),
      )
    ).json()) as string[];
    expect(paths.map(path => path.split('/')[2])).toEqual([
      '逃.txt',
      'b.txt',
      expect.stringMatching(/^[\w%]*b\.txt$/),
      'file',
      'file',
    ]);
    expect(paths.every(path => path.split('/').length === 3)).toBe(true);
  });
});

describe('errors', () => {
  it('of the server itself tell nothing', async () => {
    const auth = { identify: () => Promise.reject(new Error('db password=hunter2')) };
    const url = await start(everyComponent(), { auth });
    const response = await fetch(`${url}/config`);
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(/^\{"detail":"The server failed. Its log says why. \([0-9a-f]{8}\)"\}$/);
  });

  it('of state that has grown too large end the call, and forget the state', async () => {
    const page = app({ title: '大', state: () => ({ words: [] as string[] }) }).fn(
      'grow',
      { input: { words: text() }, output: text() },
      async ({ words }, ctx) => {
        ctx.session.state.words.push(words);
        return ctx.session.state.words.length;
      },
    );
    const url = await start(page, { limits: { maxStateBytes: 1000 } });
    const grow = async (words: string) =>
      (await (await post(`${url}/gradio_api/run/grow`, { data: [words], session_hash: 's' })).json()) as Record<
        string,
        unknown
      >;
    expect(await grow('小')).toMatchObject({ data: ['1'] });
    expect(await grow('大'.repeat(999))).toMatchObject({ error: expect.stringContaining('at most 1000 are kept') });
    expect(await grow('小')).toMatchObject({ data: ['1'] });
  });
});

describe('behind a proxy', () => {
  it('builds addresses as its visitors reach it', async () => {
    const url = await start(everyComponent(), { rootPath: '/demo/', allowedHosts: ['*'] });
    expect(url).toMatch(/\/demo$/);
    const origin = new URL(url).origin;
    const rootFor = async (base: string, headers: Record<string, string> = {}) =>
      (JSON.parse((await raw(`${base}/config`, headers)).text) as { root: string }).root;
    // With the path (the proxy keeps it) and without (the proxy takes it off).
    expect(await rootFor(url)).toBe(url);
    expect(await rootFor(origin)).toBe(url);
    const told = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'apps.example.org' };
    expect(await rootFor(origin, told)).toBe('https://apps.example.org/demo');
    const plain = await start(everyComponent());
    expect(await rootFor(plain, { 'x-forwarded-prefix': '/x/y' })).toBe(`${plain}/x/y`);
    for (const prefix of ['//evil.example', '/"><script>', 'x'])
      expect(await rootFor(plain, { 'x-forwarded-prefix': prefix })).toBe(plain);
    expect(await rootFor(plain, { 'x-forwarded-host': 'a b<' })).toBe(plain);
  });

  it('believes addresses of visitors only where it is told to', async () => {
    const limited = async (trustProxy: boolean) => {
      const url = await start(everyComponent(), { trustProxy, rate: { calls: 1, perSeconds: 1000 } });
      const call = async (address: string) =>
        (await post(`${url}/gradio_api/run/text`, { data: ['x'] }, { 'x-forwarded-for': `1.1.1.1, ${address}` }))
          .status;
      return [await call('2.2.2.2'), await call('3.3.3.3'), await call('3.3.3.3')];
    };
    expect(await limited(false)).toEqual([200, 429, 429]);
    expect(await limited(true)).toEqual([200, 200, 429]);
  });
});
