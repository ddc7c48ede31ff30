// A function: what goes in, a button, what comes out.
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { addressOf, goTo } from '../frame/address.ts';
import { CopyLink } from '../frame/copy-link.tsx';
import { useFunction, usePage, useWords } from '../frame/page.tsx';
import { onSelectOf } from '../frame/page-of.ts';
import { useTold } from '../frame/told.tsx';
import { Fields } from '../inputs/fields.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { citationsIn, WithCitations } from '../outputs/citations.tsx';
import { Shown } from '../outputs/shown.tsx';
import { isBusy } from '../wire/call-state.ts';
import type { PageFunction } from '../wire/config.ts';
import { CallStatus } from './call-status.tsx';
import { Examples } from './examples.tsx';
import type { FunctionState } from './function-state.ts';

const changeDelayMs = 300;
/** What needs more room than the fields beside it. */
const wideKinds: ReadonlySet<string> = new Set(['table', 'plot', 'gallery']);

export function FunctionCard({ state }: { readonly state: FunctionState }) {
  const words = useWords();
  const told = useTold();
  const page = usePage();
  const { values, errors, call } = useFunction(state);
  const { fn } = state;
  const form = useRef<HTMLFormElement>(null);
  const isReactive = !fn.triggers.includes('submit');
  const isOnLoad = fn.triggers.includes('load');
  const isOnChange = fn.triggers.includes('change');
  const busy = isBusy(call);

  useEffect(() => {
    if (isOnLoad) state.run();
  }, [isOnLoad, state]);

  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: calls again with each change of the values
  useEffect(() => {
    if (!isOnChange) return;
    const wait = isFirst.current ? 0 : changeDelayMs;
    isFirst.current = false;
    const timer = setTimeout(() => {
      if (state.isComplete) state.run();
    }, wait);
    return () => clearTimeout(timer);
  }, [values]);

  // The first field that is wrong gets the focus.
  useEffect(() => {
    if (Object.keys(errors).length > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-invalid] input')?.focus();
  }, [errors]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy) state.stop();
    else state.run();
  };
  const hasInputs = fn.inputs.length > 0;
  const hasPlainInputs = fn.inputs.some(one => !one.modeshift.advanced);
  const hasOutputs = fn.outputs.length > 0;
  const next = fn.fills ? page.functions.get(fn.fills) : undefined;
  const isWide = fn.outputs.some(one => wideKinds.has(one.modeshift.kind));
  return (
    <Paper component="section" withBorder radius="lg" className="card" aria-label={told(fn.label)} id={`fn-${fn.name}`}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <Stack gap={2}>
          <Title order={2} size="h4">
            {told(fn.label)}
          </Title>
          {fn.description ? (
            <Text component="div" size="sm" c="dimmed">
              <Markdown text={told(fn.description)} />
            </Text>
          ) : null}
        </Stack>
        {hasInputs ? <CopyLink name={fn.name} values={values} /> : null}
      </Group>
      <div className="in-out" data-both={hasPlainInputs && hasOutputs ? (isWide ? 'wide' : 'even') : undefined}>
        <form ref={form} onSubmit={submit} noValidate>
          <Stack gap="md">
            <Fields components={fn.inputs} values={values} errors={errors} onChange={given => state.fill(given)} />
            {isOnChange && isReactive ? null : (
              <Group gap="xs">
                <Button
                  type="submit"
                  color={busy ? 'red' : 'indigo'}
                  variant={isReactive && !busy ? 'default' : 'filled'}
                >
                  {busy ? words.stop : isOnLoad ? words.refresh : words.run}
                </Button>
                {hasInputs && !isReactive ? (
                  <Button variant="subtle" color="gray" onClick={() => state.reset()}>
                    {words.reset}
                  </Button>
                ) : null}
              </Group>
            )}
            <Examples state={state} />
          </Stack>
        </form>
        <Stack gap="md" className="out">
          <CallStatus call={call} onRetry={() => state.run()} />
          {call.status === 'done' && next ? <GoOn to={next.fn} /> : null}
          {call.values ? (
            <WithCitations passages={citationsIn(fn.outputs, (_, place) => call.values![place])}>
              {fn.outputs.map((component, i) => (
                <Shown
                  key={component.id}
                  component={component}
                  value={call.values![i]}
                  isOpen={busy}
                  onSelect={onSelectOf(page, fn, component.modeshift.name)}
                />
              ))}
            </WithCitations>
          ) : hasOutputs && !call.failure ? (
            <Text size="sm" c="dimmed" className="nothing-yet">
              {words.nothingYet}
            </Text>
          ) : null}
        </Stack>
      </div>
    </Paper>
  );
}

/** The way to the function whose inputs were just filled, where it is behind a tab. */
function GoOn({ to }: { readonly to: PageFunction }) {
  const words = useWords();
  const told = useTold();
  const [isHidden, setHidden] = useState(false);
  useEffect(() => setHidden(!document.getElementById(`fn-${to.name}`)?.checkVisibility()), [to]);
  if (!isHidden) return null;
  const go = (): void => {
    goTo(addressOf(to.name, {}));
    // It may stand behind a tab that opens only now.
    setTimeout(
      () => document.querySelector<HTMLElement>(`#fn-${CSS.escape(to.name)} :is(input, textarea)`)?.focus(),
      50,
    );
  };
  return (
    <div>
      <Button variant="light" onClick={go}>
        {words.goOn(told(to.label))}
      </Button>
    </div>
  );
}
