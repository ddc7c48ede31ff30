// Calls a second, and processor time a call, of our server beside Gradio's own on the same functions (Linux):
// node --conditions=modeshift-source oracles/ui/bench.ts PYTHON
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, number, serve, text } from '../../packages/ui/src/index.ts';

/** Ours runs in a process of its own, too. */
if (process.argv[2] === '--serve') {
  const page = app({ title: '量' })
    .fn(
      'echo',
      { input: { words: text() }, output: text(), concurrency: Number.POSITIVE_INFINITY },
      async ({ words }) => `你说：${words}`,
    )
    .fn(
      'count',
      { input: { to: number() }, output: text(), concurrency: Number.POSITIVE_INFINITY },
      async function* ({ to }) {
        let shown = '';
        for (let n = 0; n < to; n++) {
          shown += '字';
          yield shown;
        }
      },
    );
  console.log((await serve(page, { port: 0 })).url);
} else {
  const node = [
    '--conditions=modeshift-source',
    '--disable-warning=ExperimentalWarning',
    import.meta.filename,
    '--serve',
  ];
  const servers = {
    gradio: [process.argv[2]!, [join(import.meta.dirname, 'gradio_app.py')]],
    ours: [process.execPath, node],
  } as const;
  const rates: Record<string, Record<string, Measured>> = {};
  for (const [name, [command, args]] of Object.entries(servers)) {
    const child = spawn(command, args, {
      env: { ...process.env, GRADIO_ANALYTICS_ENABLED: 'False' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>(resolve =>
      child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim())),
    );
    for (const share of [0.1, 1])
      rates[name] = {
        echo: await measure(url, child.pid!, 'echo', '你好', 400 * share),
        count200: await measure(url, child.pid!, 'count', 200, 40 * share),
      };
    child.kill();
  }
  console.log(JSON.stringify(rates, null, 1));
}

interface Measured {
  readonly callsPerSecond: number;
  /** Of the server alone: what else runs on the machine does not count. */
  readonly cpuMsPerCall: number;
}

/** Milliseconds that a process has computed. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Calls a second through the queue, 20 at a time. */
async function measure(url: string, pid: number, name: string, value: unknown, count: number): Promise<Measured> {
  const before = cpuMs(pid);
  const started = performance.now();
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const headers = { 'content-type': 'application/json' };
      const start = await fetch(`${url}/gradio_api/call/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ data: [value] }),
      });
      const { event_id } = (await start.json()) as { event_id: string };
      const seen = await (await fetch(`${url}/gradio_api/call/${name}/${event_id}`)).text();
      if (!seen.includes('event: complete')) throw new Error(seen.slice(0, 300));
    }
  };
  await Promise.all(Array.from({ length: 20 }, worker));
  const round = (n: number): number => Math.round(n * 10) / 10;
  const seconds = (performance.now() - started) / 1000;
  return { callsPerSecond: round(count / seconds), cpuMsPerCall: round((cpuMs(pid) - before) / count) };
}
