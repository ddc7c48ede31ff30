// A detached run as endpoints: start, watch, cancel, list.
import { ModeshiftError } from '@modeshift/core';
import type { OutputComponent } from './components/component.ts';
import { table } from './components/data.ts';
import { log, progress } from './components/shown.ts';
import { text } from './components/text.ts';
import type { User } from './context.ts';
import { type AnySpec, endpointOf, streams } from './declare.ts';
import type { Endpoint, Values } from './endpoint.ts';
import type { FunctionSpec, Inputs, Outputs, ResultOf, ValuesOf, YieldOf } from './function-spec.ts';
import type { RunContext, RunEngine, RunSnapshot } from './runs/run-engine.ts';
import { describeError } from './server/describe-error.ts';

/** What is said about a job. `concurrency` counts its runs at once; left out: 1. */
export type JobSpec<I extends Inputs, O extends Outputs> = Omit<
  FunctionSpec<I, O>,
  'trigger' | 'timeoutMs' | 'yields' | 'queueId'
>;

/** What the handler of a job is given beside its input. */
export interface JobContext extends RunContext {
  /** Who started it. */
  readonly user: User | undefined;
}

/** An async function (one result) or an async generator (results so far). */
export type JobHandler<I extends Inputs, O extends Outputs> = (
  input: ValuesOf<I>,
  ctx: JobContext,
) => Promise<ResultOf<O>> | AsyncIterable<YieldOf<O>>;

/** Makes the four endpoints of a job. */
export function jobEndpoints(
  name: string,
  spec: AnySpec,
  handler: JobHandler<Inputs, Outputs>,
  runs: RunEngine,
): readonly Endpoint[] {
  streams(name, handler);
  const { output, concurrency = 1, ...rest } = spec;
  let toValues: (result: unknown) => Values = () => ({});
  // The job's own outputs are declared once, for their names.
  const own = endpointOf(name, { ...spec, concurrency }, 'job', false, convert => {
    toValues = convert;
    return { type: 'single', run: async () => ({}) };
  });

  const start: Endpoint = endpointOf(
    name,
    { ...rest, output: { run: text() }, concurrency: Number.POSITIVE_INFINITY },
    'job',
    false,
    () => ({
      type: 'single',
      run: async (input, { user }) => {
        const run = await runs.start({
          job: name,
          owner: user?.name,
          input,
          concurrency,
          describeError,
          work: ctx => workOf(handler, input, { ...ctx, user }, toValues),
        });
        return { run: run.id };
      },
    }),
  );

  const find = async (id: string, user: User | undefined): Promise<RunSnapshot> => {
    const run = await runs.get(id);
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
      const { id } = await find((values as { run: string }).run, ctx.user);
      for await (const { status, error, progress, log, values } of runs.watch(id, ctx.signal))
        yield { status: error ?? status, ...(progress && { progress }), log, ...values };
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
        const { id } = await find((values as { run: string }).run, ctx.user);
        await runs.cancel(id);
        return { status: (await find(id, ctx.user)).status };
      },
    }),
  );
  const list = endpointOf(`${name}_runs`, { output: { runs: table() }, ...many }, 'function', false, () => ({
    type: 'single',
    run: async (_, ctx) => {
      const owned = (await runs.list(name)).filter(run => run.owner === ctx.user?.name);
      const rows = owned.map(run => [
        run.id,
        run.status,
        run.startedAt.toISOString(),
        run.endedAt?.toISOString() ?? null,
      ]);
      return { runs: { columns: ['run', 'status', 'started', 'ended'], rows } };
    },
  }));
  return [start, watch, cancel, list];
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
