// The official client, as npm has it, against our server.
import { Client, handle_file } from '@gradio/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everyComponent } from '../test/every-component.ts';
import { hiddenErrors, start, stopAll } from '../test/running.ts';
import { app, audio, text } from './index.ts';

/** Its types do not load under NodeNext; what is used of them stands here. */
interface Job extends AsyncIterable<Message> {
  cancel(): Promise<void>;
}
interface Message {
  readonly type: 'data' | 'status' | 'log';
  readonly data?: readonly unknown[];
  readonly stage?: string;
  readonly [field: string]: unknown;
}
interface OfficialClient {
  readonly config: { dependencies: { id: number; api_name: string; types: { generator: boolean } }[]; root: string };
  predict(endpoint: string, data?: unknown): Promise<{ data: readonly unknown[] }>;
  submit(endpoint: string, data?: unknown): Job;
  view_api(): Promise<{
    named_endpoints: Record<string, { parameters: Record<string, unknown>[]; returns: Record<string, unknown>[] }>;
  }>;
  close(): void;
}

const clients: OfficialClient[] = [];
async function connect(url: string, options: object = {}): Promise<OfficialClient> {
  const client = (await Client.connect(url, {
    events: ['data', 'status', 'log'],
    ...options,
  })) as unknown as OfficialClient;
  clients.push(client);
  return client;
}

beforeEach(() => {
  // The client prints what it also throws.
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await stopAll();
  vi.restoreAllMocks();
});

async function drain(job: Job): Promise<Message[]> {
  const seen: Message[] = [];
  for await (const message of job) seen.push(structuredClone(message));
  return seen;
}
const failure = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    value => expect.fail(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : JSON.stringify(error);
};

