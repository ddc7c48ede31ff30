// The page's client of the protocol: calls, their messages over one stream, cancelling, uploads.
import type { EventMessage, StreamMessage } from '../../../src/protocol/messages.ts';
import { eventBlocks } from './event-blocks.ts';
import { Failure, failureOf } from './failure.ts';

/** A message about one call. */
export type CallMessage = EventMessage;

/** A call on its way. */
export interface RunningCall {
  /** Settles when the call has ended, however; rejects with a {@link Failure} where the server could not be asked or was lost. */
  readonly ended: Promise<void>;
  /** Stops it; its end is told as a message. */
  cancel(): void;
}

/** Who is told of a call. */
export interface CallListener {
  readonly tell: (message: CallMessage) => void;
  /** The stream was opened anew: the next value comes whole. */
  readonly restart?: () => void;
}

interface Listener extends CallListener {
  /** Counts the streams; the one in which the call was first waited for. */
  readonly since: number;
  readonly end: (failure?: Failure) => void;
}

const firstRetryMs = 250;
const lastRetryMs = 5000;

/** A client for one tab. Its addresses are relative to where the page lies. */
export class PageClient {
  readonly #base: URL;
  readonly #session = crypto.getRandomValues(new Uint32Array(3)).join('');
  readonly #listeners = new Map<string, Listener>();
  /** Messages that came before the answer that names their call. */
  readonly #early = new Map<string, CallMessage[]>();
  #joining = 0;
  readonly #onConnection: (isThere: boolean) => void;
  readonly #languageOf: () => string;
  #isReading = false;
  #streams = 0;

  /** `languageOf` tells the visitor's language at any time, for handlers. */
  constructor(
    base: string,
    onConnection: (isThere: boolean) => void = () => undefined,
    languageOf: () => string = () => 'en',
  ) {
    this.#base = new URL('gradio_api/', base);
    this.#onConnection = onConnection;
    this.#languageOf = languageOf;
  }

  url(path: string): string {
    return new URL(path, this.#base).href;
  }

  /** Calls a function with a value for each input. */
  call(id: number, data: readonly unknown[], listener: CallListener): RunningCall {
    let eventId: string | undefined;
    let isCancelled = false;
    const cancel = (): void => {
      isCancelled = true;
      if (eventId !== undefined)
        // An answer that is not read keeps its connection; where the server is gone, the call is over anyway.
        this.#post('cancel', { event_id: eventId, session_hash: this.#session, fn_index: id }).then(
          response => response.arrayBuffer(),
          () => undefined,
        );
    };
    const ended = (async () => {
      this.#joining++;
      try {
        const response = await this.#post('queue/join', { data, fn_index: id, session_hash: this.#session });
        if (!response.ok) throw await failureOf(response);
        eventId = ((await response.json()) as { event_id: string }).event_id;
      } finally {
        this.#joining--;
      }
      if (isCancelled) cancel();
      await new Promise<void>((resolve, reject) => {
        const end = (failure?: Failure): void => {
          this.#listeners.delete(eventId!);
          if (failure) reject(failure);
          else resolve();
        };
        this.#listeners.set(eventId!, { ...listener, since: this.#streams, end });
        const early = this.#early.get(eventId!) ?? [];
        this.#early.delete(eventId!);
        for (const message of early) this.#dispatch(eventId!, message);
        void this.#read();
      });
    })();
    return { ended, cancel };
  }

  /** Uploads files one after another; `onProgress` is told a share from 0 to 1 of each. Gives their paths on the server. */
  async upload(
    files: readonly File[],
    onProgress: (file: number, share: number) => void,
    signal?: AbortSignal,
  ): Promise<readonly string[]> {
    const paths: string[] = [];
    for (const [i, file] of files.entries())
      paths.push(await sendFile(this.url('upload'), file, share => onProgress(i, share), signal));
    return paths;
  }

  /** Posts JSON to a route of the API. */
  async #post(path: string, body: unknown): Promise<Response> {
    try {
      return await fetch(this.url(path), {
        method: 'POST',
        // Handlers answer in the language that the page is shown in.
        headers: { 'content-type': 'application/json', 'accept-language': this.#languageOf() },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Failure('unreachable', '');
    }
  }

  /** Reads the one stream of this tab while a call is waited for, and comes back to it when it breaks. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    let retryMs = firstRetryMs;
    while (this.#listeners.size > 0) {
      try {
        this.#streams++;
        for (const listener of this.#listeners.values()) listener.restart?.();
        const response = await fetch(this.url(`queue/data?session_hash=${this.#session}`));
        if (!response.ok) throw await failureOf(response);
        this.#onConnection(true);
        let hasClosed = false;
        for await (const message of eventBlocks(response)) {
          const { msg, event_id } = message as { msg: string; event_id: string | null };
          if (
            msg === 'unexpected_error' &&
            (message as StreamMessage & { session_not_found: boolean }).session_not_found
          )
            this.#endAll(new Failure('restarted', ''));
          if (event_id !== null) this.#dispatch(event_id, message as CallMessage);
          // Nothing of these is left on the server, and their end was not heard: it was lost on its way.
          if (msg === 'close_stream') this.#endAll(new Failure('lost', ''), listener => listener.since < this.#streams);
          hasClosed = msg === 'close_stream';
          retryMs = firstRetryMs;
        }
        // Servers end a stream by that message alone; something between that cuts it is not asked again and again at once.
        if (!hasClosed && this.#listeners.size > 0) throw new Failure('unreachable', '');
      } catch (error) {
        if (error instanceof Failure && error.kind === 'log-in') this.#endAll(error);
        this.#onConnection(false);
        await new Promise(resolve => setTimeout(resolve, retryMs));
        retryMs = Math.min(retryMs * 2, lastRetryMs);
      }
    }
    this.#isReading = false;
    if (this.#listeners.size > 0) void this.#read();
  }

  #dispatch(eventId: string, message: CallMessage): void {
    const listener = this.#listeners.get(eventId);
    if (!listener) {
      if (this.#joining > 0) this.#early.set(eventId, [...(this.#early.get(eventId) ?? []), message]);
      return;
    }
    listener.tell(message);
    if (message.msg === 'process_completed') listener.end();
  }

  #endAll(failure: Failure, which: (listener: Listener) => boolean = () => true): void {
    for (const listener of [...this.#listeners.values()].filter(which)) listener.end(failure);
  }
}

/** `fetch` tells nothing of an upload's progress. */
function sendFile(
  url: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new Failure('unreachable', ''));
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    request.onload = () => {
      const response = new Response(request.responseText, { status: request.status });
      if (response.ok) resolve((JSON.parse(request.responseText) as string[])[0]!);
      else failureOf(response).then(reject);
    };
    signal?.addEventListener('abort', () => request.abort());
    const body = new FormData();
    body.append('files', file, file.name);
    request.send(body);
  });
}
