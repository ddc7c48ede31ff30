// Several apps behind one server, as browsers and clients meet them.
import { scriptedModel } from '@modeshift/testing';
import { app, listen, type RunningServer } from '@modeshift/ui';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StudioApp } from './studio-apps.ts';
import { StudioServer } from './studio-server.ts';

let server: RunningServer | undefined;
beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(async () => {
  await server?.close({ graceMs: 0 });
  vi.restoreAllMocks();
});

let loads = 0;
const closed: string[] = [];
const one = (name: string, load: StudioApp['load']): StudioApp => ({
  name,
  title: { en: `${name} & co`, zh: `${name} 应用` },
  about: { en: 'An app <b>for</b> tests.', zh: '测试用的应用。' },
  load,
});
const chat = (name: string): StudioApp =>
  one(name, async () => {
    loads++;
    const onClose = async (): Promise<void> => void closed.push(name);
    return app({ title: name, onClose }).chat('chat', { model: scriptedModel({ reply: () => `${name}：好` }) });
  });
const open = async (...apps: StudioApp[]): Promise<string> => {
  loads = 0;
  closed.length = 0;
  server = await listen(new StudioServer(apps), { port: 0 });
  return server.url;
};

it('lists the apps in the visitor’s language, and makes none before it is opened', async () => {
  const url = await open(chat('a'), chat('b'));
  const get = async (path: string, language = 'en'): Promise<string> =>
    (await fetch(`${url}${path}`, { headers: { 'accept-language': language } })).text();
  const english = await get('/');
  expect(english).toContain('<html lang="en">');
  expect(english).toContain('<a href="a/"><h2>a &amp; co</h2><p>An app &lt;b&gt;for&lt;/b&gt; tests.</p></a>');
  expect(await get('/', 'zh-CN,zh;q=0.9')).toContain('<h2>b 应用</h2><p>测试用的应用。</p>');
  expect(await get('/?lang=zh')).toContain('<html lang="zh-CN">');
  expect(loads).toBe(0);
  expect(await get('/health')).toBe('{"status":"ok"}');
  for (const path of ['/nothing', '//', '//[', '//a/chat'])
    expect((await fetch(`${url}${path}`, { redirect: 'manual' })).status, path).toBe(404);
});

it('each app lies under its own path, and is made once', async () => {
  const url = await open(chat('a'), chat('b'));
  const moved = await fetch(`${url}/a?x=1`, { redirect: 'manual' });
  expect([moved.status, moved.headers.get('location')]).toEqual([308, '/a/?x=1']);
  for (const name of ['a', 'b', 'a']) {
    const config = (await (await fetch(`${url}/${name}/config`)).json()) as { root: string; title: string };
    expect(config).toMatchObject({ root: `${url}/${name}`, title: name });
    const call = await fetch(`${url}/${name}/gradio_api/run/chat`, { method: 'POST', body: '{"data":["在吗",[]]}' });
    expect(await call.json()).toMatchObject({ data: [`${name}：好`] });
  }
  expect(loads).toBe(2);
  const homeOf = async (at: string) => (await (await fetch(`${at}/config`)).json()).modeshift.home as unknown;
  expect(await homeOf(`${url}/a`)).toBe('../');
  const alone = await listen(new StudioServer([chat('c')]), { port: 0 });
  expect(await homeOf(`${alone.url}/c`)).toBe(null);
  await alone.close({ graceMs: 0 });
  // A page elsewhere may not call them.
  const foreign = { method: 'POST', body: '{"data":["在吗",[]]}', headers: { origin: 'https://example.org' } };
  expect((await fetch(`${url}/a/gradio_api/run/chat`, foreign)).status).toBe(403);
  await server!.close({ graceMs: 0 });
  expect(closed.sort()).toEqual(['a', 'b', 'c']);
});

it('an app that cannot be made says so, and is tried anew', async () => {
  let tries = 0;
  const late = one('late', async () => {
    if (tries++ === 0) throw new Error('password=hunter2');
    return chat('late').load();
  });
  const url = await open(late);
  const failed = await fetch(`${url}/late/`, { headers: { 'accept-language': 'zh' } });
  expect(failed.status).toBe(500);
  const text = await failed.text();
  expect(text).toContain('此应用无法启动。');
  expect(text).not.toContain('hunter2');
  expect((await fetch(`${url}/late/config`)).status).toBe(200);
});
