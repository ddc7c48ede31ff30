// The server as curl sees it, and each pitfall of the protocol that shows on the wire.
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { everyComponent } from '../test/every-component.ts';
import { messagesOf, post, start, stopAll } from '../test/running.ts';
import { app } from './app.ts';
import { json } from './components/data.ts';
import { number } from './components/number.ts';
import { text } from './components/text.ts';

afterEach(stopAll);

const numberOf = async (url: string, name: string): Promise<number> => {
  const config = (await (await fetch(`${url}/config`)).json()) as { dependencies: { id: number; api_name: string }[] };
  return config.dependencies.find(one => one.api_name === name)!.id;
};

describe('what is told of an app', () => {
  it('says what keeps old and new clients working', async () => {
    const url = await start(everyComponent());
    const config = (await (await fetch(`${url}/config`)).json()) as Record<string, unknown> & {
      components: { id: number }[];
      dependencies: { id: number; inputs: number[]; outputs: number[] }[];
    };
    // Pitfalls 1, 4, 6 and 7: another protocol hangs clients; our own version makes Python ask a public server; a heartbeat
    // for each tab uses up a browser's six connections; the client would store every call in the browser.
    expect(config).toMatchObject({
      protocol: 'sse_v3',
      version: '6.25.0',
      connect_heartbeat: false,
      run_history: false,
      root: url,
      api_prefix: '/gradio_api',
      enable_queue: true,
      space_id: null,
      title: '全部组件',
    });
    const ids = new Set(config.components.map(one => one.id));
    expect(ids.size).toBe(config.components.length);
    // Pitfall 5 for dependencies and components; Python stops at an id that no component has.
    expect(Math.min(...ids, ...config.dependencies.map(one => one.id))).toBe(1);
    for (const { inputs, outputs } of config.dependencies)
      for (const id of [...inputs, ...outputs]) expect(ids.has(id)).toBe(true);
  });

  it('answers every route also with a slash at its end', async () => {
    const url = await start(everyComponent());
    for (const path of [
      '/config/',
      '/gradio_api/info/',
      '/gradio_api/info?serialize=False',
      '/gradio_api/app_id/',
      '/health/',
    ])
      expect((await fetch(url + path)).status, path).toBe(200);
    expect((await post(`${url}/gradio_api/run/text/`, { data: ['嗨'] })).status).toBe(200);
    expect((await post(`${url}/gradio_api/reset`, { event_id: 'x' })).status).toBe(200);
    const missing = await fetch(`${url}/gradio_api/nothing`);
    expect([missing.status, await missing.json()]).toEqual([404, { detail: 'Not Found' }]);
  });

  it('describes parameters as JSON Schema and as Python types', async () => {
    const url = await start(everyComponent());
    const info = (await (await fetch(`${url}/gradio_api/info`)).json()) as {
      named_endpoints: Record<string, { parameters: { python_type: { type: string }; type: object }[] }>;
    };
    expect(info.named_endpoints['/values']!.parameters.map(one => one.python_type.type)).toEqual([
      'float',
      'float',
      'bool',
      "Literal['甲', '乙']",
      "Literal['成都', '上海']",
      "list[Literal['一', '二', '三']]",
      'str | float | bool | list | dict',
      'dict(headers: list[Any], data: list[list[Any]], metadata: dict(str, list[Any] | None) | None)',
      'str',
      'list[dict]',
    ]);
    expect(info.named_endpoints['/files']!.parameters[0]!.type).toMatchObject({
      properties: { meta: { properties: { _type: { const: 'gradio.FileData' } } } },
    });
  });
});

