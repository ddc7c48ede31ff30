// A small Gradio app for tests and measurements: the protocol as the clients read it. Its differences are made as Gradio's own server makes them.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an endpoint of the app does. */
export type AppFunction = (
  inputs: readonly unknown[],
  job: { readonly signal: AbortSignal; readonly state: Map<string, unknown>; readonly send: (message: object) => void },
) => AsyncGenerator<readonly unknown[]> | Promise<readonly unknown[]>;

/** An endpoint with its parameters. */
export interface AppEndpoint {
  readonly parameters: readonly { readonly name: string; readonly component?: string; readonly fallback?: unknown }[];
  readonly run: AppFunction;
}

/** A running app. */
export interface TestApp extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly {
    readonly path: string;
    readonly body: Record<string, unknown>;
    readonly headers: IncomingMessage['headers'];
  }[];
  readonly cancelled: readonly string[];
  /** Streams of events that are open: a client that is done leaves none. */
  readonly openStreams: number;
}

interface Session {
  readonly state: Map<string, unknown>;
  readonly queue: object[];
  wake: () => void;
  open: number;
}

/** Starts an app. `login` asks for a cookie; `isFull` answers 503 to every job. */
export async function testApp(
  endpoints: Readonly<Record<string, AppEndpoint>>,
  options: { readonly login?: readonly [string, string]; readonly isFull?: boolean; readonly hasState?: boolean } = {},
): Promise<TestApp> {
  const names = Object.keys(endpoints);
  const requests: { path: string; body: Record<string, unknown>; headers: IncomingMessage['headers'] }[] = [];
  const cancelled: string[] = [];
  const sessions = new Map<string, Session>();
  const jobs = new Map<string, AbortController>();
  const sessionOf = (hash: string) => {
    const made: Session = sessions.get(hash) ?? { state: new Map(), queue: [], wake: () => undefined, open: 0 };
    sessions.set(hash, made);
    return made;
  };
  let count = 0;
  let openStreams = 0;
  const prefix = '/gradio_api';

  const run = async (hash: string, id: string, index: number, data: readonly unknown[]): Promise<void> => {
    const session = sessionOf(hash);
    const controller = new AbortController();
    jobs.set(id, controller);
    session.open++;
    const send = (message: object): void => {
      session.queue.push({ event_id: id, ...message });
      session.wake();
    };
    send({ msg: 'estimation', rank: 1, queue_size: 2, rank_eta: 3.5 });
    send({ msg: 'process_starts', eta: 1 });
    const output = (values: readonly unknown[], isGenerating: boolean) => ({
      data: values,
      is_generating: isGenerating,
      duration: 0.1,
      average_duration: 0.1,
      render_config: null,
      changed_state_ids: [],
    });
    const failure = (error: string | null, title = 'Error') =>
      send({ msg: 'process_completed', success: false, title, output: { error, duration: 10, visible: true, title } });
    try {
      const given = endpoints[names[index - 1]!]!.run(data, { signal: controller.signal, state: session.state, send });
      let last: readonly unknown[] | undefined;
      if (Symbol.asyncIterator in given) {
        for await (const values of given) {
          const change = last ? values.map((value, i) => diff(last![i], value)) : values;
          last = structuredClone(values);
          send({ msg: 'process_generating', success: true, time_limit: null, output: output(change, true) });
        }
      } else last = await given;
      if (controller.signal.aborted) failure('Cancelled', 'Cancelled');
      else send({ msg: 'process_completed', success: true, output: output(last ?? [], false) });
    } catch (error) {
      failure((error as Error).message || null);
    }
    session.open--;
    if (session.open === 0) send({ msg: 'close_stream', event_id: null });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url!, 'http://x');
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
    requests.push({ path: url.pathname, body, headers: request.headers });
    const json = (status: number, value: unknown, headers = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    };
    const root = `http://${request.headers.host}`;
    if (url.pathname === '/login') {
      const [user, password] = options.login ?? [];
      const fits = text.includes(user!) && text.includes(password!);
      return fits
        ? json(200, { success: true }, { 'set-cookie': 'access-token-1=ok; Path=/' })
        : json(401, { detail: 'no' });
    }
    if (options.login && !request.headers.cookie?.includes('access-token-1=ok'))
      return json(401, { detail: { error: 'Not authenticated', auth_message: null } });
    if (url.pathname === '/config')
      return json(200, configOf(root, names, endpoints, prefix, options.hasState ?? false));
    if (url.pathname === `${prefix}/info`) return json(200, infoOf(names, endpoints));
    if (url.pathname === `${prefix}/queue/join`) {
      if (options.isFull) return json(503, { detail: 'Queue is full. Max size is 1 and size is 1.' });
      const id = `e${++count}`;
      const { session_hash, fn_index, data } = body as { session_hash: string; fn_index: number; data: unknown[] };
      json(200, { event_id: id });
      return run(session_hash, id, fn_index, data);
    }
    if (url.pathname === `${prefix}/cancel`) {
      cancelled.push(String(body.event_id));
      jobs.get(String(body.event_id))?.abort();
      return json(200, { success: true });
    }
    if (url.pathname === `${prefix}/reset`) return json(200, { success: true });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    openStreams++;
    response.once('close', () => openStreams--);
    if (url.pathname.startsWith(`${prefix}/heartbeat/`)) return void response.write('data: ALIVE\n\n');
    if (url.pathname === `${prefix}/queue/data`) {
      const session = sessionOf(url.searchParams.get('session_hash')!);
      while (!response.destroyed) {
        const message = session.queue.shift();
        if (message) {
          response.write(`data: ${JSON.stringify(message)}\n\n`);
          if ('msg' in message && message.msg === 'close_stream') return void response.end();
        } else {
          await new Promise<void>(resolve => {
            session.wake = resolve;
            response.once('close', resolve);
          });
        }
      }
    }
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    cancelled,
    get openStreams() {
      return openStreams;
    },
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function configOf(
  root: string,
  names: readonly string[],
  endpoints: Readonly<Record<string, AppEndpoint>>,
  prefix: string,
  hasState: boolean,
) {
  let id = 100;
  const components: object[] = [];
  const component = (type: string, name: string): number => {
    components.push({ id: ++id, type, props: { name, label: name }, skip_api: false });
    return id;
  };
  // Ids start at 1: the client reads 0 as none.
  const dependencies = names.map((name, i) => ({
    id: i + 1,
    targets: [[null, 'click']],
    inputs: endpoints[name]!.parameters.map(one => component('textbox', one.name)),
    outputs: [component('textbox', 'output')],
    backend_fn: true,
    js: null,
    queue: true,
    api_name: name.slice(1),
    api_visibility: 'public',
    batch: false,
    cancels: [],
    types: { generator: true, cancel: false },
    connection: 'sse',
    show_progress: 'full',
    trigger_mode: 'once',
  }));
  return {
    version: '6.25.0',
    root,
    api_prefix: prefix,
    protocol: 'sse_v3',
    enable_queue: true,
    space_id: null,
    app_id: 7,
    run_history: false,
    connect_heartbeat: hasState,
    components,
    dependencies,
    page: { '': { components: [], dependencies: [], layout: {} } },
    pages: [['', '']],
  };
}

function infoOf(names: readonly string[], endpoints: Readonly<Record<string, AppEndpoint>>) {
  const named = names.map(name => [
    name,
    {
      parameters: endpoints[name]!.parameters.map(({ name, component = 'Textbox', fallback }) => ({
        label: name,
        parameter_name: name,
        parameter_has_default: fallback !== undefined,
        parameter_default: fallback ?? null,
        type: { type: 'string' },
        python_type: { type: component === 'Chatbot' ? 'list[dict]' : 'str', description: '' },
        component,
        example_input: 'x',
      })),
      returns: [
        {
          label: 'output',
          type: { type: 'string' },
          python_type: { type: 'str', description: '' },
          component: 'Textbox',
        },
      ],
      api_visibility: 'public',
    },
  ]);
  return { named_endpoints: Object.fromEntries(named), unnamed_endpoints: {} };
}

/** One edit of a value. */
export type Edit = readonly ['append' | 'replace' | 'add' | 'delete', readonly (string | number)[], unknown];

/** The edits from one value to another, as Gradio sends them. */
export function diff(from: unknown, to: unknown, path: readonly (string | number)[] = []): Edit[] {
  if (Object.is(from, to)) return [];
  if (typeof from === 'string' && typeof to === 'string' && to.startsWith(from))
    return [['append', path, to.slice(from.length)]];
  if (Array.isArray(from) && Array.isArray(to)) {
    const both = Math.min(from.length, to.length);
    const edits = to.slice(0, both).flatMap((value: unknown, i) => diff(from[i], value, [...path, i]));
    for (let i = from.length - 1; i >= to.length; i--) edits.push(['delete', [...path, i], null]);
    for (let i = both; i < to.length; i++) edits.push(['add', [...path, i], to[i]]);
    return edits;
  }
  if (typeof from === 'object' && typeof to === 'object' && from && to && !Array.isArray(from) && !Array.isArray(to)) {
    return Object.entries(to).flatMap(([name, value]) =>
      name in from
        ? diff((from as Record<string, unknown>)[name], value, [...path, name])
        : [['add', [...path, name], value] as Edit],
    );
  }
  return [['replace', path, to]];
}
