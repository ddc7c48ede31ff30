// An app as a program, in this process: which port it takes, what it prints, how it ends.
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { app } from './app.ts';
import { text } from './components/text.ts';
import { runUntilStopped } from './server/run-app.ts';
import { serve } from './server/serve.ts';

let taken: Server | undefined;
afterEach(() => taken?.close());

it('takes a free port where the usual one is taken, with an app that was not ended for it', async () => {
  taken = createServer();
  // Where it cannot be had, somebody else has it already.
  await new Promise<void>(resolve => taken!.once('error', () => resolve()).listen(7860, '127.0.0.1', resolve));
  let ends = 0;
  const onClose = async (): Promise<void> => void ends++;
  const page = app({ title: '跑', onClose }).job('run', { output: text() }, async () => '好');
  const lines: string[] = [];
  const before = process.listenerCount('SIGTERM');
  const running = runUntilStopped(options => serve(page, options), { print: line => lines.push(line) });
  await expect.poll(() => lines.join('\n')).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/);
  const url = lines[0]!.replace('listening on ', '');
  expect(new URL(url).port).not.toBe('7860');
  expect(ends).toBe(0);
  const call = async (name: string, data: unknown[]) =>
    (await (
      await fetch(`${url}/gradio_api/run/${name}`, { method: 'POST', body: JSON.stringify({ data }) })
    ).json()) as {
      data: unknown[];
    };
  const { data } = await call('run', []);
  expect((await call('run_watch', data)).data[0]).toBe('done');
  process.emit('SIGTERM');
  await running;
  expect(lines.at(-1)).toMatch(/^Stopping/);
  expect(ends).toBe(1);
  expect(process.listenerCount('SIGTERM')).toBe(before);
  await expect(fetch(url)).rejects.toThrow();
});

it('a port that was asked for and is taken is an error', async () => {
  taken = createServer();
  await new Promise<void>(resolve => taken!.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const page = app({ title: '跑' }).fn('echo', { output: text() }, async () => '好');
  await expect(runUntilStopped(options => serve(page, options), { port })).rejects.toThrow(/is taken\. Choose another/);
});