describe('@gradio/client', () => {
  it('reads the API of every component', async () => {
    const client = await connect(await start(everyComponent()));
    const { named_endpoints } = await client.view_api();
    expect(Object.keys(named_endpoints)).toContain('/values');
    const values = named_endpoints['/values']!;
    expect(values.parameters.map(({ parameter_name, component, type }) => [parameter_name, component, type])).toEqual([
      ['number', 'Number', 'number'],
      ['slider', 'Slider', 'number'],
      ['checkbox', 'Checkbox', 'boolean'],
      ['radio', 'Radio', 'string'],
      ['dropdown', 'Dropdown', 'string'],
      ['multiselect', 'Dropdown', expect.anything()],
      ['json', 'Json', expect.anything()],
      ['table', 'Dataframe', expect.anything()],
      ['code', 'Code', 'string'],
      ['history', 'Chatbot', expect.anything()],
    ]);
    expect(values.parameters[1]).toMatchObject({ parameter_has_default: true, parameter_default: 5 });
    expect(values.parameters[0]).toMatchObject({ parameter_has_default: false });
    expect(named_endpoints['/shown']!.returns.map(one => one.component)).toEqual([
      'Label',
      'Markdown',
      'Plot',
      'Json',
      'Textbox',
      'Gallery',
    ]);
    // Ids begin at 1: this client reads 0 as none, and would call a generator none.
    expect(Math.min(...client.config.dependencies.map(one => one.id))).toBe(1);
    expect(client.config.dependencies.find(one => one.api_name === 'spell')!.types.generator).toBe(true);
  });

  it('carries the value of every component there and back', async () => {
    const client = await connect(await start(everyComponent()));
    expect((await client.predict('/text', { words: '你好 😀' })).data).toEqual(['你说：你好 😀']);
    expect((await client.predict('/stringify', [42])).data).toEqual(['42']);
    const table = {
      headers: ['城市', '数'],
      data: [
        ['成都', 1],
        [null, true],
      ],
      metadata: null,
    };
    const sent = {
      number: 1.5,
      checkbox: true,
      radio: '乙',
      multiselect: ['一', '三'],
      json: { 键: [1, null, '值'] },
      table,
      code: 'print("你好")',
    };
    const { data } = await client.predict('/values', sent);
    expect(data).toEqual([1.5, 5, true, '乙', '成都', ['一', '三'], sent.json, table, sent.code, []]);
    const { data: shown } = await client.predict('/shown');
    expect(shown.slice(0, 5)).toEqual([
      {
        label: '正面',
        confidences: [
          { label: '正面', confidence: 0.9 },
          { label: '负面', confidence: 0.1 },
        ],
      },
      '# 你好',
      { type: 'lines', plot: { series: [{ name: '损失', x: [1, 2], y: [0.5, 0.25] }], x_label: null, y_label: null } },
      { done: 1, total: 4, label: '训练' },
      '第一行\n第二行',
    ]);
    expect(shown[5]).toMatchObject([{ caption: '点', image: { orig_name: '点.svg', mime_type: 'image/svg+xml' } }]);
    expect(
      (await client.predict('/chat', { message: '在吗', history: [{ role: 'user', content: '你好' }] })).data,
    ).toEqual(['第2条：在吗']);
  });

  it('streams what is new, and ends with the whole', async () => {
    const client = await connect(await start(everyComponent()));
    const words = '床前明月光疑是地上霜😀';
    const seen = await drain(client.submit('/spell', { words, wait: 50 }));
    const data = seen.filter(one => one.type === 'data').map(one => one.data);
    expect(data.length).toBeGreaterThan(5);
    for (const one of data) expect(words.startsWith(one![0] as string), String(one![0])).toBe(true);
    expect(data.at(-1)).toEqual([words, [...words]]);
    expect(data.map(one => (one![1] as string[]).length)).toEqual(
      data.map((_, i) => Math.min(i + 1, [...words].length)),
    );
    expect(seen.at(-1)).toMatchObject({ type: 'status', stage: 'complete' });
    const every = await drain(client.submit('/every', [300]));
    const numbers = every.filter(one => one.type === 'data').map(one => one.data![0]);
    expect(numbers).toEqual([...Array.from({ length: 300 }, (_, i) => i + 1), 300]);
  });

  it('cancels: the function is told, and the client gets an end', async () => {
    const aborted: string[] = [];
    const client = await connect(await start(everyComponent({ aborted })));
    const job = client.submit('/spell', { words: '一二三', wait: 60_000 });
    const seen: Message[] = [];
    for await (const message of job) {
      seen.push(message);
      if (message.type === 'data') await job.cancel();
    }
    await expect.poll(() => aborted).toEqual(['一二三']);
    expect(seen.at(-1)).toMatchObject({ type: 'status', stage: 'error', message: 'Cancelled' });
    // A plain function, which Gradio's own server cannot stop.
    const plain = client.submit('/sleep', [60_000]);
    for await (const message of plain)
      if (message.type === 'status' && message.stage === 'generating') break;
      else if (message.original_msg === 'process_starts') await plain.cancel();
    await expect.poll(() => aborted).toContain('sleep 60000');
    expect((await client.predict('/text', ['还在'])).data).toEqual(['你说：还在']);
  });

  it('has a state for each client', async () => {
    const url = await start(everyComponent());
    const [a, b] = [await connect(url), await connect(url)];
    expect((await a.predict('/turn')).data).toEqual([1]);
    expect((await a.predict('/turn')).data).toEqual([2]);
    expect((await b.predict('/turn')).data).toEqual([1]);
  });

  it('logs in', async () => {
    const url = await start(everyComponent(), { auth: { users: { 小明: '密码=1' }, message: '请登录' } });
    expect(await failure(connect(url))).toContain('请登录');
    expect(await failure(connect(url, { auth: ['小明', '错'] }))).toContain('Invalid credentials');
    const client = await connect(url, { auth: ['小明', '密码=1'] });
    expect((await client.predict('/tell')).data).toEqual(['小明']);
  });

  it('sends files and fetches them', async () => {
    const url = await start(everyComponent());
    const client = await connect(url);
    const { data } = await client.predict('/files', {
      source: handle_file(new File(['abc 你好'], '数据 #1?.txt', { type: 'text/plain' })),
    });
    expect(data[1]).toBe(10);
    const copy = data[0] as { path: string; url: string; orig_name: string };
    expect(copy.orig_name).toBe('副本 #1 数据 #1?.txt');
    expect(copy.path).toMatch(/^output\/[0-9a-f]{32}\/副本__1_数据__1_.txt$/);
    expect(await (await fetch(copy.url)).text()).toBe('ABC 你好');
    // What came out can go in again.
    expect((await client.predict('/same', [copy])).data[0]).toMatchObject({ path: copy.path });
    expect((await client.predict('/files', [handle_file(Buffer.from('x'))])).data[1]).toBe(1);
    const refused = await failure(client.predict('/files', [handle_file('https://example.org/secret.txt')]));
    expect(refused).toContain('no file that was uploaded here');
  });

  it('sends sound and gets sound back, and refuses what is none', async () => {
    const page = app({ title: '听' }).fn(
      'hear',
      { input: { voice: audio() }, output: { said: text(), back: audio() } },
      async ({ voice }) => ({ said: `${voice.mediaType} ${voice.size}`, back: voice }),
    );
    const client = await connect(await start(page));
    const { named_endpoints } = await client.view_api();
    expect(named_endpoints['/hear']!.parameters[0]).toMatchObject({ component: 'Audio' });
    const voice = handle_file(new File(['RIFF你好'], '声音.wav', { type: 'audio/wav' }));
    const { data } = await client.predict('/hear', { voice });
    const back = data[1] as { url: string; mime_type: string };
    expect([data[0], back.mime_type]).toEqual(['audio/wav 10', 'audio/wav']);
    // As a browser that plays it asks: from the middle on.
    const part = await fetch(back.url, { headers: { range: 'bytes=4-' } });
    expect([part.status, await part.text()]).toEqual([206, '你好']);
    const wrong = await failure(
      client.predict('/hear', [handle_file(new File(['x'], 'x.txt', { type: 'text/plain' }))]),
    );
    expect(wrong).toContain('not of a kind that is taken: audio/*');
  });

  it('tells errors that are for people, and no others', async () => {
    const client = await connect(await start(everyComponent()));
    const told = await failure(client.predict('/fail', ['told']));
    expect(told).toContain('换一个词');
    expect(told).not.toContain('sk-proj-0123456789abcdef');
    for (const how of ['hidden', 'midway']) {
      const hidden = await failure(client.predict('/fail', [how]));
      expect(hidden).toContain('The log of the server says why');
      expect(hidden).not.toMatch(/hunter2|secret\.ts/);
    }
    expect(hiddenErrors.map(String)).toEqual(Array(2).fill('Error: password=hunter2 at /srv/app/secret.ts'));
    const wrong = await failure(
      client.predict('/values', { number: 1, radio: '丙', multiselect: [], json: 1, table: [], code: '' }),
    );
    expect(wrong).toMatch(/expected one of .*"parameter_name":"radio"/);
    expect(await failure(client.predict('/none'))).toContain('No endpoint matching');
  });

  it('gets progress and log', async () => {
    const client = await connect(await start(everyComponent()));
    const seen = await drain(client.submit('/tell'));
    expect(seen.find(one => one.progress_data)).toMatchObject({
      progress_data: [{ index: 1, length: 4, unit: 'steps', progress: 0.25, desc: '想' }],
    });
    expect(seen.find(one => one.type === 'log')).toMatchObject({ log: '开始', level: 'warning' });
  });

  it('hears of a full queue and of too many calls', async () => {
    const full = await connect(await start(everyComponent(), { rate: { calls: 3, perSeconds: 3600 } }));
    for (const word of ['一', '二', '三']) await full.predict('/text', [word]);
    expect(await failure(full.predict('/text', ['四']))).toContain('Too many calls. Try again in');
  });

  it('is served in batches', async () => {
    const client = await connect(await start(everyComponent()));
    const answers = await Promise.all(['一', '一二', '一二三'].map(words => client.predict('/lengths', [words])));
    expect(answers.map(one => one.data[0])).toEqual(['1/3', '2/3', '3/3']);
  });

  it('serves 30 clients at once, each its own answer', async () => {
    const url = await start(everyComponent());
    const many = await Promise.all(Array.from({ length: 30 }, () => connect(url)));
    const answers = await Promise.all(many.map((client, i) => client.predict('/text', [`第${i}位`])));
    expect(answers.map(one => one.data[0])).toEqual(many.map((_, i) => `你说：第${i}位`));
  });
});
