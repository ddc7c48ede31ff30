// The routes that call functions: the queue of the clients, and plain ones for curl.
import type { Hono } from 'hono';
import { apiPrefix } from '../protocol/config.ts';
import { type Calls, type DirectCall, Refusal, type SentInputs } from './calls.ts';
import type { EventEnd } from './event-feed.ts';
import { eventStream } from './event-stream.ts';
import type { FullLimits } from './options.ts';
import { type RouteContext, type RouteEnv, readJson } from './request-facts.ts';
import type { Sessions } from './sessions.ts';

/** What the routes need. */
export interface CallRouteParts {
  readonly calls: Calls;
  readonly sessions: Sessions;
  readonly limits: FullLimits;
  /** Counts a call against its caller's rate; throws a refusal. */
  readonly pay: (c: RouteContext) => void;
  /** Fires when the server ends its streams. */
  readonly closing: AbortSignal;
}

/** Adds the routes. */
export function addCallRoutes(hono: Hono<RouteEnv>, { calls, sessions, limits, pay, closing }: CallRouteParts): void {
  const body = (c: RouteContext) => readJson(c.req.raw, limits.maxBodyBytes);

  hono.post(`${apiPrefix}/queue/join`, async c => {
    pay(c);
    const { session_hash, fn_index, data } = await body(c);
    const hash = sessionOf(session_hash);
    if (hash === undefined) throw new Refusal(400, 'The call needs a session_hash.');
    if (typeof fn_index !== 'number') throw new Refusal(400, 'The call needs a fn_index: see /config.');
    const event = calls.join(calls.find(fn_index), dataOf(data), hash, c.var.user, c.var);
    return c.json({ event_id: event.id });
  });

  hono.get(`${apiPrefix}/queue/data`, c => {
    const session = sessions.find(sessionOf(c.req.query('session_hash')) ?? '', c.var.user);
    if (!session)
      return eventStream(async function* () {
        const message = 'This session is not known here: it has ended, or the server was started anew.';
        const lost = { msg: 'unexpected_error', event_id: null, message, session_not_found: true, success: false };
        // Python's client believes a stream open until it reads this.
        yield `data: ${JSON.stringify(lost)}\n\ndata: ${JSON.stringify({ msg: 'close_stream', event_id: null })}\n\n`;
      });
    return eventStream(gone => session.read(AbortSignal.any([gone, closing])));
  });

  hono.get(`${apiPrefix}/queue/status`, c => {
    const waiting = calls.gauges()[0]!.values.reduce((sum, [, value]) => sum + value, 0);
    return c.json({ msg: 'estimation', rank: null, queue_size: waiting, rank_eta: null });
  });

  hono.post(`${apiPrefix}/cancel`, async c => {
    const { event_id } = await body(c);
    calls.cancel(String(event_id), c.var.user);
    return c.json({ success: true });
  });
  hono.post(`${apiPrefix}/reset`, c => c.json({ success: true }));

  hono.get(`${apiPrefix}/heartbeat/:session`, () =>
    eventStream(async function* (gone) {
      const either = AbortSignal.any([gone, closing]);
      while (!either.aborted) {
        yield 'data: ALIVE\n\n';
        await new Promise<void>(resolve => {
          const finish = (): void => {
            clearTimeout(timer);
            either.removeEventListener('abort', finish);
            resolve();
          };
          const timer = setTimeout(finish, limits.heartbeatMs);
          either.addEventListener('abort', finish);
        });
      }
    }),
  );

  const start = async (c: RouteContext, named: boolean): Promise<DirectCall> => {
    pay(c);
    const called = calls.find(c.req.param('api')!);
    const sent = await body(c);
    const { data, session_hash } = sent;
    return calls.direct(
      called,
      named ? sent : dataOf(data),
      named ? undefined : sessionOf(session_hash),
      c.var.user,
      c.var,
    );
  };
  const follow = (c: RouteContext): Response => {
    const call = calls.findDirect(c.req.param('id')!, c.var.user);
    if (!call || call.event.request.numbered.endpoint.name !== c.req.param('api'))
      throw new Refusal(404, 'There is no such call, or it was read already.');
    return eventStream(gone => readDirect(call, calls, limits.heartbeatMs, AbortSignal.any([gone, closing])));
  };
  hono.post(`${apiPrefix}/call/v2/:api`, async c => c.json({ event_id: (await start(c, true)).event.id }));
  hono.get(`${apiPrefix}/call/v2/:api/:id`, follow);
  hono.post(`${apiPrefix}/call/:api`, async c => c.json({ event_id: (await start(c, false)).event.id }));
  hono.get(`${apiPrefix}/call/:api/:id`, follow);

  const answer = async (c: RouteContext): Promise<Response> => {
    const call = await start(c, false);
    clearTimeout(call.timer);
    const either = AbortSignal.any([c.req.raw.signal, closing]);
    while (!call.event.feed.end && !either.aborted) await call.waiter.wait(60_000, either);
    const { end } = call.event.feed;
    calls.drop(call);
    return end?.ok ? c.json(outputOf(end)) : c.json(end?.error ?? {}, 500);
  };
  hono.post(`${apiPrefix}/run/:api`, answer);
  hono.post(`${apiPrefix}/api/:api`, answer);
}

async function* readDirect(
  call: DirectCall,
  calls: Calls,
  heartbeatMs: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  clearTimeout(call.timer);
  const { event, waiter } = call;
  try {
    while (!signal.aborted) {
      const taken = event.feed.take(performance.now(), true);
      if (!taken || 'waitMs' in taken) {
        const before = performance.now();
        await waiter.wait(taken?.waitMs ?? heartbeatMs, signal);
        if (!signal.aborted && performance.now() - before >= heartbeatMs - 1) yield 'event: heartbeat\ndata: null\n\n';
        continue;
      }
      const { message } = taken;
      if (message.msg === 'process_generating')
        yield `event: generating\ndata: ${JSON.stringify(message.output.data)}\n\n`;
      if (message.msg !== 'process_completed') continue;
      const isOk = 'data' in message.output;
      const shown = 'data' in message.output ? message.output.data : message.output;
      yield `event: ${isOk ? 'complete' : 'error'}\ndata: ${JSON.stringify(shown)}\n\n`;
      calls.drop(call);
      return;
    }
  } finally {
    if (!event.feed.end) calls.leave(call);
    else calls.drop(call);
  }
}

function outputOf(end: EventEnd & { ok: true }) {
  return {
    data: end.values,
    is_generating: false,
    duration: end.seconds,
    average_duration: end.averageSeconds,
    render_config: null,
    changed_state_ids: [],
  };
}

function sessionOf(hash: unknown): string | undefined {
  return typeof hash === 'string' && hash.length > 0 && hash.length <= 200 ? hash : undefined;
}

function dataOf(data: unknown): SentInputs {
  if (data === undefined || data === null) return [];
  if (!Array.isArray(data)) throw new Refusal(400, '"data" must be an array with a value for each input.');
  return data;
}
