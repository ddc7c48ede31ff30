// Calls a second through the queue, 20 callers at once, and what a call costs the server; beside Gradio's own server on the same functions
// where GRADIO_PYTHON names a Python with Gradio. Run: npm run bench -- ui/bench/calls
import { cpuMs, type Served, serveGradio, serveOurs } from './served/serve.ts';

interface Measured {
  readonly callsPerSecond: number;
  /** Of the server alone: what else runs on the machine does not count. */
  readonly cpuMsPerCall: number | undefined;
}

async function measure(served: Served, name: string, value: unknown, count: number): Promise<Measured> {
  const before = cpuMs(served);
  const started = performance.now();
  let left = count;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const call = `${served.url}/gradio_api/call/${name}`;
      const headers = { 'content-type': 'application/json' };
      const start = await fetch(call, { method: 'POST', headers, body: JSON.stringify({ data: [value] }) });
      const { event_id } = (await start.json()) as { event_id: string };
      const seen = await (await fetch(`${call}/${event_id}`)).text();
      if (!seen.includes('event: complete')) throw new Error(seen.slice(0, 300));
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  const seconds = (performance.now() - started) / 1000;
  const after = cpuMs(served);
  const cpuMsPerCall = before === undefined || after === undefined ? undefined : (after - before) / count;
  return { callsPerSecond: count / seconds, cpuMsPerCall };
}

const kinds = [
  { says: 'one answer', name: 'echo', value: '你好', count: 1000 },
  { says: 'a stream of 200 growing values', name: 'count', value: 200, count: 100 },
];
const servers = [await serveGradio(), await serveOurs()].filter(one => one !== undefined);
const costs = new Map<string, number[]>();
console.log('processor time of the server for a call, and calls a second (20 callers at once)\n');
for (const { says, name, value, count } of kinds)
  for (const served of servers) {
    await measure(served, name, value, Math.ceil(count / 10));
    const { callsPerSecond, cpuMsPerCall } = await measure(served, name, value, count);
    costs.set(name, [...(costs.get(name) ?? []), cpuMsPerCall ?? Number.NaN]);
    const cost = cpuMsPerCall === undefined ? 'not told here' : `${cpuMsPerCall.toFixed(2)} ms`;
    console.log(
      `${says.padEnd(32)}${served.name.padEnd(12)}${cost.padStart(12)}${callsPerSecond.toFixed(0).padStart(9)}/s`,
    );
  }
if (servers.length === 2)
  for (const { says, name } of kinds) {
    const [theirs, ours] = costs.get(name)!;
    console.log(`${says}: Gradio computes ${(theirs! / ours!).toFixed(1)} times as long`);
  }
for (const { child } of servers) child.kill();
