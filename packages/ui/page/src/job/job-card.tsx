// A detached run: started here, watched here or anywhere, cancelled, found again in a list.
import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { addressOf, readAddress, showAddress } from '../frame/address.ts';
import { useFunction, useLanguage, usePage, useWords } from '../frame/page.tsx';
import { onSelectOf } from '../frame/page-of.ts';
import { useTold } from '../frame/told.tsx';
import { CallStatus } from '../function/call-status.tsx';
import { Examples } from '../function/examples.tsx';
import type { FunctionState } from '../function/function-state.ts';
import { Fields } from '../inputs/fields.tsx';
import type { WireTable } from '../inputs/table-field.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { Shown } from '../outputs/shown.tsx';
import { isBusy } from '../wire/call-state.ts';
import { momentText } from '../words/formats.ts';

const statusColors: Readonly<Record<string, string>> = {
  waiting: 'gray',
  running: 'blue',
  done: 'green',
  failed: 'red',
  cancelled: 'gray',
  interrupted: 'orange',
};

export function JobCard({ state }: { readonly state: FunctionState }) {
  const words = useWords();
  const told = useTold();
  const page = usePage();
  const { functions } = page;
  const { fn } = state;
  const watch = functions.get(`${fn.name}_watch`)!;
  const cancel = functions.get(`${fn.name}_cancel`)!;
  const list = functions.get(`${fn.name}_runs`)!;
  const again = functions.get(`${fn.name}_retry`)!;
  const { values, errors, call } = useFunction(state);
  const watched = useFunction(watch);
  const retried = useFunction(again);
  const cancelled = useFunction(cancel);
  const [run, setRun] = useState<string>();

  const show = useCallback(
    (id: string | undefined): void => {
      setRun(id);
      watch.reset();
      // What was said of another run's end; an order that is on its way is not called back.
      for (const state of [cancel, again]) if (!isBusy(state.snapshot().call)) state.reset();
      showAddress(id === undefined ? addressOf(fn.name, {}) : addressOf(fn.name, { run: id }));
      if (id === undefined) return;
      watch.fill({ run: id });
      watch.run();
    },
    [watch, cancel, again, fn],
  );

  useEffect(() => {
    const follow = (): void => {
      const asked = readAddress(location.hash);
      const id = asked?.name === fn.name ? asked.values.run : undefined;
      if (typeof id === 'string') show(id);
    };
    follow();
    list.run();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [fn, list, show]);

  // The answer of a start is the run's id.
  const started = call.status === 'done' ? (call.values?.[0] as string | undefined) : undefined;
  useEffect(() => {
    if (started !== undefined) show(started);
  }, [started, show]);

  const further = retried.call.status === 'done' ? (retried.call.values?.[0] as string | undefined) : undefined;
  useEffect(() => {
    if (further !== undefined) show(further);
  }, [further, show]);

  // A run that ends changes the list.
  const watching = watched.call.status;
  useEffect(() => {
    if (watching === 'done' || started !== undefined || further !== undefined) list.run();
  }, [list, watching, started, further]);

  const status = String(watched.call.values?.[0] ?? '');
  const isOver = watching === 'done' || watching === 'failed';
  return (
    <Paper component="section" withBorder radius="lg" className="card" aria-label={told(fn.label)} id={`fn-${fn.name}`}>
      <Title order={2} size="h4">
        {told(fn.label)}
      </Title>
      {fn.description ? (
        <Text component="div" size="sm" c="dimmed">
          <Markdown text={told(fn.description)} />
        </Text>
      ) : null}
      <div className="in-out" data-both="wide">
        <form
          noValidate
          onSubmit={event => {
            event.preventDefault();
            state.run();
          }}
        >
          <Stack gap="md">
            <Fields components={fn.inputs} values={values} errors={errors} onChange={given => state.fill(given)} />
            <Group>
              <Button type="submit" loading={isBusy(call)}>
                {words.start}
              </Button>
            </Group>
            {call.failure ? <CallStatus call={call} onRetry={() => state.run()} /> : null}
            <Examples state={state} />
            <Runs job={told(fn.label)} list={list} current={run} onShow={show} />
          </Stack>
        </form>
        <Stack gap="md" className="out">
          {run === undefined ? (
            <Text size="sm" c="dimmed" className="nothing-yet">
              {words.nothingYet}
            </Text>
          ) : (
            <>
              <Group justify="space-between">
                <Group gap="xs">
                  <Text size="sm" fw={600} component="h3" className="plain-heading">
                    {words.runOf(run.slice(0, 8))}
                  </Text>
                  {status ? <StatusBadge status={status} /> : null}
                </Group>
                {isOver ? (
                  status === 'done' ? null : (
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => {
                        again.fill({ run });
                        again.run();
                      }}
                    >
                      {words.retry}
                    </Button>
                  )
                ) : (
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => {
                      cancel.fill({ run });
                      cancel.run();
                    }}
                  >
                    {words.cancelRun}
                  </Button>
                )}
              </Group>
              {isOver ? null : (
                <Text size="xs" c="dimmed">
                  {words.watching}
                </Text>
              )}
              {watched.call.failure ? <CallStatus call={watched.call} onRetry={() => show(run)} /> : null}
              {[retried, cancelled].map(({ call: asked }, i) =>
                // biome-ignore lint/suspicious/noArrayIndexKey: one of each
                asked.failure ? <CallStatus key={i} call={asked} /> : null,
              )}
              {watched.call.values
                ? resultsFirst(watch.fn.outputs.length).map(i => {
                    const component = watch.fn.outputs[i]!;
                    const value = watched.call.values![i];
                    const isShown = i > 0 && value !== null && !(component.modeshift.kind === 'log' && value === '');
                    return isShown ? (
                      <Shown
                        key={component.id}
                        component={component}
                        value={value}
                        isOpen={!isOver}
                        {...(i < 3 && { label: i === 1 ? words.progress : words.log })}
                        onSelect={onSelectOf(page, watch.fn, component.modeshift.name)}
                      />
                    ) : null;
                  })
                : null}
            </>
          )}
        </Stack>
      </div>
    </Paper>
  );
}

