// Handlers know what the visitor reads.
import { ModeshiftError } from '@modeshift/core';
import { afterEach, expect, it } from 'vitest';
import { post, start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { text } from './components/text.ts';
import { describeError } from './server/describe-error.ts';
import { languageOf } from './server/request-facts.ts';

afterEach(stopAll);

const greeting = (lang: 'auto' | 'zh') =>
  app({ title: '问候', lang }).fn('greet', { output: text() }, async (_, { language }) =>
    language === 'zh' ? '你好' : 'Hello',
  );

it('from the header, else from the app', async () => {
  const [auto, chinese] = [await start(greeting('auto')), await start(greeting('zh'))];
  const greeted = async (url: string, header?: string): Promise<unknown> => {
    const headers: Record<string, string> = header === undefined ? {} : { 'accept-language': header };
    return ((await (await post(`${url}/gradio_api/run/greet`, { data: [] }, headers)).json()) as { data: [string] })
      .data[0];
  };
  expect(await greeted(auto)).toBe('Hello');
  expect(await greeted(auto, 'zh-CN')).toBe('你好');
  expect(await greeted(chinese)).toBe('你好');
  expect(await greeted(chinese, 'en')).toBe('Hello');
});

it('reads Accept-Language', () => {
  expect(languageOf('fr-CH, zh;q=0.7, en;q=0.8, *;q=0.5')).toBe('en');
  expect(languageOf('de, ZH-Hant-TW')).toBe('zh');
  expect(languageOf('en;q=0, zh;q=0.1')).toBe('zh');
  for (const header of [undefined, '', '*', 'fr', 'en;q=0', ';;,']) expect(languageOf(header)).toBeUndefined();
});

it('says the kind of an error in Chinese, and keeps the words', () => {
  const busy = new ModeshiftError({ tag: 'rate-limit' }, 'Wait 2 s and try again.');
  expect(describeError(busy, 'en').message).toBe('Wait 2 s and try again.');
  expect(describeError(busy, 'zh').message).toBe('请求太多，请稍后再试。（Wait 2 s and try again.）');
  expect(describeError(new ModeshiftError({ tag: 'invalid-input' }, '请选一个文件。'), 'zh').message).toBe(
    '请选一个文件。',
  );
  for (const error of [new Error('/etc'), new ModeshiftError({ tag: 'storage', path: '/etc' }, 'No /etc.')])
    expect(describeError(error, 'zh')).toEqual({ message: '执行失败，原因见服务器的日志。', isHidden: true });
});

it('of a detached run, too', async () => {
  const page = app({ title: '错误' }).job('fail', { output: text() }, async () => {
    throw new ModeshiftError({ tag: 'budget' }, 'It would cost $2.');
  });
  const url = await start(page);
  const call = async (name: string, data: readonly unknown[]): Promise<string> =>
    (await post(`${url}/gradio_api/run/${name}`, { data }, { 'accept-language': 'zh' })).text();
  const [run] = (JSON.parse(await call('fail', [])) as { data: [string] }).data;
  expect(await call('fail_watch', [run])).toContain('会超过所设的预算。（It would cost $2.）');
});

it('of a failed call, too', async () => {
  const url = await start(
    app({ title: '错误' }).fn('fail', { output: text() }, async () => {
      throw new ModeshiftError({ tag: 'network' }, 'There is no network.');
    }),
  );
  const answer = await post(`${url}/gradio_api/run/fail`, { data: [] }, { 'accept-language': 'zh' });
  expect(await answer.text()).toContain('连接不上服务器。（There is no network.）');
});
