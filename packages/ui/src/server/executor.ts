// Runs the handler of a call, or of a batch of calls.
import { randomBytes } from 'node:crypto';
import { ModeshiftError } from '@modeshift/core';
import type { PageContext } from '../context.ts';
import type { Values } from '../endpoint.ts';
import { cancelled, failed } from '../protocol/messages.ts';
import type { CallEvent } from './call-event.ts';
import type { Durations } from './call-queue.ts';
import { describeError } from './describe-error.ts';
import type { FileStore } from './file-store.ts';
import type { Metrics } from './metrics.ts';

/** What the executor needs. */
export interface ExecutorParts {
  readonly makeState: () => unknown;
  readonly files: FileStore;
  readonly durations: Durations;
  readonly metrics: Metrics;
  /** Told of errors whose messages are kept from the visitor. */
  readonly onError: (error: unknown, facts: { readonly fn: string; readonly reference: string }) => void;
}

/** Runs calls to their end. Never rejects. */
export async function execute(events: readonly CallEvent[], parts: ExecutorParts): Promise<void> {
  const { endpoint } = events[0]!.request.numbered;
  const { timeoutMs } = endpoint;
  const onTimeout = (ms: number): void => {
    const words = `The call took longer than the ${ms / 1000} s that it may take.`;
    const error = new ModeshiftError({ tag: 'timeout', limit: 'total', ms }, words);
    for (const event of events) fail(event, error, parts);
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs, timeoutMs);
  try {
    await (endpoint.work.type === 'single' ? runSingle(events[0]!, parts) : runBatch(events, parts));
  } catch (error) {
    for (const event of events) fail(event, error, parts);
  } finally {
    clearTimeout(timer);
    for (const { feed } of events)
      if (feed.end?.ok === false && feed.end.error === cancelled) parts.metrics.count(endpoint.name, 'cancelled');
  }
}

async function runSingle(event: CallEvent, parts: ExecutorParts): Promise<void> {
  const { input, numbered } = event.request;
  const { work } = numbered.endpoint;
  if (work.type !== 'single') return;
  const outputs = new OutputWriter(event, parts.files);
  const given = work.run(input, contextOf(event, parts));
  if (Symbol.asyncIterator in given) {
    const iterator = given[Symbol.asyncIterator]();
    // A handler that does not look at its signal stops at its next yield.
    event.signal.addEventListener('abort', () => void iterator.return?.()?.catch(() => undefined), { once: true });
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
      if (event.signal.aborted) return;
      await event.feed.show(await outputs.write(step.value));
    }
  } else await outputs.write(await given);
  if (!event.signal.aborted) complete(event, outputs.values, parts);
}

async function runBatch(events: readonly CallEvent[], parts: ExecutorParts): Promise<void> {
  const { work } = events[0]!.request.numbered.endpoint;
  if (work.type !== 'batch') return;
  const controller = new AbortController();
  const onAbort = (): void => {
    if (events.every(event => event.signal.aborted)) controller.abort();
  };
  for (const event of events) event.signal.addEventListener('abort', onAbort, { once: true });
  const answers = await work.run(
    events.map(event => event.request.input),
    { signal: controller.signal },
  );
  await Promise.all(
    events.map(async (event, i) => {
      const outputs = new OutputWriter(event, parts.files);
      try {
        await outputs.write(answers[i]!);
        if (!event.signal.aborted) complete(event, outputs.values, parts);
      } catch (error) {
        fail(event, error, parts);
      }
    }),
  );
}

/** The outputs of a call on the wire; what a yield leaves out stays as it was. */
class OutputWriter {
  readonly values: unknown[];
  readonly #event: CallEvent;
  readonly #files: FileStore;

  constructor(event: CallEvent, files: FileStore) {
    this.#event = event;
    this.#files = files;
    this.values = event.request.numbered.endpoint.outputs.map(() => null);
  }

  async write(given: Values): Promise<readonly unknown[]> {
    const { root, user, numbered } = this.#event.request;
    const context = { file: (value: Parameters<FileStore['give']>[0]) => this.#files.give(value, user, root) };
    for (const [i, [name, component]] of numbered.endpoint.outputs.entries()) {
      if (!Object.hasOwn(given, name) || given[name] === undefined) continue;
      const written = component.write(given[name] as never, context);
      this.values[i] = written instanceof Promise ? await written : written;
    }
    return this.values;
  }
}

function complete(event: CallEvent, values: readonly unknown[], { durations, metrics }: ExecutorParts): void {
  event.request.session.checkState();
  const { name } = event.request.numbered.endpoint;
  const seconds = (performance.now() - event.startedAt!) / 1000;
  durations.add(name, seconds);
  metrics.count(name, 'ok');
  event.feed.finish({ ok: true, values, seconds, averageSeconds: durations.average(name)! });
}

function fail(event: CallEvent, error: unknown, { metrics, onError }: ExecutorParts): void {
  if (event.feed.end) return;
  const { name } = event.request.numbered.endpoint;
  const described = describeError(error, event.request.language);
  let { message } = described;
  if (described.isHidden) {
    const reference = randomBytes(4).toString('hex');
    message += ` (${reference})`;
    try {
      onError(error, { fn: name, reference });
    } catch {
      // What an observer throws does not concern the call.
    }
  }
  metrics.count(name, 'failed');
  event.feed.finish({ ok: false, error: failed(message) });
  event.controller.abort();
}

function contextOf(event: CallEvent, { makeState }: ExecutorParts): PageContext<unknown> {
  const { session, user, language } = event.request;
  return {
    signal: event.signal,
    session: {
      id: session.id,
      get state() {
        return session.state(makeState);
      },
    },
    user,
    language,
    progress: (done, total, { unit = null, label = null } = {} as never) => {
      const progress = total === undefined || total <= 0 ? null : Math.min(1, done / total);
      const step = { index: done, length: total ?? null, unit, progress, desc: label };
      event.feed.tell({ msg: 'progress', progress_data: [step] });
    },
    log: (message, level = 'info') => {
      const title = level[0]!.toUpperCase() + level.slice(1);
      event.feed.tell({ msg: 'log', log: message, level, duration: 10, visible: true, title });
    },
  };
}
