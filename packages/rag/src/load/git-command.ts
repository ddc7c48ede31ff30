// The `git` command, without anything of the user's or the repository's that could run a program.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { abortedError, ModeshiftError } from '@modeshift/core';

/** How long git may take, and who can stop it. */
export interface GitCall {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'http.followRedirects=false',
  'safe.directory=*',
  'credential.helper=',
].flatMap(one => ['-c', one]);

/** Of the environment only what finds programs, proxies and certificates. */
function environment(): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'HOME',
    'HTTPS_PROXY',
    'https_proxy',
    'NO_PROXY',
    'no_proxy',
    'GIT_SSL_CAINFO',
    'SSL_CERT_FILE',
  ];
  return {
    ...Object.fromEntries(kept.map(name => [name, process.env[name]])),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
}

/**
 * Runs git in a folder and gives what it prints.
 *
 * @throws ModeshiftError `unsupported` where there is no git, `refused` with what git says, `timeout`, `aborted`.
 */
export function runGit(folder: string, words: readonly string[], call: GitCall): Promise<Buffer> {
  const { timeoutMs, signal } = call;
  const options = { cwd: folder, env: environment(), timeout: timeoutMs, maxBuffer: 1e9, encoding: 'buffer' } as const;
  return new Promise((done, fail) => {
    const child = execFile('git', [...settings, ...words], options, (error, stdout, stderr) => {
      signal?.removeEventListener('abort', stop);
      if (!error) done(stdout);
      else if (signal?.aborted) fail(abortedError(signal));
      else fail(gitError(error, stderr.toString(), timeoutMs));
    });
    const stop = (): void => void child.kill();
    signal?.addEventListener('abort', stop, { once: true });
  });
}

function gitError(error: Error, said: string, timeoutMs: number): ModeshiftError {
  const { code, killed } = error as NodeJS.ErrnoException & { readonly killed?: boolean };
  if (code === 'ENOENT')
    return new ModeshiftError(
      { tag: 'unsupported', feature: 'git' },
      'Reading a repository needs the git command. Install git, so that "git --version" prints something.',
      { cause: error },
    );
  if (killed)
    return new ModeshiftError(
      { tag: 'timeout', limit: 'total', ms: timeoutMs },
      `git took more than ${timeoutMs} ms.`,
      {
        cause: error,
      },
    );
  return new ModeshiftError({ tag: 'refused' }, `git: ${said.trim() || error.message}`, { cause: error });
}

/** One `git cat-file --batch` that gives blobs one after another. */
export class GitBlobs {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(folder: string, { signal }: GitCall) {
    this.#child = spawn('git', [...settings, 'cat-file', '--batch'], {
      cwd: folder,
      env: environment(),
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(signal && { signal }),
    });
    // What goes wrong is met where the answer is awaited.
    this.#child.on('error', () => {});
    this.#child.stdin.on('error', () => {});
    this.#chunks = this.#child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The content of a blob. */
  async read(blob: string): Promise<Buffer> {
    this.#child.stdin.write(`${blob}\n`);
    while (!this.#held.includes(0x0a)) await this.#more(blob);
    const end = this.#held.indexOf(0x0a);
    const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(this.#held.subarray(0, end).toString())?.[1] ?? Number.NaN);
    if (!Number.isFinite(size)) throw missing(blob);
    this.#held = this.#held.subarray(end + 1);
    const parts: Buffer[] = [];
    let got = 0;
    for (;;) {
      parts.push(this.#held);
      got += this.#held.length;
      if (got > size) break;
      this.#held = Buffer.alloc(0);
      await this.#more(blob);
    }
    const all = Buffer.concat(parts, got);
    this.#held = all.subarray(size + 1);
    return all.subarray(0, size);
  }

  end(): void {
    this.#child.kill();
  }

  async #more(blob: string): Promise<void> {
    const { value, done } = await this.#chunks.next().catch(() => ({ value: undefined, done: true }) as const);
    if (done || !value) throw missing(blob);
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
  }
}

const missing = (blob: string): ModeshiftError =>
  new ModeshiftError({ tag: 'storage' }, `The repository does not give the blob ${blob}. Check it with "git fsck".`);
