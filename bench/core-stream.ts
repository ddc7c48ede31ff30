// CPU per streamed chunk of core, as a ratio to a raw fetch and SSE parse of the same bytes, in one run.
// `--json` runs fewer rounds and prints the figures for scripts/core-budgets.test.ts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  generateText,
  type LanguageEvent,
  type LanguageModel,
  retry,
  streamText,
  withMiddleware,
} from '@modeshift/core';

const server = `
  const { createServer } = require('node:http');
  createServer((request, response) => {
    const count = Number(new URL(request.url, 'http://x').searchParams.get('chunks'));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let sent = 0;
    const chunk = 'data: ' + JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: '你好 ' }, finish_reason: null }] }) + '\\n\\n';
    (function write() {
      while (sent < count) {
        sent += 1;
        if (!response.write(chunk)) return response.once('drain', write);
        if (sent % 20 === 0) return setImmediate(write);
      }
      response.end('data: [DONE]\\n\\n');
    })();
  }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`;

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

async function* readChunks(url: string, signal?: AbortSignal): AsyncGenerator<Chunk> {
  const response = await fetch(url, signal ? { signal } : {});
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body!) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith('data: ') && line !== 'data: [DONE]') yield JSON.parse(line.slice(6)) as Chunk;
    }
  }
}

const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
const [port] = (await once(child.stdout, 'data')) as [Buffer];
const urlFor = (chunks: number): string => `http://127.0.0.1:${String(port).trim()}/?chunks=${chunks}`;

const modelFor = (chunks: number): LanguageModel => ({
  provider: 'bench',
  modelId: 'loopback',
  async *stream(_, { signal }): AsyncGenerator<LanguageEvent> {
    for await (const chunk of readChunks(urlFor(chunks), signal)) {
      yield { type: 'text-delta', text: chunk.choices[0]!.delta.content ?? '' };
    }
    yield { type: 'usage', usage: { inputTokens: 1, outputTokens: chunks } };
    yield { type: 'finish', reason: 'stop' };
  },
});
const messages = [{ role: 'user', content: '?' }] as const;

const ways: Record<string, (chunks: number) => Promise<number>> = {
  async raw(chunks) {
    // Written out, without a generator: the least that anybody could do.
    const parts: string[] = [];
    const response = await fetch(urlFor(chunks));
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of response.body!) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
        parts.push((JSON.parse(line.slice(6)) as Chunk).choices[0]!.delta.content ?? '');
      }
    }
    return parts.join('').length;
  },
  async 'streamText, events'(chunks) {
    let length = 0;
    const answer = streamText({ model: modelFor(chunks), messages });
    for await (const event of answer) if (event.type === 'text-delta') length += event.text.length;
    await answer.result;
    return length;
  },
  async 'streamText, text, idle limit'(chunks) {
    let length = 0;
    const answer = streamText({ model: modelFor(chunks), messages, timeout: { idle: 5000, total: 60_000 } });
    for await (const text of answer.textStream) length += text.length;
    await answer.result;
    return length;
  },
  async 'streamText through retry()'(chunks) {
    let length = 0;
    const answer = streamText({ model: withMiddleware(modelFor(chunks), retry()), messages });
    for await (const event of answer) if (event.type === 'text-delta') length += event.text.length;
    return length;
  },
  async generateText(chunks) {
    return (await generateText({ model: modelFor(chunks), messages })).text.length;
  },
};

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const asJson = process.argv.includes('--json');
const sizes = asJson
  ? ([
      [500, 15],
      [20_000, 3],
    ] as const)
  : ([
      [500, 41],
      [20_000, 7],
    ] as const);
const figures: { readonly chunks: number; readonly way: string; readonly micros: number; readonly ratio: number }[] =
  [];
for (const [chunks, rounds] of sizes) {
  const times: Record<string, number[]> = {};
  for (let round = -2; round < rounds; round++) {
    for (const [name, run] of Object.entries(ways)) {
      const before = process.cpuUsage();
      const length = await run(chunks);
      const { user, system } = process.cpuUsage(before);
      if (length !== chunks * 3) throw new Error(`${name} read ${length} characters, not ${chunks * 3}`);
      if (round < 0) continue;
      times[name] ??= [];
      times[name].push((user + system) / chunks);
    }
  }
  const raw = median(times.raw!);
  for (const [way, values] of Object.entries(times)) {
    const micros = median(values);
    figures.push({ chunks, way, micros, ratio: micros / raw });
  }
}
if (asJson) console.log(JSON.stringify(figures));
else {
  console.log('CPU per chunk in microseconds (ratio to raw); medians, ways interleaved');
  for (const { chunks, way, micros, ratio } of figures) {
    const cells = [`${String(chunks).padStart(6)} chunks`, way.padEnd(28), micros.toFixed(2).padStart(7)];
    console.log(`${cells.join('  ')}  ${ratio.toFixed(2)}x`);
  }
}
child.kill();
