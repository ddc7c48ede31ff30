// A Gradio app as a language model.
import {
  type CallContext,
  invalidInput,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  type LanguageResult,
  ModeshiftError,
  type Price,
  throwIfAborted,
  unknownUsage,
} from '@modeshift/core';
import { type AppConnection, type AppEvent, type AppParameter, connectApp } from './app-client.ts';
import { historyPlaceOf, refuseImpossible, toInputs } from './app-inputs.ts';
import { DeltaReader, readText } from './app-output.ts';
import type { GradioOptions, GradioStatus } from './gradio.ts';
import { mapError, statusError } from './map-error.ts';
import { Sessions, unknownHistory } from './sessions.ts';

/** The class behind `gradio`. Token and password are private: printing a model never shows them. */
export class GradioModel implements LanguageModel {
  readonly provider = 'gradio';
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #options: GradioOptions;
  readonly #sessions: Sessions;

  constructor(app: string, options: GradioOptions) {
    this.modelId = app;
    this.price = options.price;
    this.#options = options;
    this.#sessions = new Sessions(options.maxSessions ?? 100);
  }

  async generate(call: LanguageCall, context: CallContext): Promise<LanguageResult> {
    let text = '';
    for await (const whole of this.#ask(call, context)) text = whole;
    return {
      content: text === '' ? [] : [{ type: 'text', text }],
      finishReason: 'stop',
      usage: unknownUsage,
    };
  }

  async *stream(call: LanguageCall, context: CallContext): AsyncGenerator<LanguageEvent, void> {
    const reader = new DeltaReader();
    for await (const whole of this.#ask(call, context)) {
      const text = reader.push(whole);
      if (text !== '') yield { type: 'text-delta', text };
    }
    const rest = reader.end();
    if (rest !== '') yield { type: 'text-delta', text: rest };
    yield { type: 'finish', reason: 'stop' };
  }

  /** The text so far, again and again. */
  async *#ask(call: LanguageCall, context: CallContext): AsyncGenerator<string, void> {
    if (!this.#options.input) refuseImpossible(call);
    const { signal } = context;
    throwIfAborted(signal);
    const { token, auth, headers = {} } = this.#options;
    const place = { app: this.modelId, token, auth, headers };
    const secrets = [token ?? '', ...(auth ?? []), ...Object.values({ ...headers, ...context.headers })];
    let began = false;
    const failed = () => ({ app: this.modelId, secrets, signal, began });
    let app: AppConnection | undefined;
    try {
      const { session, isKnown } = this.#sessions.take(call.messages);
      app = await connectApp(place, session, context);
      const { endpoint, parameters } = this.#endpoint(app);
      const history = this.#options.history ?? (this.#options.input ? 'text' : historyPlaceOf(parameters));
      if (history === 'session' && !isKnown) throw unknownHistory();
      const fixed = this.#options.inputs ?? {};
      const inputs = this.#options.input?.(call, parameters) ?? toInputs(call, parameters, history, fixed);
      throwIfAborted(signal);
      let text: string | undefined;
      for await (const event of this.#run(app, endpoint, inputs, signal)) {
        if (event.type === 'data') {
          const read = (this.#options.output ?? readText)(event.data);
          if (read === undefined) continue;
          text = read;
          began ||= read !== '';
          yield read;
        } else if (event.type === 'status' && event.stage === 'error') throw statusError(event, failed());
      }
      if (text === undefined)
        throw new ModeshiftError(
          { tag: 'invalid-response' },
          `${this.modelId} ${endpoint} gave no text. Choose another endpoint, or give "output", which reads it.`,
        );
      if (history === 'session') this.#sessions.keep(session, call.messages, text);
    } catch (error) {
      throw mapError(error, failed());
    } finally {
      app?.close();
    }
  }

  async *#run(
    app: AppConnection,
    endpoint: string,
    inputs: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<AppEvent, void> {
    const job = app.submit(endpoint, inputs);
    const onAbort = (): void => void job.return();
    signal?.addEventListener('abort', onAbort, { once: true });
    let isOver = false;
    try {
      while (true) {
        const next = await job.next();
        throwIfAborted(signal);
        if (next.done) {
          if (!isOver) throw new TypeError('the stream ended before the answer was complete');
          return;
        }
        const event = next.value;
        this.#tell(event);
        isOver ||= event.type === 'status' && (event.stage === 'complete' || event.stage === 'error');
        yield event;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (!isOver) {
        // The stream goes first: the client stumbles over the end of a cancelled job.
        app.close();
        await job.cancel();
      }
    }
  }

  #endpoint({ endpoints }: AppConnection): { endpoint: string; parameters: readonly AppParameter[] } {
    const names = Object.keys(endpoints);
    const only = names.length === 1 ? names[0] : undefined;
    const endpoint = this.#options.endpoint ?? (names.includes('/chat') ? '/chat' : only);
    const found = endpoint === undefined ? undefined : endpoints[endpoint];
    if (endpoint === undefined || !found)
      throw invalidInput(
        `${this.modelId} has ${endpoint === undefined ? 'several endpoints' : `no endpoint ${endpoint}`}. Choose one in "endpoint": ${names.join(', ') || 'it names none'}.`,
      );
    return { endpoint, parameters: found.parameters };
  }

  #tell(event: AppEvent): void {
    const { onStatus } = this.#options;
    if (!onStatus) return;
    for (const status of statusesOf(event)) {
      try {
        onStatus(status);
      } catch {
        // What an observer throws does not concern the call.
      }
    }
  }
}

function statusesOf(event: AppEvent): GradioStatus[] {
  if (event.type === 'log') return [{ stage: 'log', level: event.level, message: event.log }];
  if (event.type !== 'status') return [];
  if (event.progress_data && event.progress_data.length > 0) {
    return event.progress_data.map(({ progress, index, length, desc }) => {
      const fraction = progress ?? (index !== null && length ? index / length : undefined);
      return {
        stage: 'progress',
        ...(fraction !== undefined && { fraction }),
        ...(desc !== null && { description: desc }),
      };
    });
  }
  if (event.stage !== 'pending') return [];
  if (event.original_msg === 'process_starts') return [{ stage: 'started' }];
  if (typeof event.position !== 'number') return [];
  const { position, size, eta } = event;
  return [
    {
      stage: 'queued',
      position,
      ...(typeof size === 'number' && { size }),
      ...(typeof eta === 'number' && { etaSeconds: eta }),
    },
  ];
}
