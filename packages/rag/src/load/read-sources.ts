// Sources of any kind as documents, each read in a thread under limits of size, time and memory.
import { Worker } from 'node:worker_threads';
import { abortedError, type ErrorReason, invalidInput, ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import type { FailedSource } from '../ingest/ingest.ts';

/** Limits of every loader. */
export interface LoadOptions {
  /** The largest file that is opened, in bytes. Left out: 50 MB. */
  readonly maxBytes?: number;
  /** How long one file may take, in milliseconds. Left out: 60,000. */
  readonly timeoutMs?: number;
  /** How much memory one file may take, in MB. Left out: 1,024. */
  readonly memoryMb?: number;
  readonly signal?: AbortSignal;
}

/** A source before it is read. */
export interface RawSource extends Pick<SourceDocument, 'id' | 'uri' | 'metadata'> {
  /** Gives its bytes; it is asked when its turn comes. */
  readonly content: () => Promise<SourceContent>;
}

/** What a source is. */
export interface SourceContent {
  readonly bytes: Uint8Array;
  /** Says by its end what the bytes are. Left out: the id. */
  readonly name?: string;
  /** The encoding that a server names. */
  readonly encoding?: string;
}

export interface Limits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** @throws ModeshiftError `invalid-input` for a limit that is none. */
export function limitsOf({ maxBytes = 50e6, timeoutMs = 60_000, memoryMb = 1024 }: LoadOptions): Limits {
  for (const [name, value] of Object.entries({ maxBytes, timeoutMs, memoryMb }))
    if (!(value > 0)) throw invalidInput(`"${name}" is ${value}. Give a number above 0.`);
  return { maxBytes, timeoutMs, memoryMb };
}

export const tooLarge = (id: string, bytes: number, maxBytes: number): ModeshiftError =>
  invalidInput(`"${id}" has ${bytes} bytes, more than the ${maxBytes} allowed. Raise "maxBytes" to read it.`);

const isSource = import.meta.url.endsWith('.ts');
const entry = new URL(isSource ? './load-worker.ts' : './load-worker.js', import.meta.url);
const execArgv = isSource ? ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'] : [];

/** Reads sources one after another; one that fails is given with its error, and the next one is read. */
export async function* readSources(
  sources: Iterable<RawSource> | AsyncIterable<RawSource>,
  options: LoadOptions,
): AsyncGenerator<SourceDocument | FailedSource> {
  const { timeoutMs, memoryMb } = limitsOf(options);
  const { signal } = options;
  const thread = new LoadThread(memoryMb);
  try {
    for await (const { id, content, ...rest } of sources) {
      throwIfAborted(signal);
      try {
        const document = await thread.read({ id, ...(await content()) }, timeoutMs, signal);
        const metadata = { ...document.metadata, ...rest.metadata };
        yield { ...document, ...rest, ...(Object.keys(metadata).length > 0 && { metadata }) };
      } catch (error) {
        if (!ModeshiftError.is(error) || error.reason.tag === 'aborted') throw error;
        yield { id, error };
      }
    }
  } finally {
    await thread.end();
  }
}

/** What the thread is asked. */
export interface LoadRequest extends SourceContent {
  readonly id: string;
}

type Answer = { readonly document: SourceDocument } | { readonly reason: ErrorReason; readonly message: string };

/** The thread that reads; a new one where a file ended it. */
class LoadThread {
  readonly #memoryMb: number;
  #worker: Worker | undefined;

  constructor(memoryMb: number) {
    this.#memoryMb = memoryMb;
  }

  async read(request: LoadRequest, timeoutMs: number, signal?: AbortSignal): Promise<SourceDocument> {
    const { id } = request;
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
        worker.postMessage(request);
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