/** A run's outputs are status, progress, log, and then its own. The log, which grows long, is shown last. */
function resultsFirst(count: number): readonly number[] {
  const [status, progress, log, ...own] = Array.from({ length: count }, (_, i) => i);
  return [status!, progress!, ...own, log!];
}

/** The status is a word of ours, or else why the run failed. */
function StatusBadge({ status }: { readonly status: string }) {
  const words = useWords();
  const known = words.status[status];
  return known === undefined ? (
    <Text size="sm" c="red" className="text-value">
      {status}
    </Text>
  ) : (
    <Badge variant="light" color={statusColors[status] ?? 'gray'} c="var(--mantine-color-text)">
      {known}
    </Badge>
  );
}

interface RunsProps {
  /** What the job is called: a page may have several, each with runs of its own. */
  readonly job: string;
  readonly list: FunctionState;
  readonly current: string | undefined;
  readonly onShow: (id: string) => void;
}

function Runs({ job, list, current, onShow }: RunsProps) {
  const words = useWords();
  const language = useLanguage();
  const { call } = useFunction(list);
  const rows = ((call.values?.[0] as WireTable | undefined)?.data ?? []) as [
    string,
    string,
    string,
    string | null,
    string?,
  ][];
  return (
    <section aria-label={`${job}: ${words.runs}`}>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {words.runs}
        </Text>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => list.run()}>
          {words.refresh}
        </Button>
      </Group>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.noRuns}
        </Text>
      ) : (
        <ul className="runs">
          {rows.map(([id, status, started, , title]) => (
            <li key={id}>
              <button
                type="button"
                className="run"
                aria-current={id === current || undefined}
                onClick={() => onShow(id)}
              >
                {title ? (
                  <span className="kept-title" title={title}>
                    {title}
                  </span>
                ) : (
                  <span className="tabular">{id.slice(0, 8)}</span>
                )}
                <span className="dimmed">{momentText(started, language)}</span>
                <StatusBadge status={status} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
