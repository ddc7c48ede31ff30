// For tests: several processes write one folder at once, some of them killed at random moments.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const source = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);

/** Writes `name`'s documents in batches of three, each twice, and the document that all writers share; says each batch that is done. */
const writer = `
  import { writeSync } from 'node:fs';
  const { openLanceStore } = await import(${source('open-lance-store.ts')});
  const { withVector, written } = await import(${source('../../testing/samples.ts')});
  const [folder, project, name, from, batches] = process.argv.slice(1);
  const store = await openLanceStore(folder, { project });
  const collection = await store.collection('main', 'all');
  await collection.addSpace({ name: 'main', dimensions: 8 });
  writeSync(1, 'begun\\n');
  for (let batch = Number(from); batch < Number(from) + Number(batches); batch++) {
    const id = part => name + '-' + batch + '-' + part;
    const write = (part, uri) => withVector(id(part), Float32Array.from({ length: 8 }, (_, i) => Math.sin(batch * 8 + part + i)),
      { text: '第一版 ' + id(part), metadata: { batch, name }, uri });
    await collection.put([0, 1, 2].map(part => write(part, 'first')));
    await collection.put([0, 1, 2].map(part => write(part, 'second')));
    await collection.put([written({ id: 'shared', text: ('共享的文件由' + name + batch + '写。').repeat(3 + batch % 4), metadata: { name } })]);
    writeSync(1, batch + '\\n');
  }
  await store.close();`;

export interface Writer {
  readonly folder: string;
  readonly project: string;
  readonly name: string;
  readonly from: number;
  readonly batches: number;
  /** Killed so many milliseconds after it began to write. Left out: it ends by itself. */
  readonly killedAfter?: number;
}

/** How many batches it said were done, and what it said of errors. */
export async function runWriter(given: Writer): Promise<{ done: number; errors: string }> {
  const { folder, project, name, from, batches, killedAfter } = given;
  const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e'];
  const child = spawn(process.execPath, [...flags, writer, folder, project, name, String(from), String(batches)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, errors] = ['', ''];
  let timer: NodeJS.Timeout | undefined;
  child.stderr.on('data', (part: Buffer) => {
    errors += String(part);
  });
  child.stdout.on('data', (part: Buffer) => {
    said += String(part);
    if (killedAfter !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), killedAfter);
  });
  await new Promise<void>((done, fail) => {
    child.on('close', () => done());
    child.on('error', fail);
  });
  clearTimeout(timer);
  return { done: Math.max(0, said.split('\n').length - 2), errors };
}
