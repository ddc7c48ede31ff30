// What Python's gradio_client sent to this server (recorded by oracles/ui/judge.py), sent again: the answers are the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { everyComponent } from '../test/every-component.ts';
import { messagesOf, start, stopAll } from '../test/running.ts';

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body: string;
  readonly status: number;
  /** How the call ended, where it is one. */
  readonly end?: Readonly<Record<string, unknown>>;
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'python-client.json'), 'utf8'),
) as Recorded[];

afterEach(stopAll);

/** Without what is drawn by lot: ids, references, the address of the server. */
const steady = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'ROOT')
      .replaceAll(/[0-9a-f]{32}/g, 'ID')
      .replaceAll(/\([0-9a-f]{8}\)/g, '(REFERENCE)'),
  );

it('the requests of Python’s client are answered as they were', async () => {
  const url = await start(everyComponent());
  let count = 0;
  let uploaded = '';
  const send = ({ method, path, type, body }: Recorded, session: string) => {
    // The boundary was an id as well, in the body only.
    const boundary = type && /boundary=(.*)/.exec(type)?.[1];
    const text = body
      .replaceAll(/^--ID(--)?\r?$/gm, (_, end = '') => `--${boundary}${end}\r`)
      .replace(/upload\/ID\/[^"]*/, uploaded)
      .replaceAll('SESSION', session);
    return fetch(url + path.replace('SESSION', session), {
      method,
      ...(method === 'POST' && { body: text, headers: { 'content-type': type! } }),
    });
  };
  const calls = recorded.filter(one => one.end);
  expect(calls.length).toBeGreaterThan(15);
  for (const one of recorded) {
    if (/queue\/data|file=|heartbeat/.test(one.path)) continue;
    const session = `s${++count}`;
    const response = await send(one, session);
    expect(response.status, one.body).toBe(one.status);
    if (one.path.endsWith('/upload')) [uploaded] = (await response.json()) as [string];
    if (!one.end) continue;
    const { event_id } = (await response.json()) as { event_id: string };
    if (one.end.title === 'Cancelled')
      await fetch(`${url}/gradio_api/cancel`, { method: 'POST', body: JSON.stringify({ event_id }) });
    const messages = await messagesOf(await fetch(`${url}/gradio_api/queue/data?session_hash=${session}`));
    const { output } = messages.find(message => message.msg === 'process_completed') as { output: object };
    const { duration, average_duration, ...answered } = output as Record<string, unknown>;
    // How many calls a batch had is up to the moment.
    if (one.body.includes('"fn_index":13')) expect(answered.data).toEqual([expect.stringMatching(/^\d\/\d$/)]);
    else expect(steady(answered), one.body).toEqual(steady(one.end));
  }
});
