// The app of the benchmarks in a process of its own. Started with an IPC channel, it tells its address, and its heap whenever it is asked.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { app, number, serve, text } from '@modeshift/ui';

const many = { concurrency: Number.POSITIVE_INFINITY };
const page = app({ title: '量', state: () => ({ calls: 0 }) })
  .fn('echo', { input: { words: text() }, output: text(), ...many }, async ({ words }) => `你说：${words}`)
  .fn('count', { input: { to: number() }, output: text(), ...many }, async function* ({ to }) {
    let shown = '';
    for (let n = 0; n < to; n++) {
      shown += '字';
      yield shown;
    }
  })
  .fn(
    'every',
    { input: { who: text(), to: number() }, output: text(), yields: 'all', ...many },
    async function* ({ who, to }) {
      for (let n = 1; n <= to; n++) {
        yield `${who}${n}`;
        if (n % 20 === 0) await new Promise(resolve => setTimeout(resolve, 1));
      }
    },
  );
const server = await serve(page, { port: 0 });
setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;
process.on('message', async () => {
  for (let i = 0; i < 3; i++) {
    await new Promise(resolve => setTimeout(resolve, 50));
    collect();
  }
  const { heapUsed, rss } = process.memoryUsage();
  process.send!({ heapUsed, rss });
});
process.on('disconnect', () => process.exit());
process.send!({ url: server.url });