describe('the queue', () => {
  it('sends nothing but data lines, in order, then closes', async () => {
    const url = await start(everyComponent());
    const fn_index = await numberOf(url, 'spell');
    const { event_id } = (await (
      await post(`${url}/gradio_api/queue/join`, { data: ['你好', 60], fn_index, session_hash: '甲' })
    ).json()) as { event_id: string };
    const response = await fetch(`${url}/gradio_api/queue/data?session_hash=${encodeURIComponent('甲')}`);
    // Pitfall 14: proxies must neither hold back nor change it.
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('cache-control')).toContain('no-transform');
    expect(response.headers.get('content-encoding')).toBeNull();
    const text = await response.clone().text();
    // Pitfall 2: any other line breaks Python's client.
    for (const line of text.split('\n')) expect(line === '' || line.startsWith('data: {'), line).toBe(true);
    expect(text).not.toContain('\r');
    const messages = await messagesOf(response);
    expect(messages.map(one => one.msg)).toEqual([
      'estimation',
      'process_starts',
      'process_generating',
      'process_generating',
      'process_completed',
      'close_stream',
    ]);
    expect(messages.every(one => one.event_id === (one.msg === 'close_stream' ? null : event_id))).toBe(true);
    expect(messages[2]).toMatchObject({ output: { data: ['你', ['你']], is_generating: true } });
    // Pitfall 12: the handler pushes to the same array, and the edits still show it.
    expect(messages[3]).toMatchObject({ output: { data: [[['append', [], '好']], [['add', [1], '好']]] } });
    expect(messages[4]).toMatchObject({
      success: true,
      output: { data: ['你好', ['你', '好']], is_generating: false },
    });
  });

  it('goes on with the same stream for calls that follow at once', async () => {
    const url = await start(everyComponent());
    const fn_index = await numberOf(url, 'text');
    const join = (words: string) =>
      post(`${url}/gradio_api/queue/join`, { data: [words], fn_index, session_hash: 's' });
    await join('一');
    const reading = fetch(`${url}/gradio_api/queue/data?session_hash=s`).then(messagesOf);
    for (const words of ['二', '三']) {
      await pause(60);
      await join(words);
    }
    const messages = await reading;
    const ends = messages.filter(one => one.msg === 'process_completed') as { output: { data: string[] } }[];
    expect(ends.map(one => one.output.data[0])).toEqual(['你说：一', '你说：二', '你说：三']);
    expect(messages.filter(one => one.msg === 'close_stream')).toHaveLength(1);
  });

  it('stays awake with messages, not with comments', async () => {
    const url = await start(everyComponent(), { limits: { heartbeatMs: 20 } });
    await post(`${url}/gradio_api/queue/join`, {
      data: [150],
      fn_index: await numberOf(url, 'sleep'),
      session_hash: 's',
    });
    const messages = await messagesOf(await fetch(`${url}/gradio_api/queue/data?session_hash=s`));
    expect(messages.filter(one => one.msg === 'heartbeat').length).toBeGreaterThan(1);
    const call = await (await post(`${url}/gradio_api/call/sleep`, { data: [150] })).json();
    const seen = await (await fetch(`${url}/gradio_api/call/sleep/${(call as { event_id: string }).event_id}`)).text();
    expect(seen).toMatch(/^(event: heartbeat\ndata: null\n\n)+event: complete\ndata: \["醒了"\]\n\n$/);
  });

  it('holds a heartbeat open, which Python asks for in a loop where there is none', async () => {
    const url = await start(everyComponent(), { limits: { heartbeatMs: 30 } });
    const leaving = new AbortController();
    const response = await fetch(`${url}/gradio_api/heartbeat/s`, { signal: leaving.signal });
    const reader = response.body!.getReader();
    let text = '';
    while (text.length < 3 * 13) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).toBe('data: ALIVE\n\n'.repeat(3));
    leaving.abort();
  });

  it('ends a cancelled call in the form that both clients take', async () => {
    const aborted: string[] = [];
    const url = await start(everyComponent({ aborted }));
    const fn_index = await numberOf(url, 'sleep');
    const { event_id } = (await (
      await post(`${url}/gradio_api/queue/join`, { data: [60_000], fn_index, session_hash: 's' })
    ).json()) as { event_id: string };
    const reading = fetch(`${url}/gradio_api/queue/data?session_hash=s`).then(messagesOf);
    expect(await (await post(`${url}/gradio_api/cancel`, { session_hash: 's', fn_index, event_id })).json()).toEqual({
      success: true,
    });
    expect((await reading).at(-2)).toEqual({
      msg: 'process_completed',
      success: false,
      title: 'Cancelled',
      output: { error: 'Cancelled', title: 'Cancelled', visible: false, duration: 0 },
      event_id,
    });
    expect(aborted).toEqual(['sleep 60000']);
    expect(await (await post(`${url}/gradio_api/cancel`, { event_id: 'unknown' })).json()).toEqual({ success: true });
  });

  it('refuses calls that make no sense, with words', async () => {
    const url = await start(everyComponent(), { limits: { maxBodyBytes: 2000, maxCallsPerSession: 2 } });
    const fn_index = await numberOf(url, 'values');
    const join = async (body: unknown) => {
      const response = await post(`${url}/gradio_api/queue/join`, body);
      return [response.status, ((await response.json()) as { detail: unknown }).detail] as const;
    };
    expect(await join({ data: [], fn_index })).toEqual([400, 'The call needs a session_hash.']);
    expect(await join({ data: [], session_hash: 's' })).toEqual([400, 'The call needs a fn_index: see /config.']);
    expect(await join({ data: [], fn_index: 0, session_hash: 's' })).toEqual([404, 'There is no function "0".']);
    expect(await join({ data: '字', fn_index, session_hash: 's' })).toEqual([
      400,
      '"data" must be an array with a value for each input.',
    ]);
    expect(await join({ data: Array(99).fill(1), fn_index, session_hash: 's' })).toEqual([
      400,
      '"values" has 10 inputs, not 99.',
    ]);
    expect(await join('{"data": [')).toEqual([400, 'The body must be a JSON object.']);
    expect(await join('[1]')).toEqual([400, 'The body must be a JSON object.']);
    expect((await join({ data: ['长'.repeat(2000)], fn_index, session_hash: 's' }))[0]).toBe(413);
    const [status, detail] = await join({ data: ['一'], fn_index, session_hash: 's' });
    expect(status).toBe(422);
    expect(detail).toContainEqual({
      __type__: 'validate',
      is_valid: false,
      message: 'expected number, got string',
      parameter_name: 'number',
    });
    expect(detail).toContainEqual(expect.objectContaining({ message: 'is missing', parameter_name: 'radio' }));
    const sleep = await numberOf(url, 'sleep');
    for (let i = 0; i < 2; i++)
      expect(
        (await post(`${url}/gradio_api/queue/join`, { data: [9999], fn_index: sleep, session_hash: 's' })).status,
      ).toBe(200);
    expect((await join({ data: [9999], fn_index: sleep, session_hash: 's' }))[0]).toBe(429);
    expect(await messagesOf(await fetch(`${url}/gradio_api/queue/data?session_hash=other`))).toMatchObject([
      { msg: 'unexpected_error', session_not_found: true },
      { msg: 'close_stream' },
    ]);
  });

  it('gives a reader who comes again the whole value first', async () => {
    const url = await start(everyComponent());
    await post(`${url}/gradio_api/queue/join`, {
      data: ['一二三四五六', 100],
      fn_index: await numberOf(url, 'spell'),
      session_hash: 's',
    });
    const leaving = new AbortController();
    const first = await fetch(`${url}/gradio_api/queue/data?session_hash=s`, { signal: leaving.signal });
    const reader = first.body!.getReader();
    let seen = '';
    while (!seen.includes('append')) seen += new TextDecoder().decode((await reader.read()).value);
    leaving.abort();
    await pause(120);
    const messages = await messagesOf(await fetch(`${url}/gradio_api/queue/data?session_hash=s`));
    const [again] = messages.filter(one => one.msg === 'process_generating') as [
      { output: { data: [string, string[]] } },
    ];
    expect(again.output.data[0]).toMatch(/^一二三/);
    expect(messages.at(-2)).toMatchObject({ success: true, output: { data: ['一二三四五六', [...'一二三四五六']] } });
  });
});

