// `npm start`, the first command that anybody runs here: the sample comparison in short, then the studio, and a clean end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('prints the sample comparison, serves the studio, and ends when it is told to', async () => {
  const child = spawn('npm', ['start', '--silent', '--', '--port', '0', '--no-open'], {
    cwd: join(import.meta.dirname, '..'),
    shell: process.platform === 'win32',
    // As from an empty folder: nothing has been compared there yet.
    env: { ...process.env, NO_COLOR: '1', INIT_CWD: mkdtempSync(join(tmpdir(), 'modeshift-start-')) },
  });
  let printed = '';
  const read = (chunk: Buffer): void => {
    printed += chunk.toString();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const ended = once(child, 'exit');
  try {
    const listening = /listening on (http:\/\/127\.0\.0\.1:\d+)\n/;
    await expect.poll(() => listening.test(printed) || child.exitCode !== null, { timeout: 100_000 }).toBe(true);
    const [, url] = listening.exec(printed) ?? expect.fail(printed);
    expect(printed).toMatch(/nearest +79\.2/);
    expect(printed.indexOf('nearest')).toBeLessThan(printed.indexOf('listening on'));
    const list = await (await fetch(`${url}/`)).text();
    expect(list).toContain('<a href="chat/">');
    // Every mode, on nano, in a run that has only just begun.
    await expect.poll(() => printed, { timeout: 60_000 }).toMatch(/in every mode.* runs now[\s\S]*#\/compare\?run=\w+/);
    // The page is built, although nothing else was.
    expect(await (await fetch(`${url}/chat/`)).text()).toMatch(/assets\/[\w.-]+\.js/);
    child.kill('SIGTERM');
    await ended;
    // The server itself ends too, not only who started it.
    await expect
      .poll(
        () =>
          fetch(`${url}/`).then(
            () => 'up',
            () => 'gone',
          ),
        { timeout: 20_000 },
      )
      .toBe('gone');
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}, 120_000);
