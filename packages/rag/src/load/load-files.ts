// Files as documents, each read in a thread under limits of size, time and memory.
import { readFile, stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { abortedError, type ErrorReason, invalidInput, ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import type { FailedSource } from '../ingest/ingest.ts';

/** Options of {@link loadFiles}. */
export interface LoadOptions {
  /** The largest file that is opened, in bytes. Left out: 50 MB. */
  readonly maxBytes?: number;
  /** How long one file may take, in milliseconds. Left out: 60,000. */
  readonly timeoutMs?: number;
  /** How much memory one file may take, in MB. Left out: 1,024. */
  readonly memoryMb?: number;
  readonly signal?: AbortSignal;
}

const isSource = import.meta.url.endsWith('.ts');
const entry = new URL(isSource ? './load-worker.ts' : './load-worker.js', import.meta.url);
const execArgv = isSource ? ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'] : [];

/**
 * Reads files one after another: text of any usual encoding, Markdown, CSV and TSV, HTML (the main content), DOCX (with `mammoth`
 * installed) and PDF (with `unpdf` installed). A file that is broken, protected, too large, too slow or of an unknown kind is given as
 * failed with a reason, and the next one is read. The id of a document is its path as given.
 *
 * @throws ModeshiftError `invalid-input` for a limit that is none, `aborted`.
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { loadFiles } from '@modeshift/rag';
 *
 * writeFileSync('page.html', '<nav>菜单</nav><main><h1>退款</h1><p>七天内可以退款。</p></main>');
 * writeFileSync('broken.pdf', '这不是 PDF');
 * for await (const source of loadFiles(['page.html', 'broken.pdf'])) {
 *   console.log('error' in source ? source.error.reason.tag : source.text.split('\n'));
 * }
 * // [ '# 退款', '', '七天内可以退款。' ]
 * // invalid-input
 * ```
 */
export async function* loadFiles(
  paths: Iterable<string> | AsyncIterable<string>,
  options: LoadOptions = {},
): AsyncGenerator<SourceDocument | FailedSource> {
  const { maxBytes = 50e6, timeoutMs = 60_000, memoryMb = 1024, signal } = options;
  for (const [name, value] of Object.entries({ maxBytes, timeoutMs, memoryMb }))
    if (!(value > 0)) throw invalidInput(`"${name}" is ${value}. Give a number above 0.`);
  const thread = new LoadThread(memoryMb);
  try {
    for await (const id of paths) {
      throwIfAborted(signal);
      try {
        yield await thread.read(id, await bytesOf(id, maxBytes), timeoutMs, signal);
      } catch (error) {
        if (!ModeshiftError.is(error) || error.reason.tag === 'aborted') throw error;
        yield { id, error };
      }
    }
  } finally {
    await thread.end();
  }
}

async function bytesOf(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes)
      throw invalidInput(
        `"${path}" has ${size} bytes, more than the ${maxBytes} allowed. Raise "maxBytes" to read it.`,
      );
    return await readFile(path);
  } catch (error) {
    if (ModeshiftError.is(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ModeshiftError({ tag: 'storage', path, ...(code && { code }) }, `"${path}" cannot be read: ${message}`, {
      cause: error,
    });
  }
}

type Answer = { readonly document: SourceDocument } | { readonly reason: ErrorReason; readonly message: string };

/** The thread that reads; a new one where a file ended it. */
class LoadThread {
  readonly #memoryMb: number;
  #worker: Worker | undefined;

  constructor(memoryMb: number) {
    this.#memoryMb = memoryMb;
  }

  async read(id: string, bytes: Uint8Array, timeoutMs: number, signal?: AbortSignal): Promise<SourceDocument> {
    this.#worker ??= new Worker(entry, { execArgv, resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb } });
    const worker = this.#worker;
    const stop = new AbortController();
    try {
      const answer = await new Promise<Answer>((done, fail) => {
        const once = { signal: stop.signal };
        const timer = setTimeout(() => fail(timedOut(id, timeoutMs)), timeoutMs);
        stop.signal.addEventListener('abort', () => clearTimeout(timer));
        signal?.addEventListener('abort', () => fail(abortedError(signal)), once);
        const onError = (error: Error): void => fail(ended(id, error));
        const onExit = (): void => fail(ended(id, undefined));
        worker.on('message', done).on('error', onError).on('exit', onExit);
        stop.signal.addEventListener('abort', () => {
          worker.off('message', done).off('error', onError).off('exit', onExit);
        });
        worker.postMessage({ id, bytes });
      });
      if ('document' in answer) return answer.document;
      throw new ModeshiftError(answer.reason, answer.message);
    } catch (error) {
      // Whatever still runs there must not answer for the next file.
      if (!ModeshiftError.is(error) || ['timeout', 'aborted', 'internal'].includes(error.reason.tag) || error.cause)
        await this.end();
      throw error;
    } finally {
      stop.abort();
    }
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

const timedOut = (id: string, ms: number): ModeshiftError =>
  new ModeshiftError(
    { tag: 'timeout', limit: 'total', ms },
    `"${id}" took more than ${ms} ms to read and was given up.`,
    {
      isRetryable: false,
    },
  );

const ended = (id: string, error: Error | undefined): ModeshiftError => {
  const outOfMemory = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const why = outOfMemory
    ? 'needs more memory than "memoryMb" allows'
    : `ended its thread: ${error?.message ?? 'no reason was given'}`;
  return new ModeshiftError({ tag: 'invalid-input' }, `"${id}" ${why}.`, {
    cause: error ?? new Error('the thread ended'),
  });
};
