// What "Use via API" says, done: the code in JavaScript and for a shell is run as it stands there.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  app,
  audio,
  chat,
  checkbox,
  files,
  image,
  json,
  multiselect,
  radio,
  slider,
  table,
  text,
} from '../../src/index.ts';
import { TestedApp } from '../../src/testing/tested-app.ts';
import { curlSnippet, javaScriptSnippet, pythonSnippet } from '../src/api/snippets.ts';
import { type Config, functionsOf, type PageFunction } from '../src/wire/config.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'snippets-'));
let tested: TestedApp;
let functions: readonly PageFunction[];

const calledApp = app({ title: '调用' })
  .fn(
    'values',
    {
      input: {
        words: text(),
        share: slider({ min: 0, max: 1, value: 0.5 }),
        sure: checkbox(),
        tone: radio(['正式', '随和']),
        topics: multiselect(['一', '二']),
        data: json(),
        rows: table(),
        history: chat(),
      },
      output: json(),
      examples: [
        { words: `It's “好” $HOME \\n\n"x"`, tone: '随和', sure: true, topics: ['二'], data: { 键: [1, null, "'"] } },
      ],
    },
    async input => input,
  )
  .fn(
    'upload',
    { input: { picture: image(), voice: audio(), others: files() }, output: text() },
    async ({ picture, voice }) => `${picture.name} ${voice.name} ${voice.mediaType}`,
  )
  .fn('count', { input: { words: text() }, output: text(), yields: 'all' }, async function* ({ words }) {
    yield `1 ${words}`;
    yield `2 ${words}`;
  })
  .fn('没有输入', { output: text() }, async () => '在');

beforeAll(async () => {
  tested = new TestedApp(calledApp);
  await tested.start();
  const config = (await (await fetch(`${tested.url}/config`)).json()) as Config;
  functions = [...functionsOf(config).values()];
  symlinkSync(join(import.meta.dirname, '..', '..', 'node_modules'), join(folder, 'node_modules'));
  for (const name of ['picture.png', 'voice.wav', 'file.txt']) writeFileSync(join(folder, name), '12345');
});
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const expected = {
  values: {
    words: `It's “好” $HOME \\n\n"x"`,
    share: 0.5,
    sure: true,
    tone: '随和',
    topics: ['二'],
    data: { 键: [1, null, "'"] },
    rows: { columns: ['a', 'b'], rows: [['foo', 'bar']] },
    history: [],
  },
};

it('JavaScript', async () => {
  const names = functions.map((fn, i) => {
    writeFileSync(join(folder, `${i}.mjs`), javaScriptSnippet(fn, tested.url));
    return `./${i}.mjs`;
  });
  // The official client prints objects as Node does: said as JSON, they can be compared.
  const before = 'const log = console.log; console.log = value => log(JSON.stringify(value));';
  writeFileSync(join(folder, 'all.mjs'), `${before}\nfor (const name of ${JSON.stringify(names)}) await import(name);`);
  const { stdout } = await run(process.execPath, ['all.mjs'], { cwd: folder });
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as unknown[]);
  expect(lines).toEqual([
    [expected.values],
    ['picture.png voice.wav audio/wav'],
    ['1 Hello!!'],
    ['2 Hello!!'],
    ['2 Hello!!'],
    ['在'],
  ]);
}, 60_000);

it('curl', async () => {
  const answers = [];
  for (const fn of functions) {
    const { stdout } = await run('bash', ['-c', curlSnippet(fn, tested.url)], { cwd: folder });
    const complete = stdout.split('\n').at(stdout.split('\n').indexOf('event: complete') + 1);
    answers.push(JSON.parse(complete!.replace(/^data: /, '')) as unknown);
  }
  expect(answers).toEqual([[expected.values], ['picture.png voice.wav audio/wav'], ['2 Hello!!'], ['在']]);
});

it('Python is written as Python; oracles/ui/snippets.py runs it', () => {
  const [values, upload, count] = functions.map(fn => pythonSnippet(fn, 'http://127.0.0.1:7860'));
  expect(values).toContain('    sure=True,\n    tone="随和",\n    topics=["二"],\n    data={"键": [1, None, "\'"]},\n');
  expect(upload).toContain('from gradio_client import Client, handle_file');
  expect(upload).toContain('    picture=handle_file("picture.png"),\n');
  expect(count).toContain(
    'for value in client.submit(\n    words="Hello!!",\n    api_name="/count",\n):\n    print(value)',
  );
});
