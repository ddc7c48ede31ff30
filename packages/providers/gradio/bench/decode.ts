// What reading an answer that grows costs, for each update, beside the official client alone. The app runs in a process of its own.
// npm run bench -- providers/gradio
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client } from '@gradio/client';
import { gradio } from '@modeshift/gradio';
import { testApp } from '../test/gradio-app.ts';

const sizes = [100, 1000];
const rounds = 7;

if (process.argv.includes('app')) {
  const app = await testApp({
    '/chat': {
      parameters: [{ name: 'message' }],
      async *run([message]) {
        let text = '';
        for (let i = 0; i < Number(message); i++) {
          text += `物流 ${i} `;
          yield [text];
        }
      },
    },
  });
  console.log(app.url);
} else {
  const flags = ['--conditions=modeshift-source', import.meta.filename, 'app'];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = String(line).trim();
  /** Each reads an answer of some updates and gives the length of its text. */
  const ways: Readonly<Record<string, (updates: number) => Promise<number>>> = {
    async 'client, submit'(updates) {
      const client = await Client.connect(url);
      let text = '';
      for await (const event of client.submit('/chat', { message: String(updates) })) {
        if (event.type === 'data') text = String((event.data as unknown[])[0]);
      }
      client.close();
      return text.length;
    },
    async 'ours, model.stream'(updates) {
      let length = 0;
      const messages = [{ role: 'user', content: String(updates) }] as const;
      for await (const event of gradio(url, { endpoint: '/chat' }).stream({ messages }, {})) {
        if (event.type === 'text-delta') length += event.text.length;
      }
      return length;
    },
  };
  for (const updates of sizes) {
    const times = new Map<string, number[]>();
    const lengths = new Set<number>();
    for (let round = -2; round < rounds; round++) {
      for (const [name, read] of Object.entries(ways)) {
        const before = process.cpuUsage();
        lengths.add(await read(updates));
        const { user, system } = process.cpuUsage(before);
        if (round >= 0) times.set(name, [...(times.get(name) ?? []), (user + system) / updates]);
      }
    }
    if (lengths.size !== 1) throw new Error(`The ways read different answers: ${[...lengths].join(', ')}.`);
    const median = (name: string): number => times.get(name)!.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!;
    console.log(`${updates} updates: CPU for each, connecting included, and as a multiple of the client alone`);
    for (const name of times.keys()) {
      const ratio = median(name) / median('client, submit');
      console.log(`  ${name.padEnd(24)} ${median(name).toFixed(1).padStart(7)} µs ${ratio.toFixed(2).padStart(6)}×`);
    }
  }
  child.kill();
  process.exit();
}
