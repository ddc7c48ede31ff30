// How a call goes: place, time, progress, lines for the visitor, and why it failed.
import { Alert, Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import type { WireProgress } from '../../../src/protocol/messages.ts';
import { useLanguage, useWords } from '../frame/page.tsx';
import type { CallState } from '../wire/call-state.ts';
import { isBusy } from '../wire/call-state.ts';
import { failureText } from '../words/failure-text.ts';
import { durationText, numberText } from '../words/formats.ts';

const alertColors = { info: 'blue', warning: 'yellow', success: 'green', error: 'red' } as const;

export interface CallStatusProps {
  readonly call: CallState;
  readonly onRetry?: (() => void) | undefined;
}

export function CallStatus({ call, onRetry }: CallStatusProps) {
  const words = useWords();
  const language = useLanguage();
  const { status, failure, rank, eta, progress, logs, seconds } = call;
  const said =
    status === 'sending'
      ? words.sending
      : status === 'waiting'
        ? rank
          ? words.inLine(rank)
          : words.next
        : status === 'running'
          ? words.running
          : status === 'cancelled'
            ? words.stopped
            : status === 'done' && seconds !== undefined && seconds >= 0.1
              ? words.tookSeconds(durationText(seconds, words, language))
              : '';
  const left =
    isBusy(call) && eta !== undefined && eta >= 1
      ? words.about(durationText(Math.round(eta), words, language))
      : undefined;
  return (
    <Stack gap="xs" className="call-status" data-status={status}>
      <div role="status">
        {said ? (
          <Group gap="xs">
            {isBusy(call) ? <Loader size="xs" aria-hidden="true" /> : null}
            <Text size="sm" c="dimmed">
              {[said, left].filter(Boolean).join(' · ')}
            </Text>
          </Group>
        ) : null}
      </div>
      {isBusy(call) && progress.length > 0 ? <CallProgress progress={progress} /> : null}
      {logs.map(({ level, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
        <Alert key={i} color={alertColors[level]} py={6} px="sm" role="note">
          {text}
        </Alert>
      ))}
      {failure ? (
        <Alert color="red" title={words.failed} role="alert">
          <Group justify="space-between" gap="sm">
            <Text size="sm" className="text-value">
              {failureText(failure, words)}
            </Text>
            {failure.kind === 'log-in' ? (
              <Button size="compact-sm" variant="default" onClick={() => location.reload()}>
                {words.logIn}
              </Button>
            ) : onRetry && failure.kind !== 'fields' ? (
              <Button size="compact-sm" variant="default" onClick={onRetry}>
                {words.retry}
              </Button>
            ) : null}
          </Group>
        </Alert>
      ) : null}
    </Stack>
  );
}

function CallProgress({ progress }: { readonly progress: readonly WireProgress[] }) {
  const words = useWords();
  const language = useLanguage();
  return (
    <Stack gap={4}>
      {progress.map(({ index, length, unit, progress: share, desc }, i) => {
        const part = share ?? (index !== null && length ? index / length : undefined);
        const count =
          index === null
            ? ''
            : length
              ? words.ofTotal(numberText(index, language), numberText(length, language))
              : numberText(index, language);
        const label = [desc, count, unit].filter(Boolean).join(' ');
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars have no other name
          <div key={i}>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
            <Progress
              value={part === undefined ? 100 : part * 100}
              animated={part === undefined}
              aria-label={label || words.running}
            />
          </div>
        );
      })}
    </Stack>
  );
}
