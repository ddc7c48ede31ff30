// A detached run as endpoints: start, watch, cancel, list.
import { ModeshiftError } from '@modeshift/core';
import type { JobContext as EngineContext, Job, JobEngine, Run, RunEvent, RunStatus } from '@modeshift/jobs';
import type { OutputComponent } from './components/component.ts';
import { table } from './components/data.ts';
import { log, progress } from './components/shown.ts';
import { text } from './components/text.ts';
import type { LogLevel, PageContext, User } from './context.ts';
import { type AnySpec, endpointOf, streams } from './declare.ts';
import type { Endpoint, Values } from './endpoint.ts';
import type { FunctionSpec, Inputs, Outputs, ResultOf, ValuesOf, YieldOf } from './function-spec.ts';
import { describeError } from './server/describe-error.ts';
import { fromStored, givenOut, toStored } from './stored-values.ts';

/**
 * What is said about a job. `concurrency` counts its runs at once; left out: 1. `maxWaiting` counts the runs that may wait, whoever
 * started them; further ones are refused. Left out: 1000.
 */
export type JobSpec<I extends Inputs, O extends Outputs, State = undefined, Prepared = ValuesOf<I>> = Omit<
  FunctionSpec<I, O>,
  'trigger' | 'timeoutMs' | 'yields' | 'queueId'
> & {
  /**
   * What becomes of a run whose process was killed, where the app has `jobs` in a file: `resume` begins it again with the results
   * of its steps, `interrupt` tells that it was interrupted. Left out: `interrupt`.
   */
  readonly whenKilled?: 'resume' | 'interrupt';
  /**
   * Called by the start, in its call: checks what a run would fail for, and makes of the input what a run can use when the session
   * and its uploads are gone. What it throws is the answer of the start, and no run begins. Left out: the input is kept as it is.
   */
  readonly prepare?: (input: ValuesOf<NoInfer<I>>, ctx: PageContext<State>) => Promise<Prepared>;
  /** What a run is called in lists, by its input; written after `prepare`, so that its type is known. Left out: runs are told apart by their ids and times. */
  readonly runTitle?: (input: NoInfer<Prepared>) => string;
};

/** What the handler of a job is given beside its input. */
export interface JobContext extends Pick<EngineContext, 'run' | 'signal' | 'step'> {
  /** Who started it. */
  readonly user: User | undefined;
  /** Tells how far the run is: 3 of 10 `steps`. Without a total, a count. */
  progress(done: number, total?: number, words?: { readonly unit?: string; readonly label?: string }): void;
  /** Adds a line to the log of the run. */
  log(message: string, level?: LogLevel): void;
}

/** An async function (one result) or an async generator (results so far). Cancelled, it may still yield what it got done. */
export type JobHandler<I extends Inputs, O extends Outputs, Prepared = ValuesOf<I>> = (
  input: Prepared,
  ctx: JobContext,
) => Promise<ResultOf<O>> | AsyncIterable<YieldOf<O>>;

/** A job as its engine runs it, and the endpoints that start, watch, cancel, retry and list its runs. */
export interface JobParts {
  readonly job: Job;
  readonly endpoints: readonly Endpoint[];
}

const maxLogLines = 5000;
/** How long a cancelled handler may go on yielding, to show what it got done; then it is left at its next yield. */
const cancelGraceMs = 3000;

/** What a run was started with. Runs of earlier versions have no language. */
interface Started {
  readonly input: unknown;
  readonly user: User | undefined;
  readonly language?: 'en' | 'zh';
}

