// Handlers know what the visitor reads.
import { afterEach, expect, it } from 'vitest';
import { post, start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { text } from './components/text.ts';
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
