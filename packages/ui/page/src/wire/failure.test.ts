// What the page says of answers that are none, beside a server that refuses.
import { afterEach, expect, it } from 'vitest';
import { app, number, text } from '../../../src/index.ts';
import { post, start, stopAll } from '../../../test/running.ts';
import { en } from '../words/en.ts';
import { failureText } from '../words/failure-text.ts';
import { zh } from '../words/zh.ts';
import { Failure, failureOf } from './failure.ts';

afterEach(stopAll);

const page = () =>
  app({ title: '拒' }).fn(
    'f',
    { input: { words: text(), n: number({ value: 1, max: 3 }) }, output: text(), maxWaiting: 0, concurrency: 1 },
    async (_, ctx) => {
      await new Promise<void>(resolve => ctx.signal.addEventListener('abort', () => resolve()));
      return '';
    },
  );
const join = (url: string, data: unknown[]): Promise<Response> =>
  post(`${url}/gradio_api/queue/join`, { data, fn_index: 1, session_hash: 's' });

it('names each field that is wrong', async () => {
  const failure = await failureOf(await join(await start(page()), [null, 9]));
  expect(failure).toMatchObject({ kind: 'fields', fields: { words: expect.any(String), n: expect.any(String) } });
  expect(failureText(failure, zh)).toBe('有几项需要再检查一下。');
});

it('says when to try again, and what is too large', async () => {
  const url = await start(page(), { rate: { calls: 1, perSeconds: 60 }, limits: { maxBodyBytes: 1000 } });
  await join(url, ['甲']);
  const many = await failureOf(await join(url, ['乙']));
  expect(many.kind).toBe('too-many');
  expect(failureText(many, en)).toMatch(/^Too many calls\. Try again in \d+ s\.$/);
  expect(failureText(many, zh)).toMatch(/^调用太频繁。请在 \d+ 秒后重试。$/);
  const free = await start(page(), { limits: { maxBodyBytes: 1000 } });
  const large = await failureOf(await join(free, ['字'.repeat(1000)]));
  expect(large.kind).toBe('too-large');
  expect(failureText(large, en)).toMatch(/^This is too large\. .*1000 bytes/);
  // One runs, and the line takes nobody.
  await join(free, ['丙']);
  const busy = await failureOf(await join(free, ['丁']));
  expect(busy.kind).toBe('busy');
  expect(failureText(busy, zh)).toMatch(/^服务器正忙。/);
});

it('asks to log in, and bears answers that are no JSON', async () => {
  const url = await start(page(), { auth: { users: { 小明: '密码' } } });
  expect(failureText(await failureOf(await join(url, ['甲'])), en)).toBe('You are no longer logged in.');
  const odd = await failureOf(new Response('<html>', { status: 502 }));
  expect(odd).toMatchObject({ kind: 'failed', message: 'HTTP 502' });
  expect(failureText(Failure.of(new Failure('failed', '')), en)).toBe('The server gave no reason.');
  expect(failureText(Failure.of(new TypeError('x is not y')), en)).toBe('x is not y');
});
