// Servers to measure, each in a process of its own: ours, and Gradio's where there is one.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A server that is measured. */
export interface Served {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
}

/** Our server with the app of the benchmarks. */
export async function serveOurs(): Promise<Served> {
  const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
  const child = fork(join(import.meta.dirname, 'app.ts'), { execArgv: flags });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { name: 'modeshift', url, child };
}

/** The same functions on Gradio's own server; `undefined` where no Python with Gradio is named. */
export async function serveGradio(): Promise<Served | undefined> {
  const python = process.env.GRADIO_PYTHON;
  if (!python) {
    console.log('Beside Gradio: GRADIO_PYTHON=path/to/python with gradio in it. Without: ours alone.');
    return undefined;
  }
  const script = join(import.meta.dirname, '../../../../oracles/ui/gradio_app.py');
  const env = { ...process.env, GRADIO_ANALYTICS_ENABLED: 'False' };
  const child = spawn(python, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${python} ended with ${code} before Gradio listened.`);
  });
  const [line] = (await Promise.race([once(child.stdout!, 'data'), ended])) as [Buffer];
  ended.catch(() => undefined);
  return { name: 'gradio', url: line.toString().trim(), child };
}

/** Milliseconds that a server has computed; `undefined` where the system does not tell. */
export function cpuMs({ child }: Served): number | undefined {
  const file = `/proc/${child.pid}/stat`;
  if (!existsSync(file)) return undefined;
  const fields = readFileSync(file, 'utf8').split(') ')[1]!.split(' ');
  // User and system time, in hundredths of a second. Source: proc_pid_stat(5), fields 14 and 15.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The heap of our server that is still needed, and its resident memory, in megabytes. */
export async function memoryOf({ child }: Served): Promise<{ readonly heap: number; readonly resident: number }> {
  child.send('memory');
  const [{ heapUsed, rss }] = (await once(child, 'message')) as [{ heapUsed: number; rss: number }];
  return { heap: heapUsed / 1e6, resident: rss / 1e6 };
}
