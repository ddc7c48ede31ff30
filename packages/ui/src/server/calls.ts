// Lets calls in, runs them in their queues, and finds them again.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { AppDefinition } from '../app.ts';
import type { User } from '../context.ts';
import type { Values } from '../endpoint.ts';
import { type NumberedEndpoint, numbered } from '../protocol/config.ts';
import { failed } from '../protocol/messages.ts';
import { CallEvent, type CallRequest } from './call-event.ts';
import { CallQueue, Durations } from './call-queue.ts';
import { Waiter } from './event-stream.ts';
import { execute } from './executor.ts';
import type { FileStore } from './file-store.ts';
import type { Gauge, Metrics } from './metrics.ts';
import type { FullLimits, ServerOptions } from './options.ts';
import type { Sessions, UiSession } from './sessions.ts';

/** Inputs as a client sent them: in order, or by name. */
export type SentInputs = readonly unknown[] | Values;

/** What is wrong with an input. Clients show it beside the field. */
export class InputProblems extends Error {
  readonly problems: readonly { readonly name: string; readonly message: string }[];

  constructor(problems: InputProblems['problems']) {
    super(problems.map(({ name, message }) => `${name}: ${message}`).join('; '));
    this.problems = problems;
  }
}

/** A refusal with its HTTP status. */
export class Refusal extends Error {
  readonly status: 400 | 404 | 429 | 503;

  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** A call whose reader is not the session's stream. */
export interface DirectCall {
  readonly event: CallEvent;
  readonly waiter: Waiter;
  /** Fires when nobody has come to read. */
  timer: NodeJS.Timeout | undefined;
}

/** All calls of a server. */
export class Calls {
  readonly endpoints: readonly NumberedEndpoint[];
  readonly durations = new Durations();
  readonly #queues = new Map<string, CallQueue>();
  readonly #live = new Map<string, CallEvent>();
  readonly #direct = new Map<string, DirectCall>();
  readonly #sessions: Sessions;
  readonly #files: FileStore;
  readonly #limits: FullLimits;
  #isDraining = false;

