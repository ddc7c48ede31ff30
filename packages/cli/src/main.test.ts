// The executable as a process: its exit code, and a pipe that nobody reads to its end.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const main = path.resolve(import.meta.dirname, 'main.ts');
const options = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning', main];

it('ends without a word where nobody reads its output any more', async () => {
  const child = spawn(process.execPath, [...options, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const ended = new Promise(done => child.on('exit', done));
  expect([await text(child.stderr), await ended]).toEqual(['', 0]);
});