/** Makes the parts of a job. `engine` is asked for when a call needs it. */
export function jobParts(
  name: string,
  spec: AnySpec & {
    readonly whenKilled?: 'resume' | 'interrupt';
    readonly prepare?: (input: unknown, ctx: PageContext<unknown>) => Promise<unknown>;
    readonly runTitle?: (input: unknown) => string;
  },
  handler: JobHandler<Inputs, Outputs>,
  engine: () => JobEngine,
): JobParts {
  streams(name, handler);
  const { output, concurrency = 1, maxWaiting = 1000, whenKilled = 'interrupt', prepare, runTitle, ...rest } = spec;
  let toValues: (result: unknown) => Values = () => ({});
  // The job's own outputs are declared once, for their names.
  const own = endpointOf(name, { ...rest, ...(output && { output }), concurrency }, 'job', false, convert => {
    toValues = convert;
    return { type: 'single', run: async () => ({}) };
  });

  const languages = new WeakMap<object, 'en' | 'zh'>();
  const job: Job = {
    name,
    concurrency,
    whenKilled,
    describeError: error => {
      const language = typeof error === 'object' && error !== null ? languages.get(error) : undefined;
      return describeError(error, language ?? 'en').message;
    },
    run: async (stored, ctx) => {
      const { input, user, language } = fromStored(stored) as Started;
      let until = Number.POSITIVE_INFINITY;
      ctx.signal.addEventListener('abort', () => {
        until = performance.now() + cancelGraceMs;
      });
      try {
        for await (const values of workOf(handler, input, contextOf(ctx, user), toValues)) {
          for (const [output, value] of Object.entries(values)) ctx.value(output, toStored(givenOut(value)));
          if (performance.now() > until) return;
        }
      } catch (error) {
        if (language && typeof error === 'object' && error !== null) languages.set(error, language);
        throw error;
      }
    },
  };

  const countOf = async (status: RunStatus, most: number): Promise<number> =>
    (await engine().list({ job: name, status, limit: most })).length;
  const admit = async (): Promise<void> => {
    if (concurrency === Number.POSITIVE_INFINITY) return;
    if (maxWaiting > 0 && (await countOf('waiting', maxWaiting)) < maxWaiting) return;
    if ((await countOf('running', concurrency)) >= concurrency)
      throw new ModeshiftError(
        { tag: 'rate-limit' },
        `As many runs of "${name}" wait as may (${maxWaiting}). Try again when some are over.`,
      );
  };

  const start = endpointOf(
    name,
    { ...rest, output: { run: text() }, concurrency: Number.POSITIVE_INFINITY },
    'job',
    false,
    () => ({
      type: 'single',
      run: async (given, ctx) => {
        const { user, language } = ctx;
        await admit();
        const input = prepare ? await prepare(given, ctx) : given;
        const run = await engine().start(name, toStored({ input, user, language }), { owner: user?.name });
        return { run: run.id };
      },
    }),
  );

  const find = async (values: unknown, user: User | undefined): Promise<Run> => {
    const { run: id } = values as { run: string };
    const run = await engine().get(id);
    if (run?.job !== name || run.owner !== user?.name)
      throw new ModeshiftError({ tag: 'not-found' }, `There is no run "${id}" of "${name}".`);
    return run;
  };
  const input = { run: text() };
  const many = { concurrency: Number.POSITIVE_INFINITY, maxWaiting: 1000 };
  const seen = {
    status: text(),
    progress: progress(),
    log: log(),
    ...Object.fromEntries(own.outputs),
  } as Record<string, OutputComponent<never>>;

  const watch = endpointOf(`${name}_watch`, { input, output: seen, ...many }, 'function', true, () => ({
    type: 'single',
    async *run(values, ctx) {
      const run = await find(values, ctx.user);
      yield { status: run.status, log: [] };
      const lines: string[] = [];
      for await (const events of engine().events(run.id, { signal: ctx.signal })) yield shownOf(events, lines);
    },
  }));
  const cancel = endpointOf(
    `${name}_cancel`,
    { input, output: { status: text() }, ...many },
    'function',
    false,
    () => ({
      type: 'single',
      run: async (values, ctx) => {
        const { id } = await find(values, ctx.user);
        await engine().cancel(id);
        return { status: (await find(values, ctx.user)).status };
      },
    }),
  );
  const retry = endpointOf(`${name}_retry`, { input, output: { run: text() }, ...many }, 'function', false, () => ({
    type: 'single',
    run: async (values, ctx) => {
      const { id } = await find(values, ctx.user);
      await admit();
      return { run: (await engine().retry(id)).id };
    },
  }));
  const list = endpointOf(`${name}_runs`, { output: { runs: table() }, ...many }, 'function', false, () => ({
    type: 'single',
    run: async (_, ctx) => {
      const rows = (await engine().list({ job: name, owner: ctx.user?.name })).map(run => [
        run.id,
        run.status,
        (run.startedAt ?? run.createdAt).toISOString(),
        run.endedAt?.toISOString() ?? null,
        ...(runTitle ? [runTitle((fromStored(run.input) as { input: unknown }).input)] : []),
      ]);
      const columns = ['run', 'status', 'started', 'ended', ...(runTitle ? ['title'] : [])];
      return { runs: { columns, rows } };
    },
  }));
  return { job, endpoints: [start, watch, cancel, retry, list] };
}

function contextOf(ctx: EngineContext, user: User | undefined): JobContext {
  return {
    run: ctx.run,
    signal: ctx.signal,
    user,
    step: (name, compute) => ctx.step(name, compute),
    progress: (done, total, words = {}) =>
      ctx.progress(done, total, [words.label, words.unit].filter(Boolean).join(' ')),
    log: (message, level) => ctx.log(message, level),
  };
}

/** What events change of what is shown. The lines so far are added to. */
function shownOf(events: readonly RunEvent[], lines: string[]): Values {
  const shown: Record<string, unknown> = {};
  for (const event of events) {
    if (event.type === 'started') shown.status = 'running';
    else if (event.type === 'ended') shown.status = event.error?.message ?? event.status;
    else if (event.type === 'value') shown[event.name] = fromStored(event.value);
    else if (event.type === 'log')
      lines.push(event.level === 'info' ? event.message : `${event.level}: ${event.message}`);
    else if (event.type === 'progress') {
      const { done, total, label } = event;
      shown.progress = { done, ...(total !== undefined && { total }), ...(label !== undefined && { label }) };
    }
  }
  if (lines.length > maxLogLines) lines.splice(0, lines.length - maxLogLines);
  return { ...shown, log: [...lines] };
}

async function* workOf(
  handler: JobHandler<Inputs, Outputs>,
  input: unknown,
  ctx: JobContext,
  toValues: (result: unknown) => Values,
): AsyncGenerator<Values> {
  const given = handler(input as never, ctx) as Promise<unknown> | AsyncIterable<unknown>;
  if (Symbol.asyncIterator in given) for await (const some of given) yield toValues(some);
  else yield toValues(await given);
}
