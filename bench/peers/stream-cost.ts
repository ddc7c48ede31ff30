// CPU per streamed chunk: one process for each library, asked in turn, against one server.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median } from './median.ts';

/** Answers a Chat Completions request with as many chunks as the path says, e.g. `/500/chat/completions`. */
const server = `
  const { createServer } = require('node:http');
  const line = object => 'data: ' + JSON.stringify(object) + '\\n\\n';
  const chunk = (delta, finish_reason) => line({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] });
  const text = chunk({ content: '你好 ' }, null);
  createServer((request, response) => {
    request.resume();
    const count = Number(request.url.split('/')[1]);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ role: 'assistant', content: '' }, null));
    let sent = 0;
    (function write() {
      while (sent < count) {
        sent += 1;
        if (!response.write(text)) return response.once('drain', write);
        if (sent % 20 === 0) return setImmediate(write);
      }
      response.write(chunk({}, 'stop'));
      response.write(line({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage: { prompt_tokens: 1, completion_tokens: count, total_tokens: count + 1 } }));
      response.end('data: [DONE]\\n\\n');
    })();
  }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`;

const worker = `import { createInterface } from 'node:readline';
import { stream } from './stream.mjs';
for await (const line of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const length = await stream(line);
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ micros: user + system, length }));
}`;

/** Microseconds of CPU per chunk of each library, for each number of chunks: medians of interleaved rounds. */
export async function streamCost(
  libraries: readonly { readonly name: string; readonly folder: string; readonly stream: string }[],
  sizes: readonly { readonly chunks: number; readonly rounds: number; readonly warmUp: number }[],
): Promise<Map<string, number[]>> {
  const serving = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(serving.stdout, 'data')) as [Buffer];
  const workers: ChildProcess[] = [];
  try {
    const asks = libraries.map(({ folder, stream }) => {
      writeFileSync(join(folder, 'stream.mjs'), stream);
      writeFileSync(join(folder, 'worker.mjs'), worker);
      const child = spawn(process.execPath, ['worker.mjs'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
      workers.push(child);
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      return async (chunks: number): Promise<number> => {
        child.stdin.write(`http://127.0.0.1:${String(port).trim()}/${chunks}\n`);
        const line = await lines.next();
        if (line.done) throw new Error(`The program in ${folder} ended.`);
        const { micros, length } = JSON.parse(line.value) as { micros: number; length: number };
        if (length !== chunks * 3) throw new Error(`${folder} read ${length} characters, not ${chunks * 3}.`);
        return micros / chunks;
      };
    });
    const result = new Map<string, number[]>(libraries.map(({ name }) => [name, []]));
    for (const { chunks, rounds, warmUp } of sizes) {
      const times = libraries.map(() => [] as number[]);
      for (let round = -warmUp; round < rounds; round++) {
        for (const [i, ask] of asks.entries()) {
          const each = await ask(chunks);
          if (round >= 0) times[i]!.push(each);
        }
      }
      libraries.forEach(({ name }, i) => void result.get(name)!.push(median(times[i]!)));
    }
    return result;
  } finally {
    for (const child of [serving, ...workers]) child.kill();
  }
}