describe('curl', () => {
  it('calls by position and by name, and reads full values', async () => {
    const url = await start(everyComponent());
    const call = async (path: string, body: unknown) => {
      const { event_id } = (await (await post(`${url}/gradio_api/call/${path}`, body)).json()) as { event_id: string };
      return (await fetch(`${url}/gradio_api/call/${path}/${event_id}`)).text();
    };
    expect(await call('text', { data: ['你好'] })).toBe('event: complete\ndata: ["你说：你好"]\n\n');
    expect(await call('v2/text', { words: '你好' })).toBe('event: complete\ndata: ["你说：你好"]\n\n');
    expect(await call('spell', { data: ['你好', 60] })).toBe(
      'event: generating\ndata: ["你",["你"]]\n\nevent: generating\ndata: ["你好",["你","好"]]\n\nevent: complete\ndata: ["你好",["你","好"]]\n\n',
    );
    expect(await call('fail', { data: ['told'] })).toMatch(/^event: error\ndata: \{"error":"换一个词，别用 /);
    const unknown = await post(`${url}/gradio_api/call/v2/text`, { word: '错' });
    expect(await unknown.json()).toMatchObject({
      detail: [{ message: 'is no input of this function', parameter_name: 'word' }],
    });
    expect((await fetch(`${url}/gradio_api/call/text/0123`)).status).toBe(404);
  });

  it('calls functions by names in any script', async () => {
    const url = await start(
      app({ title: '名' }).fn(
        '加法',
        { input: { 甲: number(), 乙: number({ value: 1 }) }, output: number() },
        async ({ 甲, 乙 }) => 甲 + 乙,
      ),
    );
    expect(
      await (await post(`${url}/gradio_api/run/${encodeURIComponent('加法')}`, { data: [2] })).json(),
    ).toMatchObject({ data: [3] });
    const { event_id } = (await (await post(`${url}/gradio_api/call/v2/加法`, { 甲: 2, 乙: 5 })).json()) as {
      event_id: string;
    };
    expect(await (await fetch(`${url}/gradio_api/call/v2/加法/${event_id}`)).text()).toBe(
      'event: complete\ndata: [7]\n\n',
    );
  });

  it('keeps a state where it sends a session, and none where not', async () => {
    const url = await start(everyComponent());
    const turn = async (body: object) =>
      ((await (await post(`${url}/gradio_api/run/turn`, body)).json()) as { data: unknown[] }).data[0];
    expect([
      await turn({ session_hash: '甲' }),
      await turn({ session_hash: '甲' }),
      await turn({}),
      await turn({}),
    ]).toEqual([1, 2, 1, 1]);
  });

  it('waits for a plain answer; an error is a 500 with the same words', async () => {
    const url = await start(everyComponent());
    const ok = await post(`${url}/gradio_api/api/text`, { data: ['你好'] });
    expect(await ok.json()).toMatchObject({ data: ['你说：你好'], is_generating: false });
    const bad = await post(`${url}/gradio_api/run/fail`, { data: ['told'] });
    expect([bad.status, await bad.json()]).toMatchObject([500, { title: 'Error' }]);
    const aborted: string[] = [];
    const other = await start(everyComponent({ aborted }));
    const leaving = new AbortController();
    const waiting = fetch(`${other}/gradio_api/run/sleep`, {
      method: 'POST',
      body: '{"data":[60000]}',
      signal: leaving.signal,
    });
    setTimeout(() => leaving.abort(), 100);
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => aborted).toEqual(['sleep 60000']);
  });
});

it('writes values as JSON has them: no NaN, no undefined, dates as text; what JSON cannot hold fails the call', async () => {
  const values: Record<string, unknown> = {
    nan: [Number.NaN],
    gone: { a: undefined, b: 1 },
    date: new Date(0),
    big: { n: 1n },
  };
  const url = await start(
    app({ title: '值' })
      .fn('give', { input: { which: text() }, output: json() }, async ({ which }) => values[which])
      .fn('nan', { output: number() }, async () => Number.NaN)
      .fn('drop', {}, async () => 'nothing is shown'),
  );
  const give = async (which: string) =>
    (await (await post(`${url}/gradio_api/run/give`, { data: [which] })).json()) as object;
  expect(await give('nan')).toMatchObject({ data: [[null]] });
  expect(await give('gone')).toMatchObject({ data: [{ b: 1 }] });
  expect(await give('date')).toMatchObject({ data: ['1970-01-01T00:00:00.000Z'] });
  expect(await give('big')).toMatchObject({ title: 'Error' });
  expect(await (await post(`${url}/gradio_api/run/nan`, {})).json()).toMatchObject({ data: [null] });
  expect(await (await post(`${url}/gradio_api/run/drop`, {})).json()).toMatchObject({ data: [] });
});
