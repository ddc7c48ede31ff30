// A server that is killed, and started anew: what its clients see.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Client } from '@gradio/client';
import { afterEach, expect, it, vi } from 'vitest';
import { start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { text } from './components/text.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await stopAll();
});

/** The Express server of the tests, in a process that can be killed. */
async function killable(): Promise<{ url: string; kill: () => void }> {
  const script = join(import.meta.dirname, '..', 'test', 'express-server.ts');
  const child = spawn(process.execPath, [
    '--conditions=modeshift-source',
    '--disable-warning=ExperimentalWarning',
    script,
  ]);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(`${line.toString().trim()}/apps/demo`));
    child.stderr.once('data', (line: Buffer) => reject(new Error(line.toString())));
  });
  return { url, kill: () => child.kill('SIGKILL') };
}

it('a call whose server is killed ends with an error, not in silence', async () => {
  vi.spyOn(console, 'error').mockReturnValue(undefined);
  const { url, kill } = await killable();
  const client = await Client.connect(url, { events: ['data', 'status'] });
  const job = client.submit('/spell', { words: '床前明月光', wait: 60_000 });
  let last: unknown;
  for await (const message of job as AsyncIterable<{ type: string; stage?: string; broken?: boolean }>) {
    last = message;
    if (message.type === 'data') kill();
    if (message.stage === 'error') break;
  }
  expect(last).toMatchObject({ type: 'status', stage: 'error', broken: true });
  client.close();
});

it('a client can tell that the server is another one', async () => {
  const page = () =>
    app({ title: '重来' }).fn('echo', { input: { words: text() }, output: text() }, async ({ words }) => words);
  const ids = [];
  for (let i = 0; i < 2; i++) {
    const url = await start(page());
    const config = (await (await fetch(`${url}/config`)).json()) as { app_id: string };
    const asked = (await (await fetch(`${url}/gradio_api/app_id`)).json()) as { app_id: string };
    expect(asked.app_id).toBe(config.app_id);
    ids.push(config.app_id);
  }
  expect(ids[0]).not.toBe(ids[1]);
});