  constructor(
    definition: AppDefinition,
    parts: {
      sessions: Sessions;
      files: FileStore;
      metrics: Metrics;
      limits: FullLimits;
      onError: NonNullable<ServerOptions['onError']>;
    },
  ) {
    this.endpoints = numbered(definition.endpoints);
    this.#sessions = parts.sessions;
    this.#files = parts.files;
    this.#limits = parts.limits;
    const { durations } = this;
    for (const { endpoint } of this.endpoints) {
      const sharing = definition.endpoints.filter(one => one.queueId === endpoint.queueId);
      const limit = Math.min(...sharing.map(one => one.concurrency));
      if (!this.#queues.has(endpoint.queueId))
        this.#queues.set(
          endpoint.queueId,
          new CallQueue(limit, durations, events =>
            execute(events, { ...parts, durations, makeState: definition.makeState }),
          ),
        );
    }
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** The function of a name or a number. Throws a 404. */
  find(which: string | number): NumberedEndpoint {
    const found = this.endpoints.find(one =>
      typeof which === 'number' ? one.id === which : one.endpoint.name === which,
    );
    if (!found) throw new Refusal(404, `There is no function "${which}".`);
    return found;
  }

  /** Lets a call in whose messages go to the stream of its session. */
  join(
    called: NumberedEndpoint,
    sent: SentInputs,
    sessionHash: string,
    user: User | undefined,
    asked: Pick<CallRequest, 'root' | 'language'>,
  ): CallEvent {
    const input = this.#admit(called, sent, user);
    const session = this.#sessions.of(sessionHash, user);
    if (session.events.size >= this.#limits.maxCallsPerSession)
      throw new Refusal(
        429,
        `This session has ${session.events.size} calls that have not ended. Wait for one of them.`,
      );
    const event = this.#start(called, input, session, user, asked, session.wake);
    session.add(event);
    return event;
  }

  /** Lets a call in that is read by itself. */
  direct(
    called: NumberedEndpoint,
    sent: SentInputs,
    sessionHash: string | undefined,
    user: User | undefined,
    asked: Pick<CallRequest, 'root' | 'language'>,
  ): DirectCall {
    const input = this.#admit(called, sent, user);
    if (this.#direct.size >= this.#limits.maxSessions)
      throw new Refusal(503, 'Too many calls wait to be read. Read what was answered, or try again in a minute.');
    const session = sessionHash === undefined ? this.#sessions.single() : this.#sessions.of(sessionHash, user);
    const waiter = new Waiter();
    const event = this.#start(called, input, session, user, asked, waiter.wake);
    const call: DirectCall = { event, waiter, timer: undefined };
    this.#direct.set(event.id, call);
    this.leave(call, 60_000);
    return call;
  }

  findDirect(id: string, user: User | undefined): DirectCall | undefined {
    const call = this.#direct.get(id);
    return call?.event.request.user?.name === user?.name ? call : undefined;
  }

  /** The reader of a call is gone: it is cancelled unless one comes in time. */
  leave(call: DirectCall, ms = this.#limits.graceMs): void {
    clearTimeout(call.timer);
    call.timer = setTimeout(() => this.drop(call), ms).unref();
  }

  /** Nobody needs a call any more. */
  drop(call: DirectCall): void {
    clearTimeout(call.timer);
    this.#direct.delete(call.event.id);
    if (!call.event.feed.end) call.event.cancel();
  }

  /** Cancels a call of a user. */
  cancel(id: string, user: User | undefined): void {
    const event = this.#live.get(id);
    if (event && event.request.user?.name === user?.name) event.cancel();
  }

  /** Lets nobody in any more, waits for what runs, then ends it. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    const until = performance.now() + graceMs;
    while (this.#live.size > 0 && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 20));
    for (const event of [...this.#live.values()]) {
      event.feed.finish({ ok: false, error: failed('The server is stopping. Try again later.') });
      event.controller.abort();
    }
    for (const call of this.#direct.values()) clearTimeout(call.timer);
  }

  gauges(): readonly Gauge[] {
    const queues = [...this.#queues];
    const durations = this.durations.entries();
    return [
      gauge(
        'modeshift_ui_waiting',
        'Calls that wait.',
        queues.map(([queue, { waiting }]) => [{ queue }, waiting]),
      ),
      gauge(
        'modeshift_ui_running',
        'Calls that run.',
        queues.map(([queue, { running }]) => [{ queue }, running]),
      ),
      gauge(
        'modeshift_ui_call_seconds_sum',
        'Seconds of answered calls.',
        durations.map(([fn, , sum]) => [{ fn }, sum]),
        'counter',
      ),
      gauge(
        'modeshift_ui_call_seconds_count',
        'Answered calls.',
        durations.map(([fn, count]) => [{ fn }, count]),
        'counter',
      ),
    ];
  }

  #admit({ endpoint }: NumberedEndpoint, sent: SentInputs, user: User | undefined): unknown {
    if (this.#isDraining) throw new Refusal(503, 'The server is stopping. Try again later.');
    const queue = this.#queues.get(endpoint.queueId)!;
    if (queue.waiting >= endpoint.maxWaiting && queue.running >= queue.limit)
      throw new Refusal(503, `Queue is full: ${queue.waiting} calls wait already.`);
    const byName = Array.isArray(sent)
      ? Object.fromEntries(endpoint.inputs.map(([name], i) => [name, sent[i]]))
      : (sent as Values);
    if (Array.isArray(sent) && sent.length > endpoint.inputs.length)
      throw new Refusal(400, `"${endpoint.name}" has ${endpoint.inputs.length} inputs, not ${sent.length}.`);
    const unknown = Object.keys(byName).find(name => !endpoint.inputs.some(([known]) => known === name));
    if (unknown !== undefined) throw new InputProblems([{ name: unknown, message: 'is no input of this function' }]);
    const problems: { name: string; message: string }[] = [];
    const values: Record<string, unknown> = {};
    const context = { file: (wire: unknown) => this.#files.read(wire, user) };
    for (const [name, component] of endpoint.inputs) {
      const wire = Object.hasOwn(byName, name) ? byName[name] : undefined;
      try {
        if (wire === undefined && !component.isOptional) throw invalidInput('is missing');
        const value = component.read(wire === undefined ? component.value : wire, context);
        if (value !== undefined) values[name] = value;
      } catch (error) {
        problems.push({ name, message: wordsOf(error) });
      }
    }
    if (problems.length > 0) throw new InputProblems(problems);
    try {
      return endpoint.check(values);
    } catch (error) {
      throw new InputProblems([{ name: endpoint.inputs[0]?.[0] ?? '', message: wordsOf(error) }]);
    }
  }

  #start(
    numbered: NumberedEndpoint,
    input: unknown,
    session: UiSession,
    user: User | undefined,
    { root, language }: Pick<CallRequest, 'root' | 'language'>,
    wake: () => void,
  ): CallEvent {
    const event: CallEvent = new CallEvent({
      numbered,
      input,
      session,
      user,
      root,
      language,
      wake: () => {
        if (event.feed.end) this.#live.delete(event.id);
        wake();
      },
    });
    this.#live.set(event.id, event);
    this.#queues.get(numbered.endpoint.queueId)!.push(event);
    return event;
  }
}

function gauge(name: string, help: string, values: Gauge['values'], type: Gauge['type'] = 'gauge'): Gauge {
  return { name, help, type, values };
}

/** Only what was written for people. */
function wordsOf(error: unknown): string {
  return ModeshiftError.is(error) ? error.message : 'is not accepted';
}
